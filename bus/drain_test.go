package bus_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
)

// counter counts how often each article was handled.
type counter struct {
	mu    sync.Mutex // guards times
	times map[string]int
}

func (c *counter) add(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times == nil {
		c.times = map[string]int{}
	}
	c.times[id]++
}

func (c *counter) total() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.times {
		n += k
	}
	return n
}

func TestDrainOnCancel(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		const all = 120
		b := open(bus.Config{})
		for n := range all {
			publish(t, b, article(n))
		}
		var seen counter
		for round := 1; seen.total() < all; round++ {
			var inRound atomic.Int32
			enough := make(chan struct{})
			stop := consume(t, b, 4, func(ctx context.Context, a news.Article) error {
				if inRound.Add(1) == 30 {
					close(enough)
				}
				seen.add(a.ID)
				return ctx.Err()
			})
			receive(t, enough)
			stop()
			// What was handled is acknowledged, and nothing hangs between.
			s := streamStats(t, b, "ARTICLES")
			if int(s.Messages) != all-seen.total() {
				t.Fatalf("round %d: %d messages left, want %d", round, s.Messages, all-seen.total())
			}
			if left := int(s.Messages); left > 0 && left < 30 {
				consume(t, b, 1, func(_ context.Context, a news.Article) error { seen.add(a.ID); return nil })
				until(t, "the rest is handled", func() bool { return seen.total() >= all })
			}
		}
		for n := range all {
			if k := seen.times[article(n).ID]; k != 1 {
				t.Errorf("article %d was handled %d times", n, k)
			}
		}
	})
}

func TestCloseWaitsForHandlers(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{})
		publish(t, b, article(1))
		running, finish := make(chan struct{}), make(chan struct{})
		consume(t, b, 1, func(ctx context.Context, _ news.Article) error {
			close(running)
			<-finish
			return errors.Join(ctx.Err(), b.Records.Publish(ctx, record(1)))
		})
		receive(t, running)
		closed := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			closed <- b.Close(ctx)
		}()
		until(t, "no more may be consumed", func() bool {
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			return errors.Is(b.Articles.Consume(ended, 1, nil), news.ErrUnavailable)
		})
		select {
		case err := <-closed:
			t.Fatalf("Close did not wait: %v", err)
		default:
		}
		close(finish)
		if err := receive(t, closed); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseCutsHandlersShort(t *testing.T) {
	c := bus.AckWait(bus.Config{Dir: t.TempDir()}, 500*time.Millisecond)
	b, err := bus.Open(t.Context(), bus.Quick(c))
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, article(1))
	running := make(chan struct{})
	consume(t, b, 1, func(ctx context.Context, _ news.Article) error {
		close(running)
		<-ctx.Done()
		return ctx.Err()
	})
	receive(t, running)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Close(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Close = %v, want that handlers were cut short", err)
	}
	b = open(t, c)
	got := make(chan string, 1)
	consume(t, b, 1, func(_ context.Context, a news.Article) error { got <- a.ID; return nil })
	if id := receive(t, got); id != article(1).ID {
		t.Errorf("got %s again, want article 1", id)
	}
}

func TestHeartbeatKeepsMessage(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		const ackWait = time.Second
		b := open(bus.AckWait(bus.Config{}, ackWait))
		publish(t, b, article(1))
		var calls atomic.Int32
		consume(t, b, 3, func(context.Context, news.Article) error {
			calls.Add(1)
			<-time.After(5 * ackWait / 2) // the message would come again, twice
			return nil
		})
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		if n := calls.Load(); n != 1 {
			t.Errorf("handled %d times, want once", n)
		}
	})
}

// While something is away, a consumer waits; the end of its context ends that too.
func TestDrainWhileAway(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Delays(bus.Config{}, nil, []time.Duration{time.Hour}))
		publish(t, b, article(1), article(2))
		called := make(chan struct{}, 2)
		stop := consume(t, b, 1, func(context.Context, news.Article) error { called <- struct{}{}; return news.ErrUnavailable })
		receive(t, called)
		stop()
		if s := streamStats(t, b, "ARTICLES"); s.Messages != 2 || len(called) != 0 {
			t.Errorf("%d messages left, %d more handled", s.Messages, len(called))
		}
	})
}

func TestConsumeRefuses(t *testing.T) {
	b := open(t, bus.Config{Dir: t.TempDir()})
	for name, err := range map[string]error{
		"no workers": b.Articles.Consume(t.Context(), 0, nil),
		"stored":     b.Stored.Consume(t.Context(), 1, nil),
		"batch of 0": b.Records.ConsumeBatch(t.Context(), 0, time.Second, nil),
	} {
		if !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}
