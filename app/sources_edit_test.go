package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// A site that is added by its address beside the running program is crawled within
// seconds, and one place says what came of each of its stories.
func TestAddSource(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, ownSites+sources())
	p := start(t, cfg, app.Options{})
	offer, src, err := app.Discover(t.Context(), cfg, time.Now, site.URL+"/feed.xml", app.SourceWish{Kind: news.Official, Every: time.Second})
	if err != nil || src.Feed != site.URL+"/feed.xml" || src.Name != "The Paper" || src.Slug != "the-paper" || offer.Stories != len(stories) {
		t.Fatalf("%+v %+v %v", offer, src, err)
	}
	if _, list, err := app.Discover(t.Context(), cfg, time.Now, site.URL+"/news/", app.SourceWish{Name: "List"}); err != nil || list.Listing != site.URL+"/news/" || list.Feed != "" {
		t.Errorf("a page with links: %+v %v", list, err)
	}
	if _, page, err := app.Discover(t.Context(), cfg, time.Now, site.URL+stories[0].path, app.SourceWish{Name: "Page", Page: true}); err != nil || page.Page != site.URL+stories[0].path {
		t.Errorf("a page by itself: %+v %v", page, err)
	}
	if _, _, err := app.Discover(t.Context(), cfg, time.Now, site.URL+"/nowhere", app.SourceWish{}); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("no page: %v", err)
	}
	s := archive(t, cfg)
	ok(t, app.AddSource(t.Context(), s, src))
	stored(t, s, int64(len(stories)), patience)
	again := src
	again.Slug = "other"
	for _, twice := range []news.Source{src, again} {
		if err := app.AddSource(t.Context(), s, twice); !errors.Is(err, news.ErrConflict) {
			t.Errorf("added twice: %v", err)
		}
	}
	e, err := app.ExplainAddress(t.Context(), cfg, time.Now, site.URL+stories[0].path+"?utm_source=x")
	if err != nil || !e.Known || e.State != "stored" || e.Visit.Source != "the-paper" || e.Visit.Outcome != news.OK || !e.Answer.May || e.Answer.Domain != "127.0.0.1" {
		t.Errorf("%+v %v", e, err)
	}
	cfg.Crawler.AllowPrivateNetworks = false
	if e, err = app.ExplainAddress(t.Context(), cfg, time.Now, site.URL+"/x"); err != nil || e.Known || e.Answer.May || e.Answer.Outcome != news.Guarded {
		t.Errorf("%+v %v", e, err)
	}

	var wrong []string
	list := `<opml><body><outline text="The paper" xmlUrl="http://127.0.0.1:1/feed"/><outline text="The same" xmlUrl="` + site.URL + `/feed.xml"/><outline text="No" xmlUrl="x"/></body></opml>`
	n, err := app.ImportSources(t.Context(), s, strings.NewReader(list), func(name string, _ error) { wrong = append(wrong, name) })
	if !errors.Is(err, app.ErrSome) || n != (app.Imported{Added: 1, Known: 1, Wrong: 1}) || len(wrong) != 1 || wrong[0] != "No" {
		t.Errorf("%+v %q %v", n, wrong, err)
	}
	if src, err := s.Source(t.Context(), "the-paper-2"); err != nil || src.Feed != "http://127.0.0.1:1/feed" {
		t.Errorf("a slug that is taken: %+v %v", src, err)
	}
	p.stop(t)
}
