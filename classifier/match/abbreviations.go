package match

import "strings"

// An abbreviation says what follows a short form, so that its full stop ends no
// sentence.
type abbreviation uint8

const (
	beforeName   abbreviation = iota + 1 // a name or a word: the full stop never ends a sentence
	beforeNumber                         // a number; the form is a word otherwise
	atEnd                                // anything: the form may stand at the end of a sentence
)

// abbreviations are the forms of each kind, and longestAbbreviation how long one is
// at most, in bytes.
var abbreviations, longestAbbreviation = readAbbreviations([...]string{
	beforeName: `mr mrs ms mx dr prof sen sens rep reps gov govs gen lt col capt sgt cmdr adm maj pres supt st ste hon
		rev fr sr. messrs mt ft vs v cf viz e.g i.e eg ie al dept univ asst assoc atty dist est approx ca mme mlle`,
	beforeNumber: `no nos art arts sec secs fig figs vol p pp para paras ch cl reg regs
		jan feb mar apr jun jul aug sep sept oct nov dec`,
	atEnd: `inc ltd co corp llc plc bros jr sr etc a.m p.m am pm bn mn mln bln tn esq s.a n.v b.v s.p.a ag a.g
		gmbh pty pte bhd sdn ave blvd rd ph.d`,
})

func readAbbreviations(lists [atEnd + 1]string) (forms map[string]abbreviation, longest int) {
	forms = map[string]abbreviation{}
	for kind, words := range lists {
		for w := range strings.FieldsSeq(words) {
			forms[w] = abbreviation(kind)
			longest = max(longest, len(w))
		}
	}
	return forms, longest
}

// starters are words that begin sentences far more often than they go on from an
// abbreviation: "in the U.S. The bill" is two sentences, "the U.S. Senate" is not.
var starters = set(`the a an this that these those it its he she they we i you his her their our my there here
	in on at by for from with without within to of as after before during since until while when where if although
	though because but and or so yet however meanwhile moreover still instead also another other some many most
	several both each every all no not what who why how according last earlier later now then today yesterday
	once under over between among despite amid unlike like one two three such more only just even`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
