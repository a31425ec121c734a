package store

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/news"
)

// maxOccurrences bounds how often one term is looked for in one text: where it stands
// a hundred times, more of it say nothing more.
const maxOccurrences = 100

// An occurrence is where a term stands: bytes of a folded text.
type occurrence struct{ term, start, end int }

// wanted are the terms that must be there.
func wanted(terms []term) []term {
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool { return t.not })
}

// occurrences returns where terms stand in a folded text, in order. It is what both
// databases call found: a word as a whole, a beginning with the rest of its word, a
// phrase with its words in a row, a run without spaces anywhere in one.
func occurrences(terms []term, folded string) []occurrence {
	line := " " + folded + " "
	var out []occurrence
	for n, t := range terms {
		p := phrase(t)
		before := len(p) - len(strings.TrimLeft(p, " "))
		behind := len(p) - len(strings.TrimRight(p, " "))
		for at, found := 0, 0; found < maxOccurrences; found++ {
			i := strings.Index(line[at:], p)
			if i < 0 {
				break
			}
			start, end := at+i+before, at+i+len(p)-behind
			if r, _ := utf8.DecodeLastRuneInString(p); behind == 0 && !isUnspaced(r) {
				end += strings.IndexByte(line[end:], ' ')
			}
			out = append(out, occurrence{n, start - 1, end - 1})
			at = end // the space behind it may be the one before the next
		}
	}
	slices.SortFunc(out, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.term, b.term))
	})
	return out
}

// A place is where a term stands in a text as it was written.
type place struct {
	term int
	news.Span
}

// findTerms returns where terms stand in text, in order.
func findTerms(terms []term, text string) []place {
	folded, source := foldTraced(text)
	found := occurrences(terms, folded)
	out := make([]place, len(found))
	for i, o := range found {
		end := int(source[o.end-1])
		_, size := utf8.DecodeRuneInString(text[end:])
		for end += size; ; end += size { // the accents that the last letter wears
			var r rune
			if r, size = utf8.DecodeRuneInString(text[end:]); !unicode.IsMark(r) {
				break
			}
		}
		out[i] = place{o.term, news.Span{Start: int(source[o.start]), End: end}}
	}
	return out
}

// spansOf makes one span of places that overlap or touch, cut to what lies within.
func spansOf(places []place, within news.Span) []news.Span {
	var out []news.Span
	for _, p := range places {
		s := news.Span{Start: max(p.Start, within.Start), End: min(p.End, within.End)}
		if s.Start >= s.End {
			continue
		}
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// mark tells where terms stand in r.
func mark(terms []term, r news.Record) news.Hit {
	terms = wanted(terms)
	h := news.Hit{Record: r, Title: spansOf(findTerms(terms, r.Title), news.Span{End: len(r.Title)})}
	text, inText := bestFragment(terms, news.Text, r.Text)
	summary, inSummary := bestFragment(terms, news.Summary, r.Summary)
	switch {
	case inText > 0 && inText >= inSummary, summary.Field == "":
		h.Fragment = text
	default:
		h.Fragment = summary
	}
	return h
}

// phrase is what stands in a folded text where the term is found. A word ends with a
// space; a run without spaces may go on.
func phrase(t term) string {
	p := t.folded
	if !startsUnspaced(p) {
		p = " " + p
	}
	last := p[strings.LastIndexByte(p, ' ')+1:]
	if !t.prefix && !startsUnspaced(last) {
		p += " "
	}
	return p
}
