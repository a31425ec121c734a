package classifier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// A Classifier reads articles by one set of rules. It does not change, and may be
// used by many goroutines.
type Classifier struct {
	rules  *rules.Set
	places *places.Gazetteer
	name   news.RuleSet
}

// New returns a classifier by set, whose places are named by g.
func New(set *rules.Set, g *places.Gazetteer) (*Classifier, error) {
	if set == nil || g == nil {
		return nil, fmt.Errorf("make a classifier: rules and places are needed: %w", news.ErrInvalid)
	}
	if len(set.Labels()) == 0 {
		return nil, fmt.Errorf("make a classifier: the rules know no label: %w", news.ErrInvalid)
	}
	return &Classifier{rules: set, places: g, name: news.RuleSet{Version: set.Version(), Hash: set.Hash()}}, nil
}

// RuleSet names the rules that the classifier reads by.
func (c *Classifier) RuleSet() news.RuleSet { return c.name }

// Labels are the labels that the rules know.
func (c *Classifier) Labels() []news.Label { return c.rules.Labels() }

// Classify makes the record of a. Tags stand by label, then jurisdiction.
func (c *Classifier) Classify(a news.Article) news.Record { return c.Explain(a).Record }

// Explain makes the record of a with the reason of each tag, in the order of the
// record's tags, and of each near miss.
func (c *Classifier) Explain(a news.Article) Explanation {
	out := Explanation{Record: news.NewRecord(a, c.name)}
	judged := c.rules.Judge(a.Content)
	slices.SortStableFunc(judged.Verdicts, func(x, y rules.Verdict) int {
		return cmp.Or(cmp.Compare(x.Label, y.Label), cmp.Compare(x.Jurisdiction, y.Jurisdiction))
	})
	for _, v := range judged.Verdicts {
		state, why := c.state(a.Content, v)
		tag := news.Tag{
			Label: v.Label, Jurisdiction: v.Jurisdiction, Stage: v.Stage, Score: v.Score, State: state,
			Evidence: evidence(a.Content, v.Findings),
		}
		out.Record.Tags = append(out.Record.Tags, tag)
		out.Tags = append(out.Tags, TagReason{Tag: tag, Findings: v.Findings, State: why})
	}
	for _, n := range judged.Near {
		near := news.Near{Label: n.Label, Score: n.Score, Missing: n.Missing}
		out.Record.Near = append(out.Record.Near, near)
		out.Near = append(out.Near, NearReason{Near: near, Finding: n.Finding})
	}
	proof := &proof{content: a.Content}
	out.Record.Amounts = amounts(proof, judged.Verdicts)
	out.Record.Counts = counts(proof, judged.Verdicts)
	return out
}

// doubtful is the quality of extraction up to which no tag is sure: what the readers
// of a page took has at most half in common with the text, or only one thing vouches
// for it. On the pages measured no higher limit parts bad texts from good ones;
// docs/rules.md has the figures.
const doubtful = 0.5

// state decides whether the rules are sure of v, and says why when they are not.
//
// A text that was read poorly makes every tag doubtful, also one that the title
// says: nobody knows what else the story says. Where the page could not be had at all
// there is no text to doubt; title and summary are the feed's own words then.
func (c *Classifier) state(content news.Content, v rules.Verdict) (news.State, string) {
	limit := c.rules.Auto(v.Label)
	switch {
	case v.Score < limit:
		return news.Review, fmt.Sprintf("score %.2f is under %.2f", v.Score, limit)
	case !content.Partial && content.Quality <= doubtful:
		return news.Review, fmt.Sprintf("the text was read poorly: quality %.2f is not over %.2f", content.Quality, doubtful)
	case content.Partial && !slices.ContainsFunc(v.Findings, func(f rules.Finding) bool { return f.Field != news.Text && f.Score >= limit }):
		return news.Review, "only the feed's words are known, and neither title nor summary says it"
	}
	if aprilFools(content.Published) {
		return news.Review, "published on 1 April"
	}
	return news.Auto, ""
}

// aprilFools reports whether t falls on 1 April anywhere on earth: from UTC+14 to
// UTC-12.
func aprilFools(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	t = t.UTC()
	start := time.Date(t.Year(), time.April, 1, 0, 0, 0, 0, time.UTC)
	return !t.Before(start.Add(-14*time.Hour)) && t.Before(start.Add(36*time.Hour))
}

// evidence quotes the sentences of findings.
func evidence(content news.Content, findings []rules.Finding) []news.Evidence {
	out := make([]news.Evidence, 0, len(findings))
	for _, f := range findings {
		out = append(out, quote(content, f.Field, f.Start, f.End, f.Rule))
	}
	return out
}

func quote(content news.Content, field news.Field, start, end int, rule string) news.Evidence {
	return news.Evidence{Field: field, Start: start, End: end, Quote: content.Field(field)[start:end], Rule: rule}
}

// errPanicked is what Stage makes of a panic in the classifier.
var errPanicked = errors.New("the classifier panicked")
