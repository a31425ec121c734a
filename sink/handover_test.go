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
		h := sink.Handover{Ledger: s, Publish: b.publish, Log: quiet}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { ok(t, h.Run(ctx)) })
		defer running.Wait()
		defer cancel()

		articles := []news.Article{storetest.Article(0), storetest.Article(1), storetest.Article(2)}
		if n, err := s.Hand(t.Context(), articles); err != nil || n != 3 {
			t.Fatal(n, err)
		}
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if len(b.published) != 0 {
			t.Fatalf("published without room: %v", b.published)
		}
		b.err = nil
		time.Sleep(5 * time.Second)
		synctest.Wait()
		slices.Sort(b.published)
		if want := []string{"0.2", "1.2", "2.2"}; !slices.Equal(b.published, want) {
			t.Errorf("published %v, want %v", b.published, want)
		}

		ok(t, s.MarkDead(t.Context(), key(1), "classifier", "poison"))
		b.published = nil
		if n, err := s.Revive(t.Context(), []news.Key{key(1)}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if want := []string{"1.3"}; !slices.Equal(b.published, want) {
			t.Errorf("of the dead %v was published, want %v", b.published, want)
		}
	})
}
