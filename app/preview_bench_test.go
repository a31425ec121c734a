package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
	"edict/store"
)

// BenchmarkPreview runs the rules over an archive of stories of about 3 KB, every
// tenth of a measure, beside reading the same records and doing nothing; and beside
// reading only what it reads of them, which leaves out evidence, amounts and counts.
//
// EDICT_ARCHIVE names the database of another archive that is taken instead, of
// previewArticles articles, such as BenchmarkSearch keeps.
func BenchmarkPreview(b *testing.B) {
	cfg := settings(b, sources())
	other := os.Getenv("EDICT_ARCHIVE")
	if cfg.Store.URL = "sqlite:" + other; other == "" {
		cfg.Store.URL = ""
	}
	s, err := app.MakeArchive(b.Context(), cfg, time.Now)
	ok(b, err)
	b.Cleanup(func() { ok(b, s.Close()) })
	c, err := app.NewClassifier(nil)
	ok(b, err)
	for n := 0; n < previewArticles && other == ""; n += 500 {
		batch := make([]news.Record, 500)
		for i := range batch {
			batch[i] = c.Classify(ordinary(n + i))
		}
		ok(b, s.Keep(b.Context(), batch))
	}
	var reading, texts, preview time.Duration
	readAll := func(next func(ctx context.Context, after int64, limit int) ([]store.NumberedRecord, error)) (read int, took time.Duration) {
		begin := time.Now()
		for after := int64(0); ; {
			page, err := next(b.Context(), after, 400)
			ok(b, err)
			if len(page) == 0 {
				return read, time.Since(begin)
			}
			read += len(page)
			after = page[len(page)-1].Number
		}
	}
	for b.Loop() {
		read, took := readAll(s.CurrentAfter)
		reading += took
		_, took = readAll(s.TextsAfter)
		texts += took
		begin := time.Now()
		p, err := app.PreviewRules(b.Context(), s, nil, 3, nil)
		ok(b, err)
		preview += time.Since(begin)
		if read != previewArticles || p.Articles != previewArticles || p.Changed != 0 && other == "" {
			b.Fatalf("read %d, previewed %+v", read, p)
		}
	}
	b.ReportMetric(preview.Seconds()/reading.Seconds(), "×reading")
	b.ReportMetric(preview.Seconds()/texts.Seconds(), "×texts")
	b.ReportMetric(preview.Seconds()/float64(b.N)/previewArticles*1e6, "s/million")
	b.ReportMetric(0, "ns/op")
}

// ordinary is an article about this and that, by its number.
func ordinary(n int) news.Article {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	words := strings.Fields("the market for bitcoin and ether rose on Monday as traders in Asia bought more of both while the price of power fell in Texas a firm that mines said it had sold machines to a partner in Norway and analysts of the bank expect a quiet week before the central bank meets")
	var text strings.Builder
	for range 25 {
		for range 18 + r.IntN(8) {
			text.WriteString(words[r.IntN(len(words))])
			text.WriteByte(' ')
		}
		text.WriteString(".\n")
	}
	title := fmt.Sprintf("Bitcoin has a quiet week, part %d", n)
	if n%10 == 0 {
		title = fmt.Sprintf("Sichuan orders bitcoin mines to close, notice %d", n)
	}
	return news.NewArticle(news.Content{
		URL: fmt.Sprintf("https://paper%d.example/%d", n%50, n), Source: "paper", Title: title, Text: text.String(), Language: "en",
		Published: time.Date(2024, 1, 1, 0, n, 0, 0, time.UTC), Fetched: time.Date(2024, 1, 1, 0, n, 30, 0, time.UTC), Quality: 1,
	}, true)
}
