package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

// A scout answers what a test wants, and notes what it was asked.
type scout struct {
	did   []string
	offer web.SiteOffer
	added news.Source
	err   error
}

func (s *scout) Discover(_ context.Context, address string, story bool) (web.SiteOffer, error) {
	s.did = append(s.did, fmt.Sprint("discover ", address, " ", story))
	return s.offer, s.err
}

func (s *scout) CheckSource(_ context.Context, src news.Source) (web.SourceReport, error) {
	s.did = append(s.did, "check "+src.Slug)
	return web.SourceReport{Lines: []web.ReportLine{{true, "feed https://x.example: ok, rss with 9 entries"}, {false, "story <b>x</b>: gone"}}, Fault: "select.text gives nothing"}, s.err
}

func (s *scout) WhyAddress(_ context.Context, address string) (web.AddressReport, error) {
	s.did = append(s.did, "why "+address)
	return web.AddressReport{
		Address: address, Known: true, Visit: news.Visit{Source: "harbour-post", Found: now.Add(-time.Hour), Last: now.Add(-time.Minute), Outcome: news.Gone, Detail: "404"},
		State: "stored", Outcome: news.Disallowed, Why: "robots.txt forbids /x", Domain: "harbour.example", Pause: time.Second,
	}, s.err
}

func (s *scout) AddSource(_ context.Context, src news.Source) error {
	s.did, s.added = append(s.did, "add "+src.Slug), src
	return s.err
}

func (s *scout) ImportSources(_ context.Context, in io.Reader) (web.ImportReport, error) {
	text, err := io.ReadAll(in)
	s.did = append(s.did, "import "+string(text))
	return web.ImportReport{Added: 2, Known: 1, Wrong: []string{"Nowhere: it has no address"}}, errors.Join(err, s.err)
}

func (s *scout) ExportSources(_ context.Context, out io.Writer) error {
	_, err := io.WriteString(out, "<opml/>")
	return errors.Join(err, s.err)
}

// A watchlist notes what it was asked to do.
type watchlist struct {
	did []string
	err error
}

func (w *watchlist) RemoveSource(_ context.Context, slug string) error {
	w.did = append(w.did, "remove "+slug)
	return w.err
}

func (w *watchlist) PauseSource(_ context.Context, slug string, paused bool) error {
	w.did = append(w.did, fmt.Sprint("pause ", slug, " ", paused))
	return w.err
}

func (w *watchlist) VisitAgain(_ context.Context, slug string, _ time.Time) ([]news.Visit, error) {
	w.did = append(w.did, "again "+slug)
	return make([]news.Visit, 7), w.err
}

func sampleOffer() web.SiteOffer {
	return web.SiteOffer{
		Address: "https://steppe.example/", Feeds: []string{"https://steppe.example/rss", "https://steppe.example/en.xml"}, Sitemaps: []string{"https://steppe.example/news.xml"},
		Listing: "https://steppe.example/", Stories: 40,
		Source: news.Source{Name: "Steppe Daily", Slug: "steppe-daily", Kind: news.Press, Feed: "https://steppe.example/rss", Origin: news.FromUser},
	}
}

func scoutSite(t *testing.T) (*scout, *watchlist, *desk) {
	sc, w := &scout{offer: sampleOffer()}, &watchlist{}
	server := site(t, stocked(), func(c *web.Config) { c.Scout, c.Watch = sc, w })
	return sc, w, &desk{T: t, server: server}
}

func TestSourcesAreAskedAndAdded(t *testing.T) {
	sc, _, d := scoutSite(t)
	form := func(fields ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			v.Add(fields[i], fields[i+1])
		}
		return v
	}
	page := read(t, d.ask(http.MethodPost, "/sources", form("act", "discover", "address", " steppe.example ")))
	lacks(t, "an offer", page, `value="https://steppe.example/rss" checked>`, `value="https://steppe.example/en.xml">`, `name="sitemap" value="https://steppe.example/news.xml"`,
		`name="listing" value="https://steppe.example/"`, "40 stories stand there now", "Nothing is stored yet")
	answer := d.ask(http.MethodPost, "/sources", form("act", "add", "name", "Steppe", "slug", "", "kind", "official", "feed", "https://steppe.example/en.xml", "sitemap", "", "otherlisting", "https://steppe.example/all", "every", "5", "links", "h3 a"))
	want := news.Source{Name: "Steppe", Slug: "steppe", Kind: news.Official, Feed: "https://steppe.example/en.xml", Listing: "https://steppe.example/all", Every: 5 * time.Minute, Origin: news.FromUser, Select: news.Selectors{Links: "h3 a"}}
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/sources/steppe?said=added" || fmt.Sprint(sc.added) != fmt.Sprint(want) {
		t.Errorf("added: %d to %q: %+v", answer.StatusCode, answer.Header.Get("Location"), sc.added)
	}
	page = read(t, d.ask(http.MethodPost, "/sources", form("act", "why", "address", "https://harbour.example/x")))
	lacks(t, "an answer", visible(page), "It may not be fetched: robots.txt forbids /x", "Harbour Post", "Its text is stored", "It is not visited again")
	for name, try := range map[string]struct {
		form   url.Values
		err    error
		status int
		says   string
	}{
		"no address":     {form("act", "discover", "address", " "), nil, http.StatusBadRequest, "No address was given."},
		"no act":         {form("act", "burn"), nil, http.StatusBadRequest, "nothing that can be done here"},
		"no name":        {form("act", "add", "kind", "press", "feed", "https://x.example"), nil, http.StatusBadRequest, "it needs a name"},
		"a wrong time":   {form("act", "add", "name", "X", "kind", "press", "feed", "https://x.example", "every", "0"), nil, http.StatusBadRequest, "It is read every 1 to"},
		"watched":        {form("act", "add", "name", "X", "kind", "press", "feed", "https://x.example"), fmt.Errorf("https://x.example is watched already, by \"x\": %w", news.ErrConflict), http.StatusConflict, "is watched already"},
		"a site is away": {form("act", "discover", "address", "x.example"), errors.New("no such host"), http.StatusBadGateway, "The site does not answer"},
	} {
		sc.err = try.err
		answer := d.ask(http.MethodPost, "/sources", try.form)
		if text := visible(read(t, answer)); answer.StatusCode != try.status || !strings.Contains(text, try.says) || !strings.Contains(text, "Nothing was changed.") {
			t.Errorf("%s: %d %.500s", name, answer.StatusCode, text)
		}
	}
}

func TestSourceIsActedOn(t *testing.T) {
	sc, w, d := scoutSite(t)
	act := func(act string, more ...string) *http.Response {
		v := url.Values{"act": {act}}
		for _, name := range more {
			v.Set(name, "1")
		}
		return d.ask(http.MethodPost, "/sources/chainfeed", v)
	}
	for _, try := range []struct{ act, did, to string }{
		{"pause", "pause chainfeed true", "/sources/chainfeed?said=paused"},
		{"resume", "pause chainfeed false", "/sources/chainfeed?said=resumed"},
		{"again", "again chainfeed", "/sources/chainfeed?said=again&again=7"},
		{"remove", "remove chainfeed", "/sources"},
	} {
		w.did = nil
		if answer := act(try.act, "sure"); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != try.to || strings.Join(w.did, ";") != try.did {
			t.Errorf("%s: %d to %q did %q", try.act, answer.StatusCode, answer.Header.Get("Location"), w.did)
		}
	}
	lacks(t, "what came of it", visible(d.page("/sources/chainfeed?said=again&again=7")), "7 of its stories are visited again")
	if page := d.page("/sources/chainfeed?said=again&again=%3Cb%3E"); strings.Contains(page, "&lt;b&gt; of its stories") {
		t.Error("the address makes up how many")
	}
	w.did = nil
	if answer := act("remove"); answer.StatusCode != http.StatusBadRequest || len(w.did) > 0 {
		t.Errorf("removed without a tick: %d %q", answer.StatusCode, w.did)
	}
	page := read(t, act("check"))
	lacks(t, "a check", visible(page), "Something is wrong checked just now", "rss with 9 entries", "story <b>x</b>: gone", "select.text gives nothing")
	if sc.did[len(sc.did)-1] != "check chainfeed" {
		t.Errorf("it asked %q", sc.did)
	}
	w.err = fmt.Errorf("it comes from the configuration file: take it out there: %w", news.ErrConflict)
	if answer := act("remove", "sure"); answer.StatusCode != http.StatusConflict {
		t.Errorf("one of the file: %d", answer.StatusCode)
	}
	if answer := d.ask(http.MethodPost, "/sources/nobody", url.Values{"act": {"pause"}}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a source that is none: %d", answer.StatusCode)
	}
}

func TestSourceLists(t *testing.T) {
	sc, _, d := scoutSite(t)
	if text := read(t, d.ask(http.MethodGet, "/sources.opml", nil)); text != "<opml/>" {
		t.Errorf("exported %q", text)
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part := must(form.CreateFormFile("list", "feeds.opml"))
	must(part.Write([]byte("<opml>")))
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/sources.opml", &b)
	r.Host = "localhost"
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	d.server.Handler().ServeHTTP(w, r)
	lacks(t, "imported", visible(w.Body.String()), "2 added, 1 watched already. 1 wrong:", "Nowhere: it has no address")
	if sc.did[0] != "import <opml>" {
		t.Errorf("it got %q", sc.did)
	}
	if answer := d.ask(http.MethodPost, "/sources.opml", nil); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("without a file: %d", answer.StatusCode)
	}
}

// Without somebody who asks and changes, the pages only tell.
func TestSourcesOnlyTold(t *testing.T) {
	server := site(t, stocked())
	for _, target := range []string{"/sources", "/sources/chainfeed"} {
		if page := get(t, server, target, http.StatusOK); strings.Contains(page, `action="/sources`) {
			t.Errorf("%s has a form", target)
		}
	}
	get(t, server, "/sources/nobody", http.StatusNotFound)
	get(t, server, "/sources.opml", http.StatusNotFound)
}
