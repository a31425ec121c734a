package bus_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"edict/bus"
	"edict/news"
)

// A crawler publishes, a classifier consumes.
func Example() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b, err := bus.Open(ctx, bus.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	a := news.NewArticle(news.Content{
		URL: "https://news.example/1", Source: "example", Title: "Province bans mining",
		Fetched: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC),
	}, false)
	for range 2 { // the repeat is dropped
		if err := b.Articles.Publish(ctx, a); err != nil {
			fmt.Println(err)
		}
	}
	if err := b.Articles.Consume(ctx, 1, func(_ context.Context, a news.Article) error {
		fmt.Println(a.Source, a.Title)
		stop()
		return nil // the message is done
	}); err != nil {
		fmt.Println(err)
	}
	if err := b.Close(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output: example Province bans mining
}
