package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"edict/news"
)

// A part is a stretch of a text on a page: plain, or evidence if it has a class.
type part struct {
	Text  string
	Class string // of the style sheet: pro, crack, other, fact, or several
	Note  string // which rules matched
	ID    string // anchor, unique on the page; "" on cards
}

// A span is what is marked in one field: bytes start to end.
type span struct {
	start, end int
	classes    []string
	notes      []string
	id         string
}

// evidenceSpan makes a span of e, marked as class.
func evidenceSpan(e news.Evidence, class string) span {
	sp := span{start: e.Start, end: e.End, classes: []string{class}}
	if e.Rule != "" {
		sp.notes = []string{e.Rule}
	}
	return sp
}

// mergeSpans sorts spans and makes one of those that overlap, with the classes and
// notes of all. Spans that do not lie on character boundaries within text are left
// out: a record from another hand must not break the page.
func mergeSpans(text string, spans []span) []span {
	spans = slices.DeleteFunc(slices.Clone(spans), func(sp span) bool {
		return sp.start < 0 || sp.end <= sp.start || sp.end > len(text) ||
			!boundary(text, sp.start) || !boundary(text, sp.end)
	})
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	var out []span
	for _, sp := range spans {
		if n := len(out); n > 0 && sp.start < out[n-1].end {
			last := &out[n-1]
			last.end = max(last.end, sp.end)
			last.classes = union(last.classes, sp.classes)
			last.notes = union(last.notes, sp.notes)
			continue
		}
		sp.classes, sp.notes = union(nil, sp.classes), union(nil, sp.notes)
		out = append(out, sp)
	}
	return out
}

// boundary reports whether a character of text begins at byte i, or text ends.
func boundary(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// markRange cuts bytes from to to of text into parts. merged are spans of the
// whole text, as mergeSpans returns them; what reaches out of the range is cut.
func markRange(text string, from, to int, merged []span) []part {
	var parts []part
	plain := func(s string) {
		if s != "" {
			parts = append(parts, part{Text: s})
		}
	}
	at := from
	for _, sp := range merged {
		start, end := max(sp.start, at), min(sp.end, to)
		if start >= end {
			continue
		}
		plain(text[at:start])
		p := part{Text: text[start:end], Class: strings.Join(sp.classes, " "), Note: strings.Join(sp.notes, ", ")}
		if start == sp.start { // a span over two paragraphs has its anchor in the first
			p.ID = sp.id
		}
		parts = append(parts, p)
		at = end
	}
	plain(text[at:to])
	return parts
}

// marks are all evidence of a record, merged per field, each with an anchor.
type marks map[news.Field][]span

// allMarks gathers the evidence of tags, amounts and counts of r. Rejected tags
// are not marked: an analyst said that they are no evidence.
func allMarks(r news.Record) marks {
	raw := map[news.Field][]span{}
	add := func(evidence []news.Evidence, class string) {
		for _, e := range evidence {
			raw[e.Field] = append(raw[e.Field], evidenceSpan(e, class))
		}
	}
	for _, t := range r.Tags {
		if t.State != news.Rejected {
			add(t.Evidence, labelClass(t.Label))
		}
	}
	for _, a := range r.Amounts {
		add(a.Evidence, "fact")
	}
	for _, c := range r.Counts {
		add(c.Evidence, "fact")
	}
	m, n := marks{}, 0
	for _, f := range []news.Field{news.Title, news.Summary, news.Text} {
		m[f] = mergeSpans(r.Field(f), raw[f])
		for i := range m[f] {
			n++
			m[f][i].id = "e" + strconv.Itoa(n)
		}
	}
	return m
}

// anchor returns the id of the mark that holds e, or "".
func (m marks) anchor(e news.Evidence) string {
	for _, sp := range m[e.Field] {
		if sp.start <= e.Start && e.End <= sp.end {
			return sp.id
		}
	}
	return ""
}

// A paragraph is one line of a text.
type paragraph []part

// paragraphs cuts the text of a field into its lines, with evidence marked.
func (m marks) paragraphs(text string, f news.Field) []paragraph {
	var out []paragraph
	for from := 0; from < len(text); {
		to := len(text)
		if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
			to = from + i
		}
		if strings.TrimSpace(text[from:to]) != "" {
			out = append(out, markRange(text, from, to, m[f]))
		}
		from = to + 1
	}
	return out
}
