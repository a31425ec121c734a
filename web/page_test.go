package web_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"edict/classifier/places"
	"edict/news"
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
		Reader: s, Searcher: s, Atlas: s, Crawl: s, Gazetteer: g, Wake: s.wake, Rules: sampleRules, Version: "v0.1.0",
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
	page := get(t, site(t, s), "/stream", http.StatusOK)
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
	all := get(t, site(t, s), "/stream?all=1", http.StatusOK)
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
	for _, target := range []string{"/", "/stream", "/stream?all=1", "/sources", "/records/" + many[0].ID} {
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
	rejected := tagged(sample("harbour-post", "No ban", "Nobody banned mining.", time.Minute), crack, "CN", news.Enacted, news.Rejected, .3, "ban", "banned mining")
	s.put(rejected)
	page = get(t, site(t, s), "/records/"+rejected.ID, http.StatusOK)
	if strings.Contains(page, "<mark") || !strings.Contains(page, "rejected") {
		t.Error("a rejected tag should be told, and not be marked as evidence")
	}
	partial := sample("chainfeed", "A story behind a wall", "The feed says little.", time.Minute)
	partial.Partial, partial.PartialWhy = true, "blocked: a subscription wall"
	s.put(partial)
	if page = get(t, site(t, s), "/records/"+partial.ID, http.StatusOK); !strings.Contains(page, "(blocked: a subscription wall)") {
		t.Error("the page does not say why the story is partial")
	}
	get(t, site(t, s), "/records/0123456789abcdef", http.StatusNotFound)
	get(t, site(t, s), "/nothing", http.StatusNotFound)
}

// TestEverythingIsReachedWithoutScript follows every link and reads every form
// from the first page on, as a browser without script would.
func TestEverythingIsReachedWithoutScript(t *testing.T) {
	server := site(t, stocked(), deskOf(&deskShelf{shelf: stocked(), decisions: []news.Decision{{Number: 1, Act: news.Accept, Who: "ada"}}}), newMailShelf("mail:a", samples()[0]).of)
	todo, seen := []string{"/"}, map[string]bool{"/": true}
	for len(todo) > 0 {
		target := todo[0]
		todo = todo[1:]
		page := get(t, server, target, http.StatusOK)
		if strings.HasPrefix(target, "/static/") || strings.Contains(target, "/measures.") || strings.HasSuffix(target, ".jsonl") || strings.HasPrefix(target, "/feeds/") {
			continue
		}
		if !strings.HasPrefix(page, "<!doctype html>") || !strings.Contains(page, "</html>") {
			t.Errorf("%s is not a whole page", target)
		}
		ids := map[string]bool{}
		var anchors []string
		z := html.NewTokenizer(strings.NewReader(page))
		for z.Next() != html.ErrorToken {
			e := z.Token()
			if e.Type != html.StartTagToken && e.Type != html.SelfClosingTagToken {
				continue
			}
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Key] = a.Val
			}
			if id, ok := attr["id"]; ok {
				if ids[id] {
					t.Errorf("%s: id %s stands twice", target, id)
				}
				ids[id] = true
			}
			if e.Data == "form" && !slices.Contains([]string{"get /", "get /stream", "post /review/act", "get /decisions", "post /review/name", "post /review/note", "post /rules/drafts", "post /settings", "dialog ", "get /subscriptions", "post /subscriptions", "post /subscriptions/a", "post /subscriptions/a/act", "post /subscriptions/a/test", "post /subscriptions/a/secret", "post /subscriptions/a/silence", "post /subscriptions/a/unsilence", "get /deliveries", "post /deliveries/act", "post /dead/replay"}, attr["method"]+" "+attr["action"]) {
				t.Errorf("%s: a form that leads elsewhere: %s", target, e)
			}
			for _, next := range []string{attr["href"], attr["src"]} {
				switch {
				case strings.HasPrefix(next, "#"):
					anchors = append(anchors, next[1:])
				case strings.Contains(target, "asof="): // the past has no first day
				case strings.HasPrefix(next, "/") && !seen[next]:
					seen[next] = true
					todo = append(todo, next)
				}
			}
		}
		for _, a := range anchors {
			if !ids[a] {
				t.Errorf("%s: nothing is at #%s", target, a)
			}
		}
	}
	for _, r := range samples() {
		if !seen["/records/"+r.ID] {
			t.Errorf("no way leads to %q", r.Title)
		}
	}
	t.Logf("%d addresses", len(seen))
}

func TestEmptyPagesExplain(t *testing.T) {
	s := newShelf()
	next, now := clock(), now
	server := site(t, s, func(c *web.Config) { c.Now = func() time.Time { return now } })
	if page := get(t, server, "/stream", http.StatusOK); !strings.Contains(page, "No source is watched") || !strings.Contains(page, "nothing stored yet") {
		t.Error("without sources the page does not say so")
	}
	s.sources, s.polls = sampleSources()
	now = next()
	page := get(t, server, "/stream", http.StatusOK)
	for _, want := range []string{"No tagged story yet", "9 of 10 sources have been read so far. 2 of them failed.", "The next is due <time"} {
		if !strings.Contains(page, want) {
			t.Errorf("the empty page lacks %q", want)
		}
	}
	s.put(samples()[9])
	now = next()
	for target, want := range map[string]string{
		"/stream": "1 article is stored", "/stream?q=zebra": "No story matches", "/stream?label=mining_crackdown": "look among all stories", "/stream?all=1&q=zebra": "Clear the filters",
	} {
		if page := get(t, server, target, http.StatusOK); !strings.Contains(page, want) {
			t.Errorf("%s lacks %q", target, want)
		}
	}
	alone := site(t, newShelf(), func(c *web.Config) { c.Crawl = nil })
	if page := get(t, alone, "/sources", http.StatusOK); !strings.Contains(page, "does not know what is crawled") {
		t.Error("without a crawl the page does not say so")
	}
	get(t, alone, "/", http.StatusOK)
}

// clock goes on by two seconds each time it is looked at, so that nothing is taken
// from a cache.
func clock() func() time.Time {
	var mu sync.Mutex
	at := now
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(2 * time.Second)
		return at
	}
}

func TestErrorsHaveAPage(t *testing.T) {
	s := stocked()
	server := site(t, s, func(c *web.Config) { c.Now = clock() })
	get(t, server, "/", http.StatusOK)
	for err, status := range map[error]int{news.ErrUnavailable: 503, news.ErrNotFound: 404, news.ErrInvalid: 400, errors.New("disk: secret path"): 500} {
		s.breakWith(fmt.Errorf("read: %w", err))
		page := get(t, server, "/", status)
		if !strings.Contains(page, "</html>") || !strings.Contains(page, strconv.Itoa(status)) || strings.Contains(page, "secret") {
			t.Errorf("%v: the page of the error is not right:\n%s", err, page)
		}
	}
	s.breakWith(nil)
	get(t, server, "/", http.StatusOK)
}

func TestSourcesSayHowTheyFare(t *testing.T) {
	page := get(t, site(t, stocked()), "/sources", http.StatusOK)
	for _, want := range []string{
		"7 fine", "2 failing", "1 not read yet", "No answer (6 times in a row): <span lang=\"en\">dial tcp: lookup gulf-desk.example: no such host</span>",
		"Read: 30 entries, 2 new", "Read: 12 entries, none new", "Unchanged since the reading before", "Read, and there is nothing in it",
		"The site asks us to wait: <span lang=\"en\">429, try again in 120 s</span>", "Waiting for its first reading", "2 addresses", "in 45 s", "26 min ago",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Index(page, "Gulf Desk") > strings.Index(page, "Albany Record") {
		t.Error("what fails does not stand first")
	}
}

func TestNewNeedsItsParts(t *testing.T) {
	if _, err := web.New(web.Config{}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("without anything: %v", err)
	}
}

func BenchmarkStream(b *testing.B) {
	server := site(b, newShelf(manySamples(8)...))
	h := server.Handler()
	size := 0
	for b.Loop() {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/stream", nil)
		r.Host = "localhost"
		h.ServeHTTP(w, r)
		size = w.Body.Len()
	}
	b.ReportMetric(float64(size), "bytes/page")
}
