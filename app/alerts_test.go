package app_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// A subscriber's feed holds a story once, seconds after it was stored, in plain text,
// and moves it up when it comes further.
func TestSubscriptionFeed(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	sub := news.Subscription{
		ID: app.NewSubscriptionID(), Name: "Mining <in> China", Owner: "ada", Created: time.Now(),
		Query: news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}},
	}
	p := start(t, cfg, app.Options{})
	ok(t, s.SaveSubscription(t.Context(), sub)) // beside the running program
	address := p.Page + "/feeds/" + sub.ID + ".atom"
	type entry struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Summary string `xml:"summary"`
		Updated string `xml:"updated"`
	}
	read := func() (title string, entries []entry) {
		code, body := get(t, address)
		var feed struct {
			Title   string  `xml:"title"`
			Entries []entry `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(body), &feed); code != 200 || err != nil {
			t.Fatalf("the feed: %d %v\n%s", code, err, body)
		}
		return feed.Title, feed.Entries
	}
	if title, entries := read(); title != sub.Name || len(entries) != 0 {
		t.Errorf("before any story: %q %+v", title, entries)
	}
	const hostile = `{"id":"x","title":"Sichuan orders <b>bitcoin</b> mines to close","text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday. <script>alert(1)</script>","language":"en"}`
	_, err = take(t, s, cfg, storyFile(t, hostile, `{"id":"y","title":"A quiet week for bread","text":"Bakers had little to report."}`), app.IngestOptions{Alert: true})
	ok(t, err)
	var entries []entry
	until(t, patience, func() string { return "the feed stays empty" }, func() bool {
		_, entries = read()
		return len(entries) > 0
	})
	if e := entries[0]; len(entries) != 1 || e.Title != "Sichuan orders <b>bitcoin</b> mines to close" || !strings.Contains(e.Summary, "CN-SC") && !strings.Contains(e.Summary, "Sichuan") {
		t.Errorf("the feed holds %+v", entries)
	}
	if _, body := get(t, address); strings.Contains(body, "<b>") || strings.Contains(body, "<script") {
		t.Error("markup of a story is markup in the feed")
	}
	_, err = take(t, s, cfg, storyFile(t, strings.ReplaceAll(storyLine(3), "s-3", "quiet")), app.IngestOptions{})
	ok(t, err)
	stored(t, s, 3, patience)
	for _, path := range []string{"/feeds/none.atom", "/feeds/" + sub.ID + ".rss", "/feeds/" + sub.ID, "/feeds/..%2f.atom", "/feeds/label/No.atom", "/feeds/place/Atlantis.json"} {
		if code, _ := get(t, p.Page+path); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
	apiBehindTheGuard(t, p.Page, sub.ID)
	p.stop(t)
	if alerts, err := s.Alerts(t.Context(), sub.ID, 10); err != nil || len(alerts) != 1 {
		t.Errorf("%d alerts, %v: what is quiet alerts nobody", len(alerts), err)
	}
	tried, err := app.TrySubscription(t.Context(), s, sub, time.Time{})
	ok(t, err)
	if len(tried) == 0 || tried[len(tried)-1].Title == "" {
		t.Errorf("tried: %+v", tried)
	}
	green(t, cfg, "store", "ledger", "bus")
}

// The API of a running program answers, under the guards that the pages have.
func apiBehindTheGuard(t *testing.T, page, id string) {
	t.Helper()
	code, body := get(t, page+"/api/v1/subscriptions/"+id+"/alerts")
	if code != 200 || !strings.Contains(body, `"causes":["story"]`) {
		t.Errorf("its alerts by the API: %d %s", code, body)
	}
	for _, test := range []struct {
		host, method, site string
		status             int
	}{{"", "GET", "", 200}, {"evil.example", "GET", "", 421}, {"", "POST", "cross-site", 403}, {"", "POST", "same-origin", 200}} {
		r, err := http.NewRequestWithContext(t.Context(), test.method, page+"/api/v1/subscriptions/"+id, http.NoBody)
		ok(t, err)
		if test.method == "POST" {
			r.URL.Path += "/resume"
		}
		if test.host != "" {
			r.Host = test.host
		}
		r.Header.Set("Sec-Fetch-Site", test.site)
		answer, err := http.DefaultClient.Do(r)
		ok(t, err)
		ok(t, answer.Body.Close())
		if answer.StatusCode != test.status || answer.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%+v: %d", test, answer.StatusCode)
		}
	}
}
