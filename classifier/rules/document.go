package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

// A zone is where in an article a sentence stands.
type zone int

const (
	titleZone zone = iota
	summaryZone
	leadZone      // the first three paragraphs of the text
	paragraphZone // the beginning of a later paragraph
	bodyZone
	zones
)

var zoneNames = [zones]string{"title", "summary", "lead", "paragraph", "body"}

// leadParagraphs is how many paragraphs of the text are its beginning.
const leadParagraphs = 3

// leadSentences is how many sentences of a paragraph may belong to the beginning: a
// text without paragraphs is not all beginning.
const leadSentences = 16

// An occurrence is a set, or a place, at some bytes of a field.
type occurrence struct {
	start, end int32
	set        symbol
	mention    int16 // index into the field's mentions, or -1
}

// A sentence is what patterns look at.
type sentence struct {
	field      news.Field
	zone       zone
	text       string // of the field
	start, end int
	found      []occurrence
	has        symbols
	opens      bool             // it is the first of its paragraph
	mentions   []places.Mention // of the field
	quoted     []match.Span
}

// A document is an article, scanned.
type document struct {
	sentences []sentence
	has       symbols
	title     []places.Mention
}

// open scans the fields of c.
func (s *Set) open(c news.Content) *document {
	d := &document{}
	s.read(d, news.Title, c.Title, titleZone)
	if len(d.sentences) > 0 {
		d.title = d.sentences[0].mentions
	}
	s.read(d, news.Summary, c.Summary, summaryZone)
	first := leadZone
	if c.Title == "" {
		first = titleZone
	}
	s.read(d, news.Text, c.Text, first)
	return d
}

// read scans one field. first is the zone of its first sentence.
func (s *Set) read(d *document, field news.Field, text string, first zone) {
	if text == "" {
		return
	}
	hits := s.matcher.Append(nil, text)
	if len(hits) == 0 && field == news.Text {
		return
	}
	shown := capitalised(text)
	mentions := s.gazetteer.Mentions(shown, placeHits(hits, s.places))
	found := s.occurrences(text, hits, mentions)
	at := 0
	paragraph := 0
	for _, p := range match.Paragraphs(text) {
		for n, span := range match.Sentences(shown[p.Start:p.End]) {
			start, end := p.Start+span.Start, p.Start+span.End
			sen := sentence{field: field, zone: first, text: text, start: start, end: end, opens: n == 0, mentions: mentions}
			if field == news.Text && (paragraph > 0 || at > 0 && first == titleZone) {
				sen.zone = leadZone
				if paragraph >= leadParagraphs || n >= leadSentences {
					sen.zone = bodyZone
				}
			}
			for at < len(found) && int(found[at].start) < start {
				at++
			}
			from := at
			for at < len(found) && int(found[at].start) < end {
				sen.has.add(found[at].set)
				at++
			}
			sen.found = found[from:at:at]
			sen.mark()
			for i := range d.has {
				d.has[i] |= sen.has[i]
			}
			d.sentences = append(d.sentences, sen)
		}
		paragraph++
	}
}

// capitalised begins every word of text with a capital, byte for byte, if text has
// none at all: a feed that lowers its case still names places. Any other text is
// returned as it is.
func capitalised(text string) string {
	letters := false
	for i := range len(text) {
		if text[i] >= 'A' && text[i] <= 'Z' {
			return text
		}
		letters = letters || text[i] >= 'a' && text[i] <= 'z'
	}
	if !letters {
		return text
	}
	out := []byte(text)
	for i, c := range out {
		if c >= 'a' && c <= 'z' && (i == 0 || out[i-1] == ' ' || out[i-1] == '\n' || out[i-1] == '"' || out[i-1] == '(' || out[i-1] == '-') {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

func placeHits(hits []match.Hit, below int) []match.Hit {
	out := make([]match.Hit, 0, len(hits))
	for _, h := range hits {
		if h.Phrase < below {
			out = append(out, h)
		}
	}
	return out
}

// occurrences turns hits into sets, without those that an exception covers or that
// a longer phrase of the same set holds, and mentions into places.
func (s *Set) occurrences(text string, hits []match.Hit, mentions []places.Mention) []occurrence {
	var barred []occurrence
	for _, h := range hits {
		if h.Phrase >= s.places {
			for _, set := range s.bars[h.Phrase-s.places] {
				barred = append(barred, occurrence{int32(h.Start), int32(h.End), set, -1})
			}
		}
	}
	out := make([]occurrence, 0, len(hits)+2*len(mentions))
	keep := func(h match.Hit, set symbol) bool {
		if s.subjects.has(set) && governed(text, h.Start) {
			return true
		}
		for _, b := range barred {
			if b.set == set && int(b.start) <= h.Start && h.End <= int(b.end) && (int(b.start) < h.Start || h.End < int(b.end)) {
				return false
			}
		}
		out = append(out, occurrence{int32(h.Start), int32(h.End), set, -1})
		return true
	}
	for _, h := range hits {
		if h.Phrase < s.places {
			continue
		}
		for _, set := range s.uses[h.Phrase-s.places] {
			if keep(h, set) {
				for _, up := range s.above[set] {
					keep(h, up)
				}
			}
		}
	}
	for i, m := range mentions {
		o := occurrence{int32(m.Start), int32(m.End), placeSymbol, int16(i)}
		add := func(set symbol) {
			o.set = set
			out = append(out, o)
			for _, up := range s.above[set] {
				o.set = up
				out = append(out, o)
			}
		}
		add(placeSymbol)
		if m.Kind == places.Actor {
			add(agencySymbol)
		} else if subject(text, m) {
			add(subjectSymbol)
		}
	}
	slices.SortStableFunc(out, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.set, b.set))
	})
	return longest(out)
}

// longest drops what stands within a longer one of the same set.
func longest(found []occurrence) []occurrence {
	out := found[:0]
next:
	for _, o := range found {
		for i := len(out) - 1; i >= 0 && o.start-out[i].start < 200; i-- {
			if out[i].set == o.set && out[i].end >= o.end && out[i].mention == o.mention {
				continue next
			}
		}
		out = append(out, o)
	}
	return out
}

// notSubject are words after which a place is where, not who.
var notSubject = map[string]bool{
	"in": true, "from": true, "at": true, "across": true, "outside": true, "near": true, "to": true, "into": true,
	"throughout": true, "within": true, "of": true, "for": true, "on": true, "with": true, "against": true, "over": true,
	"than": true, "via": true, "beyond": true, "around": true, "like": true, "leaving": true, "leave": true, "flee": true,
	"left": true, "quit": true, "exit": true,
}

// subject reports whether m can be who acts: a place by its own name, not after a
// preposition, and not an adjective or owner of what follows.
func subject(text string, m places.Mention) bool {
	if m.Kind == places.Demonym {
		return false
	}
	after := text[m.End:]
	for _, owner := range []string{"'s", "’s", "' ", "’ ", "的", "-based", "-backed", "-listed", "-made", "-focused", "-born", "-style", " based"} {
		if strings.HasPrefix(after, owner) {
			return false
		}
	}
	word, rest := lastWord(text[:m.Start])
	if notSubject[word] {
		return false
	}
	if word == "the" || word == "northern" || word == "southern" || word == "eastern" || word == "western" {
		word, _ = lastWord(rest)
		return !notSubject[word]
	}
	r, _ := utf8.DecodeLastRuneInString(text[:m.Start])
	return r != '在' && r != '于' && r != '於' && r != '从' && r != '從' && r != '赴' && r != '到'
}

// governing are prepositions after which an authority is not who acts.
var governing = map[string]bool{
	"by": true, "to": true, "for": true, "with": true, "from": true, "against": true, "on": true, "at": true, "in": true,
	"of": true, "wants": true, "urges": true, "asks": true, "helps": true, "help": true, "lets": true, "sues": true, "tells": true, "between": true,
}

// determiners may stand between a preposition and its noun.
var determiners = map[string]bool{
	"the": true, "a": true, "an": true, "its": true, "their": true, "local": true, "state": true, "federal": true, "us": true,
	"chinese": true, "this": true, "that": true, "several": true, "some": true, "many": true, "other": true,
}

// governed reports whether what begins at a byte of text stands after a
// preposition.
func governed(text string, start int) bool {
	word, rest := lastWord(text[max(0, start-40):start])
	if determiners[word] {
		word, _ = lastWord(rest)
	}
	return governing[word]
}

// lastWord returns the last word of s in lower case, if s ends with it and at most
// a space, and what stands before it.
func lastWord(s string) (word, rest string) {
	s = strings.TrimRight(s, " ")
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return strings.ToLower(s[i+1:]), s[:max(i, 0)]
}

// mark adds question marks and semicolons, and finds what is quoted.
func (s *sentence) mark() {
	text := s.text[s.start:s.end]
	open := -1
	for i, r := range text {
		at := s.start + i
		set := placeSymbol
		switch r {
		case '?', '？':
			set = questionSymbol
		case ';', '；':
			set = stopSymbol
		case '“', '"', '「':
			if open < 0 || r != '"' {
				open = at
				continue
			}
			fallthrough
		case '”', '」':
			if open >= 0 && halfWords(s.text[open:at], minQuote+1) > minQuote {
				s.quoted = append(s.quoted, match.Span{Start: open, End: at})
			}
			open = -1
			continue
		default:
			continue
		}
		s.has.add(set)
		o := occurrence{int32(at), int32(at + utf8.RuneLen(r)), set, -1}
		i, _ := slices.BinarySearchFunc(s.found, o, func(a, b occurrence) int { return cmp.Compare(a.start, b.start) })
		s.found = slices.Insert(s.found, i, o)
	}
}

// minQuote is the longest quotation, in half-words, that is taken for a name or a
// so-called, not for speech.
const minQuote = 10

// halfWords counts the words of s: 2 for a word, 1 for a Chinese character, so that
// one limit serves both. It stops past limit.
func halfWords(s string, limit int) int {
	n := 0
	inWord := false
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
			if letter && !inWord {
				n += 2
			}
			inWord = letter || inWord && (r == '\'' || r == '.' || r == ',')
		case unicode.Is(unicode.Han, r):
			n, inWord = n+1, false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inWord {
				n += 2
			}
			inWord = true
		case r == '’':
		default:
			inWord = false
		}
		if n > limit {
			return n
		}
	}
	return n
}
