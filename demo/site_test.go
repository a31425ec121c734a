package demo_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/html"

	"edict/demo"
	"edict/news"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is the time at which the test's site begins.
var start = time.Date(2026, 11, 25, 18, 0, 0, 500_000_000, time.UTC)

// A clock is set by hand and read from several goroutines.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time  { return time.Unix(0, c.nanos.Load()) }
func (c *clock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// serve begins a site that ends with the test.
func serve(t *testing.T) (*demo.Site, *clock) {
	t.Helper()
	c := &clock{}
	c.set(start)
	site, err := demo.Listen(c.now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- site.Serve(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return site, c
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func get(t *testing.T, address string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, body}
}

func base(site *demo.Site) string { return "http://" + site.Addr().String() }

func TestStoriesAreMany(t *testing.T) {
	site, _ := serve(t)
	stories := site.Stories()
	if len(stories) < 40 {
		t.Errorf("%d stories are fewer than 40", len(stories))
	}
	first, languages, events := 0, map[string]int{}, map[string]map[string]bool{}
	for i, s := range stories {
		languages[s.Language]++
		if s.Out.Before(start) {
			first++
			if age := start.Sub(s.Out); age > 12*time.Hour {
				t.Errorf("%s is dated %s before the start", s.Path, age)
			}
		} else if late := s.Out.Sub(start); late > 70*time.Second {
			t.Errorf("%s comes out after %s", s.Path, late)
		}
		if i > 0 && !s.Out.After(stories[i-1].Out) {
			t.Errorf("%s does not come out after %s", s.Path, stories[i-1].Path)
		}
		if s.Event != "" {
			if events[s.Event] == nil {
				events[s.Event] = map[string]bool{}
			}
			events[s.Event][s.Outlet] = true
		}
	}
	if first != 12 {
		t.Errorf("%d stories are out at the start, not a dozen", first)
	}
	for language, least := range map[string]int{"en": 20, "zh-Hans": 8, "zh-Hant": 4} {
		if languages[language] < least {
			t.Errorf("%d stories in %s are fewer than %d", languages[language], language, least)
		}
	}
	for event, by := range events {
		if len(by) < 2 {
			t.Errorf("event %s is told by %v alone", event, slices.Collect(maps.Keys(by)))
		}
	}
}

func TestExpectations(t *testing.T) {
	site, _ := serve(t)
	count := map[news.Label]int{}
	hard, both, stages := 0, 0, map[news.Stage]int{}
	byEvent := map[string]string{}
	for _, s := range site.Stories() {
		if s.Hard != "" {
			hard++
		}
		if len(s.Expect) == 0 {
			count[""]++
			if s.Hard == "" {
				t.Errorf("%s expects nothing and does not say why", s.Path)
			}
		}
		labels := map[news.Label]bool{}
		for _, e := range s.Expect {
			if labels[e.Label] {
				t.Errorf("%s: %s stands twice", s.Path, e.Label)
			}
			labels[e.Label] = true
			count[e.Label]++
			stages[e.Stage]++
			if e.Label != news.ProPolicy && e.Label != news.Crackdown {
				t.Errorf("%s: label %q is unknown", s.Path, e.Label)
			}
			if !slices.Contains([]news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}, e.Stage) {
				t.Errorf("%s: stage %q is unknown", s.Path, e.Stage)
			}
			if len(e.Jurisdictions) == 0 {
				t.Errorf("%s: %s holds nowhere", s.Path, e.Label)
			}
			for _, j := range e.Jurisdictions {
				if !j.Valid() {
					t.Errorf("%s: jurisdiction %q is not a code", s.Path, j)
				}
			}
		}
		if len(labels) == 2 {
			both++
		}
		if s.Event != "" {
			is := fmt.Sprint(s.Expect)
			if was, ok := byEvent[s.Event]; ok && was != is {
				t.Errorf("%s: %s is told with %s and with %s", s.Path, s.Event, was, is)
			}
			byEvent[s.Event] = is
		}
	}
	for label, least := range map[news.Label]int{news.ProPolicy: 10, news.Crackdown: 10, "": 10} {
		if count[label] < least {
			t.Errorf("label %q: %d stories are fewer than %d", label, count[label], least)
		}
	}
	if hard < 12 || both < 2 {
		t.Errorf("%d hard stories and %d with both labels are too few", hard, both)
	}
	for _, stage := range []news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted} {
		if stages[stage] == 0 {
			t.Errorf("no story has the stage %s", stage)
		}
	}
}

func TestSources(t *testing.T) {
	site, _ := serve(t)
	kinds, slugs := map[news.Kind]bool{}, map[string]bool{}
	for _, s := range site.Sources() {
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		if s.Every != 2*time.Second {
			t.Errorf("%s is polled every %s", s.Slug, s.Every)
		}
		kinds[s.Kind], slugs[s.Slug] = true, true
		for _, a := range s.Addresses() {
			if !strings.HasPrefix(a, base(site)+"/"+s.Slug+"/") {
				t.Errorf("%s: %s is not under its folder", s.Slug, a)
			}
		}
	}
	if len(kinds) != 3 {
		t.Errorf("kinds are %v", kinds)
	}
	for _, s := range site.Stories() {
		if !slugs[s.Outlet] {
			t.Errorf("%s: no source is called %s", s.Path, s.Outlet)
		}
	}
}

// TestStoriesComeOut watches every address of every source while the clock goes on
// from story to story: a story that is not out is nowhere, and one that is out is
// listed first.
func TestStoriesComeOut(t *testing.T) {
	site, c := serve(t)
	for _, s := range site.Stories() {
		if !s.Out.Before(start) {
			c.set(s.Out.Add(-time.Millisecond))
			if a := get(t, base(site)+s.Path); a.status != http.StatusNotFound {
				t.Errorf("%s before it is out: status %d", s.Path, a.status)
			}
			if got := listed(t, site, s.Outlet); slices.Contains(got, s.Path) {
				t.Errorf("%s is listed before it is out", s.Path)
			}
			c.set(s.Out)
		}
		if a := get(t, base(site)+s.Path); a.status != http.StatusOK {
			t.Errorf("%s: status %d", s.Path, a.status)
		}
		got := listed(t, site, s.Outlet)
		if !slices.Contains(got, s.Path) || !s.Out.Before(start) && got[0] != s.Path {
			t.Errorf("%s is out, and %v is listed", s.Path, got)
		}
	}
}

// listed returns the paths that all addresses of a source list, and fails when they
// do not agree.
func listed(t *testing.T, site *demo.Site, slug string) []string {
	t.Helper()
	var out []string
	for _, s := range site.Sources() {
		if s.Slug != slug {
			continue
		}
		for i, address := range s.Addresses() {
			a := get(t, address)
			if a.status != http.StatusOK {
				t.Fatalf("%s: status %d", address, a.status)
			}
			paths := links(t, address, a.body)
			for j := range paths {
				paths[j] = strings.TrimPrefix(paths[j], base(site))
			}
			if i > 0 && !slices.Equal(out, paths) {
				t.Errorf("%s lists %v, and %s lists %v", s.Addresses()[0], out, address, paths)
			}
			out = paths
		}
	}
	return out
}

// links reads what a feed, a sitemap or a listing lists.
func links(t *testing.T, address string, body []byte) []string {
	t.Helper()
	var out []string
	switch {
	case strings.HasSuffix(address, ".json"):
		var feed struct{ Items []struct{ URL string } }
		if err := json.Unmarshal(body, &feed); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		for _, i := range feed.Items {
			out = append(out, i.URL)
		}
	case strings.HasSuffix(address, ".xml"):
		var feed struct {
			Items []struct {
				Link string `xml:"link"`
			} `xml:"channel>item"`
			Entries []struct {
				Link struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
			URLs []struct {
				Loc string `xml:"loc"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal(body, &feed); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		for _, i := range feed.Items {
			out = append(out, i.Link)
		}
		for _, e := range feed.Entries {
			out = append(out, e.Link.Href)
		}
		for _, u := range feed.URLs {
			out = append(out, u.Loc)
		}
	default:
		tokens := html.NewTokenizer(strings.NewReader(string(body)))
		for tokens.Next() != html.ErrorToken {
			token := tokens.Token()
			for _, attr := range token.Attr {
				if token.Data == "a" && attr.Key == "href" && strings.HasPrefix(attr.Val, "/") && !strings.HasPrefix(attr.Val, "/members/") {
					out = append(out, attr.Val)
				}
			}
		}
	}
	return out
}
