package sink_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"edict/news"
	"edict/sink"
	"edict/store"
	"edict/store/storetest"
)

// lossy is a bus that holds what it was given, until it loses it.
type lossy struct {
	held      map[news.Key]bool
	published []string // <article number>.<attempt>
	err       error    // of the next publications
	asked     int
}

func (b *lossy) Held(context.Context) (map[news.Key]bool, error) {
	b.asked++
	return b.held, nil
}

func (b *lossy) publish(_ context.Context, a news.Article, attempt int) error {
	if b.err != nil {
		return b.err
	}
	for n := range 1000 {
		if storetest.Article(n).ID == a.ID {
			b.published = append(b.published, fmt.Sprintf("%d.%d", n, attempt))
			break
		}
	}
	b.held[a.Key()] = true
	return nil
}

func enter(t *testing.T, s *store.Store, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		a := storetest.Article(n)
		if _, err := s.Enter(t.Context(), a, storetest.Visit(a)); err != nil {
			t.Fatal(err)
		}
	}
}

func key(n int) news.Key { return storetest.Article(n).Key() }

// What is in the ledger and in no stream is published again; what is stored, dead,
// held or young is not.
func TestReconcile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		b := &lossy{held: map[news.Key]bool{}}
		enter(t, s, 0, 1, 2, 3, 4)
		ok(t, s.Keep(t.Context(), storetest.Records(0, 1)))
		ok(t, s.MarkDead(t.Context(), key(1), "classifier", "poison"))
		b.held[key(2)] = true
		time.Sleep(10 * time.Minute) // of the bubble's clock
		enter(t, s, 5)

		var reported []int
		r := sink.Reconciler{Ledger: s, Streams: b, Publish: b.publish, Log: quiet, Now: time.Now, Observe: func(n int, err error) {
			ok(t, err)
			reported = append(reported, n)
		}}
		pass := func(age time.Duration, want ...string) {
			t.Helper()
			b.published = nil
			n, err := r.Pass(t.Context(), age)
			ok(t, err)
			slices.Sort(b.published)
			if n != len(want) || !slices.Equal(b.published, want) {
				t.Errorf("published %q (%d), want %q", b.published, n, want)
			}
		}
		pass(10*time.Minute, "3.1", "4.1")
		pass(10 * time.Minute)
		clear(b.held) // the streams lose all
		pass(10*time.Minute, "2.1", "3.2", "4.2")
		pass(0, "5.1")
		ok(t, s.Keep(t.Context(), storetest.Records(2, 4)))
		clear(b.held)
		asked := b.asked
		pass(0)
		if b.asked != asked {
			t.Error("the streams were asked although nothing waits")
		}
		if want := []int{2, 0, 3, 1, 0}; !slices.Equal(reported, want) {
			t.Errorf("reported %v, want %v", reported, want)
		}
		green(t, s)
	})
}

// More than one page, and a stage that stores some while the pass goes on.
func TestReconcileMany(t *testing.T) {
	s, _ := newStore(t, time.Now)
	const all = 230
	for n := range all {
		enter(t, s, n)
	}
	b := &lossy{held: map[news.Key]bool{}}
	stored := 0
	r := sink.Reconciler{Ledger: s, Streams: b, Log: quiet, Now: time.Now, Publish: func(ctx context.Context, a news.Article, attempt int) error {
		if stored == 0 { // the sink stores a hundred that the ledger called waiting a moment ago
			stored = 100
			ok(t, s.Keep(ctx, storetest.Records(0, stored)))
		}
		return b.publish(ctx, a, attempt)
	}}
	n, err := r.Pass(t.Context(), 0)
	ok(t, err)
	if n < all-stored || n > all-stored+1 || n != len(b.published) {
		t.Errorf("%d published again, want %d", n, all-stored)
	}
	green(t, s)
}

// A bus that is full or away ends the pass; the next one goes on, with a new attempt
// for the one that failed.
func TestReconcileFull(t *testing.T) {
	s, _ := newStore(t, time.Now)
	enter(t, s, 0, 1, 2)
	b := &lossy{held: map[news.Key]bool{}, err: fmt.Errorf("no room: %w", news.ErrFull)}
	r := sink.Reconciler{Ledger: s, Streams: b, Publish: b.publish, Log: quiet, Now: time.Now}
	if n, err := r.Pass(t.Context(), 0); n != 0 || !errors.Is(err, news.ErrFull) {
		t.Errorf("%d published, %v, want ErrFull", n, err)
	}
	b.err = nil
	n, err := r.Pass(t.Context(), 0)
	ok(t, err)
	slices.SortFunc(b.published, func(x, y string) int { return int(x[2]) - int(y[2]) })
	if n != 3 || b.published[2][2:] != "2" || b.published[1][2:] != "1" {
		t.Errorf("published %q, want three, the first at its second attempt", b.published)
	}
}

// Run makes a pass at once, in which everything counts, and one every five minutes,
// in which only what has waited for ten does; sooner after a failure.
func TestReconcilerRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		enter(t, s, 0)
		begin := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		b := &lossy{held: map[news.Key]bool{}, err: news.ErrUnavailable}
		var passes []string
		r := sink.Reconciler{Ledger: s, Streams: b, Log: quiet, Now: time.Now, Publish: b.publish, Observe: func(n int, err error) {
			passes = append(passes, fmt.Sprintf("%s %d %v", time.Since(begin), n, err != nil))
			switch len(passes) {
			case 1:
				b.err = nil // the bus is back
			case 2:
				enter(t, s, 1)
			case 5:
				stop()
			}
		}}
		ok(t, r.Run(ctx))
		want := []string{"0s 0 true", "15s 1 false", "5m15s 0 false", "10m15s 1 false", "15m15s 0 false"}
		if !slices.Equal(passes, want) {
			t.Errorf("passes %q, want %q", passes, want)
		}
	})
}
