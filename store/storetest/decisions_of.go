package storetest

import (
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// Decisions are found again by who, on what, where and when, and the queue is read as it
// was when one had been made. Here ada has accepted a tag twice, and taken that back.
func testDecisionsOf(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	all := must(s.DecisionsOf(ctx, news.DecisionFilter{Oldest: true, Limit: 10}))(t)
	numbers := func(f news.DecisionFilter) (out []int64) {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 10
		}
		for _, d := range must(s.DecisionsOf(ctx, f))(t) {
			out = append(out, d.Number)
		}
		return out
	}
	first, last := all[0].Time, all[2].Time
	for what, x := range map[string]struct {
		f    news.DecisionFilter
		want []int64
	}{
		"all, the last first": {news.DecisionFilter{}, []int64{3, 2, 1}},
		"in their order":      {news.DecisionFilter{Oldest: true}, []int64{1, 2, 3}},
		"behind one":          {news.DecisionFilter{After: 1, Oldest: true}, []int64{2, 3}},
		"before one":          {news.DecisionFilter{Before: 3}, []int64{2, 1}},
		"some":                {news.DecisionFilter{Limit: 1}, []int64{3}},
		"hers":                {news.DecisionFilter{Who: "ada"}, []int64{3, 2, 1}},
		"nobody's":            {news.DecisionFilter{Who: "bo"}, nil},
		"of a label":          {news.DecisionFilter{Label: mine}, []int64{3, 2, 1}},
		"of another":          {news.DecisionFilter{Label: fund}, nil},
		"in a country":        {news.DecisionFilter{Jurisdiction: "CN"}, []int64{3, 2, 1}},
		"in a division":       {news.DecisionFilter{Jurisdiction: "CN-JX"}, nil},
		"elsewhere":           {news.DecisionFilter{Jurisdiction: "KZ"}, nil},
		"since":               {news.DecisionFilter{Since: last}, []int64{3}},
		"until":               {news.DecisionFilter{Until: last}, []int64{2, 1}},
		"at no time":          {news.DecisionFilter{Since: last, Until: last}, nil},
		"that undo":           {news.DecisionFilter{Undoing: []int64{1, 2}}, []int64{3}},
		"that undo no other":  {news.DecisionFilter{Undoing: []int64{1}}, nil},
	} {
		same(t, what, numbers(x.f), x.want)
	}
	for at, want := range map[time.Time]int{first.Add(-time.Microsecond): 2, first: 1, last: 0} { // the rules found nothing any more before the last
		list, n, err := s.PendingAsOf(ctx, at, 1)
		ok(t, err)
		same(t, "the queue then", []int{len(list), n}, []int{min(1, want), want})
	}
	list, _, err := s.PendingAsOf(ctx, first, 10)
	ok(t, err)
	same(t, "what waited", []any{list[0].Label, list[0].Jurisdiction}, []any{fund, news.Jurisdiction("CN-JX")})
}
