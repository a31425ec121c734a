package eval_test

import (
	"errors"
	"strings"
	"testing"

	"edict/eval"
	"edict/news"
)

func TestLabels(t *testing.T) {
	const lines = `{"id":"a","title":"ban","language":"en","date":"2021-06-01","labels":["mining_crackdown"],"jurisdictions":[{"code":"CN","label":"mining_crackdown","stage":"enacted"}]}
{"id":"b","title":"missed","language":"en","date":"2021","labels":["mining_crackdown"]}
{"id":"c","title":"ban wrong","language":"zh-Hans","labels":[]}
{"id":"d","title":"nothing","language":"en","labels":[],"ambiguous":true}
{"id":"e","title":"doubt","language":"en","labels":["mining_crackdown"],"ambiguous":true}
`
	predict := func(a news.Article) news.Record {
		r := news.NewRecord(a, news.RuleSet{})
		state := news.Auto
		if strings.HasPrefix(a.Title, "doubt") {
			state = news.Review
		}
		if strings.HasPrefix(a.Title, "ban") || state == news.Review {
			r.Tags = append(r.Tags, news.Tag{
				Label: news.Crackdown, Jurisdiction: "CN-SC", Stage: news.Enacted, State: state,
				Evidence: []news.Evidence{{Rule: "mining_crackdown/x"}},
			})
		}
		return r
	}
	got, err := eval.Labels(t.Context(), strings.NewReader(lines), predict)
	if err != nil {
		t.Fatal(err)
	}
	if got.Items != 5 || got.Ambiguous != 2 || got.Review != 1 || len(got.Labels) != 2 {
		t.Fatalf("got %+v", got)
	}
	c := got.Labels[0]
	if s := c.Clear; s.TP != 1 || s.FP != 1 || s.FN != 1 || s.Precision != 0.5 || s.Recall != 0.5 || s.F1 != 0.5 || s.F1Low > s.F1 || s.F1High < s.F1 {
		t.Errorf("clear: %+v", s)
	}
	if s := c.All; s.TP != 1 || s.FP != 1 || s.FN != 2 || s.TN != 1 || s.Review != 1 {
		t.Errorf("all: %+v", s)
	}
	if c.Places.Right != 1 || c.Places.Of != 1 || c.Stages.Right != 1 || c.Stages.Of != 1 {
		t.Errorf("places %+v, stages %+v", c.Places, c.Stages)
	}
	if len(c.Rules) != 1 || c.Rules[0].Right != 1 || c.Rules[0].Wrong != 1 {
		t.Errorf("rules %+v", c.Rules)
	}
	again, _ := eval.Labels(t.Context(), strings.NewReader(lines), predict)
	if again.Labels[0].Clear != c.Clear {
		t.Error("another run gives another interval")
	}
	var text strings.Builder
	if err := got.Text(&text); err != nil || !strings.Contains(text.String(), "mining_crackdown/x") {
		t.Errorf("text %q, %v", text.String(), err)
	}
	if _, err := eval.Labels(t.Context(), strings.NewReader("{"), predict); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("a line that is no JSON: %v", err)
	}
}
