package crawler_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"edict/crawler"
	"edict/news"
)

func TestSitemapIndex(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "sitemap.txtar").bed(t)
		b.crawl(t, time.Minute)
		b.checkManners(t, time.Second)
		for url, n := range map[string]int{"http://map.test/first": 1, "http://map.test/third": 1, "http://elsewhere.test/second": 0} {
			if got := b.published(url); len(got) != n {
				t.Errorf("%s was published %d times, want %d", url, len(got), n)
			}
		}
		if p := b.memory.poll("http://map.test/index.xml"); p.Outcome != news.OK || p.Entries != 2 {
			t.Errorf("the poll: %+v", p)
		}
		if n := len(b.times("http://map.test/older.xml")); n != 0 {
			t.Error("more than three sitemaps of the index were read")
		}
	})
}

func TestFeedsThatChange(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "feeds.txtar").bed(t)
		b.crawl(t, 10*time.Minute)
		if p := b.memory.poll("http://retired.test/feed"); p.Outcome != news.Gone || p.Next.Sub(p.Last) != 24*time.Hour || !strings.Contains(p.Detail, "410") {
			t.Errorf("a feed that answers 410: %+v", p)
		}
		if p := b.memory.poll("http://moving.test/feed"); p.Outcome != news.OK || !strings.Contains(p.Detail, "moved to https://moving.test/rss") {
			t.Errorf("a feed that moved: %+v", p)
		}
		if got := b.published("https://moving.test/s"); len(got) != 1 {
			t.Errorf("the story of a feed that moved: %+v", got)
		}
		p := b.memory.poll("http://page.test/feed")
		if p.Outcome != news.NotNews || !strings.Contains(p.Detail, "Our new site") || !strings.Contains(p.Detail, "http://page.test/rss") {
			t.Errorf("a feed that is a page now: %+v", p)
		}
		if n := len(b.times("http://page.test/feed")); n != p.Failures || n < 3 || n > 5 {
			t.Errorf("a feed that fails was asked for %d times in 10 minutes with %d failures", n, p.Failures)
		}
		if p := b.memory.poll("http://bomb.test/feed"); p.Outcome != news.TooLarge {
			t.Errorf("a feed that is a bomb: %+v", p)
		}
		if p := b.memory.poll("http://empty.test/feed"); p.Outcome != news.Nothing || p.Failures != 0 || p.First.IsZero() {
			t.Errorf("an empty feed: %+v", p)
		}
	})
}

// Readers without room: every source waits, it is said once, and goes on by itself.
func TestFullStream(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "domain.txtar").bed(t)
		n := 0
		b.publisher.setFault(func() error {
			if n++; n > 5 {
				return fmt.Errorf("publishing: %w", news.ErrFull)
			}
			return nil
		})
		stop := b.start(t)
		time.Sleep(20 * time.Second)
		before := len(b.requests())
		time.Sleep(10 * time.Minute)
		if after := len(b.requests()); after != before {
			t.Errorf("%d requests were made while readers had no room", after-before)
		}
		b.publisher.setFault(nil)
		time.Sleep(time.Minute)
		stop()
		if got := len(b.publisher.articles()); got != 24 {
			t.Errorf("%d articles were published, want 24", got)
		}
		kinds := map[crawler.EventKind]int{}
		for len(b.events) > 0 {
			kinds[(<-b.events).Kind]++
		}
		if kinds[crawler.Paused] != 1 || kinds[crawler.Resumed] != 1 {
			t.Errorf("events: %v", kinds)
		}
	})
}

// An article that cannot be published stays in the ledger and stops nothing.
func TestPublisherFails(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		b.publisher.setFault(func() error { return errors.New("no") })
		b.crawl(t, 30*time.Second)
		if got, entered := len(b.publisher.articles()), len(b.memory.articles()); got != 0 || entered != 4 {
			t.Errorf("%d published, %d entered; want 0 and 4", got, entered)
		}
	})
}

// A publisher that is away for a moment is tried again; it costs no story minutes.
func TestPublisherAwayForAMoment(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		until := time.Now().Add(8 * time.Second)
		b.publisher.setFault(func() error {
			if time.Now().Before(until) {
				return fmt.Errorf("the bus restarts: %w", news.ErrUnavailable)
			}
			return nil
		})
		b.crawl(t, 30*time.Second)
		if got := len(b.publisher.articles()); got != 4 {
			t.Errorf("%d articles were published, want 4", got)
		}
	})
}

// A store that is away, at the start or in the middle, is waited for; nothing that
// was fetched is fetched again.
func TestMemoryAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		away := func(string) error { return fmt.Errorf("the store: %w", news.ErrUnavailable) }
		b := openWeb(t, "press.txtar").bed(t)
		b.memory.setFault(away)
		stop := b.start(t)
		time.Sleep(30 * time.Second)
		if n := len(b.requests()); n != 0 {
			t.Errorf("%d requests without a memory", n)
		}
		b.memory.setFault(func(call string) error {
			if call == "Enter" {
				return away(call)
			}
			return nil
		})
		time.Sleep(time.Minute)
		if n := len(b.publisher.articles()); n != 0 {
			t.Errorf("%d articles were published that are in no ledger", n)
		}
		b.memory.setFault(nil)
		time.Sleep(time.Minute)
		stop()
		if n := len(b.publisher.articles()); n != 4 {
			t.Errorf("%d articles, want 4", n)
		}
		for _, story := range []string{"halt", "office", "harbour-reopens-after-storm"} {
			if n := len(b.times("http://press.test/news/" + story)); n != 1 {
				t.Errorf("%s was fetched %d times", story, n)
			}
		}
	})
}

// A memory that is broken for good is an error at the start.
func TestMemoryBroken(t *testing.T) {
	b := openWeb(t, "press.txtar").bed(t)
	broken := errors.New("not a database")
	b.memory.setFault(func(string) error { return broken })
	if err := b.crawler.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("Run: %v", err)
	}
}

// Sources that come and go in the store are seen within five seconds.
func TestSourcesChange(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "domain.txtar").bed(t)
		all := b.sources
		b.memory.setSources(all[0])
		stop := b.start(t)
		time.Sleep(30*time.Second + 100*time.Millisecond)
		added := time.Now()
		b.memory.setSources(all[0], all[2])
		time.Sleep(20 * time.Second)
		first := b.times("http://a.github.io/robots.txt")
		if len(first) != 1 || first[0].Sub(added) > 5*time.Second {
			t.Errorf("the new source was asked for at %v, added at %s", first, added)
		}
		paused := all[0] // which is as good as not watched
		paused.Paused = true
		b.memory.setSources(paused, all[2])
		time.Sleep(5 * time.Second)
		before := len(b.times("http://news.one.test/feed"))
		time.Sleep(time.Hour)
		stop()
		if after := len(b.times("http://news.one.test/feed")); after != before {
			t.Errorf("a source that is paused was polled %d times", after-before)
		}
	})
}

// Stopping breaks off a request that hangs, and loses no page that was read.
func TestStop(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "domain.txtar").bed(t)
		b.set("http://a.github.io/feed", "HTTP/1.1 200 OK\nTest-Wait: 20m\n\n")
		b.crawl(t, 3*time.Second+500*time.Millisecond) // start fails the test if it takes a second
		if v := b.memory.poll("http://a.github.io/feed"); v.Failures != 0 {
			t.Errorf("a request that we broke off ourselves counts as a failure: %+v", v)
		}
		b.set("http://a.github.io/feed", string(b.responses["http://b.github.io/feed"]))
		b.restart(t)
		b.crawl(t, time.Minute)
		if n := len(b.publisher.articles()); n != 24 {
			t.Errorf("%d articles, want 24", n)
		}
		for _, r := range b.requests() {
			if strings.Contains(r, "/s") && len(b.times(r)) > 1 && !strings.HasSuffix(r, "robots.txt") {
				t.Errorf("%s was fetched more than once", r)
			}
		}
	})
}

// A page that was read when the crawler is told to stop is entered, so that the next
// run does not fetch it again.
func TestStopLosesNoPage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		told := make(chan struct{}, 1)
		b := openWeb(t, "press.txtar").bed(t, func(c *crawler.Config) {
			c.Observe = func(e crawler.Event) {
				if e.Kind == crawler.Fetched && e.Address == "http://press.test/news/halt" {
					told <- struct{}{}
					time.Sleep(100 * time.Millisecond) // the page waits to be read
				}
			}
		})
		stop := b.start(t)
		<-told
		stop()
		if _, err := b.crawler.Page(t.Context(), "http://press.test/"); err != nil {
			t.Error(err) // the crawler can still be asked
		}
		if v := b.memory.visit("http://press.test/news/halt"); v.Outcome != news.OK || v.Article == "" {
			t.Errorf("the page that was fetched: %+v", v)
		}
		if n := len(b.memory.articles()); n == 0 {
			t.Error("no article was entered")
		}
	})
}

// A source that is removed while it is being polled is not polled again.
func TestRemovedWhilePolled(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "domain.txtar")
		w.sources[0].Every = time.Second
		w.set("http://news.one.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\nTest-Wait: 8s\n\n<rss version=\"2.0\"><channel></channel></rss>")
		b := w.bed(t)
		b.memory.setSources(b.sources[0], b.sources[2])
		stop := b.start(t)
		time.Sleep(3 * time.Second)
		b.memory.setSources(b.sources[2])
		time.Sleep(10 * time.Minute)
		stop()
		if n := len(b.times("http://news.one.test/feed")); n != 1 {
			t.Errorf("it was polled %d times", n)
		}
	})
}

// A story is fetched as soon as its site may be asked after the poll that found it,
// however long nothing happened before.
func TestFreshAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Listing, w.sources[0].Every = "", time.Minute
		b := w.bed(t)
		stop := b.start(t)
		time.Sleep(2*time.Hour + 30*time.Second)
		b.set("http://press.test/news/new", string(b.responses["http://press.test/news/halt"]))
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><item><title>New</title><link>/news/new</link></item></channel></rss>")
		out := time.Now()
		time.Sleep(2 * time.Minute)
		stop()
		var polled time.Time
		for _, at := range b.times("http://press.test/feed") {
			if at.After(out) {
				polled = at
				break
			}
		}
		at := b.times("http://press.test/news/new")
		if len(at) != 1 || polled.Sub(out) > time.Minute || at[0].Sub(polled) > 1100*time.Millisecond {
			t.Errorf("out at %s, polled at %s, fetched at %v", out, polled, at)
		}
	})
}

// A long list of stories costs no goroutine and no memory for each.
func TestManyStories(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var items strings.Builder
		for i := range 1500 {
			fmt.Fprintf(&items, "<item><title>Story %d</title><link>http://many.test/s%d</link></item>\n", i, i)
		}
		w := newWeb(t, []byte(`-- sources.json --
[{"slug": "many", "name": "Many", "kind": "press", "feed": "http://many.test/feed"}]
-- http://many.test/feed --
HTTP/1.1 200 OK
Content-Type: text/xml
ETag: "1"

<rss version="2.0"><channel>`+items.String()+"</channel></rss>\n"))
		b := w.bed(t)
		stop := b.start(t)
		time.Sleep(time.Minute)
		if n := runtime.NumGoroutine(); n > 60 {
			t.Errorf("%d goroutines with 1,500 stories to visit", n)
		}
		// A story that comes out meanwhile is not behind the 1,440 others.
		b.set("http://many.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><item><title>New</title><link>http://many.test/new</link></item></channel></rss>\n")
		came := time.Now()
		time.Sleep(3 * time.Minute)
		stop()
		at := b.times("http://many.test/new")
		if len(at) == 0 || at[0].Sub(came) > 100*time.Second {
			t.Errorf("the new story was fetched at %v, out at %s", at, came)
		}
	})
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]crawler.Config{
		"no user agent": {},
		"a proxy":       {UserAgent: "Edict", Proxy: "://"},
	} {
		if _, err := crawler.New(c, newMemory(), &publisher{}); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A panic in one page is one log line.
func TestPanic(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		b := w.bed(t, func(c *crawler.Config) {
			c.Observe = func(e crawler.Event) {
				if e.Kind == crawler.Fetched && e.Address == "http://press.test/news/halt" {
					panic("a test")
				}
			}
		})
		b.crawl(t, time.Minute)
		if v := b.memory.visit("http://press.test/news/halt"); v.Outcome != news.NotNews || v.Attempts != 1 || !v.Next.After(time.Now()) {
			t.Errorf("the visit: %+v", v)
		}
		if n := len(b.publisher.articles()); n != 3 {
			t.Errorf("%d articles, want the other 3", n)
		}
	})
}

var _ http.RoundTripper = (*web)(nil)
