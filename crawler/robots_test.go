package crawler_test

import (
	"strings"
	"testing"
	"time"

	"edict/news"
)

func TestRobots(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "robots.txtar").bed(t)
		b.crawl(t, 30*time.Minute)
		b.checkManners(t, time.Second)
		for site, want := range map[string]struct{ feed, story int }{
			"none":    {-1, 1}, // no robots.txt: all is allowed
			"page":    {-1, 1}, // a page in its place says nothing
			"down":    {-1, 1}, // 503 twice, then allowed
			"limited": {-1, 1}, // 429 with Retry-After, then allowed
			"named":   {-1, 0}, // the group with our name counts, and no other
			"moved":   {-1, 0}, // its robots.txt stands on another host
			"closed":  {0, 0},
		} {
			feed, story := len(b.times("http://"+site+".test/feed")), len(b.times("http://"+site+".test/story"))
			if want.feed >= 0 && feed != want.feed || want.feed < 0 && feed == 0 || story != want.story {
				t.Errorf("%s: feed asked for %d times, story %d times", site, feed, story)
			}
		}
		down := b.times("http://down.test/robots.txt")
		for _, at := range b.times("http://down.test/feed") {
			if at.Before(down[2]) {
				t.Errorf("down.test was fetched at %s while its robots.txt could not be read", at)
			}
		}
		limited := b.times("http://limited.test/robots.txt")
		if len(limited) != 2 || limited[1].Sub(limited[0]) < 5*time.Minute {
			t.Errorf("robots.txt with Retry-After: 300: asked at %v", limited)
		}
		stories := b.asked[:0:0]
		for _, a := range b.asked {
			if strings.HasPrefix(a.url, "http://delay.test/") {
				stories = append(stories, a)
			}
		}
		if len(stories) < 5 {
			t.Fatalf("delay.test: %d requests", len(stories))
		}
		for i, a := range stories[1:] {
			if gap := a.at.Sub(stories[i].done); gap < 7*time.Second {
				t.Errorf("%s came after %s, want the Crawl-delay of 7 s", a.url, gap)
			}
		}
		if v := b.memory.visit("http://named.test/story"); v.Outcome != news.Disallowed || !v.Partial {
			t.Errorf("a story that robots.txt forbids: %+v", v)
		}
		if p := b.memory.poll("http://closed.test/feed"); p.Outcome != news.Disallowed || !strings.Contains(p.Detail, "forbids") || p.Failures == 0 {
			t.Errorf("a feed that robots.txt forbids: %+v", p)
		}
	})
}

// A robots.txt is read once a day, and rules that were known stay in force when it
// cannot be read again.
func TestRobotsLastsADay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "press.txtar").bed(t)
		stop := b.start(t)
		time.Sleep(23 * time.Hour)
		if n := len(b.times("http://press.test/robots.txt")); n != 1 {
			t.Errorf("robots.txt was read %d times in 23 hours", n)
		}
		b.set("http://press.test/robots.txt", "HTTP/1.1 500 Internal Server Error\n\n")
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n"+
			`<rss version="2.0"><channel><item><title>Private too</title><link>/private/two</link></item></channel></rss>`)
		time.Sleep(3 * time.Hour)
		stop()
		if n := len(b.times("http://press.test/robots.txt")); n < 2 {
			t.Error("robots.txt was not read again after a day")
		}
		if n := len(b.times("http://press.test/private/two")); n != 0 {
			t.Error("a forbidden story was fetched after robots.txt went away")
		}
		if v := b.memory.visit("http://press.test/private/two"); v.Outcome != news.Disallowed {
			t.Errorf("the forbidden story: %+v", v)
		}
	})
}

// Pace is by registrable domain; sites under a public suffix are apart, and so are
// addresses, but not their ports.
func TestPacePerDomain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "domain.txtar").bed(t)
		b.crawl(t, time.Minute)
		b.checkManners(t, time.Second)
		if n := len(b.publisher.articles()); n != 24 {
			t.Errorf("%d articles, want 24", n)
		}
		span := func(hosts ...string) time.Duration {
			var first, last time.Time
			for _, a := range b.asked {
				for _, h := range hosts {
					if strings.HasPrefix(a.url, "http://"+h+"/s") {
						if first.IsZero() {
							first = a.at
						}
						last = a.at
					}
				}
			}
			return last.Sub(first)
		}
		// Eight stories of one domain need seven seconds, those of two need three.
		if got := span("news.one.test", "www.one.test"); got < 7*time.Second {
			t.Errorf("two hosts of one domain: 8 stories in %s", got)
		}
		if got := span("a.github.io"); got > 5*time.Second {
			t.Errorf("a site under a public suffix: 4 stories in %s", got)
		}
		if got := span("192.0.2.7:81", "192.0.2.7:82"); got < 7*time.Second {
			t.Errorf("two ports of one address: 8 stories in %s", got)
		}
	})
}
