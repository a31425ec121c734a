package sink_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
	"edict/sink"
	"edict/store/pgtest"
	"edict/store/storetest"
)

// The database crashes again and again while records come: each record that was
// published is stored once, each is one change, and none is given up.
func TestPostgresRestarts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	server := pgtest.Server{Durable: true}
	t.Cleanup(server.Stop)
	s := openStore(t, server.Database(t), time.Now)
	b, err := bus.Open(t.Context(), bus.Config{Dir: t.TempDir(), Log: quiet, Now: time.Now})
	ok(t, err)
	t.Cleanup(func() { ok(t, b.Close(context.Background())) })

	var failed, kept atomic.Int64 // transactions, records
	stage := sink.Stage{Store: s, Log: quiet, Now: time.Now, Observe: func(records int, _ time.Duration, err error) {
		if err != nil {
			failed.Add(1)
		} else {
			kept.Add(int64(records))
		}
	}}
	ctx, stop := context.WithCancel(t.Context())
	consumed := make(chan error, 1)
	go func() { consumed <- b.Records.ConsumeBatch(ctx, 100, 20*time.Millisecond, stage.HandleBatch) }()
	enough := make(chan struct{})
	published := make(chan int, 1)
	go func() {
		n := 0
		defer func() { published <- n }()
		for {
			select {
			case <-enough:
				return
			default:
			}
			if int64(n) > kept.Load()+500 { // a backlog, and no endless one
				<-time.After(time.Millisecond)
				continue
			}
			if err := b.Records.Publish(ctx, storetest.Record(n)); err != nil {
				t.Errorf("publish record %d: %v", n, err)
				return
			}
			n++
		}
	}()

	stored := func() int64 {
		b, err := s.Balance(t.Context())
		if err != nil && !errors.Is(err, news.ErrUnavailable) {
			t.Fatal(err)
		}
		return b.Stored
	}
	for range restarts {
		// Somewhere in the work that follows.
		more := stored() + 1 + random.Int64N(300)
		await(t, "records come in", func() bool { return stored() >= more })
		server.Restart(t)
	}
	close(enough)
	total := <-published
	await(t, "all are stored", func() bool { return stored() == int64(total) })
	stop()
	ok(t, <-consumed)

	want := map[string]bool{}
	for n := range total {
		want[storetest.Record(n).ID] = true
	}
	ok(t, s.Each(t.Context(), news.Filter{}, func(r news.Record) error {
		if !want[r.ID] {
			t.Errorf("record %s was not published, or is there twice", r.ID)
		}
		delete(want, r.ID)
		return nil
	}))
	if len(want) > 0 {
		t.Errorf("%d of %d published records are lost", len(want), total)
	}
	if last, err := s.LastChange(t.Context()); err != nil || last != int64(total) {
		t.Errorf("%d changes for %d records, %v", last, total, err)
	}
	stats, err := b.Stats(t.Context())
	ok(t, err)
	for _, stream := range stats.Streams {
		if stream.Messages > 0 && (stream.Name == "DEAD" || stream.Name == "RECORDS") {
			t.Errorf("%d messages are left in %s", stream.Messages, stream.Name)
		}
	}
	green(t, s)
	t.Logf("%d restarts, %d transactions failed, %d records published and stored", restarts, failed.Load(), total)
}

// await polls a condition.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	over := time.NewTimer(2 * time.Minute)
	defer over.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-over.C:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
