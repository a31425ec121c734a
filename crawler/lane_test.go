package crawler_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// A source that is polled as often as its site may be asked has its stories read.
func TestPollsAndVisitsTakeTurns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Every = time.Second
		b := w.bed(t)
		b.crawl(t, 20*time.Second)
		b.checkManners(t, time.Second)
		if n := len(b.publisher.articles()); n != 4 {
			t.Errorf("%d articles in 20 s, want 4", n)
		}
		if n := len(b.times("http://press.test/feed")); n < 5 {
			t.Errorf("the feed was polled %d times in 20 s", n)
		}
	})
}

// After a night without running, what is new goes before what is old and quiet.
func TestFreshBeforeBacklog(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Listing = ""
		b := w.bed(t)
		now := time.Now()
		for i := range 20 {
			url := fmt.Sprintf("http://press.test/old/%d", i)
			b.memory.visits[url] = news.Visit{URL: url, Source: "press", Quiet: true, Found: now, Next: now.Add(-time.Hour)}
		}
		b.memory.polls["http://press.test/feed"] = news.Poll{Source: "press", Address: "http://press.test/feed", First: now.Add(-time.Hour), Next: now}
		b.crawl(t, 12*time.Second)
		if got := b.published("http://press.test/news/halt"); len(got) != 1 || got[0].Quiet {
			t.Errorf("the fresh story: %+v", got)
		}
		if n := len(b.times("http://press.test/old/19")); n != 0 {
			t.Error("the whole backlog was fetched in 12 s")
		}
	})
}

// When a site asks for a long pause its stories are put off in the memory, and their
// places go to others.
func TestLongRetryAfter(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "faults.txtar")
		w.set("http://faults.test/busy", "HTTP/1.1 429 Too Many Requests\nRetry-After: 7200\n\n")
		w.set("http://faults.test/busy 2", "HTTP/1.1 429 Too Many Requests\nRetry-After: 7200\n\n")
		w.set("http://faults.test/always-busy", "HTTP/1.1 429 Too Many Requests\nRetry-After: 7200\n\n")
		b := w.bed(t)
		began := time.Now()
		b.crawl(t, 10*time.Minute)
		b.restart(t)
		// A new process knows nothing of the pause but what the visit says.
		v := b.memory.visit("http://faults.test/busy")
		if v.Outcome != news.Busy || v.Next.Sub(began) < 2*time.Hour {
			t.Errorf("the busy story: %+v", v)
		}
		n := 0
		for _, v := range b.memory.visits {
			if strings.Contains(v.URL, "faults.test") && v.Attempts == 0 && v.Next.Sub(began) > 90*time.Minute {
				n++
			}
		}
		if n < 5 {
			t.Errorf("%d stories of the site were put off", n)
		}
	})
}

// A night without a network, ours or theirs, and the sources are back within a
// quarter of an hour.
func TestOffline(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		online := b.responses["http://press.test/robots.txt"]
		feed := string(b.responses["http://press.test/feed"])
		b.set("http://press.test/robots.txt", "HTTP/1.1 200 OK\nTest-Fail: no route to host\n\n")
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nTest-Fail: no route to host\n\n")
		stop := b.start(t)
		time.Sleep(10 * time.Hour)
		if p := b.memory.poll("http://press.test/feed"); p.Outcome != news.Unreachable || !strings.Contains(p.Detail, "no route to host") {
			t.Errorf("the poll: %+v", p)
		}
		b.set("http://press.test/robots.txt", string(online))
		b.set("http://press.test/feed", feed)
		time.Sleep(17 * time.Minute)
		stop()
		if n := len(b.publisher.articles()); n != 4 {
			t.Errorf("%d articles after the network came back, want 4", n)
		}
	})
}

// A redirect to where robots.txt forbids is not followed, on the own site or on
// another one.
func TestRedirectIntoForbidden(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		b.set("http://press.test/news/halt", "HTTP/1.1 302 Found\nLocation: /private/halt\n\n")
		b.set("http://press.test/news/office", "HTTP/1.1 302 Found\nLocation: http://closed.test/office\n\n")
		b.set("http://closed.test/robots.txt", "HTTP/1.1 200 OK\n\nUser-agent: *\nDisallow: /\n")
		b.crawl(t, 30*time.Second)
		b.checkManners(t, time.Second)
		for _, url := range []string{"http://press.test/private/halt", "http://closed.test/office"} {
			if n := len(b.times(url)); n != 0 {
				t.Errorf("%s was fetched", url)
			}
		}
		if n := len(b.times("http://closed.test/robots.txt")); n != 1 {
			t.Errorf("the other site's robots.txt was read %d times", n)
		}
		for _, url := range []string{"http://press.test/news/halt", "http://press.test/news/office"} {
			if got := b.published(url); len(got) != 1 || !got[0].Partial {
				t.Errorf("%s: %+v", url, got)
			}
		}
	})
}

// The status counts, whatever stands beside it.
func TestBodyBesideAnError(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "faults.txtar")
		w.set("http://faults.test/always-busy", "HTTP/1.1 503 Service Unavailable\nTest-Bomb: 24\n\nLater.\n")
		w.set("http://faults.test/refused", "HTTP/1.1 403 Forbidden\nContent-Length: 5000\n\nNo.\n")
		w.set("http://faults.test/gone", "HTTP/1.1 404 Not Found\nContent-Encoding: br\n\nNo.\n")
		b := w.bed(t)
		b.crawl(t, 2*time.Minute)
		for path, want := range map[string]news.Outcome{"always-busy": news.Busy, "refused": news.Blocked, "gone": news.Gone} {
			if v := b.memory.visit("http://faults.test/" + path); v.Outcome != want {
				t.Errorf("%s: %s (%s), want %s", path, v.Outcome, v.Detail, want)
			}
		}
	})
}

// A page that opens later and names another address of its own is still a new
// version of the article that stood in for it.
func TestPartialKeepsItsIdentity(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		page := string(w.responses["http://press.test/news/office"])
		w.set("http://press.test/news/office", "HTTP/1.1 403 Forbidden\n\n")
		w.set("http://press.test/news/office 2", page)
		b := w.bed(t)
		b.crawl(t, 2*time.Hour)
		got := b.published("http://press.test/news/office")
		if len(got) != 2 || !got[0].Partial || got[1].Partial || got[0].ID != got[1].ID {
			t.Errorf("%+v", got)
		}
	})
}

func TestPage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "faults.txtar").bed(t)
		p, err := b.crawler.Page(t.Context(), "http://faults.test/far")
		if err != nil || p.Address != "http://faults.test/far5" || p.URL != "http://faults.test/far" || !strings.Contains(string(p.Body), "Five redirects away") {
			t.Errorf("%+v, %v", p, err)
		}
		for path, want := range map[string]error{
			"refused": news.ErrRefused, "gone": news.ErrNotFound, "bomb": news.ErrInvalid, "loop": news.ErrInvalid, "broken": news.ErrUnavailable,
		} {
			if _, err := b.crawler.Page(t.Context(), "http://faults.test/"+path); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", path, err, want)
			}
		}
		if _, err := b.crawler.Page(t.Context(), "file:///etc/passwd"); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("a file: %v", err)
		}
	})
}

// A story that failed is not tried before its time, even if its site has nothing
// else to do.
func TestNotBeforeItsTime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Listing = ""
		w.set("http://press.test/news/office", "HTTP/1.1 500 Internal Server Error\n\n")
		b := w.bed(t)
		b.crawl(t, 5*time.Minute)
		got := b.times("http://press.test/news/office")
		if len(got) != 3 {
			t.Fatalf("asked for at %v", got)
		}
		if a, z := got[1].Sub(got[0]), got[2].Sub(got[1]); a < 10*time.Second || a > 15*time.Second || z < time.Minute || z > 66*time.Second {
			t.Errorf("tried again after %s and %s, want 10 s and a minute", a, z)
		}
	})
}

// When all that stands in a feed is new, what fell out of it is looked for in the
// source's other addresses at once, and the feed is read again within a minute.
func TestCatchUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Every = time.Hour
		b := w.bed(t)
		began := time.Now()
		half := began.Add(30 * time.Minute) // the listing is read half an hour after the feed
		b.memory.polls["http://press.test/"] = news.Poll{Source: "press", Address: "http://press.test/", First: began, Last: half, Next: half.Add(time.Hour)}
		stop := b.start(t)
		time.Sleep(91 * time.Minute)
		lists := len(b.times("http://press.test/"))
		feeds := len(b.times("http://press.test/feed"))
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel>"+
			"<item><title>New one</title><link>/late/1</link></item><item><title>New two</title><link>/late/2</link></item></channel></rss>\n")
		time.Sleep(31 * time.Minute) // the feed's hour is over
		if n := len(b.times("http://press.test/feed")) - feeds; n != 2 {
			t.Errorf("the feed was read %d times", n)
		}
		if n := len(b.times("http://press.test/")) - lists; n != 1 {
			t.Errorf("the listing was read %d times", n)
		}
		stop()
	})
}
