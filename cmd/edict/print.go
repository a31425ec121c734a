package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"edict/app"
	"edict/news"
)

// The colours of a terminal.
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
)

func (c *command) paint(code, s string) string {
	if s == "" || !c.color(c.stdout) {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// printRecord shows a record: title, source, times, and each tag with the sentence
// that proves it.
func (c *command) printRecord(r news.Record) {
	fmt.Fprintln(c.stdout, c.paint(bold, visible(r.Title)))
	c.printFacts(r)
	c.printMarks(r)
}

func (c *command) printFacts(r news.Record) {
	facts := []string{visible(r.Source), when(r.Position().Time), r.URL}
	if r.Partial {
		why := "partial: the page could not be read"
		if r.PartialWhy != "" {
			why += " (" + visible(r.PartialWhy) + ")"
		}
		facts = append(facts, why)
	}
	fmt.Fprintln(c.stdout, "  "+c.paint(faint, strings.Join(facts, "  ")))
}

// printMarks shows tags with their evidence, amounts and counts.
func (c *command) printMarks(r news.Record) {
	if len(r.Tags) == 0 {
		fmt.Fprintln(c.stdout, "  "+c.paint(faint, "no tag"))
	}
	for _, t := range r.Tags {
		color := green
		if t.Label == news.Crackdown {
			color = red
		}
		fmt.Fprintf(c.stdout, "  %s  %s  %s  score %.2f  %s\n", c.paint(color, string(t.Label)), c.paint(bold, string(t.Jurisdiction)), t.Stage, t.Score, t.State)
		for _, e := range t.Evidence {
			fmt.Fprintf(c.stdout, "    “%s” %s\n", c.paint(bold, visible(e.Quote)), c.paint(faint, fmt.Sprintf("%s %d–%d", e.Field, e.Start, e.End)))
		}
	}
	for _, a := range r.Amounts {
		upTo := ""
		if a.Cap {
			upTo = "up to "
		}
		fmt.Fprintf(c.stdout, "  amount  %s%.0f %s  %s\n", upTo, a.Value, a.Currency, a.Jurisdiction)
	}
	for _, n := range r.Counts {
		of := ""
		if n.Of > 0 {
			of = fmt.Sprintf(" of %d", n.Of)
		}
		fmt.Fprintf(c.stdout, "  count   %d%s %s\n", n.Value, of, visible(n.Unit))
	}
}

func (c *command) printContent(a news.Content) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(c.stdout, "%-10s %s\n", name, visible(value))
		}
	}
	line("title", a.Title)
	line("summary", a.Summary)
	line("authors", strings.Join(a.Authors, ", "))
	line("published", stamp(a.Published))
	line("modified", stamp(a.Modified))
	line("language", a.Language)
	line("url", a.URL)
	if a.CanonicalURL != a.URL {
		line("canonical", a.CanonicalURL)
	}
	line("original", a.Original)
	line("quality", fmt.Sprintf("%.2f", a.Quality))
	fmt.Fprintf(c.stdout, "\n%s\n", visible(a.Text))
}

func (c *command) printExplanation(e app.Extraction) {
	fmt.Fprintf(c.stdout, "\ncharset    %s\ntext from  %s\n", visible(e.Charset), visible(e.Winner))
	for _, k := range e.Candidates {
		fmt.Fprintf(c.stdout, "candidate  %-14s %6d bytes  agreement %.2f\n", visible(k.Name), k.Bytes, k.Agreement)
	}
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(c.stdout, "field      %-14s from %s\n", name, visible(e.Fields[name]))
	}
	for _, cut := range e.Cut {
		text := []rune(visible(cut.Text))
		if len(text) > 70 {
			text = append(text[:70], '…')
		}
		fmt.Fprintf(c.stdout, "cut        %-14s %s\n", visible(cut.Why), string(text))
	}
}

// visible keeps what comes from a page from steering the terminal.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

func when(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func indent(s, by string) string { return strings.ReplaceAll(s, "\n", "\n"+by) }
