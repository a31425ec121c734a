package bus_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

// A stream that somebody removed is declared again; what it held is the ledger's
// to publish again.
func TestStreamRemoved(t *testing.T) {
	url := bustest.Server(t)
	b := open(t, bus.Config{URL: url})
	got := make(chan string, 10)
	consume(t, b, 1, func(_ context.Context, a news.Article) error { got <- a.ID; return nil })
	publish(t, b, article(1))
	receive(t, got)
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "ARTICLES"); err != nil {
		t.Fatal(err)
	}
	until(t, "the stream is there again", func() bool { return b.Articles.Publish(t.Context(), article(2)) == nil })
	if id := receive(t, got); id != article(2).ID {
		t.Errorf("got %s, want article 2", id)
	}
}

// JetStream loses a stream of which one bit is damaged. That must show, and must
// not keep the bus from working.
func TestDamagedStream(t *testing.T) {
	dir := t.TempDir()
	b, err := bus.Open(t.Context(), bus.Quick(bus.Config{Dir: dir}))
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, article(1))
	closeBus(t, b)
	path := filepath.Join(dir, "jetstream", "$G", "streams", "ARTICLES", "meta.inf")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b = open(t, bus.Config{Dir: dir})
	if st, err := b.Stats(t.Context()); err != nil || st.Warnings+st.Errors == 0 {
		t.Errorf("the damage shows nowhere: %+v, %v", st, err)
	}
	publish(t, b, article(2))
	held, err := b.Held(t.Context())
	if err != nil || !held[article(2).Key()] {
		t.Errorf("Held = %v, %v, want article 2", held, err)
	}
	if err := b.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d of 2 articles are there", len(held))
}

// A folder of a stream that is not ours is left alone.
func TestForeignStreamFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "jetstream", "$G", "streams", "OLD"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := open(t, bus.Config{Dir: dir})
	if err := b.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	publish(t, b, article(1))
	if st, err := b.Stats(t.Context()); err != nil || st.Restarts != 0 {
		t.Errorf("Stats = %+v, %v, want no restart", st, err)
	}
}
