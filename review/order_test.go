package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"edict/news"
	"edict/review"
)

var now = time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)

// plain is a tag with no reason but that it waits.
func plain(id string) news.Pending {
	return news.Pending{
		TagRef: news.TagRef{Article: id, Label: news.Crackdown, Jurisdiction: "KZ"}, State: news.Review, Score: .7,
		Time: now.Add(-time.Hour), Kept: now.Add(-time.Hour), Quality: .9, Rules: []string{"ban"},
	}
}

func known() review.Known {
	return review.Known{Now: now, Places: map[news.Jurisdiction]bool{"KZ": true}, Rules: []news.RuleCount{
		{Rule: "weak", Label: news.Crackdown, Accepted: 2, Rejected: 4},
		{Rule: "ban", Label: news.Crackdown, Accepted: 9, Rejected: 1},
		{Rule: "young", Label: news.Crackdown, Accepted: 0, Rejected: 4},
		{Rule: "ban", Label: news.ProPolicy, Rejected: 20},
	}}
}

// Each reason goes before the next, whatever the order of what comes in.
func TestReasonsComeInTheirOrder(t *testing.T) {
	cases := []struct {
		reason review.Reason
		make   func(*news.Pending)
	}{
		{review.Contradiction, func(p *news.Pending) { p.Against, p.Partial = true, true }},
		{review.Disputed, func(p *news.Pending) { p.Dispute = news.TextDispute; p.Rules = []string{"weak"} }},
		{review.WeakRule, func(p *news.Pending) { p.Rules = []string{"ban", "weak"}; p.Partial = true }},
		{review.Doubtful, func(p *news.Pending) { p.Quality, p.Score = .3, .5 }},
		{review.Uncertain, func(p *news.Pending) { p.Score, p.Jurisdiction = .52, "FR" }},
		{review.NewPlace, func(p *news.Pending) { p.Jurisdiction = "FR" }},
		{review.Waiting, func(p *news.Pending) { p.Rules = []string{"young"} }},
	}
	if len(cases) != len(review.Reasons) {
		t.Fatalf("%d of %d reasons", len(cases), len(review.Reasons))
	}
	var list []news.Pending
	for i, c := range cases {
		p := plain(fmt.Sprint(i))
		c.make(&p)
		list = append(list, p)
	}
	for range 20 {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for i, item := range review.Order(list, known()) {
			if item.Reason != cases[i].reason {
				t.Fatalf("place %d: %s, want %s", i, item.Reason, cases[i].reason)
			}
			if is := item.Reason == review.WeakRule; is != (item.Weak.Rule == "weak" && item.Weak.Accepted == 2 && item.Weak.Rejected == 4) {
				t.Fatalf("%s for the sake of %+v", item.Reason, item.Weak)
			}
		}
	}
}

// Though contradictions come in without end, what waits gets its turn within two weeks.
func TestNothingStarves(t *testing.T) {
	old := plain("old")
	for day := range 15 {
		k := known()
		k.Now = now.AddDate(0, 0, day)
		list := []news.Pending{old}
		for i := range 50 {
			p := plain(fmt.Sprint(day, "-", i))
			p.Against, p.Kept = true, k.Now
			list = append(list, p)
		}
		items := review.Order(list, k)
		if first := items[0].Article == "old"; first != (day >= 12) {
			t.Errorf("after %d days: first %v", day, first)
		}
	}
}

func TestEqualOnesHaveAnOrder(t *testing.T) {
	newer, other := plain("b"), plain("a")
	newer.Time = newer.Time.Add(time.Minute)
	second := plain("a")
	second.Jurisdiction = "IR"
	k := known()
	k.Places["IR"] = true
	want := []string{"b KZ", "a IR", "a KZ"}
	for range 10 {
		list := []news.Pending{newer, other, second}
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		var got []string
		for _, item := range review.Order(list, k) {
			got = append(got, item.Article+" "+string(item.Jurisdiction))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v", got)
		}
	}
}

func ExampleOrder() {
	sure := news.Pending{TagRef: news.TagRef{Article: "a", Label: news.Crackdown, Jurisdiction: "KZ"}, Score: .7, Quality: .9, Kept: now}
	against := sure
	against.Article, against.Against = "b", true
	for _, item := range review.Order([]news.Pending{sure, against}, review.Known{Now: now, Places: map[news.Jurisdiction]bool{"KZ": true}}) {
		fmt.Println(item.Article, item.Reason)
	}
	// Output:
	// b contradiction
	// a waiting
}

func BenchmarkOrder(b *testing.B) {
	var list []news.Pending
	for i := range 4000 {
		p := plain(fmt.Sprint(i))
		p.Kept = now.Add(-time.Duration(i%97) * time.Hour)
		p.Against = i%10 == 0
		list = append(list, p)
	}
	for b.Loop() {
		review.Order(list, known())
	}
}
