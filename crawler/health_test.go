package crawler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// flags are what is wrong with a source by now, in short.
func (m *memory) flags(source string) (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.healths[source].Flags {
		out = append(out, string(f.Kind))
	}
	return out
}

// health is how a source fares by now.
func (m *memory) health(source string) news.Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.healths[source]
}

// A source that breaks in any way is flagged with the third poll, and is well again
// with the first that works.
func TestSourceBreaks(t *testing.T) {
	const feed = "http://press.test/feed"
	for name, c := range map[string]struct{ answer, flag string }{
		"blocked":      {"HTTP/1.1 403 Forbidden\n\n", "blocked"},
		"gone":         {"HTTP/1.1 404 Not Found\n\n", "gone"},
		"consent wall": {"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><title>We value your privacy</title><body>We use cookies.</body></html>\n", "not-news"},
		"broken XML":   {"HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss><channel><item><\n", "not-news"},
		"empty":        {"HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><title>Press</title></channel></rss>\n", "lists-nothing"},
		"error":        {"HTTP/1.1 500 Internal Server Error\n\n", "error"},
		"busy":         {"HTTP/1.1 429 Too Many Requests\nRetry-After: 5\n\n", "busy"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := openWeb(t, "press.txtar")
				w.sources[0].Listing, w.sources[0].Every = "", time.Minute
				well := string(w.responses[feed])
				b := w.bed(t)
				stop := b.start(t)
				time.Sleep(90 * time.Second)
				if got := b.memory.flags("press"); len(got) != 0 {
					t.Errorf("a source that is well has flags: %q", got)
				}
				before := len(b.times(feed))
				b.set(feed, c.answer)
				var polls int
				for range 60 {
					time.Sleep(30 * time.Second)
					if polls = len(b.times(feed)) - before; len(b.memory.flags("press")) > 0 {
						break
					}
				}
				if got := b.memory.flags("press"); !slices.Equal(got, []string{c.flag}) || polls > 3 {
					t.Errorf("after %d polls its flags are %q, want %s within three", polls, got, c.flag)
				}
				b.set(feed, strings.Replace(well, `"feed-1"`, `"feed-2"`, 1))
				time.Sleep(2 * time.Hour)
				stop()
				if got := b.memory.flags("press"); len(got) != 0 {
					t.Errorf("well again, its flags are %q", got)
				}
				if n := len(b.memory.flagged); n != 2 {
					t.Errorf("its flags changed %d times: %+v", n, b.memory.flagged)
				}
			})
		})
	}
}

// A source whose stories cannot be read, one that slows down, one whose robots.txt
// asks for long pauses: each is named, with the counts of every fault.
func TestSourceFaults(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources = nil
		site := func(name, header string, robots string) {
			w.sources = append(w.sources, news.Source{Slug: name, Name: name, Kind: news.Press, Feed: "http://" + name + ".test/feed"})
			feed := "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><title>x</title>"
			for i := range 4 {
				feed += fmt.Sprintf("<item><title>Story %d</title><link>/s%d</link></item>", i, i)
				w.set(fmt.Sprintf("http://%s.test/s%d", name, i), header)
			}
			w.set("http://"+name+".test/feed", feed+"</channel></rss>\n")
			if robots != "" {
				w.set("http://"+name+".test/robots.txt", "HTTP/1.1 200 OK\n\n"+robots)
			}
		}
		page := string(openWeb(t, "press.txtar").responses["http://press.test/news/halt"])
		site("walled", "HTTP/1.1 403 Forbidden\n\n", "")
		site("slow", strings.Replace(page, "\n\n", "\nTest-Wait: 5s\n\n", 1), "")
		site("paused", page, "User-agent: *\nCrawl-delay: 30\n")
		b := w.bed(t)
		b.crawl(t, 10*time.Minute)
		for source, want := range map[string]string{"walled": "pages-fail", "slow": "slow", "paused": "slowed"} {
			if got := b.memory.flags(source); !slices.Equal(got, []string{want}) {
				t.Errorf("%s has the flags %q, want %s: %+v", source, got, want, b.memory.healths[source])
			}
		}
		h := b.memory.healths["walled"]
		if tally := h.Visits[news.Blocked]; h.FailureShare() != 1 || tally.N < 3 || !strings.Contains(tally.Detail, "403") || tally.URL == "" {
			t.Errorf("%+v", h)
		}
		b.restart(t) // what was known is known, and told once
		n := len(b.memory.flagged)
		b.crawl(t, 3*time.Minute)
		if got := b.memory.flags("walled"); !slices.Equal(got, []string{"pages-fail"}) || len(b.memory.flagged) != n {
			t.Errorf("after a restart: %q, %d flags told before and %d after", got, n, len(b.memory.flagged))
		}
	})
}

// A source that has brought something each hour and stops is flagged after a day.
func TestSourceGoesQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Listing, w.sources[0].Every = "", 10*time.Minute
		b := w.bed(t)
		stop := b.start(t)
		for i := range 8 {
			time.Sleep(time.Hour)
			b.set("http://press.test/feed", fmt.Sprintf("HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><item><title>Hour %d</title><link>/hour/%d</link></item></channel></rss>\n", i, i))
		}
		time.Sleep(time.Hour)
		if h := b.memory.health("press"); len(h.Flags) > 0 && slices.Contains(b.memory.flags("press"), "stale") || h.Rhythm < 50*time.Minute || h.Rhythm > 70*time.Minute {
			t.Errorf("%+v", h)
		}
		time.Sleep(22 * time.Hour)
		if slices.Contains(b.memory.flags("press"), "stale") {
			t.Error("a night is called a silence")
		}
		time.Sleep(2 * time.Hour)
		stop()
		if !slices.Contains(b.memory.flags("press"), "stale") {
			t.Errorf("a silence of a day: %+v", b.memory.health("press"))
		}
	})
}

// What was counted last is saved when the crawler stops, and within two minutes when it
// does not.
func TestHealthIsSaved(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Every = time.Hour
		b := w.bed(t)
		read := func() (n int) {
			b.memory.mu.Lock()
			defer b.memory.mu.Unlock()
			for _, tally := range b.memory.healths["press"].Visits {
				n += tally.N
			}
			return n
		}
		b.crawl(t, 20*time.Second)
		if n := read(); n != 4 {
			t.Errorf("%d visits are counted after a stop, want 4", n)
		}
		b.set("http://press.test/feed", "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n<rss version=\"2.0\"><channel><item><title>New</title><link>/news/new</link></item></channel></rss>\n")
		b.set("http://press.test/news/new", string(b.responses["http://press.test/news/halt"]))
		stop := b.start(t)
		time.Sleep(61 * time.Minute)
		time.Sleep(2 * time.Minute)
		if n := read(); n != 5 {
			t.Errorf("%d visits are counted after two minutes, want 5", n)
		}
		stop()
	})
}
