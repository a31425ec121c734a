package warc_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"edict/crawler/warc"
	"edict/news"
)

// words makes a page of about n bytes that compresses as pages do, to a fifth or so.
func words(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same page each time
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "<p class=\"story-body__paragraph\" data-id=\"%d\">", r.IntN(1000))
		for range 40 {
			fmt.Fprintf(&b, "word%d ", r.IntN(3000))
		}
		b.WriteString("</p>\n")
	}
	return b.Bytes()
}

// BenchmarkPut is what keeping a page costs a crawl.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{3 << 10, 320 << 10} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			k := warc.New(warc.Config{Dir: b.TempDir(), Keep: time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
			c := warc.Capture{Source: "paper", Page: news.Page{URL: "https://a.example/1", Address: "https://a.example/1", Status: 200, ContentType: "text/html", Body: words(size), Fetched: noon}}
			for b.Loop() {
				if k.Put(c) == "" {
					b.Fatal("not kept")
				}
			}
			if err := k.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
