package storetest

import (
	"fmt"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// Every moment can be read again: its records and tags, and what fits a filter then.
func testAsOf(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a, other := Article(1), Article(2)
	var moments []time.Time
	var want [][]string // the tags of a, newest texts first, at each
	step := func(do func()) {
		do()
		list := must(s.Changes(ctx, 0, 1000))(t)
		moments = append(moments, list[len(list)-1].Time)
		want = append(want, states(t, s, a.ID))
	}
	step(func() { ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)})) })
	step(func() { must(s.Decide(ctx, verdict(a, news.Accept, mine)))(t) })
	step(func() { ok(t, s.Keep(ctx, []news.Record{Tagged(other, Rules, news.Auto)})) })
	step(func() {
		ok(t, s.Keep(ctx, []news.Record{news.NewRecord(ArticleText(1, "又一段。"), news.RuleSet{Version: "2", Hash: "g1"})}))
	})
	step(func() { must(s.Undo(ctx, "ada", 0, ""))(t) })

	for i, moment := range moments {
		f := news.Filter{AsOf: moment}
		list := must(s.Records(ctx, f))(t)
		same(t, fmt.Sprintf("articles at moment %d", i), len(list), 1+btoi(i > 1))
		r := list[len(list)-1] // the older one
		same(t, "the article", r.Key().Article, a.ID)
		got := []string{}
		for _, tag := range r.Tags {
			got = append(got, fmt.Sprintf("%s %s %s %s", tag.Label, tag.Jurisdiction, tag.Stage, tag.State))
		}
		same(t, fmt.Sprintf("its tags at moment %d", i), got, append([]string{}, want[i]...))
		ok(t, r.Validate())
		same(t, "under the rules of then", r.Rules.Hash == Rules.Hash, i < 3)
		f.Label = mine
		same(t, "on mining then", len(must(s.Records(ctx, f))(t)), []int{1, 1, 2, 2, 1}[i])
	}
	same(t, "before all", len(must(s.Records(ctx, news.Filter{AsOf: moments[0].Add(-time.Microsecond)}))(t)), 0)
	_, err := s.Records(ctx, news.Filter{AsOf: moments[0], Words: "mining"})
	fails(t, "words in the past", err, news.ErrInvalid)
	n := 0
	ok(t, s.AsOf(ctx, moments[3], func(store.Past) error { n++; return nil }))
	same(t, "articles at the last but one", n, 2)
	fails(t, "an error of the caller", s.AsOf(ctx, moments[3], func(store.Past) error { return news.ErrFull }), news.ErrFull)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
