package eval

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// worstListed is how many pages a report names.
const worstListed = 20

// A PageReport says how well pages were read, for each extractor.
type PageReport struct {
	List       string            `json:"list"`
	Pages      int               `json:"pages"`
	Extractors []ExtractorReport `json:"extractors"`
	Worst      []PageResult      `json:"worst"` // Edict's, lowest F1 first
	Results    []PageResult      `json:"results,omitempty"`
}

// An ExtractorReport is one extractor's figures. Shares are 0 to 1, over the pages
// whose list names the thing; -1 when none does.
type ExtractorReport struct {
	Name    string      `json:"name"`
	Text    TextScore   `json:"text"`
	Scripts []TextScore `json:"scripts"` // by the script of the reference text
	Title   Share       `json:"title"`   // same letters and digits
	Minute  Share       `json:"minute"`  // published within 60 s
	Day     Share       `json:"day"`
	Authors Share       `json:"authors"` // the same set of names
	Empty   int         `json:"empty"`   // pages with a reference text that gave none
}

// A TextScore compares texts. Precision and Recall are means over pages; F1 is
// theirs, as in the benchmark of ScrapingHub; PageF1 is the mean of the pages' own.
type TextScore struct {
	Script    string  `json:"script"`
	Pages     int     `json:"pages"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	PageF1    float64 `json:"page_f1"`
}

// A Share is how many of how many were right.
type Share struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

// Value is the share, or -1 of none.
func (s Share) Value() float64 {
	if s.Of == 0 {
		return -1
	}
	return float64(s.Right) / float64(s.Of)
}

// A PageResult is one page as Edict read it.
type PageResult struct {
	Site      string  `json:"site"`
	Path      string  `json:"path"`
	File      string  `json:"file"`
	Script    string  `json:"script"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	HasText   bool    `json:"has_text"` // the list names a text
	Empty     bool    `json:"empty"`    // nothing came out
	Title     bool    `json:"title"`
	Minute    bool    `json:"minute"`
	Authors   bool    `json:"authors"`
	Error     string  `json:"error,omitempty"`
}

func newPageReport(list string, names []string) PageReport {
	r := PageReport{List: list}
	for _, n := range names {
		r.Extractors = append(r.Extractors, ExtractorReport{Name: n, Text: TextScore{Script: "all"}})
	}
	return r
}

func (r *PageReport) add(name string, l PageLine, got reading) {
	i := slices.IndexFunc(r.Extractors, func(e ExtractorReport) bool { return e.Name == name })
	res := r.Extractors[i].add(l, got)
	if name == edict {
		r.Results = append(r.Results, res)
	}
}

func (e *ExtractorReport) add(l PageLine, got reading) PageResult {
	res := PageResult{Site: l.Site, Path: l.Path, File: l.File, Error: got.err, HasText: l.Text != "", Empty: strings.TrimSpace(got.text) == ""}
	if l.Title != "" {
		res.Title = e.Title.count(sameTitle(got.title, l.Title))
	}
	if l.Published != "" {
		res.Minute = e.Minute.count(sameMoment(got.published, l.Published))
		e.Day.count(sameDay(got.published, l.Published))
	}
	if len(l.Authors) > 0 {
		res.Authors = e.Authors.count(sameAuthors(got.authors, l.Authors))
	}
	if l.Text == "" {
		return res
	}
	// Publishers differ in whether the standfirst is part of the text.
	p, rc := overlap(got.text, l.Text)
	if got.summary != "" {
		if p2, r2 := overlap(got.summary+"\n"+got.text, l.Text); f1(p2, r2) > f1(p, rc) {
			p, rc = p2, r2
		}
	}
	res.Script, res.Precision, res.Recall, res.F1 = scriptOf(l.Text), p, rc, f1(p, rc)
	if res.Empty {
		e.Empty++
	}
	e.Text.count(res)
	j := slices.IndexFunc(e.Scripts, func(s TextScore) bool { return s.Script == res.Script })
	if j < 0 {
		j = len(e.Scripts)
		e.Scripts = append(e.Scripts, TextScore{Script: res.Script})
	}
	e.Scripts[j].count(res)
	return res
}

func (s *Share) count(right bool) bool {
	s.Of++
	if right {
		s.Right++
	}
	return right
}

// count adds sums, which finish divides.
func (t *TextScore) count(r PageResult) {
	t.Pages++
	t.Precision += r.Precision
	t.Recall += r.Recall
	t.PageF1 += r.F1
}

func (t *TextScore) finish() {
	if t.Pages == 0 {
		return
	}
	n := float64(t.Pages)
	t.Precision, t.Recall, t.PageF1 = t.Precision/n, t.Recall/n, t.PageF1/n
	t.F1 = f1(t.Precision, t.Recall)
}

func (r *PageReport) finish() {
	for i := range r.Extractors {
		e := &r.Extractors[i]
		e.Text.finish()
		for j := range e.Scripts {
			e.Scripts[j].finish()
		}
		slices.SortFunc(e.Scripts, func(a, b TextScore) int { return cmp.Or(b.Pages-a.Pages, strings.Compare(a.Script, b.Script)) })
	}
	for _, res := range r.Results {
		if res.HasText {
			r.Worst = append(r.Worst, res)
		}
	}
	slices.SortStableFunc(r.Worst, func(a, b PageResult) int { return cmp.Compare(a.F1, b.F1) })
	r.Worst = r.Worst[:min(len(r.Worst), worstListed)]
}

// Text writes the report for a reader.
func (r PageReport) Text(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s: %d pages\n\n", r.List, r.Pages)
	fmt.Fprintln(t, "extractor\ttext F1\tprecision\trecall\tpage F1\tempty\ttitle\twithin 60 s\tsame day\tauthors")
	for _, e := range r.Extractors {
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%.4f\t%d\t%s\t%s\t%s\t%s\n", e.Name, e.Text.F1, e.Text.Precision, e.Text.Recall, e.Text.PageF1, e.Empty, e.Title, e.Minute, e.Day, e.Authors)
	}
	fmt.Fprintln(t, "\nby script of the text\tpages\ttext F1\tprecision\trecall\tpage F1")
	for _, e := range r.Extractors {
		for _, s := range e.Scripts {
			fmt.Fprintf(t, "%s, %s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\n", e.Name, s.Script, s.Pages, s.F1, s.Precision, s.Recall, s.PageF1)
		}
	}
	fmt.Fprintf(t, "\nthe %d worst\tF1\tprecision\trecall\t\n", len(r.Worst))
	for _, p := range r.Worst {
		fmt.Fprintf(t, "%s %s\t%.3f\t%.3f\t%.3f\t%s\n", p.Site, p.File, p.F1, p.Precision, p.Recall, p.Error)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("page report: %w", err)
	}
	return nil
}

func (s Share) String() string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f (%d/%d)", s.Value(), s.Right, s.Of)
}
