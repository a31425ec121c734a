package crawler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"edict/crawler"
	"edict/news"
)

// published returns what was published for an address, in order.
func (b *bed) published(url string) (out []news.Article) {
	for _, a := range b.publisher.articles() {
		if a.URL == url {
			out = append(out, a)
		}
	}
	return out
}

// happened returns the events of a kind so far.
func (b *bed) happened(kind crawler.EventKind) (out []crawler.Event) {
	for {
		select {
		case e := <-b.events:
			if e.Kind == kind {
				out = append(out, e)
			}
		default:
			return out
		}
	}
}

// Each fault after five minutes: what passes has passed, what does not is partial.
func TestFaults(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "faults.txtar").bed(t)
		b.crawl(t, 5*time.Minute)
		b.checkManners(t, time.Second)
		for _, c := range []struct {
			path    string
			outcome news.Outcome
			detail  string
			partial bool
			title   string // of the last version
			tries   int    // requests
		}{
			{"busy", news.OK, "", false, "Busy once", 2},
			{"always-busy", news.Busy, "503", true, "always-busy", 3},
			{"cut", news.OK, "", false, "Cut short once", 2},
			{"slow", news.OK, "", false, "Slow, but in time", 2},
			{"refused", news.Blocked, "403", true, "refused", 1},
			{"wall", news.Blocked, "bot check", true, "wall", 1},
			{"gone", news.Gone, "404", true, "gone", 1},
			{"bomb", news.TooLarge, "over the limit", true, "bomb", 1},
			{"binary", news.NotNews, "application/pdf", true, "binary", 1},
			{"loop", news.Redirects, "in a circle", true, "loop", 1},
			{"farther", news.Redirects, "more than 5", true, "farther", 1},
			{"front", news.Gone, "front page", true, "front", 1},
			{"own", news.Redirects, "in a circle", true, "own", 1},
			{"broken", news.Unreachable, "connection reset", true, "broken", 3},
		} {
			url := "http://faults.test/" + c.path
			v := b.memory.visit(url)
			if v.Outcome != c.outcome || !strings.Contains(v.Detail, c.detail) || v.Partial != c.partial {
				t.Errorf("%s: %s (%s), partial %v; want %s with %q, partial %v", c.path, v.Outcome, v.Detail, v.Partial, c.outcome, c.detail, c.partial)
			}
			got := b.published(url)
			if len(got) != 1 || got[0].Title != c.title || got[0].Partial != c.partial {
				t.Errorf("%s: published %d times: %+v", c.path, len(got), got)
			} else if c.partial && (got[0].Summary != "The words of the feed on "+c.path+"." || got[0].Text != "" || !got[0].Published.Equal(time.Date(1999, 12, 31, 22, 0, 0, 0, time.UTC))) {
				t.Errorf("%s: the feed's words: %+v", c.path, got[0])
			}
			if n := len(b.times(url)); n != c.tries && c.tries != 0 {
				t.Errorf("%s: asked for %d times, want %d", c.path, n, c.tries)
			}
			if v.Outcome != news.OK && v.Next.IsZero() {
				t.Errorf("%s: it is given up after %d tries", c.path, v.Attempts)
			}
		}
		if cut := b.times("http://faults.test/cut"); len(cut) == 2 && cut[1].Sub(cut[0]) < 10*time.Second {
			t.Errorf("it was tried again after %s, want 10 s", cut[1].Sub(cut[0]))
		}
		if n := len(b.times("http://faults.test/farther6")); n != 0 {
			t.Error("a sixth redirect was followed")
		}
		if got := b.published("http://faults.test/far5"); len(got) != 1 || got[0].Partial {
			t.Errorf("five redirects: %+v", got)
		}
		if b.sent > 1<<20 {
			t.Errorf("%d bytes of the bomb were read", b.sent)
		}
	})
}

// Retry-After holds for the whole site and is kept to the second.
func TestRetryAfter(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "faults.txtar").bed(t)
		b.crawl(t, 20*time.Minute)
		first := b.times("http://faults.test/busy")
		if len(first) != 2 || first[1].Sub(first[0]) < 30*time.Second {
			t.Errorf("Retry-After of 30 s: %v", first)
		}
		for _, a := range b.asked {
			if strings.Contains(a.url, "faults.test") && a.at.After(first[0]) && a.at.Sub(first[0]) < 30*time.Second {
				t.Errorf("%s was asked for %s after the site asked for 30 s", a.url, a.at.Sub(first[0]))
			}
		}
		until := time.Date(2000, 1, 1, 0, 10, 0, 0, time.UTC)
		dated := b.times("http://dated.test/busy-date")
		if len(dated) != 2 || dated[1].Before(until) {
			t.Errorf("Retry-After until %s: %v", until, dated)
		}
	})
}

// What stays away is tried again ever more rarely, then given up aloud; what comes
// back later is a new version of the article that stood in for it.
func TestSchedule(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "faults.txtar").bed(t)
		b.crawl(t, 40*time.Hour)
		gaps := func(path string) (out []time.Duration) {
			ts := b.times("http://faults.test/" + path)
			for i := range ts[1:] {
				out = append(out, ts[i+1].Sub(ts[i]).Round(time.Minute))
			}
			return out
		}
		if got, want := gaps("gone"), []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}; !slices.Equal(got, want) {
			t.Errorf("tries of what is gone: %v, want %v", got, want)
		}
		if got, want := gaps("broken"), []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}; len(got) != 5 || !slices.Equal(got[1:], want) {
			t.Errorf("tries of what is unreachable: %v, want 10 s and %v", got, want)
		}
		for _, path := range []string{"gone", "broken", "bomb"} {
			if v := b.memory.visit("http://faults.test/" + path); !v.Next.IsZero() || !v.Partial {
				t.Errorf("%s should be given up: %+v", path, v)
			}
		}
		gaveUp := map[string]bool{}
		for _, e := range b.happened(crawler.GaveUp) {
			gaveUp[e.Address] = true
		}
		if !gaveUp["http://faults.test/gone"] || gaveUp["http://faults.test/refused"] {
			t.Errorf("given up: %v", gaveUp)
		}
		got := b.published("http://faults.test/refused")
		if len(got) != 2 || !got[0].Partial || got[1].Partial || got[0].ID != got[1].ID || got[0].Version == got[1].Version {
			t.Errorf("a page that opens later should be a new version: %+v", got)
		}
		if v := b.memory.visit("http://faults.test/refused"); v.Partial || v.Outcome != news.OK || v.Version != got[1].Version {
			t.Errorf("the visit: %+v", v)
		}
	})
}

func TestCharsets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "charsets.txtar").bed(t)
		b.crawl(t, time.Minute)
		for url, want := range map[string][2]string{
			"http://gb.test/a":                {"矿场关闭", "国家能源局周一表示"},
			"http://gb.test/b?q=%D6%D0%B9%FA": {"没有标明的网页", "国家能源局周一表示"},
			"http://gb.test/c":                {"标错的网页", "国家能源局周一表示"},
			"http://tw.test/a":                {"監理沙盒辦法", "金融監督管理委員會"},
		} {
			got := b.published(url)
			if len(got) != 1 || got[0].Title != want[0] || !strings.HasPrefix(got[0].Text, want[1]) {
				t.Errorf("%s: %+v", url, got)
			}
		}
		if v := b.memory.visit("http://gb.test/a"); v.Title != "矿场关闭" || v.Summary != "能源局关闭矿场。" {
			t.Errorf("the words of a feed in GB18030: %q, %q", v.Title, v.Summary)
		}
		if v := b.memory.visit("http://tw.test/a"); v.Title != "監理沙盒" {
			t.Errorf("the words of a feed in Big5: %q", v.Title)
		}
	})
}

// A first poll is quiet, later ones are not, and what is old always is.
func TestQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		stop := b.start(t)
		time.Sleep(time.Minute)
		old := string(b.responses["http://press.test/news/office"])
		fresh := strings.NewReplacer("City opens a ledger office", "City shuts the ledger office", `href="http://www.press.test/news/office?print=1&amp;utm_medium=x"`, `href="/news/shut"`).Replace(old)
		b.set("http://press.test/news/shut", fresh)
		b.set("http://press.test/news/dusty", strings.ReplaceAll(fresh, "/news/shut", "/news/dusty"))
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\nETag: \"feed-2\"\n\n"+
			`<rss version="2.0"><channel><item><title>Shut</title><link>/news/shut</link><pubDate>Sat, 01 Jan 2000 00:00:30 GMT</pubDate></item>`+
			`<item><title>Dusty</title><link>/news/dusty</link><pubDate>Mon, 20 Dec 1999 00:00:00 GMT</pubDate></item></channel></rss>`)
		time.Sleep(2 * time.Minute)
		stop()
		for url, quiet := range map[string]bool{"http://press.test/news/halt": true, "http://press.test/news/shut": false, "http://press.test/news/dusty": true} {
			if got := b.published(url); len(got) != 1 || got[0].Quiet != quiet {
				t.Errorf("%s: %+v, want quiet %v", url, got, quiet)
			}
		}
		if p := b.memory.poll("http://press.test/feed"); p.New != 2 && p.Outcome != news.Unchanged || p.NewStory.IsZero() || p.Entries != 2 {
			t.Errorf("the poll: %+v", p)
		}
	})
}
