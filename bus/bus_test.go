package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

func TestMain(m *testing.M) {
	if runChild() {
		return
	}
	goleak.VerifyTestMain(m)
}

// patience bounds what a test waits for; a test that works is far quicker.
const patience = time.Minute

// both runs a test on the embedded server and on one over loopback TCP.
func both(t *testing.T, test func(t *testing.T, open func(bus.Config) *bus.Bus)) {
	t.Run("embedded", func(t *testing.T) {
		test(t, func(c bus.Config) *bus.Bus {
			c.Dir = t.TempDir()
			return open(t, c)
		})
	})
	t.Run("outside", func(t *testing.T) {
		test(t, func(c bus.Config) *bus.Bus {
			c.URL = bustest.Server(t)
			return open(t, c)
		})
	})
}

func open(t testing.TB, c bus.Config) *bus.Bus {
	t.Helper()
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	b, err := bus.Open(t.Context(), bus.Quick(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBus(t, b) })
	return b
}

func closeBus(t testing.TB, b *bus.Bus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Error(err)
	}
}

func article(n int) news.Article {
	return news.NewArticle(news.Content{
		URL: fmt.Sprintf("https://news.example/%d", n), Source: "example",
		Title: fmt.Sprintf("Story %d", n), Text: strings.Repeat("Miners leave. 挖矿 ", 10),
		Fetched: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC),
	}, false)
}

func record(n int) news.Record {
	return news.NewRecord(article(n), news.RuleSet{Version: "1", Hash: "r"})
}

func publish(t testing.TB, b *bus.Bus, articles ...news.Article) {
	t.Helper()
	for _, a := range articles {
		if err := b.Articles.Publish(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// consume runs Consume until stop is called, which returns when it has drained.
func consume(t testing.TB, b *bus.Bus, workers int, handle func(context.Context, news.Article) error) (stop func()) {
	t.Helper()
	return background(t, func(ctx context.Context) error { return b.Articles.Consume(ctx, workers, handle) })
}

func background(t testing.TB, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Consume: %v", err)
			}
		case <-time.After(patience):
			t.Error("Consume does not end")
		}
	})
	t.Cleanup(stop)
	return stop
}

func receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// until waits for what another goroutine or the server brings about.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(end) {
			t.Fatal("waited in vain until " + what)
		}
		<-tick.C
	}
}

func streamStats(t testing.TB, b *bus.Bus, name string) bus.StreamStats {
	t.Helper()
	st, err := b.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range st.Streams {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no stream %s in %+v", name, st)
	panic("unreachable")
}

func TestPublishConsume(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{})
		got := make(chan news.Article, 10)
		for n := range 5 {
			publish(t, b, article(n), article(n)) // the repeat is dropped
		}
		if n := streamStats(t, b, "ARTICLES").Messages; n != 5 {
			t.Errorf("%d messages in ARTICLES, want 5", n)
		}
		consume(t, b, 3, func(_ context.Context, a news.Article) error { got <- a; return nil })
		seen := map[string]bool{}
		for range 5 {
			seen[receive(t, got).ID] = true
		}
		for n := range 5 {
			if !seen[article(n).ID] {
				t.Errorf("article %d did not come", n)
			}
		}
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		if err := b.Healthy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestPublishInvalid(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{})
		bad := article(1)
		bad.Version = "x"
		if err := b.Articles.Publish(t.Context(), bad); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("Publish of a wrong version = %v, want ErrInvalid", err)
		}
		large := record(1)
		large.Near = []news.Near{{Label: news.ProPolicy, Missing: []string{strings.Repeat("x", 5<<20)}}}
		if err := b.Records.Publish(t.Context(), large); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("Publish of 5 MiB = %v, want ErrInvalid", err)
		}
		odd := news.NewAnnouncement(news.Change{Sequence: 1}, record(1), news.Tag{Label: "a b", Jurisdiction: "CN"})
		if err := b.Stored.Publish(t.Context(), odd); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("Publish with a space in the subject = %v, want ErrInvalid", err)
		}
	})
}

func TestAttempt(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{})
		for _, n := range []int{0, 0, 1, 1, 2} {
			if err := b.Articles.Publish(bus.WithAttempt(t.Context(), n), article(1)); err != nil {
				t.Fatal(err)
			}
		}
		if n := streamStats(t, b, "ARTICLES").Messages; n != 3 {
			t.Errorf("%d messages in ARTICLES, want one for each attempt: 3", n)
		}
		// The attempt goes on into the next stage.
		var handled atomic.Int32
		consume(t, b, 1, func(ctx context.Context, a news.Article) error {
			defer handled.Add(1)
			return b.Records.Publish(ctx, news.NewRecord(a, news.RuleSet{Hash: "r"}))
		})
		until(t, "all are handled", func() bool { return handled.Load() == 3 })
		if n := streamStats(t, b, "RECORDS").Messages; n != 3 {
			t.Errorf("%d messages in RECORDS, want one for each attempt: 3", n)
		}
	})
}

func TestHeld(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{})
		publish(t, b, article(1), article(2))
		for _, n := range []int{2, 3} {
			if err := b.Records.Publish(t.Context(), record(n)); err != nil {
				t.Fatal(err)
			}
		}
		held, err := b.Held(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(held) != 3 || !held[article(1).Key()] || !held[article(2).Key()] || !held[article(3).Key()] {
			t.Errorf("Held = %v, want articles 1, 2 and 3", held)
		}
		stop := consume(t, b, 1, func(context.Context, news.Article) error { return nil })
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		stop()
		if held, err = b.Held(t.Context()); err != nil || len(held) != 2 || held[article(1).Key()] {
			t.Errorf("Held = %v, %v, want articles 2 and 3", held, err)
		}
	})
}
