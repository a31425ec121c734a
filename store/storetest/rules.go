package storetest

import (
	"testing"
	"time"

	"edict/news"
)

func files(text string) map[string][]byte { return map[string][]byte{"a.yaml": []byte(text)} }

func testRules(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	_, err := s.ActiveRules(ctx)
	fails(t, "no rules yet", err, news.ErrNotFound)
	_, err = s.UseRules(ctx, Rules, nil, "start", false)
	fails(t, "rules without files", err, news.ErrInvalid)

	first := must(s.UseRules(ctx, Rules, files("one"), "start", false))(t)
	same(t, "its number", first.Number, 1)
	same(t, "the same again", must(s.UseRules(ctx, Rules, files("one"), "start", false))(t), first)
	same(t, "active", must(s.ActiveRules(ctx))(t), first)
	ok(t, s.Keep(ctx, Records(0, 2)))

	other := news.RuleSet{Version: "2", Hash: "f1"}
	second := must(s.UseRules(ctx, other, files("two"), "ada", true))(t)
	same(t, "from where they hold", second.Change, 2)
	same(t, "to be applied", second.Applied && second.Finished.IsZero(), true)
	same(t, "it goes on where it stood", must(s.UseRules(ctx, other, files("two"), "bob", true))(t), second)
	same(t, "their files", must(s.RuleFiles(ctx, "f1"))(t), files("two"))
	same(t, "the files before", must(s.RuleFiles(ctx, Rules.Hash))(t), files("one"))
	_, err = s.RuleFiles(ctx, "none")
	fails(t, "rules that never were", err, news.ErrNotFound)

	second.At, second.Finished = 2, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	same(t, "nothing written", must(s.Reclassify(ctx, second, nil))(t), 0)
	same(t, "finished", must(s.ActiveRules(ctx))(t), second)
	third := must(s.UseRules(ctx, other, files("two"), "bob", true))(t)
	same(t, "applied once more", third.Number, 3)
	same(t, "uses", must(s.RuleUses(ctx, 10))(t), []news.RuleUse{third, second, first})
	_, err = s.Reclassify(ctx, second, nil)
	fails(t, "an older use", err, news.ErrConflict)
	green(t, s)
}

// Other rules are run over what is held, quietly, there and back again, under
// verdicts.
func testReclassify(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	articles := []news.Article{Article(0), Article(1), Article(2)}
	for _, a := range articles {
		ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	}
	must(s.Decide(ctx, verdict(articles[2], news.Accept, mine)))(t)
	current := func() (list []news.Record) {
		for _, r := range must(s.CurrentAfter(ctx, 0, 10))(t) {
			list = append(list, r.Record)
		}
		return list
	}
	before := current()
	same(t, "current ones", len(before), 3)
	page := must(s.CurrentAfter(ctx, 0, 2))(t)
	for _, r := range must(s.TextsAfter(ctx, 0, 10))(t) {
		want := must(s.Record(ctx, r.Record.ID))(t)
		want.Amounts, want.Counts = []news.Amount{}, []news.Count{}
		for i := range want.Tags {
			want.Tags[i].Evidence = []news.Evidence{}
		}
		same(t, "without evidence, amounts and counts", r.Record, want)
	}
	same(t, "the next page", must(s.CurrentAfter(ctx, page[1].Number, 10))(t)[0].Record.ID, before[2].ID)

	other := news.RuleSet{Version: "2", Hash: "f2"}
	use := must(s.UseRules(ctx, other, files("two"), "ada", true))(t)
	records := []news.Record{news.NewRecord(articles[0], other), Tagged(articles[1], other, news.Review), news.NewRecord(articles[2], other)}
	use.At = page[1].Number
	same(t, "written", must(s.Reclassify(ctx, use, records[:2]))(t), 2)
	same(t, "how far", must(s.ActiveRules(ctx))(t).At, page[1].Number)
	same(t, "written again", must(s.Reclassify(ctx, use, records[:2]))(t), 0)
	use.At = page[1].Number + 1
	same(t, "the rest", must(s.Reclassify(ctx, use, records[2:]))(t), 1)
	same(t, "in all", must(s.ActiveRules(ctx))(t).Written, 3)
	same(t, "no tag is left", len(states(t, s, articles[0].ID)), 0)
	same(t, "in review", states(t, s, articles[1].ID)[0], "pro_blockchain_policy CN-JX enacted review")
	same(t, "what was accepted stands", states(t, s, articles[2].ID), []string{"mining_crackdown CN enforced accepted"})
	for _, c := range changed(t, s, 4, news.TagChange, news.TagChange, news.TagChange) {
		same(t, "quiet", c.Quiet, true)
	}
	green(t, s)

	// Back to the first rules: the old records are current again.
	use = must(s.UseRules(ctx, Rules, files("one"), "ada", true))(t)
	var old []news.Record
	for _, a := range articles {
		old = append(old, Tagged(a, Rules, news.Auto))
	}
	same(t, "written back", must(s.Reclassify(ctx, use, old))(t), 3)
	same(t, "as it was", current(), before)
	green(t, s)

	// A text that changed meanwhile is left to whoever classifies the new one.
	ok(t, s.Keep(ctx, []news.Record{Tagged(ArticleText(0, "More."), Rules, news.Auto)}))
	use = must(s.UseRules(ctx, other, files("two"), "ada", true))(t)
	same(t, "an older text", must(s.Reclassify(ctx, use, []news.Record{news.NewRecord(articles[0], other)}))(t), 0)
	stale := must(s.StaleSince(ctx, time.Time{}, other.Hash, 0, 10))(t)
	same(t, "of other rules", len(stale), 3)
	same(t, "behind the first", len(must(s.StaleSince(ctx, time.Time{}, other.Hash, stale[0], 10))(t)), 2)
	green(t, s)
}
