package web

import (
	"strings"

	"edict/news"
)

// foundClass marks what a search found.
const foundClass = "hit"

// markFound marks found spans in parts of a text, of which the first begins at byte
// at: evidence in which a word was found keeps its own mark around it. Spans are in
// order and do not overlap.
func markFound(parts []part, at int, found []news.Span) []part {
	if len(found) == 0 {
		return parts
	}
	var out []part
	for _, p := range parts {
		end := at + len(p.Text)
		piece := func(to int, hit bool) {
			if to <= at {
				return
			}
			q := p
			q.Text = p.Text[at-(end-len(p.Text)) : to-(end-len(p.Text))]
			if hit {
				q.Class = strings.TrimSpace(p.Class + " " + foundClass)
			}
			out = append(out, q)
			at = to
		}
		for _, s := range found {
			if s.End > at && s.Start < end {
				piece(min(s.Start, end), false)
				piece(min(s.End, end), true)
			}
		}
		piece(end, false)
	}
	return out
}

// fragmentExcerpt is the fragment of h, if words stand in it. What the store says is
// checked: a mistake there must not break the page.
func fragmentExcerpt(h news.Hit) excerpt {
	f := h.Fragment
	text := h.Record.Field(f.Field)
	if len(f.Marks) == 0 || f.Start < 0 || f.End > len(text) || f.Start >= f.End || !boundary(text, f.Start) || !boundary(text, f.End) {
		return excerpt{}
	}
	return excerpt{
		Front: strings.TrimSpace(text[:f.Start]) != "", Back: strings.TrimSpace(text[f.End:]) != "",
		Parts: markFound([]part{{Text: text[f.Start:f.End]}}, f.Start, f.Marks),
	}
}
