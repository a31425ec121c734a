package bus_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

// sized is an article of about 5 KiB, as most are.
func sized(n int) news.Article {
	a := article(n)
	a.Text = strings.Repeat("Miners leave the province. ", 190)
	return news.NewArticle(a.Content, false)
}

func BenchmarkPublish(b *testing.B) {
	eachBus(b, func(b *testing.B, open *bus.Bus) {
		for n := 0; b.Loop(); n++ {
			if err := open.Articles.Publish(b.Context(), sized(n)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
	})
}

func BenchmarkConsume(b *testing.B) {
	eachBus(b, func(b *testing.B, open *bus.Bus) {
		drained(b, open, func(ctx context.Context, left *atomic.Int64, done func()) error {
			return open.Articles.Consume(ctx, 2, func(context.Context, news.Article) error {
				if left.Add(-1) == 0 {
					done()
				}
				return nil
			})
		})
	})
}

func BenchmarkConsumeBatch(b *testing.B) {
	eachBus(b, func(b *testing.B, open *bus.Bus) {
		drained(b, open, func(ctx context.Context, left *atomic.Int64, done func()) error {
			return open.Articles.ConsumeBatch(ctx, 200, 0, func(_ context.Context, as []news.Article) []error {
				if left.Add(-int64(len(as))) == 0 {
					done()
				}
				return nil
			})
		})
	})
}

// BenchmarkPublishConsume is an article's whole way over one topic.
func BenchmarkPublishConsume(b *testing.B) {
	eachBus(b, func(b *testing.B, open *bus.Bus) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		came := make(chan struct{}, 1)
		done := make(chan error, 1)
		go func() {
			done <- open.Articles.Consume(ctx, 1, func(context.Context, news.Article) error { came <- struct{}{}; return nil })
		}()
		for n := 0; b.Loop(); n++ {
			if err := open.Articles.Publish(b.Context(), sized(n)); err != nil {
				b.Fatal(err)
			}
			<-came
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
		stop()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	})
}

func eachBus(b *testing.B, run func(*testing.B, *bus.Bus)) {
	b.Run("embedded", func(b *testing.B) { run(b, open(b, bus.Config{Dir: b.TempDir()})) })
	b.Run("outside", func(b *testing.B) { run(b, open(b, bus.Config{URL: bustest.Server(b)})) })
}

// drained publishes b.N articles and measures how long it takes to consume them.
func drained(b *testing.B, open *bus.Bus, consume func(ctx context.Context, left *atomic.Int64, done func()) error) {
	b.StopTimer()
	for n := range b.N {
		if err := open.Articles.Publish(b.Context(), sized(n)); err != nil {
			b.Fatal(err)
		}
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b.StartTimer()
	if err := consume(ctx, &left, stop); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}
