package extract

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/language"
)

// Language names the language of a text, as Article does for an article's. hint is
// what is said of it elsewhere, or "".
func Language(text, hint string) string { return languageOf(text, hint) }

// languageOf names the language of text as BCP 47: by its script where that
// decides, else by the page's own word (hint), else by the commonest small words.
// Chinese is zh-Hans or zh-Hant by the characters that only one of them has.
func languageOf(text, hint string) string {
	base := hintBase(hint)
	n := countScripts(text)
	switch {
	case n.letters == 0:
		if base == "" {
			return "und"
		}
		return base
	case n.kana*20 > n.letters && n.kana > 3:
		return "ja"
	case n.hangul*10 > n.letters*3:
		return "ko"
	case n.han*10 > n.letters*3:
		return chineseScript(text, hint)
	}
	script, count := n.top()
	if script == "Latn" {
		// A Chinese text may hold much code, or many names in Latin letters.
		if n.han*10 > n.letters {
			if _, sure := wordsLanguage(text); !sure {
				return chineseScript(text, hint)
			}
		}
		if base != "" && base != "zh" && base != "ja" && base != "ko" {
			if guess, sure := wordsLanguage(text); sure && guess != base {
				return guess
			}
			return base
		}
		if guess, _ := wordsLanguage(text); guess != "" {
			return guess
		}
		return "und"
	}
	if count == 0 {
		return "und"
	}
	if base != "" && scriptFits(base, script) {
		return base
	}
	if l := scriptLanguage[script]; l != "" {
		return l
	}
	return "und"
}

// hintBase is the language of a page's lang attribute, or "".
func hintBase(hint string) string {
	tag, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(hint), "_", "-"))
	if err != nil {
		return ""
	}
	base, confidence := tag.Base()
	if confidence < language.High || base.String() == "und" || base.String() == "mul" {
		return ""
	}
	return base.String()
}

var scriptLanguage = map[string]string{
	"Cyrl": "ru", "Arab": "ar", "Hebr": "he", "Grek": "el", "Thai": "th", "Deva": "hi", "Beng": "bn", "Taml": "ta", "Telu": "te",
	"Geor": "ka", "Armn": "hy",
}

var scriptTables = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin},
	{"Cyrl", unicode.Cyrillic},
	{"Arab", unicode.Arabic},
	{"Hebr", unicode.Hebrew},
	{"Grek", unicode.Greek},
	{"Thai", unicode.Thai},
	{"Deva", unicode.Devanagari},
	{"Beng", unicode.Bengali},
	{"Taml", unicode.Tamil},
	{"Telu", unicode.Telugu},
	{"Geor", unicode.Georgian},
	{"Armn", unicode.Armenian},
}

func scriptFits(base, script string) bool {
	tag, err := language.Parse(base)
	if err != nil {
		return false
	}
	s, _ := tag.Script()
	return s.String() == script
}

type scriptCount struct {
	letters, han, kana, hangul int
	other                      map[string]int
}

func (n scriptCount) top() (name string, count int) {
	for _, s := range scriptTables {
		if c := n.other[s.name]; c > count {
			name, count = s.name, c
		}
	}
	return name, count
}

func countScripts(text string) scriptCount {
	n := scriptCount{other: map[string]int{}}
	latin := 0
	for _, r := range text {
		switch {
		case r < 0x250 && isLetter(r):
			latin++
		case !isLetter(r):
			continue
		case unicode.Is(unicode.Han, r):
			n.han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			n.kana++
		case unicode.Is(unicode.Hangul, r):
			n.hangul++
		default:
			for _, s := range scriptTables {
				if unicode.Is(s.table, r) {
					n.other[s.name]++
					break
				}
			}
		}
		n.letters++
	}
	n.other["Latn"] += latin
	return n
}

// scriptSample is how many Chinese characters are looked at to tell the scripts
// apart.
const scriptSample = 4000

// chineseScript tells zh-Hans from zh-Hant. A character that GB 2312 has and Big5
// has not is simplified, the other way round traditional: the two charsets are the
// two scripts.
func chineseScript(text, hint string) string {
	gb, big := simplifiedchinese.HZGB2312.NewEncoder(), traditionalchinese.Big5.NewEncoder()
	hans, hant, seen := 0, 0, 0
	known := map[rune]int{}
	for _, r := range text {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		if seen++; seen > scriptSample {
			break
		}
		side, ok := known[r]
		if !ok {
			a, b := encodes(gb, r), encodes(big, r)
			switch {
			case a && !b:
				side = 1
			case b && !a:
				side = -1
			}
			known[r] = side
		}
		switch side {
		case 1:
			hans++
		case -1:
			hant++
		}
	}
	switch {
	case hans > hant:
		return "zh-Hans"
	case hant > hans:
		return "zh-Hant"
	}
	low := strings.ToLower(hint)
	for _, s := range []string{"hant", "tw", "hk", "mo"} {
		if strings.Contains(low, s) {
			return "zh-Hant"
		}
	}
	return "zh-Hans"
}

func encodes(e *encoding.Encoder, r rune) bool {
	_, err := e.String(string(r))
	return err == nil
}

// smallWords are the commonest words of languages in the Latin script that share
// few of them.
var smallWords = map[string]string{
	"en": "the of and to in that is was for on with as by he his from has have this are not be it at said will who an their but",
	"de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach",
	"fr": "le la les des et de du est une dans pour que qui au sur pas par plus avec ce il ont sont aux cette ses était",
	"es": "el la los las de que y en un una por con del se no su para es al lo como más fue ha sobre este ser son",
	"pt": "o os as de que e do da em um uma para com não por mais dos no na se foi ao como é pelo são sua",
	"it": "il lo gli di che e la le un una in per con del della non sono è si da al nel dei più anche alla come ha",
	"nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij door maar naar wordt uit",
	"tr": "ve bir bu için ile olarak da de olan çok daha gibi kadar sonra en olduğu ancak ise göre yeni tarafından",
	"pl": "i w na z do się nie że jest o jak po to od za przez dla są ale był oraz także",
	"sv": "och att det som en på är av för med den till inte har om ett var men från kan",
	"id": "yang dan di untuk dengan dari ini dalam pada tidak akan itu oleh ke juga sebagai telah adalah",
	"vi": "và của là có trong cho được với không các một người những đã này về khi từ",
}

// smallLanguages are the languages of smallWords, the likeliest first, and smallCounts
// how often each word stands in the list of each.
var (
	smallLanguages = [...]string{"en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "sv", "id", "vi"}
	smallCounts    = countSmall()
)

func countSmall() map[string]*[len(smallLanguages)]int {
	out := map[string]*[len(smallLanguages)]int{}
	for i, l := range smallLanguages {
		for w := range strings.FieldsSeq(smallWords[l]) {
			if out[w] == nil {
				out[w] = new([len(smallLanguages)]int)
			}
			out[w][i]++
		}
	}
	return out
}

// longestSmall is the longest of the small words, in bytes.
const longestSmall = 11

// wordsLanguage guesses the language of text by its smallest words; sure when one
// language has twice the hits of any other and enough of them.
func wordsLanguage(text string) (guess string, sure bool) {
	var hits [len(smallLanguages)]int
	n := 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !isLetter(r) && r != '\'' }) {
		if len(w) <= longestSmall {
			if in := smallCounts[w]; in != nil {
				for i, c := range in {
					hits[i] += c
				}
			}
		}
		if n++; n > 2000 {
			break
		}
	}
	best, second := 0, 0
	for i, h := range hits {
		if h > best {
			best, second, guess = h, best, smallLanguages[i]
		} else if h > second {
			second = h
		}
	}
	if best*20 < n || best == 0 {
		return "", false
	}
	return guess, best >= 2*second && best*6 > n && n >= 30
}

// isLetter is unicode.IsLetter, which takes longer for the letters that are most common.
func isLetter(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r)
}
