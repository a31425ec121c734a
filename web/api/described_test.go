package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/payload"
	"edict/classifier/places"
	"edict/news"
	"edict/web"
)

// The page of the API tells of every operation, webhook and schema of its document, under
// the same strict policy as every page.
func TestPageOfTheAPI(t *testing.T) {
	d := newDesk(t)
	g, err := places.Default()
	ok(t, err)
	server, err := web.New(web.Config{Reader: d.Store, Searcher: d.Store, Atlas: d.Store, Gazetteer: g, API: d.handler, Now: time.Now})
	ok(t, err)
	ask := func(path string) (int, http.Header, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		server.Handler().ServeHTTP(w, r)
		body, err := io.ReadAll(w.Result().Body)
		ok(t, err)
		return w.Code, w.Header(), string(body)
	}
	status, head, page := ask("/api/")
	if status != http.StatusOK || len(page) > 100<<10 {
		t.Fatalf("%d, %d bytes", status, len(page))
	}
	if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "require-trusted-types-for 'script'") || strings.Contains(csp, "unsafe") {
		t.Errorf("the policy is %s", csp)
	}
	t.Logf("%d bytes", len(page))
	_, _, raw := ask("/api/openapi.json")
	var doc struct {
		Paths, Webhooks map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
		Components struct{ Schemas map[string]any }
	}
	ok(t, json.Unmarshal([]byte(raw), &doc))
	want := 0
	for _, list := range []map[string]map[string]struct {
		OperationID string `json:"operationId"`
	}{doc.Paths, doc.Webhooks} {
		for _, ops := range list {
			for _, op := range ops {
				want++
				if !strings.Contains(page, `id="`+op.OperationID+`"`) {
					t.Errorf("the page lacks %s", op.OperationID)
				}
			}
		}
	}
	for name := range doc.Components.Schemas {
		if !strings.Contains(page, `id="schema-`+name+`"`) {
			t.Errorf("the page lacks %s", name)
		}
	}
	if n := strings.Count(page, `class="op"`); n != want || want < 20 || len(doc.Webhooks) != 1 {
		t.Errorf("%d operations on the page, %d in the document, %d webhooks", n, want, len(doc.Webhooks))
	}
	if status, head, _ := ask("/api/v2"); status != http.StatusNotFound || head.Get("Content-Type") != "application/problem+json" {
		t.Errorf("what there is not: %d %s", status, head.Get("Content-Type"))
	}
}

// What is posted has the members that the document says, and no other.
func TestWebhooksAreAsDescribed(t *testing.T) {
	d := newDesk(t)
	raw, err := io.ReadAll(d.ask(t, http.MethodGet, "/api/openapi.json", "").Body)
	ok(t, err)
	var doc struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	ok(t, json.Unmarshal(raw, &doc))
	m := alert.TestMessage(news.Subscription{ID: "a", Name: "n"}, time.Now(), "https://edict.example")
	m.Items = append(m.Items, alert.Item{Causes: []news.Cause{news.NewStory}, Facts: []alert.Fact{{}}, Evidence: []alert.Quote{{}}, Lines: []string{"x"}, Published: time.Now()})
	m.Notice = news.Heartbeat
	body, err := json.Marshal(payload.New(m))
	ok(t, err)
	var sent any
	ok(t, json.Unmarshal(body, &sent))
	check(t, doc.Components.Schemas, "WebhookPayload", schema{Ref: "#/components/schemas/WebhookPayload"}, sent)
}

type schema struct {
	Type       any               `json:"type"` // a string, or several
	Ref        string            `json:"$ref"`
	Items      *schema           `json:"items"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Additional any               `json:"additionalProperties"`
}

func check(t *testing.T, all map[string]schema, at string, s schema, value any) {
	t.Helper()
	if name, is := strings.CutPrefix(s.Ref, "#/components/schemas/"); is {
		s = all[name]
	}
	switch v := value.(type) {
	case nil:
		if s.Type == "array" {
			t.Errorf("%s is null, and described as a list", at)
		}
	case map[string]any:
		if len(s.Properties) == 0 && s.Additional != nil {
			return // names of the answer's own
		}
		for name, member := range v {
			p, known := s.Properties[name]
			if !known {
				t.Errorf("%s.%s is not described", at, name)
			}
			check(t, all, at+"."+name, p, member)
		}
		for _, name := range s.Required {
			if _, there := v[name]; !there {
				t.Errorf("%s.%s must be there, and is not", at, name)
			}
		}
		if len(s.Properties) == 0 {
			t.Errorf("%s is described as nothing", at)
		}
	case []any:
		if s.Items == nil {
			t.Errorf("%s: a list that is described as none", at)
			return
		}
		for _, one := range v {
			check(t, all, at, *s.Items, one)
		}
	}
}
