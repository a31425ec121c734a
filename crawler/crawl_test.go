package crawler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// A whole crawl: every story once under its address, nothing that is forbidden or
// stands in a menu, and a second run that fetches nothing that is known.
func TestCrawl(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		b.crawl(t, 30*time.Second)
		b.checkManners(t, time.Second)

		byURL := map[string]news.Article{}
		for _, a := range b.publisher.articles() {
			if _, twice := byURL[a.URL]; twice {
				t.Errorf("%s was published twice", a.URL)
			}
			if err := a.Validate(); err != nil {
				t.Error(err)
			}
			byURL[a.URL] = a
		}
		halt := byURL["http://press.test/news/halt"]
		if halt.ID != news.ArticleID("http://press.test/news/halt") || halt.Original != "https://other.example/copied/halt" {
			t.Errorf("a canonical address on another domain: id %s, canonical %s, original %s", halt.ID, halt.CanonicalURL, halt.Original)
		}
		if halt.Title != "Province halts new mining farms" || !strings.HasPrefix(halt.Text, "The province said") || halt.Source != "press" {
			t.Errorf("title %q, text %q, source %q", halt.Title, halt.Text, halt.Source)
		}
		office := byURL["http://press.test/news/office"]
		if want := "http://www.press.test/news/office?print=1"; office.CanonicalURL != want || office.ID != news.ArticleID(want) {
			t.Errorf("a canonical address on the own domain: %s, want %s", office.CanonicalURL, want)
		}
		if want := time.Date(1999, 12, 25, 9, 0, 0, 0, time.UTC); !office.Published.Equal(want) {
			t.Errorf("published %s, want the feed's %s", office.Published, want)
		}
		if _, ok := byURL["http://press.test/news/harbour-reopens-after-storm"]; !ok {
			t.Error("the story of the listing is missing")
		}
		private := byURL["http://press.test/private/story"]
		if !private.Partial || private.Title != "For members only" || private.Summary != "The council met in private." || private.Text != "" || private.Language != "en" || private.PartialWhy != "robots: robots.txt forbids it" {
			t.Errorf("the forbidden story should be the feed's words: %+v", private)
		}
		if len(byURL) != 4 {
			t.Errorf("%d articles, want 4: %v", len(byURL), byURL)
		}
		for _, a := range byURL {
			if !a.Quiet {
				t.Errorf("%s: what a first poll finds must be quiet", a.URL)
			}
		}
		for _, r := range b.requests() {
			if strings.Contains(r, "/private/") || strings.Contains(r, "/about") || strings.Contains(r, "side-bar") || strings.Contains(r, "/terms") {
				t.Errorf("%s was fetched", r)
			}
		}
		for _, story := range []string{"halt", "office", "harbour-reopens-after-storm"} {
			if n := len(b.times("http://press.test/news/" + story)); n != 1 {
				t.Errorf("%s was fetched %d times", story, n)
			}
		}
		if p := b.memory.poll("http://press.test/feed"); p.Outcome != news.Unchanged && p.Outcome != news.OK || p.First.IsZero() || p.ETag != `"feed-1"` {
			t.Errorf("the feed's poll: %+v", p)
		}

		before := len(b.requests())
		b.restart(t)
		b.crawl(t, 5*time.Minute)
		for _, r := range b.requests()[before:] {
			if !slices.Contains([]string{"http://press.test/feed", "http://press.test/", "http://press.test/robots.txt"}, r) {
				t.Errorf("the second run fetched %s", r)
			}
		}
		if h := b.last("http://press.test/feed"); h.Get("If-None-Match") != `"feed-1"` || h.Get("If-Modified-Since") == "" {
			t.Errorf("the feed was asked for without a condition: %v", h)
		}
		if n := len(b.publisher.articles()); n != 4 {
			t.Errorf("%d articles after the second run, want 4", n)
		}
	})
}
