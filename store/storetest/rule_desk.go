package storetest

import (
	"encoding/json"
	"fmt"
	"testing"

	"edict/news"
)

// What rules stand behind the same tags, and what analysts said of those.
func testRuleOverlap(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	for i := range 3 {
		r := Tagged(Article(i), Rules, news.Review)
		tag := &r.Tags[0]
		for _, rule := range []string{"b", "a", "b"} { // twice the same counts once
			e := tag.Evidence[0]
			e.Rule = rule
			tag.Evidence = append(tag.Evidence, e)
		}
		tag.Evidence = tag.Evidence[1:]
		ok(t, s.Keep(ctx, []news.Record{r}))
	}
	label := must(s.Current(ctx, Article(0).ID))(t).Tags[0].Label
	place := must(s.Current(ctx, Article(0).ID))(t).Tags[0].Jurisdiction
	for i, act := range []news.Act{news.Accept, news.Reject} {
		must(s.Decide(ctx, news.Verdict{Who: "ada", Act: act, Article: Article(i).ID, Label: label, Jurisdiction: place, Seen: news.Review}))(t)
	}
	counts := must(s.RuleCounts(ctx))(t)
	same(t, "pairs", counts.Pairs, []news.RulePair{{One: "a", Other: "b", Label: label, Tags: 3, Accepted: 1, Rejected: 1}})
	for _, c := range counts.Rules {
		if c.Rule == "a" {
			same(t, "one of the two", c, news.RuleCount{Rule: "a", Label: label, Tags: 3, Accepted: 1, Rejected: 1})
		}
	}
}

// What the rules nearly gave, and what analysts gave without them.
func testNearMisses(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	for i, score := range []float64{.2, .4, .3, .1} {
		r := news.NewRecord(Article(i), Rules)
		r.Near = []news.Near{{Label: mine, Score: score, Missing: []string{"an act"}}}
		ok(t, s.Keep(ctx, []news.Record{r}))
	}
	var scores []float64
	for _, r := range must(s.NearMisses(ctx, 3, 2))(t) { // of the three newest
		scores = append(scores, r.Near[0].Score)
	}
	same(t, "the nearest", scores, []float64{.4, .3})

	same(t, "nothing was added yet", len(must(s.Unfound(ctx, 10))(t)), 0)
	a := Article(7)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	v := verdict(a, news.Edit, mine)
	v.Seen, v.As.Jurisdiction = news.Auto, "KZ"
	must(s.Decide(ctx, v))(t)
	same(t, "what an analyst added", must(s.Unfound(ctx, 10))(t), []news.TagRef{{Article: a.ID, Label: mine, Jurisdiction: "KZ"}})
	must(s.Undo(ctx, v.Who, 0, ""))(t)
	same(t, "undone", len(must(s.Unfound(ctx, 10))(t)), 0)
}

// Drafts of rules are kept with their files and what came of them; the oldest go.
func testRuleDrafts(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	_, err := s.AddRuleDraft(ctx, news.RuleDraft{Who: "ada"}, files("one"))
	fails(t, "without a hash", err, news.ErrInvalid)
	want := news.RuleDraft{
		Who: "ada", From: "two files", Rules: news.RuleSet{Version: "9", Hash: "d1"}, Files: []string{"x.yaml"},
		Labels: []news.Label{mine}, Phrases: 7, Failures: []string{"x.yaml:3: not found: A story"},
	}
	d := must(s.AddRuleDraft(ctx, want, files("one\ntwo")))(t)
	want.Number, want.Time = 1, d.Time
	same(t, "as it is read", must(s.RuleDraft(ctx, 1))(t), want)
	same(t, "its files", must(s.RuleDraftFiles(ctx, 1))(t), files("one\ntwo"))
	_, err = s.RuleDraft(ctx, 9)
	fails(t, "one that is not there", err, news.ErrNotFound)
	_, err = s.RuleDraftFiles(ctx, 9)
	fails(t, "its files", err, news.ErrNotFound)

	must(s.ChangeRuleDraft(ctx, 1, func(d *news.RuleDraft) error {
		d.Preview = news.RuleJob{State: news.JobRuns, Who: "bob", Begun: Epoch, Updated: Epoch, Total: 5}
		d.Result = json.RawMessage(`{"changed":3}`)
		return nil
	}))(t)
	_, err = s.ChangeRuleDraft(ctx, 1, func(d *news.RuleDraft) error {
		d.From = "another"
		return fmt.Errorf("it runs: %w", news.ErrConflict)
	})
	fails(t, "refused", err, news.ErrConflict)
	d = must(s.RuleDraft(ctx, 1))(t)
	same(t, "changed", []any{d.From, d.Preview.Who, d.Preview.Total, string(d.Result)}, []any{"two files", "bob", 5, `{"changed":3}`})
	same(t, "the list leaves the result out", len(must(s.RuleDrafts(ctx))(t)[0].Result), 0)

	for i := range 31 {
		want.Rules.Hash = fmt.Sprint("e", i)
		must(s.AddRuleDraft(ctx, want, files("x")))(t)
	}
	list := must(s.RuleDrafts(ctx))(t)
	same(t, "the last are kept, the last first", []any{len(list), list[0].Number, list[29].Number}, []any{30, int64(32), int64(3)})
}
