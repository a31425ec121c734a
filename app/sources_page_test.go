package app_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// All that the commands do with sources can be done from the page, beside the crawler:
// found, added, tried, paused, asked about, and taken away.
func TestSourcesFromThePage(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, ownSites+sources())
	p := start(t, cfg, app.Options{})
	s := archive(t, cfg)

	page := post(t, p, "/sources", "act", "discover", "address", site.URL+"/feed.xml")
	if !strings.Contains(page, `value="`+site.URL+`/feed.xml" checked>`) || !strings.Contains(page, `name="name" value="The Paper"`) {
		t.Fatalf("what the site offers: %s", page)
	}
	page = post(t, p, "/sources", "act", "add", "name", "The Paper", "slug", "paper", "kind", "press", "feed", site.URL+"/feed.xml", "every", "auto")
	if !strings.Contains(page, "It is watched from now on") {
		t.Fatalf("added: %s", page)
	}
	stored(t, s, int64(len(stories)), patience)
	if page = post(t, p, "/sources", "act", "add", "name", "Twice", "kind", "press", "feed", site.URL+"/feed.xml"); !strings.Contains(page, "is watched already") {
		t.Errorf("added twice: %s", page)
	}
	if page = post(t, p, "/sources/paper", "act", "check"); !strings.Contains(page, "It can be read") || !strings.Contains(page, "12 entries") {
		t.Errorf("checked: %s", page)
	}
	page = post(t, p, "/sources", "act", "why", "address", site.URL+stories[0].path)
	if !strings.Contains(page, "It may be fetched") || !strings.Contains(page, ">The Paper</a> listed it") || !strings.Contains(page, "Its text is stored") {
		t.Errorf("why: %s", page)
	}
	if page = post(t, p, "/sources", "act", "why", "address", "no address"); !strings.Contains(page, "is no web address") {
		t.Errorf("why no address: %s", page)
	}

	if page = post(t, p, "/sources/paper", "act", "pause"); !strings.Contains(page, "It is paused") {
		t.Errorf("paused: %s", page)
	}
	src, err := s.Source(t.Context(), "paper")
	if err != nil || !src.Paused {
		t.Errorf("paused: %+v %v", src, err)
	}
	if page = post(t, p, "/sources/paper", "act", "resume"); !strings.Contains(page, "It is watched again") {
		t.Errorf("resumed: %s", page)
	}
	if page = post(t, p, "/sources/paper", "act", "again"); !strings.Contains(page, "12 of its stories are visited again") {
		t.Errorf("again: %s", page)
	}
	status, list := get(t, p.Page+"/sources.opml")
	if status != http.StatusOK || !strings.Contains(list, site.URL+"/feed.xml") {
		t.Errorf("exported: %d %s", status, list)
	}
	post(t, p, "/sources/paper", "act", "remove", "sure", "1")
	if _, err := s.Source(t.Context(), "paper"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
}
