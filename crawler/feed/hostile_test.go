package feed_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"edict/crawler/feed"
)

// Documents that are made to cost much, each of up to 10 MB, cost no more memory
// than a large honest one: the parsers behind took 1.4 GB for some of them.
func TestHostile(t *testing.T) {
	repeat := strings.Repeat
	for name, body := range map[string]string{
		"nested":     `<rss><channel><item>` + repeat("<a>", 3_000_000),
		"extensions": `<rss xmlns:x="u"><channel><item>` + repeat("<x:a>1</x:a>", 800_000),
		"attributes": `<rss><channel><item>` + repeat("<a "+repeat("b='c' ", 10_000)+"/>", 160),
		"comments":   `<rss><channel>` + repeat("<!-- -->", 1_200_000),
		"items":      `<rss><channel>` + repeat("<item/>", 1_400_000),
		"entities":   `<rss><channel><item><title>` + repeat("&amp;", 2_000_000),
		"json items": `{"items":[` + repeat("{},", 3_000_000) + "{}]}",
		"json names": `{"items":[{"url":"/a","authors":[` + repeat("{},", 3_000_000) + "{}]}]}",
		"json depth": `{"items":[{"id":` + repeat("[", 5_000_000),
		"addresses":  `<urlset>` + repeat("<url><loc>/2021/a-b-c-d</loc></url>", 280_000),
	} {
		t.Run(name, func(t *testing.T) {
			if took := allocated(func() { _, _ = feed.Parse(base, []byte(body)) }); took > 500<<20*pools {
				t.Errorf("%d MiB were allocated for %d MiB", took>>20, len(body)>>20)
			}
		})
	}
	for name, body := range map[string]string{
		"links":  repeat("<a href=/2024/05/01/a-story-of-the-day>x", 250_000),
		"nested": repeat("<div class=story>", 600_000),
		"tables": repeat("<table>", 1_400_000),
	} {
		t.Run("page of "+name, func(t *testing.T) {
			if took := allocated(func() { _, _ = feed.Listing(base, []byte(body), "") }); took > 300<<20*pools {
				t.Errorf("%d MiB were allocated for %d MiB", took>>20, len(body)>>20)
			}
		})
	}
}

func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Ten times the links in one article take about ten times as long, not a hundred.
func TestManyLinksInOneArticle(t *testing.T) {
	took := func(links int) time.Duration {
		body := []byte("<article>" + strings.Repeat("<a href=/2024/05/01/story-of-the-day>A long text of a headline is here</a>", links) + "</article>")
		best := time.Hour
		for range 3 {
			began := time.Now()
			if _, err := feed.Listing(base, body, ""); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(began))
		}
		return best
	}
	if few, many := took(2000), took(20_000); many > 40*few {
		t.Errorf("2,000 links took %s, 20,000 took %s", few, many)
	}
}
