package storetest

import (
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

func testLedger(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	testDeadReason(t, fresh(t, b))
	same(t, "an empty ledger", must(s.Balance(ctx))(t), news.Balance{})
	a := Article(1)
	none := Article(2).Key()
	must(s.Enter(ctx, a, Visit(a)))(t)

	same(t, "first attempt", must(s.Republished(ctx, a.Key()))(t), 1)
	same(t, "second attempt", must(s.Republished(ctx, a.Key()))(t), 2)
	same(t, "attempts", must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 10, news.Key{}))(t)[0].Attempts, 2)
	_, err := s.Republished(ctx, none)
	fails(t, "an attempt of nothing", err, news.ErrNotFound)
	fails(t, "the death of nothing", s.MarkDead(ctx, none, "sink", "?"), news.ErrNotFound)

	ok(t, s.MarkDead(ctx, a.Key(), "classifier", "a rule panics"))
	same(t, "one is dead", must(s.Balance(ctx))(t), news.Balance{Total: 1, Dead: 1})
	_, err = s.Republished(ctx, a.Key())
	fails(t, "an attempt of the dead", err, news.ErrConflict)
	same(t, "what is dead is finished", len(must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 10, news.Key{}))(t)), 0)
	green(t, s)

	// A replay stores it after all, and nothing makes it dead again.
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	same(t, "the dead is stored", must(s.Balance(ctx))(t), news.Balance{Total: 1, Stored: 1})
	ok(t, s.MarkDead(ctx, a.Key(), "classifier", "late"))
	same(t, "what is stored stays stored", must(s.Balance(ctx))(t), news.Balance{Total: 1, Stored: 1})
	_, err = s.Republished(ctx, a.Key())
	fails(t, "an attempt of the stored", err, news.ErrConflict)

	// A record of another way in.
	ok(t, s.Keep(ctx, []news.Record{Record(7)}))
	same(t, "a record that never was in the ledger", must(s.Balance(ctx))(t), news.Balance{Total: 2, Stored: 2})
	green(t, s)
}

func testUnfinished(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	want := map[news.Key]bool{}
	for n := range 25 {
		a := Article(n)
		must(s.Enter(ctx, a, Visit(a)))(t)
		want[a.Key()] = true
	}
	all := must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 100, news.Key{}))(t)
	middle := all[0].Entered
	for _, row := range all {
		if row.Entered.After(middle) {
			middle = row.Entered
		}
	}
	ok(t, s.MarkDead(ctx, Article(3).Key(), "classifier", "x"))
	ok(t, s.Keep(ctx, Records(4, 2)))
	for n := 3; n < 6; n++ {
		delete(want, Article(n).Key())
	}
	var after news.Key
	pages := 0
	for {
		rows := must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 4, after))(t)
		if len(rows) == 0 {
			break
		}
		pages++
		for _, row := range rows {
			key := row.Article.Key()
			if !want[key] {
				t.Fatalf("row %v came twice or is finished", key)
			}
			if key.Article < after.Article {
				t.Fatalf("row %v is out of order", key)
			}
			delete(want, key)
			after = key
		}
	}
	same(t, "rows left out", len(want), 0)
	same(t, "pages", pages, 6)
	same(t, "entered until the last one's time", len(must(s.Unfinished(ctx, middle, 100, news.Key{}))(t)), 22)
	same(t, "entered before it", len(must(s.Unfinished(ctx, middle.Add(-time.Microsecond), 100, news.Key{}))(t)), 21)
}

// testDeadReason: an error may hold any bytes.
func testDeadReason(t *testing.T, s *store.Store) {
	t.Helper()
	a := Article(1)
	must(s.Enter(t.Context(), a, Visit(a)))(t)
	ok(t, s.MarkDead(t.Context(), a.Key(), "classifier", "panic: \x00 and \xff"))
	same(t, "reason", must(s.DeadRows(t.Context(), 1))(t)[0].Reason, "panic:  and \uFFFD")
}
