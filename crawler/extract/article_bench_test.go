package extract_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"codeberg.org/readeck/go-readability"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"edict/crawler/extract"
	"edict/eval"
	"edict/news"
)

// benchPages are real pages where they are at hand (EDICT_NEWSSTAND), else our own.
func benchPages(b *testing.B) []news.Page {
	b.Helper()
	var pages []news.Page
	if dir := os.Getenv("EDICT_NEWSSTAND"); dir != "" {
		err := eval.EachPage(filepath.Join(dir, "pages", "pages.jsonl"), func(_ eval.PageLine, p news.Page, err error) error {
			pages = append(pages, p)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		return pages
	}
	// Around an article of 3 KB stands as much as on a real page of 320 KB.
	var around strings.Builder
	for i := 0; around.Len() < 150_000; i++ {
		fmt.Fprintf(&around, `<div class="card card--%d teaser"><a class="card__link" href="/story/%d"><h3>Teaser number %d for another story</h3></a><p>It says in a line or two what the story is about, and no more.</p></div>`, i%7, i, i)
	}
	script := "<script>" + strings.Repeat(`window.__data=window.__data||[];window.__data.push({"a":1,"b":"c"});`, 2400) + "</script>"
	for _, g := range goldPages(b) {
		p := g.page()
		head, tail, ok := bytes.Cut(p.Body, []byte("</body>"))
		if !ok {
			continue
		}
		p.Body = slices.Concat(head, []byte(`<section class="more-stories">`+around.String()+"</section>"+script+"</body>"), tail)
		pages = append(pages, p)
	}
	return pages
}

// BenchmarkPages compares what reading pages costs: html.Parse alone, the libraries,
// and Article. One operation is all pages once.
func BenchmarkPages(b *testing.B) {
	pages := benchPages(b)
	size := 0
	for _, p := range pages {
		size += len(p.Body)
	}
	for _, c := range []struct {
		name string
		read func(p news.Page, u *url.URL) error
	}{
		{"parse", func(p news.Page, _ *url.URL) error {
			_, err := html.Parse(bytes.NewReader(p.Body))
			return err
		}},
		{"readability", func(p news.Page, u *url.URL) error {
			_, err := readability.FromReader(bytes.NewReader(p.Body), u)
			return err
		}},
		{"trafilatura", func(p news.Page, u *url.URL) error {
			_, err := trafilatura.Extract(bytes.NewReader(p.Body), trafilatura.Options{EnableFallback: true, OriginalURL: u, ExcludeComments: true})
			return err
		}},
		{"article", func(p news.Page, _ *url.URL) error {
			_, err := extract.Article(p, extract.Options{})
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			var times []time.Duration
			before := cpuTime(b)
			for b.Loop() {
				for _, p := range pages {
					u, _ := url.Parse(p.Address)
					start := time.Now()
					if err := c.read(p, u); errors.Is(err, news.ErrInvalid) {
						b.Fatal(err)
					}
					times = append(times, time.Since(start))
				}
			}
			used := cpuTime(b) - before
			slices.Sort(times)
			b.ReportMetric(float64(used.Microseconds())/1000/float64(len(times)), "cpu-ms/page")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(len(times))/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

// cpuTime is the processor time that this process has used, on all its cores: what
// compares on a machine that others use too.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
