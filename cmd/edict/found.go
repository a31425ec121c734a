package main

import (
	"fmt"
	"strings"

	"edict/news"
)

// showFound prints what a search found, and among what it looked.
func (c *command) showFound(found news.Found, format string, q news.Search) error {
	if found.Indexed < 100 {
		fmt.Fprintf(c.stderr, "The search index is being made: %d %% of what is stored is in it, the rest is not found yet.\n", found.Indexed)
	}
	if len(found.Hits) == 0 {
		return fmt.Errorf("nothing stored matches %q: %w", q.Words, news.ErrNotFound)
	}
	for _, h := range found.Hits {
		if format == "json" {
			if err := c.printJSON(h.Record); err != nil {
				return err
			}
			continue
		}
		c.printHit(h)
	}
	if format != "text" {
		return nil
	}
	switch {
	case q.Order == news.Relevance && found.Older:
		fmt.Fprintf(c.stderr, "By relevance among the newest %d matches; older ones were not looked at.\n", found.Ranked)
	case q.Order == news.Relevance && found.Ranked == 1:
		fmt.Fprintln(c.stderr, "By relevance: 1 match.")
	case q.Order == news.Relevance:
		fmt.Fprintf(c.stderr, "By relevance among all %d matches.\n", found.Ranked)
	case found.More:
		fmt.Fprintf(c.stderr, "These are the newest %d.\n", len(found.Hits))
	}
	if found.More {
		fmt.Fprintln(c.stderr, "There are more: --limit shows them.")
	}
	return nil
}

// printHit shows a record with what was found in it: its title, and the fragment
// where most of the words stand.
func (c *command) printHit(h news.Hit) {
	r := h.Record
	title := []news.Span{{End: len(r.Title)}}
	if len(h.Title) > 0 {
		title = h.Title // bold is what was found
	}
	fmt.Fprintln(c.stdout, c.paintSpans(r.Title, news.Span{End: len(r.Title)}, title))
	c.printFacts(r)
	if f := h.Fragment; len(f.Marks) > 0 {
		text := r.Field(f.Field)
		front, back := "", ""
		if strings.TrimSpace(text[:f.Start]) != "" {
			front = "… "
		}
		if strings.TrimSpace(text[f.End:]) != "" {
			back = " …"
		}
		fmt.Fprintln(c.stdout, "  "+front+c.paintSpans(text, f.Span, f.Marks)+back)
	}
	c.printMarks(r)
}

// paintSpans returns a part of a text on one line, with spans bold.
func (c *command) paintSpans(text string, part news.Span, spans []news.Span) string {
	plain := func(from, to int) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' {
				return ' '
			}
			return r
		}, visible(text[from:to]))
	}
	var b strings.Builder
	at := part.Start
	for _, s := range spans {
		b.WriteString(plain(at, s.Start) + c.paint(bold, plain(s.Start, s.End)))
		at = s.End
	}
	return b.String() + plain(at, part.End)
}
