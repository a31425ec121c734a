package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// placed returns sample n with one tag of a label in a place.
func placed(n int, label news.Label, place news.Jurisdiction, state news.State) news.Record {
	r := Record(n)
	r.Tags = r.Tags[:1]
	r.Tags[0].Label, r.Tags[0].Jurisdiction, r.Tags[0].State = label, place, state
	return r
}

func testFilters(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	undated := Article(4)
	undated.Published, undated.Language = time.Time{}, "zh-Hant"
	both := placed(5, news.ProPolicy, "CN", news.Auto)
	more := both.Tags[0]
	more.Label, more.Jurisdiction = news.Crackdown, "US-NY"
	both.Tags = append(both.Tags, more)
	records := []news.Record{
		0: placed(0, news.Crackdown, "CN", news.Auto),
		1: placed(1, news.Crackdown, "CN-JX", news.Review),
		2: placed(2, news.ProPolicy, "HK", news.Accepted),
		3: placed(3, news.Crackdown, "CN-SC", news.Rejected),
		4: news.NewRecord(news.NewArticle(undated.Content, false), Rules),
		5: both,
	}
	ok(t, s.Keep(ctx, records))
	for _, test := range []struct {
		name   string
		filter news.Filter
		want   []int
	}{
		{"all", news.Filter{}, []int{5, 4, 3, 2, 1, 0}},
		{"limit", news.Filter{Limit: 2}, []int{5, 4}},
		{"label", news.Filter{Label: news.Crackdown}, []int{5, 1, 0}},
		{"a label that nobody has", news.Filter{Label: "other"}, []int{}},
		{"country with its divisions", news.Filter{Jurisdiction: "CN"}, []int{5, 1, 0}},
		{"division", news.Filter{Jurisdiction: "CN-JX"}, []int{1}},
		{"a place with a code of its own", news.Filter{Jurisdiction: "HK"}, []int{2}},
		{"label and place in one tag", news.Filter{Label: news.Crackdown, Jurisdiction: "CN"}, []int{1, 0}},
		{"tagged", news.Filter{Tagged: true}, []int{5, 2, 1, 0}},
		{"source", news.Filter{Source: "source-3"}, []int{3}},
		{"source and label", news.Filter{Source: "source-1", Label: news.Crackdown}, []int{1}},
		{"language", news.Filter{Language: "zh-Hans"}, []int{5, 3, 1}},
		{"language in any script", news.Filter{Language: "zh"}, []int{5, 4, 3, 1}},
		{"no such language", news.Filter{Language: "z"}, []int{}},
		{"since", news.Filter{Since: Epoch.Add(3 * Interval)}, []int{5, 4, 3}},
		{"until", news.Filter{Until: Epoch.Add(3 * Interval)}, []int{2, 1, 0}},
		{"fetched where not published", news.Filter{Since: Epoch.Add(4*Interval + 30*time.Second), Until: Epoch.Add(5 * Interval)}, []int{4}},
		{"label since", news.Filter{Label: news.Crackdown, Since: Epoch.Add(Interval)}, []int{5, 1}},
		{"after", news.Filter{After: records[3].Position()}, []int{2, 1, 0}},
		{"label after", news.Filter{Label: news.Crackdown, After: records[5].Position()}, []int{1, 0}},
	} {
		got := must(s.Records(ctx, test.filter))(t)
		want := []news.Record{}
		for _, n := range test.want {
			want = append(want, asKept(records[n]))
		}
		same(t, test.name, ids(got), ids(want))
		same(t, test.name+", whole", got, want)
		test.filter.AsOf = Epoch.AddDate(99, 0, 0)
		same(t, test.name+", as of a later moment", must(s.Records(ctx, test.filter))(t), want)
	}
}

// testPaging: who turns the pages sees each record once, whatever arrives.
func testPaging(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	var start []news.Record
	for n := range 40 {
		a := Article(n)
		a.Published = Epoch.Add(time.Duration(n/4) * Interval) // four at a time share one
		start = append(start, Tagged(news.NewArticle(a.Content, false), Rules, news.Auto))
	}
	ok(t, s.Keep(ctx, start))
	for name, filter := range map[string]news.Filter{"all": {Limit: 7}, "label": {Limit: 7, Label: news.Crackdown}} {
		seen := map[string]int{}
		next := 100
		for {
			page := must(s.Records(ctx, filter))(t)
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				seen[r.ID]++
			}
			filter.After = page[len(page)-1].Position()
			ok(t, s.Keep(ctx, Records(next, 3)))
			next += 3
		}
		for _, r := range start {
			if seen[r.ID] != 1 {
				t.Errorf("%s: record of %s came %d times", name, r.URL, seen[r.ID])
			}
		}
	}
}

func testEach(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 450)))
	var got []string
	err := s.Each(ctx, news.Filter{}, func(r news.Record) error {
		got = append(got, r.ID)
		if len(got)%150 == 1 { // what is stored meanwhile does not show, wherever it stands
			return s.Keep(ctx, []news.Record{Record(1000 + len(got)), Tagged(ArticleText(449-len(got), "More."), Rules, news.Auto)})
		}
		return nil
	})
	ok(t, err)
	want := ids(Records(0, 450))
	slices.Reverse(want)
	same(t, "records of one moment", got, want)

	enough := errors.New("enough")
	n := 0
	err = s.Each(ctx, news.Filter{}, func(news.Record) error { n++; return enough })
	if err != enough || n != 1 { //nolint:errorlint // it must be the very same
		t.Errorf("after %d records the error is %v, want the caller's own after 1", n, err)
	}
	n = 0
	ok(t, s.Each(ctx, news.Filter{Limit: 250}, func(news.Record) error { n++; return nil }))
	same(t, "limit over several pages", n, 250)
}

func testTotals(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "totals of nothing", must(s.Totals(ctx))(t), store.Totals{})
	same(t, "tally of nothing", len(must(s.Tally(ctx))(t)), 0)
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	ok(t, s.Keep(ctx, []news.Record{
		placed(0, news.Crackdown, "CN", news.Auto), placed(1, news.Crackdown, "CN", news.Review), placed(2, news.Crackdown, "KZ", news.Accepted),
		placed(3, news.ProPolicy, "CN", news.Rejected), news.NewRecord(Article(4), Rules), placed(5, news.Crackdown, "CN", news.Auto),
	}))
	ok(t, s.Keep(ctx, []news.Record{placed(5, news.Crackdown, "CN", news.Auto), Tagged(ArticleText(0, "More."), Rules, news.Auto)}))
	same(t, "tally", must(s.Tally(ctx))(t), []news.TagCount{
		{Label: news.Crackdown, Jurisdiction: "CN", N: 3}, {Label: news.Crackdown, Jurisdiction: "KZ", N: 1}, {Label: news.ProPolicy, Jurisdiction: "CN-JX", N: 1},
	})
	changes := must(s.Changes(ctx, 0, 100))(t)
	same(t, "totals", must(s.Totals(ctx))(t), store.Totals{Sources: 1, Articles: 6, Tagged: 4, Last: changes[len(changes)-1].Time})
}
