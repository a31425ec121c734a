package sink_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edict/news"
	"edict/sink"
	"edict/store"
	"edict/store/storetest"
)

// A listener is the outside: it writes down what is published.
type listener struct {
	mu    sync.Mutex
	out   []news.Announcement                    // guarded by mu
	fails func(n int, a news.Announcement) error // of the n-th try, counted from 0
	done  func(ctx context.Context, out []string) (enough bool)
	tries int // guarded by mu
	stop  context.CancelFunc
}

func (l *listener) Publish(ctx context.Context, a news.Announcement) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	if l.fails != nil {
		if err := l.fails(l.tries-1, a); err != nil {
			return err
		}
	}
	l.out = append(l.out, a)
	if l.done != nil && l.done(ctx, l.ids()) {
		l.stop()
	}
	return nil
}

func (l *listener) ids() []string {
	out := make([]string, len(l.out))
	for i, a := range l.out {
		out[i] = a.MessageID()
	}
	return out
}

// run relays from s until n messages are out, in time that costs nothing.
func (l *listener) run(t *testing.T, s *store.Store, n int, wake func() <-chan struct{}) (took time.Duration) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	l.stop = stop
	l.done = func(_ context.Context, out []string) bool { return len(out) >= n }
	begin := time.Now()
	relay := sink.Relay{Changes: s, Publisher: l, Log: quiet, Wake: wake}
	if err := relay.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return time.Since(begin)
}

// message ids of samples from n on, each with the tags of a sample, as changes from
// the sequence number on.
func messages(sequence, count int) (out []string) {
	for i := range count {
		for _, tag := range []string{"pro_blockchain_policy.CN-JX", "mining_crackdown.CN"} {
			out = append(out, fmt.Sprintf("%d.%s", sequence+i, tag))
		}
	}
	return out
}

func TestRelayAnnouncesEachTag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		bare := news.NewRecord(storetest.Article(200), storetest.Rules)
		rejected := storetest.Tagged(storetest.Article(201), storetest.Rules, news.Rejected)
		inReview := storetest.Tagged(storetest.Article(202), storetest.Rules, news.Review)
		lost := storetest.Record(1) // its tags go with the next rules: nothing to say
		ok(t, s.Keep(t.Context(), []news.Record{storetest.Record(0), bare, rejected, inReview, lost}))
		ok(t, s.Keep(t.Context(), []news.Record{news.NewRecord(storetest.Article(1), news.RuleSet{Hash: "b"}), storetest.Record(2)}))

		var l listener
		l.run(t, s, 8, nil)
		want := slices.Concat(messages(1, 1), messages(4, 2), messages(7, 1))
		if got := l.ids(); !slices.Equal(got, want) {
			t.Errorf("published %q, want %q", got, want)
		}
		first := l.out[0]
		if err := first.Validate(); err != nil || first.Kind != news.StoredChange || first.Record.Story != storetest.Record(0).Key().Article || first.Tag.Label != news.ProPolicy {
			t.Errorf("announcement %+v: %v", first, err)
		}
		at, err := s.Cursor(t.Context(), sink.RelayCursor)
		ok(t, err)
		if at != 7 {
			t.Errorf("cursor %d, want 7", at)
		}
	})
}

// What is stored while the relay waits is announced when it is woken, and after a
// second when nobody wakes it.
func TestRelayWakes(t *testing.T) {
	for _, woken := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := newStore(t, time.Now)
			wake := make(chan struct{}, 1)
			var kept time.Time
			go func() {
				time.Sleep(300 * time.Millisecond) // of the bubble's clock: the relay waits by then
				kept = time.Now()
				if err := s.Keep(t.Context(), storetest.Records(0, 1)); err != nil {
					t.Error(err)
				}
				if woken {
					wake <- struct{}{}
				}
			}()
			var l listener
			l.run(t, s, 2, func() <-chan struct{} { return wake })
			late := time.Since(kept)
			if woken && late > 0 || !woken && late > 700*time.Millisecond {
				t.Errorf("woken %v: announced %v after it was stored", woken, late)
			}
		})
	}
}

// While the bus is away or full the relay waits, longer each time, and then nothing
// is missing.
func TestRelayWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		ok(t, s.Keep(t.Context(), storetest.Records(0, 3)))
		l := listener{fails: func(n int, _ news.Announcement) error {
			switch {
			case n < 3:
				return fmt.Errorf("no bus: %w", news.ErrUnavailable)
			case n == 6:
				return fmt.Errorf("no room: %w", news.ErrFull)
			case n == 7:
				return errors.New("strange")
			}
			return nil
		}}
		took := l.run(t, s, 7, nil)
		if want := (1 + 2 + 4 + 1 + 2) * time.Second; took != want {
			t.Errorf("it took %v, want %v of waiting", took, want)
		}
		// The change that failed at its second message begins anew.
		if got, want := l.ids(), slices.Concat(messages(1, 1), messages(2, 1)[:1], messages(2, 2)); !slices.Equal(got, want) {
			t.Errorf("published %q, want %q", got, want)
		}
	})
}

// What can never be published does not keep the rest waiting.
func TestRelayLeavesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		ok(t, s.Keep(t.Context(), storetest.Records(0, 2)))
		l := listener{fails: func(_ int, a news.Announcement) error {
			if a.MessageID() == messages(1, 1)[0] {
				return fmt.Errorf("too long: %w", news.ErrInvalid)
			}
			return nil
		}}
		if took := l.run(t, s, 3, nil); took != 0 {
			t.Errorf("it waited %v", took)
		}
		if got, want := l.ids(), messages(1, 2)[1:]; !slices.Equal(got, want) {
			t.Errorf("published %q, want %q", got, want)
		}
	})
}

// A relay that is killed between two messages, at any of them, leaves the next one
// to go on: every message comes, in order, and what comes twice has the same id.
func TestRelayKilled(t *testing.T) {
	const changes = 60
	s, _ := newStore(t, time.Now)
	ok(t, s.Keep(t.Context(), storetest.Records(0, changes)))
	var all []string
	for _, until := range []int{1, 7, 30, 99, 101, 2 * changes} {
		l := listener{fails: func(n int, _ news.Announcement) error {
			if n == until {
				runtime.Goexit() // nothing more of the relay runs, as after kill -9
			}
			return nil
		}}
		var killed sync.WaitGroup
		killed.Go(func() {
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			l.stop = stop
			l.done = func(_ context.Context, out []string) bool {
				return strings.HasPrefix(out[len(out)-1], fmt.Sprint(changes)+".mining")
			}
			_ = (&sink.Relay{Changes: s, Publisher: &l, Log: quiet}).Run(ctx)
		})
		killed.Wait()
		all = append(all, l.ids()...)
	}
	var once []string
	for _, id := range all {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	if want := messages(1, changes); !slices.Equal(once, want) {
		t.Errorf("published %q, want %q", once, want)
	}
	at, err := s.Cursor(t.Context(), sink.RelayCursor)
	ok(t, err)
	if at != changes {
		t.Errorf("cursor %d, want %d", at, changes)
	}
}

// A relay that is stopped has moved its cursor past what is out.
func TestRelayStopped(t *testing.T) {
	s, _ := newStore(t, time.Now)
	ok(t, s.Keep(t.Context(), storetest.Records(0, 10)))
	var first, second listener
	first.run(t, s, 8, nil)
	second.run(t, s, 12, nil)
	if got, want := append(first.ids(), second.ids()...), messages(1, 10); !slices.Equal(got, want) {
		t.Errorf("published %q, want %q: none twice", got, want)
	}
}
