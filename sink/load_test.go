package sink_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
	"edict/sink"
	"edict/store"
	"edict/store/storetest"
)

// A load is records that are published and kept without end, with what befell.
type load struct {
	store        *store.Store
	bus          *bus.Bus
	failed, kept atomic.Int64 // transactions, records

	enough    chan struct{} // closed when no more are to be published
	published chan int      // how many were
	stop      context.CancelFunc
	consumed  chan error
}

func startLoad(t *testing.T, s *store.Store) *load {
	t.Helper()
	l := &load{store: s, enough: make(chan struct{}), published: make(chan int, 1), consumed: make(chan error, 1)}
	var err error
	l.bus, err = bus.Open(t.Context(), bus.Config{Dir: t.TempDir(), Log: quiet, Now: time.Now})
	ok(t, err)
	t.Cleanup(func() { ok(t, l.bus.Close(context.Background())) })
	stage := sink.Stage{Store: s, Log: quiet, Now: time.Now, Observe: func(records int, _ time.Duration, err error) {
		if err != nil {
			l.failed.Add(1)
		} else {
			l.kept.Add(int64(records))
		}
	}}
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	go func() { l.consumed <- l.bus.Records.ConsumeBatch(ctx, 100, 20*time.Millisecond, stage.HandleBatch) }()
	go l.publish(ctx, t)
	return l
}

func (l *load) publish(ctx context.Context, t *testing.T) {
	n := 0
	defer func() { l.published <- n }()
	for {
		select {
		case <-l.enough:
			return
		default:
		}
		if int64(n) > l.kept.Load()+500 { // a backlog, and no endless one
			<-time.After(time.Millisecond)
			continue
		}
		if err := l.bus.Records.Publish(ctx, storetest.Record(n)); err != nil {
			t.Errorf("publish record %d: %v", n, err)
			return
		}
		n++
	}
}

// stored is how many records are stored, 0 while the database is away.
func (l *load) stored(t *testing.T) int64 {
	t.Helper()
	b, err := l.store.Balance(t.Context())
	if err != nil && !errors.Is(err, news.ErrUnavailable) {
		t.Fatal(err)
	}
	return b.Stored
}

// end waits until all that was published is stored, wants each to be there once and to
// be one change, and returns how many they are.
func (l *load) end(t *testing.T) (total int) {
	t.Helper()
	close(l.enough)
	total = <-l.published
	await(t, "all are stored", func() bool { return l.stored(t) == int64(total) })
	l.stop()
	ok(t, <-l.consumed)

	want := map[string]bool{}
	for n := range total {
		want[storetest.Record(n).ID] = true
	}
	ok(t, l.store.Each(t.Context(), news.Filter{}, func(r news.Record) error {
		if !want[r.ID] {
			t.Errorf("record %s was not published, or is there twice", r.ID)
		}
		delete(want, r.ID)
		return nil
	}))
	if len(want) > 0 {
		t.Errorf("%d of %d published records are lost", len(want), total)
	}
	if last, err := l.store.LastChange(t.Context()); err != nil || last != int64(total) {
		t.Errorf("%d changes for %d records, %v", last, total, err)
	}
	stats, err := l.bus.Stats(t.Context())
	ok(t, err)
	for _, stream := range stats.Streams {
		if stream.Messages > 0 && (stream.Name == "DEAD" || stream.Name == "RECORDS") {
			t.Errorf("%d messages are left in %s", stream.Messages, stream.Name)
		}
	}
	green(t, l.store)
	return total
}
