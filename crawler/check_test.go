package crawler_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"edict/news"
)

func TestCheck(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		r := b.crawler.Check(t.Context(), b.sources[0])
		b.checkManners(t, time.Second)
		if !r.OK() || len(r.Addresses) != 2 || r.Story == nil {
			t.Fatalf("%+v", r)
		}
		var lines []string
		for _, a := range r.Addresses {
			lines = append(lines, a.String())
		}
		lines = append(lines, r.Story.String())
		for i, want := range []string{
			"feed http://press.test/feed: ok, rss with 3 entries, the newest of 1999-12-31T23:00:00Z",
			"listing http://press.test/: ok, listing with 2 entries",
			`story http://press.test/news/halt: ok, "Province halts new mining farms", 378 characters, en, 1999-12-31T22:00:00Z`,
		} {
			if lines[i] != want {
				t.Errorf("line %q, want %q", lines[i], want)
			}
		}
		if b.memory.poll("http://press.test/feed").Source != "" || len(b.memory.articles()) != 0 {
			t.Error("the check stored something")
		}
	})
}

func TestCheckFaults(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "feeds.txtar").bed(t)
		for slug, want := range map[string]string{
			"retired": "gone: HTTP 410",
			"moving":  "ok, rss with 1 entries, the newest of 1999-12-31T22:00:00Z: it has moved to https://moving.test/rss for good",
			"page":    `not-news: reading http://page.test/feed: it is the HTML page "Our new site"`,
			"empty":   "empty, rss with 0 entries: no stories were found in it",
			"bomb":    "too-large: the body is over the limit",
		} {
			for _, s := range b.sources {
				if s.Slug != slug {
					continue
				}
				r := b.crawler.Check(t.Context(), s)
				if got := r.Addresses[0].String(); !strings.Contains(got, want) || r.OK() != (slug == "moving") {
					t.Errorf("%s: %q, OK %v; want %q", slug, got, r.OK(), want)
				}
			}
		}
		w := openWeb(t, "sitemap.txtar").bed(t)
		r := w.crawler.Check(t.Context(), w.sources[0])
		if got := r.Addresses[0]; got.Outcome != news.OK || !strings.Contains(got.Detail, "an index of 4 sitemaps") || !r.OK() {
			t.Errorf("%+v", r)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r = b.crawler.Check(ctx, b.sources[0])
		if r.Addresses[0].Outcome != news.Unreachable || !strings.Contains(r.Addresses[0].Detail, "stopped") {
			t.Errorf("a check that was stopped: %+v", r)
		}
	})
}

// A check beside a crawl keeps the same pace.
func TestCheckBesideRun(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "domain.txtar").bed(t)
		stop := b.start(t)
		time.Sleep(2500 * time.Millisecond)
		r := b.crawler.Check(t.Context(), b.sources[0])
		time.Sleep(time.Minute)
		stop()
		b.checkManners(t, time.Second)
		if !r.OK() {
			t.Errorf("%+v", r)
		}
	})
}
