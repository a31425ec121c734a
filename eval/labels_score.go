package eval

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"

	"edict/news"
)

// A LabelReport says how well stories were labelled.
type LabelReport struct {
	Items     int           `json:"items"`
	Ambiguous int           `json:"ambiguous"`
	Review    int           `json:"review"` // stories with a tag that an analyst must see, and none of that label that counts
	Labels    []LabelScores `json:"labels"`
	Errors    []LabelError  `json:"errors"`
	Results   []LabelResult `json:"-"`
}

// LabelScores are the figures of one label.
type LabelScores struct {
	Label     news.Label  `json:"label"`
	Clear     Score       `json:"clear"` // without the ambiguous items
	All       Score       `json:"all"`
	Languages []Score     `json:"languages"` // clear items, by language
	Places    Share       `json:"places"`    // right tags whose place is right: the truth's or a division of it
	Extra     int         `json:"extra"`     // tags on right stories for places that the truth does not name
	Stages    Share       `json:"stages"`    // of right places whose stage is known
	Rules     []RuleCount `json:"rules"`
}

// A Score counts stories for one label. F1Low and F1High are a 95 % interval by
// bootstrap over stories.
type Score struct {
	Language  string  `json:"language,omitempty"`
	TP        int     `json:"tp"`
	FP        int     `json:"fp"`
	FN        int     `json:"fn"`
	TN        int     `json:"tn"`
	Review    int     `json:"review"` // tagged for review only; such a story counts as not tagged
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	F1Low     float64 `json:"f1_low"`
	F1High    float64 `json:"f1_high"`
}

// A RuleCount says what a rule contributes and what it costs, over all items: on
// how many stories it was right and wrong, and how many of the right ones no other
// rule would have found.
type RuleCount struct {
	Rule  string `json:"rule"`
	Right int    `json:"right"`
	Alone int    `json:"alone"`
	Wrong int    `json:"wrong"`
}

// A LabelError is a story that got a wrong answer for a label.
type LabelError struct {
	ID        string     `json:"id"`
	Label     news.Label `json:"label"`
	Kind      string     `json:"kind"` // missed, wrong, review (only tagged for review), place
	Truth     bool       `json:"truth"`
	Ambiguous bool       `json:"ambiguous"`
	Rules     []string   `json:"rules"`
	Title     string     `json:"title"`
}

// A LabelResult is a story with what was made of it.
type LabelResult struct {
	Line   LabelLine
	Record news.Record
}

// Labels reads labelled stories from r, asks predict for the record of each, and
// scores them. A tag counts if its state does; one for review is reported apart.
// The labels scored are those that stand in the list or were predicted.
//
// Errors are those of EachLabelLine.
func Labels(ctx context.Context, r io.Reader, predict func(news.Article) news.Record) (LabelReport, error) {
	var out LabelReport
	labels := map[news.Label]bool{news.Crackdown: true, news.ProPolicy: true}
	err := EachLabelLine(ctx, r, func(l LabelLine) error {
		res := LabelResult{l, predict(l.Article())}
		for _, x := range l.Labels {
			labels[x] = true
		}
		for _, t := range res.Record.Tags {
			labels[t.Label] = true
		}
		out.Results = append(out.Results, res)
		return nil
	})
	if err != nil {
		return LabelReport{}, err
	}
	return ScoreLabels(out.Results, slices.Sorted(maps.Keys(labels))), nil
}

// ScoreLabels scores results for labels.
func ScoreLabels(results []LabelResult, labels []news.Label) LabelReport {
	out := LabelReport{Items: len(results), Results: results, Errors: []LabelError{}}
	for _, r := range results {
		if r.Line.Ambiguous {
			out.Ambiguous++
		}
		if slices.ContainsFunc(labels, func(l news.Label) bool { return r.answer(l).review }) {
			out.Review++
		}
	}
	for _, label := range labels {
		scores, errors := scoreLabel(results, label)
		out.Labels = append(out.Labels, scores)
		out.Errors = append(out.Errors, errors...)
	}
	return out
}

// An answer is what a story is and was said to be, for one label.
type answer struct {
	truth, said, review bool
	rules               []string
}

func (r LabelResult) answer(label news.Label) answer {
	a := answer{truth: slices.Contains(r.Line.Labels, label)}
	for _, t := range r.Record.Tags {
		if t.Label != label {
			continue
		}
		a.said = a.said || t.State.Counts()
		a.review = a.review || t.State == news.Review
		for _, e := range t.Evidence {
			if !slices.Contains(a.rules, e.Rule) {
				a.rules = append(a.rules, e.Rule)
			}
		}
	}
	a.review = a.review && !a.said
	return a
}

func scoreLabel(results []LabelResult, label news.Label) (LabelScores, []LabelError) {
	out := LabelScores{Label: label}
	var errors []LabelError
	var all, clear []answer
	byLanguage := map[string][]answer{}
	rules := map[string]*RuleCount{}
	for _, r := range results {
		a := r.answer(label)
		all = append(all, a)
		if !r.Line.Ambiguous {
			clear = append(clear, a)
			byLanguage[r.Line.Language] = append(byLanguage[r.Line.Language], a)
		}
		fault := func(kind string) {
			errors = append(errors, LabelError{r.Line.ID, label, kind, a.truth, r.Line.Ambiguous, a.rules, r.Line.Title})
		}
		switch {
		case a.review:
			fault("review")
		case a.truth && !a.said:
			fault("missed")
		case !a.truth && a.said:
			fault("wrong")
		case a.truth && a.said && !out.places(r, label):
			fault("place")
		}
		if !a.said {
			continue
		}
		for _, name := range a.rules {
			c := rules[name]
			if c == nil {
				c = &RuleCount{Rule: name}
				rules[name] = c
			}
			if !a.truth {
				c.Wrong++
				continue
			}
			c.Right++
			if len(a.rules) == 1 {
				c.Alone++
			}
		}
	}
	out.All, out.Clear = newScore(all), newScore(clear)
	for _, lang := range slices.Sorted(maps.Keys(byLanguage)) {
		s := newScore(byLanguage[lang])
		s.Language = lang
		out.Languages = append(out.Languages, s)
	}
	out.Rules = []RuleCount{}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		out.Rules = append(out.Rules, *rules[name])
	}
	slices.SortStableFunc(out.Rules, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(b.Wrong, a.Wrong), cmp.Compare(b.Right, a.Right))
	})
	return out, errors
}

// places scores the places and stages of a story that was labelled rightly, and
// reports whether a place of each tag is right.
func (s *LabelScores) places(r LabelResult, label news.Label) bool {
	var truth []LabelPlace
	for _, p := range r.Line.Jurisdictions {
		if p.Label == label {
			truth = append(truth, p)
		}
	}
	if len(truth) == 0 {
		return true
	}
	right := false
	for _, t := range r.Record.Tags {
		if t.Label != label || !t.State.Counts() {
			continue
		}
		i := slices.IndexFunc(truth, func(p LabelPlace) bool {
			code, err := news.ParseJurisdiction(p.Code)
			return err == nil && t.Jurisdiction.Within(code)
		})
		if i < 0 {
			s.Extra++
			continue
		}
		right = true
		if truth[i].Stage != "" {
			s.Stages.Of++
			if t.Stage == truth[i].Stage {
				s.Stages.Right++
			}
		}
	}
	s.Places.Of++
	if right {
		s.Places.Right++
	}
	return right
}
