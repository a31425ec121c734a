package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/classifier/places"
	"edict/web"
)

// site serves s, as an analyst's own program would.
func site(t testing.TB, s *shelf, change ...func(*web.Config)) *web.Server {
	t.Helper()
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	c := web.Config{
		Reader: s, Crawl: s, Gazetteer: g, Wake: s.wake, Rules: sampleRules, Version: "v0.1.0", Loopback: true,
		Now: func() time.Time { return now },
	}
	for _, f := range change {
		f(&c)
	}
	server, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func stocked() *shelf {
	s := newShelf(samples()...)
	s.sources, s.polls = sampleSources()
	return s
}

// get reads one page, and expects status.
func get(t testing.TB, server *web.Server, target string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "127.0.0.1:8080"
	server.Handler().ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	if w.Code != status {
		t.Fatalf("%s: status %d, want %d\n%s", target, w.Code, status, body)
	}
	return string(body)
}

func TestStreamShowsTaggedStoriesNewestFirst(t *testing.T) {
	s := stocked()
	page := get(t, site(t, s), "/", http.StatusOK)
	at := -1
	for _, r := range samples() {
		i := strings.Index(page, `href="/records/`+r.ID+`"`)
		if len(r.Tags) == 0 {
			if i >= 0 {
				t.Errorf("%q has no tag and is shown", r.Title)
			}
			continue
		}
		if i < at {
			t.Errorf("%q is missing or not in its place", r.Title)
		}
		at = i
	}
	all := get(t, site(t, s), "/?all=1", http.StatusOK)
	for _, r := range samples() {
		if !strings.Contains(all, r.ID) {
			t.Errorf("all=1: %q is missing", r.Title)
		}
	}
}

func TestPagesHaveSizeAndShape(t *testing.T) {
	many := manySamples(8)
	s := newShelf(many...)
	s.sources, s.polls = sampleSources()
	for _, target := range []string{"/", "/?all=1", "/sources", "/records/" + many[0].ID} {
		page := get(t, site(t, s), target, http.StatusOK)
		t.Logf("%s: %d bytes, %d cards", target, len(page), strings.Count(page, `class="card"`))
		if len(page) > 100<<10 {
			t.Errorf("%s: %d bytes are over 100 KiB", target, len(page))
		}
	}
}

func TestRecordShowsEverything(t *testing.T) {
	s := stocked()
	r := samples()[12]
	page := get(t, site(t, s), "/records/"+r.ID, http.StatusOK)
	for _, want := range []string{
		"33 of 34 divisions", "up to CNY 17,500,000", "policy.reward", "rejected", "score 0.92", "16 Nov 2026, 14:30 UTC",
		`<a href="` + r.URL + `" rel="noopener noreferrer">`,
		`>several provincial governments have moved to shut down or curtail crypto mining</mark>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	get(t, site(t, s), "/records/0123456789abcdef", http.StatusNotFound)
	get(t, site(t, s), "/nothing", http.StatusNotFound)
}
