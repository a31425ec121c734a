package web_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
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

func (f told) Alerts(context.Context, string, int) ([]news.Alert, error) { return f, nil }

type jsonFeed struct {
	Version string `json:"version"`
	Title   string `json:"title"`
	Self    string `json:"feed_url"`
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
	for _, path := range []string{"/feeds/none.json", "/feeds/sub.rss", "/feeds/sub", "/feeds/sub.json.atom", "/feeds/label/NO.json", "/feeds/place/Atlantis.atom", "/feeds/place/.json"} {
		get(t, server, path, http.StatusNotFound)
	}
	s.breakWith(news.ErrUnavailable)
	get(t, server, "/feeds/label/mining_crackdown.json", http.StatusServiceUnavailable)
}
