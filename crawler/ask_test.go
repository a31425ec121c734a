package crawler_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// One place says whether an address may be fetched, and why not.
func TestAsk(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.set("http://slow.test/robots.txt", "HTTP/1.1 200 OK\n\nUser-agent: *\nCrawl-delay: 7\n")
		w.set("http://down.test/robots.txt", "HTTP/1.1 503 Service Unavailable\n\n")
		b := w.bed(t)
		for address, want := range map[string]struct {
			may bool
			why string
		}{
			"http://press.test/news/halt": {true, "robots.txt allows it"},
			"http://press.test/private/x": {false, "robots.txt forbids it"},
			"http://down.test/story":      {false, "its robots.txt cannot be read (HTTP 503"},
		} {
			a, err := b.crawler.Ask(t.Context(), address)
			if err != nil || a.May != want.may || !strings.Contains(a.Why, want.why) || a.May != (a.Outcome == "") {
				t.Errorf("%s: %+v, %v", address, a, err)
			}
			if len(b.times(address)) != 0 {
				t.Errorf("%s was fetched", address)
			}
		}
		if a, err := b.crawler.Ask(t.Context(), "http://www.slow.test/"); err != nil || a.Domain != "slow.test" || a.Pause != time.Second {
			t.Errorf("a host without a robots.txt: %+v, %v", a, err)
		}
		if a, err := b.crawler.Ask(t.Context(), "http://slow.test/"); err != nil || a.Pause != 7*time.Second {
			t.Errorf("a host with a delay of its own: %+v, %v", a, err)
		}
		if _, err := b.crawler.Ask(t.Context(), "ftp://press.test/"); !errors.Is(err, news.ErrInvalid) {
			t.Error(err)
		}
		// Asking takes nothing: the page can be had at once.
		if _, err := b.crawler.Page(t.Context(), "http://press.test/news/halt"); err != nil {
			t.Error(err)
		}
		b.checkManners(t, time.Second)
	})
}

// A page that is a source itself is one article, and each of its texts a version.
func TestPageAsSource(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		const address = "http://board.test/notice"
		text := func(words string) string {
			return "HTTP/1.1 200 OK\nContent-Type: text/html\nETag: \"" + words + "\"\n\n<html lang=en><head><title>Notice</title>" +
				`<meta property="article:published_time" content="1999-12-01T00:00:00Z"></head><body><article><h1>Notice of the board</h1><p>` +
				strings.Repeat("The board of the province makes known what follows, for all who mine. ", 6) + "</p><p>" + words + "</p></article></body></html>\n"
		}
		w.set(address, text("Mining is allowed."))
		w.sources = []news.Source{{Slug: "board", Name: "Board", Kind: news.Official, Page: address, Every: time.Minute}}
		b := w.bed(t)
		stop := b.start(t)
		time.Sleep(10 * time.Minute)
		if got := b.published(address); len(got) != 1 || !got[0].Quiet || got[0].Source != "board" {
			t.Fatalf("%+v", got)
		}
		b.set(address, text("Mining is forbidden."))
		time.Sleep(2 * time.Minute)
		stop()
		got := b.published(address)
		if len(got) != 2 || got[0].ID != got[1].ID || got[1].Quiet || !strings.Contains(got[1].Text, "forbidden") {
			t.Errorf("%+v", got)
		}
		if h := b.last(address); h.Get("If-None-Match") == "" {
			t.Error("the page was asked for without a condition")
		}
		if p := b.memory.poll(address); p.Entries != 1 || p.Failures != 0 {
			t.Errorf("%+v", p)
		}
	})
}
