package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/bus"
	"edict/news"
)

// long is an article of about 100 KB.
func long(n int) news.Article {
	a := article(n)
	a.Text = strings.Repeat("Miners leave the province. ", 4000)
	return news.NewArticle(a.Content, false)
}

// fill publishes until the stream is full, and returns how many fitted.
func fill(t *testing.T, b *bus.Bus) int {
	t.Helper()
	for n := range 1000 {
		err := b.Articles.Publish(t.Context(), long(n))
		if errors.Is(err, news.ErrFull) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the stream does not get full")
	return 0
}

func TestFullFreesAfterAcks(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{MaxStore: 1 << 20})
		if n := fill(t, b); n != 3 {
			t.Errorf("%d articles of 100 KB fit into 40 %% of 1 MiB, want 3", n)
		}
		if err := b.Healthy(t.Context()); err != nil {
			t.Errorf("a full stream is not unhealthy: %v", err)
		}
		consume(t, b, 1, func(context.Context, news.Article) error { return nil })
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		publish(t, b, long(500))
	})
}

func TestOldestDropFromStored(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		b := open(bus.Config{MaxStore: 8 << 20})
		fill(t, b)
		for n := range 20 {
			r := news.NewRecord(long(n), news.RuleSet{Hash: "r"})
			a := news.NewAnnouncement(news.Change{Sequence: int64(n)}, r, news.Tag{Label: news.ProPolicy, Jurisdiction: "CN-JX"})
			if err := b.Stored.Publish(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		if s := streamStats(t, b, "STORED"); s.Messages < 2 || s.Messages > 4 || s.Bytes > uint64(s.Limit) {
			t.Errorf("STORED = %+v, want the last 3 or so of 20", s)
		}
	})
}

// A server that keeps other programs' streams too may run out of room of its own.
func TestServerFull(t *testing.T) {
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 4 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("server not ready")
	}
	if _, err := bus.Open(t.Context(), bus.Config{URL: s.ClientURL(), MaxStore: 8 << 20}); !errors.Is(err, news.ErrFull) {
		t.Errorf("Open with more than the server keeps = %v, want ErrFull", err)
	}
	b := open(t, bus.Config{URL: s.ClientURL(), MaxStore: 3 << 20})
	nc, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "OTHER", Subjects: []string{"other"}}); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := js.Publish(t.Context(), "other", make([]byte, 900<<10)); err != nil {
			break
		}
	}
	if err := b.Articles.Publish(t.Context(), article(1)); !errors.Is(err, news.ErrFull) {
		t.Errorf("Publish to a full server = %v, want ErrFull", err)
	}
}

func TestLimitsFollowConfiguration(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int64{64 << 20, 2 << 20, 16 << 20} {
		b, err := bus.Open(t.Context(), bus.Quick(bus.Config{Dir: dir, MaxStore: size}))
		if err != nil {
			t.Fatalf("Open with %d: %v", size, err)
		}
		if err := b.Healthy(t.Context()); err != nil {
			t.Errorf("with %d: %v", size, err)
		}
		if s := streamStats(t, b, "ARTICLES"); s.Limit != size/100*40 {
			t.Errorf("limit = %d, want 40 %% of %d", s.Limit, size)
		}
		if size == 64<<20 {
			for n := range 20 {
				publish(t, b, long(n))
			}
		} else if s := streamStats(t, b, "ARTICLES"); s.Messages != 20 {
			t.Errorf("with %d: %d articles left of 20", size, s.Messages)
		}
		closeBus(t, b)
	}
}
