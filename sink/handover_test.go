package sink_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edict/news"
	"edict/sink"
	"edict/store/storetest"
)

// What a command hands over is published within seconds, once; what the bus has no
// room for is tried again until it has.
func TestHandover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newStore(t, time.Now)
		b := &lossy{held: map[news.Key]bool{}, err: news.ErrFull}
		var mu sync.Mutex // of b
		h := sink.Handover{Ledger: s, Log: quiet, Publish: func(ctx context.Context, a news.Article, attempt int) error {
			mu.Lock()
			defer mu.Unlock()
			return b.publish(ctx, a, attempt)
		}}
		// after lets time go by, and returns what was published since the last call; from
		// then on publishing ends with err.
		after := func(d time.Duration, err error) []string {
			time.Sleep(d)
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			out := b.published
			b.published, b.err = nil, err
			slices.Sort(out)
			return out
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { ok(t, h.Run(ctx)) })
		defer running.Wait()
		defer cancel()

		articles := []news.Article{storetest.Article(0), storetest.Article(1), storetest.Article(2)}
		if n, err := s.Hand(t.Context(), articles); err != nil || n != 3 {
			t.Fatal(n, err)
		}
		if got := after(4*time.Second, nil); len(got) != 0 {
			t.Fatalf("published without room: %v", got)
		}
		if got, want := after(5*time.Second, nil), []string{"0.2", "1.2", "2.2"}; !slices.Equal(got, want) {
			t.Errorf("published %v, want %v", got, want)
		}

		ok(t, s.MarkDead(t.Context(), key(1), "classifier", "poison"))
		if n, err := s.Revive(t.Context(), []news.Key{key(1)}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		if got, want := after(2*time.Second, nil), []string{"1.3"}; !slices.Equal(got, want) {
			t.Errorf("of the dead %v was published, want %v", got, want)
		}
	})
}
