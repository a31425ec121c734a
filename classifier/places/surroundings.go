package places

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/news"
)

// behindComma reports whether what begins at start stands behind a comma and a
// name: "Rockdale, TX".
func (r *resolver) behindComma(start int) bool {
	before := strings.TrimRight(r.text[:start], " ")
	if !strings.HasSuffix(before, ",") || len(before) == start {
		return false
	}
	word := lastWord(strings.TrimSuffix(before, ","))
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first)
}

// lastWord returns the word that s ends with, or "".
func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' && c != '\'' && c != '’' && c != '.' })
	if i < 0 {
		return s
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[i+n:]
}

// firstWord returns the word that s begins with, or "".
func firstWord(s string) string {
	if i := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' && c != '\'' && c != '’' }); i >= 0 {
		return s[:i]
	}
	return s
}

// notNames are words that stand beside places and are no part of a person's name,
// even where they have a capital.
var notNames = words(`in at from to of and or the a an for with by as on but if when while where across near outside into
	since after before over under around between against both via per than that this these those its their his her our
	government governments authorities authority regulator regulators lawmakers ministry minister parliament senate
	house legislature governor president premier king court police bank central national federal state county city
	power electric energy public utilities utility commission department office securities financial tax customs border
	republic kingdom senator rep representative sen gov mayor attorney general secretary university news times airport
	bitcoin crypto cryptocurrency blockchain mining miners miner is was has will bans ban banned passes passed says said
	plans plan considers launches becomes approves proposes announces moves cracks seizes shuts law bill new north south
	east west northern southern eastern western southeast southwest central upstate downtown greater`)

// namesPerson reports whether the name at start:end is one of a person there:
// another capitalised word stands beside it that is no word of the trade, in a
// sentence whose other words are in lower case.
func (r *resolver) namesPerson(start, end int) bool {
	if r.titleCase(start, end) {
		return false
	}
	if rest := r.text[end:]; strings.HasPrefix(rest, " ") && personWord(firstWord(rest[1:])) {
		return true
	}
	before := r.text[:start]
	return strings.HasSuffix(before, " ") && personWord(lastWord(strings.TrimSuffix(before, " ")))
}

// personWord reports whether w may be the other half of a person's name.
func personWord(w string) bool {
	w = strings.TrimRight(w, ".")
	first, n := utf8.DecodeRuneInString(w)
	if n == len(w) || !unicode.IsUpper(first) {
		return false
	}
	second, _ := utf8.DecodeRuneInString(w[n:])
	return unicode.IsLower(second) && !notNames[strings.ToLower(w)]
}

// titleReach is how far on either side of a name, in bytes, its line is looked at.
const titleReach = 200

// titleCase reports whether most words of the line around start:end have a
// capital, so that one says nothing.
func (r *resolver) titleCase(start, end int) bool {
	from, to := max(0, start-titleReach), min(len(r.text), end+titleReach)
	if i := strings.LastIndexByte(r.text[from:start], '\n'); i >= 0 {
		from += i + 1
	}
	if i := strings.IndexByte(r.text[end:to], '\n'); i >= 0 {
		to = end + i
	}
	for from < start && !utf8.RuneStart(r.text[from]) {
		from++
	}
	for to > end && to < len(r.text) && !utf8.RuneStart(r.text[to]) {
		to--
	}
	capitals, small := 0, 0
	for _, part := range [2]string{r.text[from:start], r.text[end:to]} {
		for w := range strings.FieldsSeq(part) {
			if len(w) < 4 {
				continue
			}
			switch c, _ := utf8.DecodeRuneInString(w); {
			case unicode.IsUpper(c):
				capitals++
			case unicode.IsLower(c):
				small++
			}
		}
	}
	return capitals > 2*small
}

// locative are words behind which a capital is the city.
var locative = words(`in near at outside around across throughout inside within downtown central greater visiting capital city to`)

// cityNouns are words before which a capital is the city.
var cityNouns = words(`city municipality municipal region residents resident district districts suburb suburbs suburban oblast metro
	airport subway streets street time stock exchange university hospital office offices headquarters conference summit forum
	bureau mayor police court apartment apartments airport borough neighborhood neighbourhood restaurant startup startups firm
	company companies hotel event high-rise skyline area urban prefecture`)

// asCity reports whether the capital at f is the city rather than the government
// that sits there.
func (r *resolver) asCity(out []Mention, f *found, country news.Jurisdiction) bool {
	before, after := r.text[:f.start], r.text[f.end:]
	if strings.HasPrefix(after, "-based") || strings.HasPrefix(after, "-headquartered") || strings.HasPrefix(after, "-registered") {
		return true
	}
	if next := strings.TrimPrefix(after, " "); next != after && cityNouns[strings.ToLower(firstWord(next))] {
		return true
	}
	if dateline(before, after) {
		return true
	}
	if strings.HasPrefix(after, ", ") && r.countryAt(f.end+2, country) {
		return true
	}
	if strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\u00a0") {
		switch w := strings.ToLower(lastWord(strings.TrimRight(before, " \u00a0"))); {
		case w == "to":
			// "expands its ban to Moscow": the government has been named already.
			return r.namedBefore(out, f, country)
		case locative[w]:
			return true
		}
	}
	return r.inList(out, f)
}

// dateline reports whether a place stands at the head of a report: "MOSCOW
// (Reuters)", "BEIJING, July 14".
func dateline(before, after string) bool {
	if before != "" && !strings.HasSuffix(before, "\n") {
		return false
	}
	for _, sign := range []string{" (", " —", " –", " - ", ": "} {
		if strings.HasPrefix(after, sign) {
			return sign != ": "
		}
	}
	return strings.HasPrefix(after, ", ") && months[strings.ToLower(strings.TrimRight(firstWord(after[2:]), "."))]
}

var months = words(`jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
	november dec december`)

// countryAt reports whether the text names country at i beyond doubt.
func (r *resolver) countryAt(i int, country news.Jurisdiction) bool {
	for _, e := range r.known {
		if e.start == i && e.code == country {
			return true
		}
	}
	return false
}

// namedBefore reports whether country was named before f in the same sentence.
func (r *resolver) namedBefore(out []Mention, f *found, country news.Jurisdiction) bool {
	for _, o := range slices.Backward(out) {
		if o.Code == country && !strings.ContainsAny(r.text[o.End:f.start], ".\n") {
			return true
		}
	}
	return false
}

// inList reports whether f stands beside a division or city of the same country, as
// in "Beijing, Shanghai and Sichuan".
func (r *resolver) inList(out []Mention, f *found) bool {
	home := country(f.name.means[0].codes[0])
	if len(out) > 0 {
		m := &out[len(out)-1]
		if (m.Kind == Division || m.Kind == City) && country(m.Code) == home && listed(r.text[m.End:f.start]) {
			return true
		}
	}
	for _, e := range r.known {
		if e.start > f.end && country(e.code) == home && divided(e.code) {
			return listed(r.text[f.end:e.start])
		}
	}
	return false
}

// listed reports whether between joins two items of a list.
func listed(between string) bool {
	switch strings.TrimSpace(between) {
	case ",", "and", "or", "&", ", and", ", or", "/":
		return true
	}
	return false
}

func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}
