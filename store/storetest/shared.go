package storetest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// testTwoHandles: what one process commits the other sees, in every part of the
// store.
func testTwoHandles(t *testing.T, b Backend) {
	url, ctx := b.New(t), t.Context()
	one, two := open(t, url), open(t, url)
	ok(t, one.SaveSource(ctx, source("a", news.FromUser)))
	same(t, "source", must(two.Source(ctx, "a"))(t).Name, "a")
	must(two.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, []news.Visit{visit("a", 1, Epoch)}))(t)
	same(t, "visit", len(must(one.DueVisits(ctx, Epoch, 10, nil))(t)), 1)
	a := Article(1)
	must(one.Enter(ctx, a, Visit(a)))(t)
	same(t, "the same version entered there", must(two.Enter(ctx, a, Visit(a)))(t), false)
	ok(t, two.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	ok(t, one.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto), Record(2)}))
	same(t, "ledger", must(one.Balance(ctx))(t), must(two.Balance(ctx))(t))
	same(t, "records", ids(must(one.Records(ctx, news.Filter{}))(t)), ids(must(two.Records(ctx, news.Filter{}))(t)))
	changed(t, two, 0, news.StoredChange, news.StoredChange)
	index(t, two)
	same(t, "index", must(one.Index(ctx, 10))(t), 0)
	same(t, "search", len(must(one.Records(ctx, news.Filter{Words: "挖矿"}))(t)), 1)
	ok(t, one.MoveCursor(ctx, "relay", 2))
	ok(t, two.MoveCursor(ctx, "relay", 1))
	same(t, "cursor", must(two.Cursor(ctx, "relay"))(t), 2)
	green(t, one)
}

// testManyWriters: writers in two processes and readers of changes at once. Nothing
// is lost, nothing is there twice, and no change appears behind a reader.
func testManyWriters(t *testing.T, b Backend) {
	url, ctx := b.New(t), t.Context()
	one, two := open(t, url), open(t, url)
	const writers, batches, size = 4, 6, 10
	var group sync.WaitGroup
	errs := make([]error, writers+1)
	done := make(chan struct{})
	for w := range writers {
		s := one
		if w%2 == 1 {
			s = two
		}
		group.Go(func() {
			for n := range batches {
				// Each batch is written twice, by two writers: w and the one beside it.
				from := (w/2*batches + n) * size
				for _, r := range Records(from, size) {
					a := Article(0)
					a.Content = r.Content
					a.ID, a.Quiet = r.Key().Article, r.Quiet
					if _, err := s.Enter(ctx, a, Visit(a)); err != nil {
						errs[w] = errors.Join(errs[w], err)
					}
				}
				errs[w] = errors.Join(errs[w], s.Keep(ctx, Records(from, size)))
			}
		})
	}
	var seen []int64
	var reader sync.WaitGroup
	reader.Go(func() {
		var at int64
		for last := false; ; {
			list, err := one.Changes(ctx, at, 7)
			if err != nil {
				errs[writers] = err
				return
			}
			for _, c := range list {
				seen = append(seen, c.Sequence)
				at = c.Sequence
			}
			if len(list) > 0 {
				continue
			}
			if last {
				return
			}
			select {
			case <-done:
				last = true
			case <-time.After(time.Millisecond):
			}
		}
	})
	group.Wait()
	close(done)
	reader.Wait()
	ok(t, errors.Join(errs...))
	const articles = writers / 2 * batches * size
	same(t, "ledger", must(one.Balance(ctx))(t), news.Balance{Total: articles, Stored: articles})
	all := must(one.Changes(ctx, 0, 10*articles))(t)
	var want []int64
	for _, c := range all {
		want = append(want, c.Sequence)
	}
	same(t, "number of changes", len(all), articles)
	same(t, "changes that the reader saw", seen, want)
	green(t, two)
}

func testCancelled(t *testing.T, b Backend) {
	s := fresh(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, readErr := s.Records(ctx, news.Filter{})
	for what, err := range map[string]error{"write": s.Keep(ctx, Records(0, 1)), "read": readErr} {
		fails(t, what, err, context.Canceled)
		if errors.Is(err, news.ErrUnavailable) || errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: the end of the caller is blamed on the store: %v", what, err)
		}
	}
	same(t, "nothing was kept", len(must(s.Records(t.Context(), news.Filter{}))(t)), 0)

	// What has begun runs to its end: the clock is asked within the transaction.
	ctx, cancel = context.WithCancel(t.Context())
	s, err := store.Open(ctx, b.New(t), slog.New(slog.DiscardHandler), func() time.Time { cancel(); return Epoch })
	ok(t, err)
	err = s.Keep(ctx, Records(0, 100))
	_, readErr = s.Record(t.Context(), Record(99).ID)
	ok(t, errors.Join(err, readErr, s.Close()))
}

func testClosed(t *testing.T, b Backend) {
	s := fresh(t, b)
	ok(t, s.Close())
	fails(t, "keep after close", s.Keep(t.Context(), Records(0, 1)), news.ErrUnavailable)
	_, err := s.LastChange(t.Context())
	fails(t, "read after close", err, news.ErrUnavailable)
}

// testLocked: somebody else holds the database for longer than the store waits.
// Writing is ErrUnavailable in bounded time, reading goes on, opening too, and
// afterwards all is as before.
func testLocked(t *testing.T, b Backend) {
	url, ctx := b.New(t), t.Context()
	s := open(t, url)
	ok(t, s.Keep(ctx, Records(0, 3)))
	release := b.Block(t, url)
	begin := time.Now()
	err := s.Keep(ctx, Records(3, 3))
	fails(t, "keep", err, news.ErrUnavailable)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("keep gave up after %v", took)
	}
	same(t, "records meanwhile", len(must(s.Records(ctx, news.Filter{}))(t)), 3)
	same(t, "records for another process meanwhile", len(must(open(t, url).Records(ctx, news.Filter{}))(t)), 3)
	release()
	ok(t, s.Keep(ctx, Records(3, 3)))
	same(t, "records", len(must(s.Records(ctx, news.Filter{}))(t)), 6)

	// A lock that goes away in time is only waited for.
	release = b.Block(t, url)
	kept := make(chan error)
	go func() { kept <- s.Keep(ctx, Records(6, 3)) }()
	release()
	ok(t, <-kept)
	green(t, s)
}

// testLookedAt: what is asked for again and again is always as it is now, whoever altered
// it, and what was handed out is its owner's.
func testLookedAt(t *testing.T, b Backend) {
	url, ctx := b.New(t), t.Context()
	s, other := open(t, url), open(t, url)
	records := reportRecords()
	ok(t, other.Keep(ctx, append(records, Tagged(Article(1), Rules, news.Review))))
	watched := Article(1).ID
	look := func(what string) {
		t.Helper()
		for range 2 { // the second time there is nothing to read
			for _, f := range []news.Filter{{Limit: 20}, {Limit: 20, Tagged: true}} {
				same(t, what, must(s.Records(ctx, f))(t), must(other.Records(ctx, news.Filter{Tagged: f.Tagged}))(t))
			}
			r := must(s.Current(ctx, watched))(t)
			same(t, what, must(s.CurrentOf(ctx, []string{watched}))(t)[0], r)
			same(t, what, must(s.Versions(ctx, watched, 9))(t), must(s.Records(ctx, news.Filter{Source: r.Source, Limit: 1}))(t))
			r.Tags[0].State, r.Tags[0].Evidence[0].Quote, r.Counts[0].Value, r.Authors[0] = "x", "x", 0, "x"
		}
	}
	look("at first")
	must(other.Decide(ctx, verdict(Article(1), news.Accept, mine)))(t)
	look("after a decision")
	same(t, "it is accepted", states(t, s, watched)[1], "mining_crackdown CN enforced accepted")
	must(other.MergeStories(ctx, "ann", storyOf(t, other, records[4]), storyOf(t, other, records[0]), ""))(t)
	look("after a merge")
	must(other.Undo(ctx, "ann", 0, ""))(t)
	must(s.Undo(ctx, "ada", 0, ""))(t)
	look("after it was undone")
	must(s.Expire(ctx, Epoch.AddDate(9, 0, 0), 100))(t)
	look("after its text was given up")
	same(t, "it is gone", must(s.Current(ctx, watched))(t).Text, "")
}
