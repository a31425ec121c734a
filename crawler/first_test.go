package crawler_test

import (
	"slices"
	"testing"
	"time"

	"edict/news"
)

// What comes into a feed, a sitemap or a listing that had nothing in it at first is news.
// What stands in one that could not be read at first is not: nobody knows since when.
func TestEmptyAtFirst(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "empty.txtar").bed(t)
		b.crawl(t, 5*time.Minute)
		for _, s := range b.sources {
			p := b.memory.poll(s.Addresses()[0])
			if p.Outcome != news.OK || p.Failures != 0 || p.First.IsZero() {
				t.Errorf("%s: %+v", s.Slug, p)
			}
			got := b.published("http://" + s.Slug + ".test/2000/01/story-1")
			if len(got) != 1 || got[0].Quiet != (s.Slug == "down") {
				t.Errorf("%s: %+v", s.Slug, got)
			}
		}
	})
}

// A selector that finds nothing may be wrong: what the one finds that takes its place was
// there before. The page is asked for whole then, whatever it answered before.
func TestSelectorTakesThePlaceOfAnother(t *testing.T) {
	const address, story = "http://selected.test/list", "http://selected.test/2000/01/story-1"
	inBubble(t, func(t *testing.T) {
		b := openWeb(t, "empty.txtar").bed(t)
		page := "HTTP/1.1 200 OK\nContent-Type: text/html\nETag: \"1\"\n\n<!DOCTYPE html><title>Press room</title><a class=\"n\" href=\"/2000/01/story-1\">A mine is closed</a>\n"
		b.set(address, page)
		b.set(address+" 2", page)
		source := b.sources[slices.IndexFunc(b.sources, func(s news.Source) bool { return s.Slug == "selected" })]
		for _, links := range []string{"a.wrong", "a.n"} {
			source.Select.Links = links
			b.memory.setSources(source)
			b.crawl(t, 3*time.Minute)
		}
		if got := b.published(story); len(got) != 1 || !got[0].Quiet {
			t.Errorf("%+v", got)
		}
	})
}
