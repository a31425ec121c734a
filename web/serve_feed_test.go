package web_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

// told are the alerts of one subscription.
type told []news.Alert

func (told) Subscription(_ context.Context, id string) (news.Subscription, error) {
	if id != "sub" {
		return news.Subscription{}, news.ErrNotFound
	}
	return news.Subscription{ID: id, Name: "Mining <b>", Created: now}, nil
}

func (f told) AlertsBefore(_ context.Context, _ string, before *news.Alert, limit int) ([]news.Alert, error) {
	for before != nil && len(f) > 0 && f[0].Change >= before.Change {
		f = f[1:]
	}
	return f[:min(len(f), limit)], nil
}

type jsonFeed struct {
	Version string `json:"version"`
	Title   string `json:"title"`
	Self    string `json:"feed_url"`
	Next    string `json:"next_url"`
	Items   []struct {
		ID       string    `json:"id"`
		URL      string    `json:"url"`
		External string    `json:"external_url"`
		Title    string    `json:"title"`
		Text     string    `json:"content_text"`
		Modified time.Time `json:"date_modified"`
		Tags     []string  `json:"tags"`
	} `json:"items"`
}

// Both forms of a feed hold the same entries under the same ids, one for each story.
func TestFeedsAgree(t *testing.T) {
	s := stocked()
	list := samples()
	hostile := tagged(sample("ledger-daily", "<script>alert(1)</script> \u202eSichuan", "Mines & farms close. <img src=x>", time.Minute), crack, "CN-SC", news.Enacted, news.Auto, .9, "r", "Mines & farms close.")
	s.put(hostile)
	fact := []news.Fact{{Label: crack, Jurisdiction: "CN-SC", Stage: news.Enacted}}
	book := told{
		{Subscription: "sub", Story: "s1", Change: 3, Time: now, Record: hostile.ID, Causes: []news.Cause{news.NextStage}, Facts: fact},
		{Subscription: "sub", Story: "s2", Change: 2, Time: now.Add(-time.Hour), Record: list[0].ID, Causes: []news.Cause{news.NewStory}, Facts: fact},
		{Subscription: "sub", Story: "s1", Change: 1, Time: now.Add(-2 * time.Hour), Record: list[1].ID, Causes: []news.Cause{news.NewStory}, Facts: fact},
	}
	server := site(t, s, func(c *web.Config) { c.Feeds = book })
	for path, entries := range map[string]int{"/feeds/sub": 2, "/feeds/label/mining_crackdown": -1, "/feeds/place/CN": -1, "/feeds/place/CN-SC": -1, "/feeds/label/another_label": 0} {
		var j jsonFeed
		raw := get(t, server, path+".json", http.StatusOK)
		if err := json.Unmarshal([]byte(raw), &j); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		var a struct {
			Updated string `xml:"updated"`
			Entries []struct {
				ID      string `xml:"id"`
				Title   string `xml:"title"`
				Summary string `xml:"summary"`
			} `xml:"entry"`
		}
		atom := get(t, server, path+".atom", http.StatusOK)
		if err := xml.Unmarshal([]byte(atom), &a); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if at, err := time.Parse(time.RFC3339, a.Updated); err != nil || at.Year() < 2000 {
			t.Errorf("%s: updated %q", path, a.Updated)
		}
		if j.Version != "https://jsonfeed.org/version/1.1" || j.Self != "http://127.0.0.1:8080"+path+".json" || j.Title == "" || j.Items == nil {
			t.Errorf("%s: %+v", path, j)
		}
		if len(j.Items) != len(a.Entries) || entries >= 0 && len(j.Items) != entries || entries < 0 && len(j.Items) == 0 {
			t.Fatalf("%s: %d items and %d entries", path, len(j.Items), len(a.Entries))
		}
		ids := map[string]bool{}
		for i, item := range j.Items {
			if e := a.Entries[i]; item.ID != e.ID || item.Title != e.Title || item.Text != e.Summary || item.URL == "" || len(item.Tags) == 0 || item.Modified.IsZero() {
				t.Errorf("%s: %+v is not %+v", path, item, e)
			}
			ids[item.ID] = true
		}
		if len(ids) != len(j.Items) {
			t.Errorf("%s: %d ids for %d stories", path, len(ids), len(j.Items))
		}
		if strings.Contains(raw+atom, "\u202e") || strings.Contains(atom, "<script") || strings.Contains(atom, "<img") {
			t.Errorf("%s holds what a page gave as it was", path)
		}
	}
	var j jsonFeed
	if err := json.Unmarshal([]byte(get(t, server, "/feeds/sub.json", http.StatusOK)), &j); err != nil {
		t.Fatal(err)
	}
	if first := j.Items[0]; first.ID != "urn:edict:alert:sub:s1" || !strings.HasPrefix(first.Text, "New: the next stage.") || !slices.Equal(first.Tags, []string{"CN-SC", "mining_crackdown"}) || first.External != hostile.URL {
		t.Errorf("the first: %+v", first)
	}
	get(t, server, "/feeds/sub.json?after=x", http.StatusBadRequest)
	get(t, server, "/feeds/place/CN.json?after=x", http.StatusBadRequest)
	for _, path := range []string{"/feeds/none.json", "/feeds/sub.rss", "/feeds/sub", "/feeds/sub.json.atom", "/feeds/label/NO.json", "/feeds/place/Atlantis.atom", "/feeds/place/.json"} {
		get(t, server, path, http.StatusNotFound)
	}
	s.breakWith(news.ErrUnavailable)
	get(t, server, "/feeds/label/mining_crackdown.json", http.StatusServiceUnavailable)
}

// A feed holds all that came in two days, and at least the last hundred; what it leaves out
// it says where to find, so that who reads late loses nothing.
func TestFeedLosesNothing(t *testing.T) {
	s := newShelf()
	var book told
	const each = 24 * time.Hour / 200 // between two alerts
	for i := range 1000 {
		r := tagged(sample("ledger-daily", fmt.Sprintf("Notice %d", i), "Mines close.", time.Duration(i)*each), crack, "CN-SC", news.Enacted, news.Auto, .9, "r", "Mines close.")
		s.put(r)
		book = append(book, news.Alert{Subscription: "sub", Story: fmt.Sprintf("s%d", i), Change: int64(1000 - i), Time: now.Add(-time.Duration(i) * each), Record: r.ID, Causes: []news.Cause{news.NewStory}, Facts: []news.Fact{{Label: crack, Jurisdiction: "CN-SC", Stage: news.Enacted}}})
	}
	server := site(t, s, func(c *web.Config) { c.Feeds = book })
	for _, path := range []string{"/feeds/sub.json", "/feeds/label/mining_crackdown.json", "/feeds/place/CN.json"} {
		seen, pages := map[string]bool{}, []int{}
		for next := path; next != ""; {
			var j jsonFeed
			if err := json.Unmarshal([]byte(get(t, server, next, http.StatusOK)), &j); err != nil {
				t.Fatal(err)
			}
			for _, item := range j.Items {
				if seen[item.ID] {
					t.Fatalf("%s: %s is told twice", path, item.ID)
				}
				seen[item.ID] = true
			}
			pages = append(pages, len(j.Items))
			if next = strings.TrimPrefix(j.Next, "http://127.0.0.1:8080"); len(pages) > 20 {
				t.Fatalf("%s does not end: %v", path, pages)
			}
		}
		if len(seen) != 1000 || pages[0] < 400 || pages[0] > 402 {
			t.Errorf("%s: %d of 1000, in pages of %v", path, len(seen), pages)
		}
	}
	atom := get(t, server, "/feeds/sub.atom", http.StatusOK)
	if !strings.Contains(atom, `<link rel="next" href="http://127.0.0.1:8080/feeds/sub.atom?after=`) {
		t.Error("the Atom feed does not say where it goes on")
	}

	// One that would be too long is cut by its bytes, and goes on as well.
	long := told{}
	for i := range 40 {
		r := sample("ledger-daily", fmt.Sprintf("Long %d", i), "x", time.Minute)
		r = tagged(r, crack, "CN-SC", news.Enacted, news.Auto, .9, "r", "x")
		r.Tags[0].Evidence[0].Quote = strings.Repeat("x", 100<<10)
		s.put(r)
		long = append(long, news.Alert{Subscription: "sub", Story: fmt.Sprintf("l%d", i), Change: int64(1000 - i), Time: now, Record: r.ID})
	}
	server = site(t, s, func(c *web.Config) { c.Feeds = long })
	var j jsonFeed
	raw := get(t, server, "/feeds/sub.json", http.StatusOK)
	if err := json.Unmarshal([]byte(raw), &j); err != nil || len(j.Items) != 11 || j.Next == "" || len(raw) > 2<<20 {
		t.Errorf("%d items in %d bytes, next %q, %v", len(j.Items), len(raw), j.Next, err)
	}
}
