package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"edict/news"
	"edict/store/storetest"
)

// What is answered is as the document says: no member that it does not name, and no null
// where it says that there is a list, whatever is stored.
func TestAnswersAreAsDescribed(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	raw, err := io.ReadAll(d.ask(t, http.MethodGet, "/api/openapi.json", "").Body)
	ok(t, err)
	var doc struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct {
					Schema schema `json:"schema"`
				} `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
	}
	ok(t, json.Unmarshal(raw, &doc))
	for name, s := range doc.Components.Schemas {
		for member, p := range s.Properties {
			if kinds, several := p.Type.([]any); several && slices.Contains(kinds, any("array")) && !slices.Contains([]string{"SubscriptionBody", "Query", "SilenceBody"}, name) {
				t.Errorf("%s.%s may be null", name, member)
			}
		}
	}
	if _, there := doc.Components.Schemas["Record"].Properties["features"]; there {
		t.Error("the document names the features of a record, which no stored one has")
	}

	records := storetest.Records(0, 3)
	bare := storetest.Record(7)
	bare.Tags, bare.Near, bare.Amounts, bare.Counts, bare.Authors = nil, nil, nil, nil, nil
	bare.Features = []byte{1, 2, 3}
	ok(t, d.Keep(ctx, append(records, bare)))
	kept, err := d.Record(ctx, bare.ID)
	ok(t, err)
	ok(t, d.SaveSource(ctx, news.Source{Slug: "a", Name: "A", Kind: news.Press, Feed: "https://a.example/feed", Origin: news.FromUser}))
	d.want(t, http.StatusCreated, nil, http.MethodPost, "/api/v1/subscriptions", `{"name":"Words","query":{"words":"x"},"channels":null}`)
	d.want(t, http.StatusCreated, nil, http.MethodPost, "/api/v1/silences", `{"reason":"noise","until":"2026-12-01T00:00:00Z","phrase":"x"}`)
	told := news.Alert{Subscription: "sub-001", Story: "s", Change: 1, Time: storetest.Epoch, Due: storetest.Epoch}
	delivery := news.NewDelivery(told, "mail:ada@example.org")
	ok(t, d.Alert(ctx, "alert", 1, []news.Alert{told}, []news.Delivery{delivery}))
	ok(t, d.AddFlag(ctx, news.Flag{Who: "ada", Subscription: "a", Story: "s", Record: "r"}))
	for path, at := range map[string]string{
		"/api/v1/records": "/api/v1/records", "/api/v1/records/{id}": "/api/v1/records/" + bare.ID, "/api/v1/stories/{id}": "/api/v1/stories/" + kept.Story,
		"/api/v1/sources": "/api/v1/sources", "/api/v1/subscriptions": "/api/v1/subscriptions", "/api/v1/subscriptions/{id}": "/api/v1/subscriptions/sub-001",
		"/api/v1/subscriptions/{id}/alerts": "/api/v1/subscriptions/sub-001/alerts", "/api/v1/deliveries": "/api/v1/deliveries",
		"/api/v1/deliveries/{id}": "/api/v1/deliveries/" + delivery.ID, "/api/v1/silences": "/api/v1/silences", "/api/v1/flags": "/api/v1/flags",
	} {
		var answer any
		d.want(t, http.StatusOK, &answer, http.MethodGet, at, "")
		if list, is := answer.(map[string]any)["items"].([]any); is && len(list) == 0 {
			t.Errorf("%s: the list is empty", at)
		}
		check(t, doc.Components.Schemas, path, doc.Paths[path]["get"].Responses["200"].Content["application/json"].Schema, answer)
	}
}

// A problem has a type that stays, so that a program need not read words.
func TestProblemsHaveTypes(t *testing.T) {
	d := newDesk(t)
	const subs = "/api/v1/subscriptions"
	d.want(t, http.StatusCreated, nil, http.MethodPost, subs, chinaBody)
	for _, x := range []struct {
		kind, method, path, body string
		head                     []string
	}{
		{"invalid", "POST", subs, `{"name":"x","query":{}}`, nil},
		{"invalid", "POST", subs, `{"name":`, nil},
		{"invalid", "GET", subs + "?limit=101", "", nil},
		{"too-large", "POST", subs, `{"name":"` + strings.Repeat("x", 70<<10) + `"}`, nil},
		{"media-type", "POST", subs, chinaBody, []string{"Content-Type: text/xml"}},
		{"not-found", "GET", "/api/v1/records/none", "", nil},
		{"not-found", "GET", "/api/v2", "", nil},
		{"method", "PUT", "/api/v1/records", "", nil},
		{"foreign-site", "POST", subs, chinaBody, []string{"Sec-Fetch-Site: cross-site"}},
		{"unversioned", "PUT", subs + "/sub-001", chinaBody, nil},
		{"stale", "PUT", subs + "/sub-001", chinaBody, []string{`If-Match: "0"`}},
	} {
		answer := d.ask(t, x.method, x.path, x.body, x.head...)
		var p struct{ Type string }
		ok(t, json.NewDecoder(answer.Body).Decode(&p))
		if p.Type != "urn:edict:problem:"+x.kind {
			t.Errorf("%s %s %.40s: %d is a problem %q, want %s", x.method, x.path, x.body, answer.StatusCode, p.Type, x.kind)
		}
	}
}
