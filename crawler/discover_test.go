package crawler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"edict/news"
)

func TestDiscover(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.set("http://press.test/robots.txt", "HTTP/1.1 200 OK\n\nSitemap: http://press.test/all.xml\nUser-agent: *\nDisallow: /private/\nSitemap: /news.xml\nSitemap: ftp://press.test/x\n")
		w.set("http://named.test/", "HTTP/1.1 301 Moved Permanently\nLocation: https://www.named.test/\n\n")
		w.set("https://www.named.test/", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<title>Named</title><link rel=alternate type=application/atom+xml href=/atom>\n")
		b := w.bed(t)

		// A page that names no feed: one stands at a usual place.
		o, err := b.crawler.Discover(t.Context(), "http://press.test/")
		if err != nil || o.Title != "Press" || o.Listing != "http://press.test/" || o.Stories != 2 ||
			!slices.Equal(o.Feeds, []string{"http://press.test/feed"}) || !slices.Equal(o.Sitemaps, []string{"http://press.test/news.xml", "http://press.test/all.xml"}) {
			t.Errorf("%+v, %v", o, err)
		}
		// A page that names one, after a redirect; nothing is guessed.
		o, err = b.crawler.Discover(t.Context(), "http://named.test/")
		if err != nil || o.Address != "https://www.named.test/" || o.Listing != "" || !slices.Equal(o.Feeds, []string{"https://www.named.test/atom"}) {
			t.Errorf("%+v, %v", o, err)
		}
		if slices.Contains(b.requests(), "https://www.named.test/feed") {
			t.Error("a feed was guessed though the page names one")
		}
		// A feed is its own answer.
		o, err = b.crawler.Discover(t.Context(), "http://press.test/feed")
		if err != nil || !slices.Equal(o.Feeds, []string{"http://press.test/feed"}) || o.Stories != 3 || o.Listing != "" {
			t.Errorf("%+v, %v", o, err)
		}
		if _, err := b.crawler.Discover(t.Context(), "http://press.test/private/"); !errors.Is(err, news.ErrRefused) {
			t.Errorf("a page that robots.txt forbids: %v", err)
		}
		m := openWeb(t, "sitemap.txtar").bed(t)
		o, err = m.crawler.Discover(t.Context(), "http://map.test/index.xml")
		if err != nil || !slices.Equal(o.Sitemaps, []string{"http://map.test/index.xml"}) || len(o.Feeds) != 0 {
			t.Errorf("%+v, %v", o, err)
		}
		b.checkManners(t, time.Second)
		if len(b.memory.articles()) != 0 {
			t.Error("something was stored")
		}
	})
}
