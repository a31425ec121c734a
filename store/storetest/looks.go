package storetest

import (
	"testing"
	"time"

	"edict/news"
)

// testLookAgain: what somebody was told of is visited again, and that it was withdrawn
// is one change.
func testLookAgain(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a, other := Article(1), Article(2)
	ok(t, s.SaveSource(ctx, source(a.Source, news.FromUser)))
	for _, a := range []news.Article{a, other} {
		must(s.Enter(ctx, a, Visit(a)))(t)
	}
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto), Tagged(other, Rules, news.Auto)}))
	told := news.Alert{Subscription: "s", Story: "x", Change: 1, Article: a.ID}
	nobody := news.Alert{Subscription: "s", Story: "y", Change: 2, Article: "no such article"}
	ok(t, s.Alert(ctx, "alert", 2, []news.Alert{told, nobody}, nil))
	v := must(s.Visit(ctx, a.CanonicalURL))(t)
	if v.Alerted.IsZero() || v.Next.Sub(v.Alerted) != news.FirstLook || v.Rank() != news.AgainVisit {
		t.Errorf("%+v", v)
	}
	same(t, "one that nobody was told of", must(s.Visit(ctx, other.CanonicalURL))(t).Next.IsZero(), true)
	same(t, "due", len(must(s.DueVisits(ctx, v.Next, 10, nil))(t)), 1)

	// Told once more, it goes on where it stood.
	v.Looks, v.Next = 3, v.Next.Add(time.Hour)
	ok(t, s.SaveVisit(ctx, v))
	told.Change = 3
	ok(t, s.Alert(ctx, "alert", 3, []news.Alert{told}, nil))
	same(t, "told once more", must(s.Visit(ctx, a.CanonicalURL))(t), v)

	last := must(s.LastChange(ctx))(t)
	v.Withdrawn, v.Next, v.Outcome = v.Next, time.Time{}, news.Gone
	same(t, "withdrawn", must(s.Withdraw(ctx, v))(t), true)
	same(t, "its visit", must(s.Visit(ctx, v.URL))(t), v)
	same(t, "withdrawn twice", must(s.Withdraw(ctx, v))(t), false)
	changes := must(s.Changes(ctx, last, 10))(t)
	record := must(s.Current(ctx, a.ID))(t)
	if len(changes) != 1 || changes[0].Kind != news.WithdrawnChange || changes[0].Article != a.ID || changes[0].Record != record.ID || changes[0].Story != record.Story || changes[0].Quiet {
		t.Errorf("%+v", changes)
	}
	w := Visit(other)
	w.Article = other.ID
	same(t, "one that nobody was told of is withdrawn", must(s.Withdraw(ctx, w))(t), true)
	same(t, "it is quiet", must(s.Changes(ctx, last+1, 10))(t)[0].Quiet, true)
	w.Article = "no such article"
	same(t, "one of which nothing is stored", must(s.Withdraw(ctx, w))(t), false)

	// A text that comes back and goes again is withdrawn again.
	back := ArticleText(1, "Back again.")
	must(s.Enter(ctx, back, Visit(back)))(t)
	ok(t, s.Keep(ctx, []news.Record{Tagged(back, Rules, news.Auto)}))
	same(t, "withdrawn again", must(s.Withdraw(ctx, v))(t), true)
	green(t, s)
}
