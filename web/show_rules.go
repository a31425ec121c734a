package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"edict/news"
	"edict/review"
)

// rulesView is the page of the rules.
type rulesView struct {
	InForce string
	Rows    []ruleRow
}

// A ruleRow is one rule under one label.
type ruleRow struct {
	Rule                                   string
	Label                                  labelName
	Tags, Share, Alone, Accepted, Rejected string
	Precision                              string // "" where nobody has decided
	Weak                                   bool
	decided, tags                          int64
}

func (s *Server) showRules(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	last, err := s.Reader.LastChange(r.Context())
	if err != nil {
		return view{}, fmt.Errorf("read the last change: %w", err)
	}
	list, err := s.rules.get(r.Context(), s, "the rules", [2]int64{last}, s.Review.Books.RuleCounts)
	if err != nil {
		return view{}, fmt.Errorf("count the tags of rules: %w", err)
	}
	whole := map[news.Label]int64{} // tags of a label, that stand and that were rejected
	for _, c := range t.tally {
		whole[c.Label] += c.N
	}
	for _, c := range list {
		whole[c.Label] = max(whole[c.Label], c.Tags)
	}
	v := rulesView{InForce: ruleName(s.Rules)}
	for _, c := range list {
		row := ruleRow{
			Rule: c.Rule, Label: nameLabel(c.Label), Tags: thousands(c.Tags), Alone: thousands(c.Alone), Accepted: thousands(c.Accepted), Rejected: thousands(c.Rejected),
			Weak: review.IsWeak(c), tags: c.Tags, decided: c.Accepted + c.Rejected,
		}
		if n := whole[c.Label]; n > 0 {
			row.Share = fmt.Sprintf("%.1f %%", 100*float64(c.Tags)/float64(n))
		}
		if row.decided > 0 {
			row.Precision = fmt.Sprintf("%.0f %%", 100*float64(c.Accepted)/float64(row.decided))
		}
		v.Rows = append(v.Rows, row)
	}
	slices.SortStableFunc(v.Rows, func(a, b ruleRow) int { // weak ones first, then the most used
		return cmp.Or(-cmp.Compare(bit(a.Weak), bit(b.Weak)), cmp.Compare(b.tags, a.tags), strings.Compare(a.Rule, b.Rule))
	})
	return view{template: "rules", title: "Rules", nav: "review", totals: t, body: v}, nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// exportPage is how many lines of a journal are read at a time.
const exportPage = 500

// exportDecisions writes all decisions, the oldest first, each as a line of JSON.
func (s *Server) exportDecisions(w http.ResponseWriter, r *http.Request) {
	exportLines(s, w, r, "decisions.jsonl", func(after int64) ([]news.Decision, int64, error) {
		list, err := s.Review.Books.Decisions(r.Context(), after, exportPage)
		if len(list) > 0 {
			after = list[len(list)-1].Number
		}
		return list, after, err
	})
}

// exportNotes does the same for notes.
func (s *Server) exportNotes(w http.ResponseWriter, r *http.Request) {
	exportLines(s, w, r, "notes.jsonl", func(after int64) ([]news.Note, int64, error) {
		list, err := s.Review.Books.NotesAfter(r.Context(), after, exportPage)
		if len(list) > 0 {
			after = list[len(list)-1].Number
		}
		return list, after, err
	})
}

// exportLines writes what next gives, page after page. An error before the first line is
// a page; a later one cuts the connection, so that half a file is not taken for all.
func exportLines[T any](s *Server, w http.ResponseWriter, r *http.Request, name string, next func(after int64) ([]T, int64, error)) {
	after, begun := int64(0), false
	for {
		list, last, err := next(after)
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		for i := 0; err == nil && i < len(list); i++ {
			err = enc.Encode(list[i])
		}
		if err != nil {
			if begun {
				s.Log.Error("a download broke off", "file", name, "error", err)
				panic(http.ErrAbortHandler)
			}
			s.page(func(*http.Request) (view, error) { return view{}, err })(w, r)
			return
		}
		if !begun {
			w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		}
		begun = true
		if _, err := w.Write(b.Bytes()); err != nil || len(list) < exportPage {
			return // all is written, or the reader has gone
		}
		after = last
	}
}
