package web_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"edict/account"
	"edict/news"
	"edict/web"
)

// Every route that is registered has a line in the table of who may do what, and every
// line a route. One without a line answers nobody.
func TestEveryRouteHasALine(t *testing.T) {
	h := newHouse(t)
	registered := h.Patterns()
	_, raw := h.as(t, "root").get("/api/openapi.json")
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	ok(t, json.Unmarshal([]byte(raw), &doc))
	for path, methods := range doc.Paths {
		for method := range methods {
			registered = append(registered, strings.ToUpper(method)+" "+path)
		}
	}
	if len(registered) < 50 {
		t.Fatalf("only %d routes are found", len(registered))
	}
	needed := web.Needed()
	for _, pattern := range registered {
		if !slices.Contains(needed, pattern) {
			t.Errorf("%s has no line in the table of web/allow_route.go, and answers nobody", pattern)
		}
	}
	for _, pattern := range needed {
		if !slices.Contains(registered, pattern) {
			t.Errorf("the table has a line for %s, which is no route", pattern)
		}
	}
	if err := web.Allow("GET /new", account.Local()); !errors.Is(err, news.ErrRefused) {
		t.Errorf("a route without a line: %v", err)
	}
}

// Nothing is registered past the router that asks the table.
func TestOnlyTheRouterRegisters(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	ok(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		ok(t, err)
		if strings.Contains(string(src), "http.NewServeMux(") && name != "allow_route.go" {
			t.Errorf("%s makes a mux of its own, whose routes no table guards", name)
		}
	}
}

// anything stands for what a route's pattern leaves open.
var anything = strings.NewReplacer("{$}", "", "{id}", "0123456789abcdef", "{other}", "0123456789abcdef", "{code}", "CN", "{hash}", "x", "{token}", "x", "{number}", "1", "{slug}", "harbour-post", "{article}", "0123456789abcdef", "{version}", "0123456789abcdef")

// The matrix of privileges: what each role gets of each route, and each scope of a token.
func TestMatrix(t *testing.T) {
	h := newHouse(t)
	// The least role of each route, as this test knows it: a line that is altered in the
	// table is altered here on purpose.
	least := func(pattern string) string {
		method, path, _ := strings.Cut(pattern, " ")
		switch {
		case slices.Contains([]string{"/login", "/settings", "/static/{hash}/{file}", "/links/{token}"}, path):
			return "nobody"
		case strings.HasPrefix(path, "/users"), path == "/audit", strings.HasPrefix(path, "/dead"), method == "POST" && (strings.HasPrefix(path, "/rules") || strings.HasPrefix(path, "/sources")):
			return "admin"
		case strings.HasPrefix(path, "/review"), path == "/api/v1/flags", strings.HasPrefix(path, "/rules/drafts"):
			return "analyst"
		case path == "/logout" || strings.HasPrefix(path, "/account"):
			return "person"
		}
		return "reader"
	}
	rank := map[string]int{"nobody": 0, "person": 1, "reader": 1, "analyst": 2, "admin": 3}
	callers := map[string]*caller{"nobody": h.as(t, ""), "reader": h.as(t, "rob"), "analyst": h.as(t, "ann"), "admin": h.as(t, "root")}
	tokens := map[account.Scope]*caller{}
	for _, s := range account.Scopes() {
		tokens[s] = h.withToken(t, "root", s)
	}
	refused := func(c *caller, pattern string) bool {
		method, path, _ := strings.Cut(pattern, " ")
		path = anything.Replace(strings.Replace(path, "{file}", "label.atom", 1))
		if path == "/live" {
			method = http.MethodHead // a stream does not end
		}
		r := httptest.NewRequest(method, path, strings.NewReader("act=none"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		res, body := c.send(r)
		if res.StatusCode >= 500 {
			t.Errorf("%s: %d\n%.300s", pattern, res.StatusCode, body)
		}
		toLogin := res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/login?next=")
		return res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden || toLogin
	}
	n := 0
	for _, pattern := range web.Needed() {
		if !strings.Contains(pattern, " ") || pattern == "POST /logout" || pattern == "POST /account/sessions" || pattern == "POST /account/feeds" || pattern == "POST /account/password" || pattern == "POST /login" {
			continue // they end what the next line needs, or answer 401 of their own
		}
		for role, c := range callers {
			n++
			if want := rank[role] < rank[least(pattern)]; refused(c, pattern) != want {
				t.Errorf("%s as %s: refused %v, want %v", pattern, role, !want, want)
			}
		}
		scope := map[string]account.Scope{"reader": account.Read, "analyst": account.Review, "admin": account.Administer}[least(pattern)]
		if path := strings.Fields(pattern)[1]; strings.Contains(path, "/subscriptions") || strings.Contains(path, "/deliveries") || strings.Contains(path, "/silences") {
			scope = account.Subscribe
		}
		for s, c := range tokens {
			n++
			if want := s != scope && least(pattern) != "nobody"; refused(c, pattern) != want {
				t.Errorf("%s with a token of scope %s: refused %v, want %v", pattern, s, !want, want)
			}
		}
	}
	t.Logf("%d routes by who asks", n)
}

// What one made is not another's to see or to alter, but an administrator's.
func TestOwnSubscriptions(t *testing.T) {
	h := newHouse(t)
	ok(t, h.gate.AddUser(t.Context(), command, "eve", account.Reader, goodPassword))
	rob, eve, ann, root := h.withToken(t, "rob", account.Read, account.Subscribe), h.withToken(t, "eve", account.Read, account.Subscribe), h.withToken(t, "ann", account.Scopes()[:3]...), h.withToken(t, "root", account.Scopes()...)
	send := func(c *caller, method, path, body string, head ...string) (int, string) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for _, line := range head {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		res, text := c.send(r)
		return res.StatusCode, text
	}
	status, body := send(rob, "POST", "/api/v1/subscriptions", `{"name":"Mine","query":{"labels":["mining_crackdown"]}}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	var sub news.Subscription
	ok(t, json.Unmarshal([]byte(body), &sub))
	if sub.Owner != "rob" {
		t.Errorf("its owner is %q", sub.Owner)
	}
	path := "/api/v1/subscriptions/" + sub.ID
	for who, c := range map[string]*caller{"another reader": eve, "an analyst": ann} {
		for _, x := range []struct{ method, path, body string }{
			{"GET", path, ""},
			{"PUT", path, `{"name":"His","query":{}}`},
			{"DELETE", path, ""},
			{"POST", path + "/pause", ""},
			{"POST", path + "/resume", ""},
			{"GET", path + "/alerts", ""},
			{"GET", "/api/v1/deliveries?subscription=" + sub.ID, ""},
		} {
			if status, body := send(c, x.method, x.path, x.body, `If-Match: "x"`); status != http.StatusNotFound {
				t.Errorf("%s: %s %s: %d %s", who, x.method, x.path, status, body)
			}
		}
		if _, body := send(c, "GET", "/api/v1/subscriptions", ""); strings.Contains(body, sub.ID) {
			t.Errorf("%s sees it in the list", who)
		}
		if status, _ := send(c, "GET", "/feeds/"+sub.ID+".atom", ""); status != http.StatusNotFound {
			t.Errorf("%s reads its feed: %d", who, status)
		}
	}
	if status, _ := send(eve, "GET", "/api/v1/deliveries", ""); status != http.StatusBadRequest {
		t.Errorf("a reader lists the deliveries of all: %d", status)
	}
	for _, x := range []struct {
		c    *caller
		path string
	}{{rob, path}, {root, path}, {rob, path + "/alerts"}, {root, path + "/alerts"}, {rob, "/api/v1/deliveries?subscription=" + sub.ID}, {root, "/api/v1/deliveries"}, {rob, "/feeds/" + sub.ID + ".atom"}, {root, "/feeds/" + sub.ID + ".json"}} {
		if status, body := send(x.c, "GET", x.path, ""); status != http.StatusOK {
			t.Errorf("%s: %d %s", x.path, status, body)
		}
	}

	// Silences: a reader's own subscription alone.
	until := `"until":"2026-12-01T00:00:00Z","reason":"noise"`
	if status, _ := send(eve, "POST", "/api/v1/silences", `{"phrase":"mining",`+until+`}`); status != http.StatusForbidden {
		t.Errorf("a reader silences all: %d", status)
	}
	if status, _ := send(eve, "POST", "/api/v1/silences", `{"subscription":"`+sub.ID+`","phrase":"mining",`+until+`}`); status != http.StatusNotFound {
		t.Errorf("a reader silences another's: %d", status)
	}
	status, body = send(rob, "POST", "/api/v1/silences", `{"subscription":"`+sub.ID+`","phrase":"mining",`+until+`}`)
	var silence news.Silence
	if ok(t, json.Unmarshal([]byte(body), &silence)); status != http.StatusCreated || silence.Author != "rob" {
		t.Errorf("his own: %d %s", status, body)
	}
	if status, _ := send(eve, "DELETE", "/api/v1/silences/"+silence.ID, ""); status != http.StatusNotFound {
		t.Errorf("a reader ends another's silence: %d", status)
	}
	if status, body := send(rob, "DELETE", "/api/v1/silences/"+silence.ID, ""); status != http.StatusOK {
		t.Errorf("and his own: %d %s", status, body)
	}
}

// What an analyst decides and writes carries the name of the account, whatever the form
// and the cookies say.
func TestAuthorsAreAccounts(t *testing.T) {
	h := newHouse(t)
	list, err := h.Records(t.Context(), news.Filter{Label: news.Crackdown})
	ok(t, err)
	r := list[0]
	tag := r.Tags[slices.IndexFunc(r.Tags, func(t news.Tag) bool { return t.Label == news.Crackdown })]
	item := strings.Join([]string{r.Key().Article, string(tag.Label), string(tag.Jurisdiction), string(tag.State)}, ",")
	ann := h.as(t, "ann")
	ann.head["Cookie"] = ann.cookie.Name + "=" + ann.cookie.Value + "; edict_name=root"
	ann.cookie = nil
	ann.wants(http.StatusSeeOther, http.MethodPost, "/review/act", url.Values{"item": {item}, "act": {"reject"}, "who": {"root"}})
	ann.wants(http.StatusSeeOther, http.MethodPost, "/review/note", url.Values{"article": {r.Key().Article}, "text": {"A note."}, "who": {"root"}})
	decisions, err := h.DecisionsBefore(t.Context(), 1<<62, 9)
	ok(t, err)
	notes, err := h.NotesAfter(t.Context(), 0, 9)
	ok(t, err)
	if len(decisions) != 1 || decisions[0].Who != "ann" || len(notes) != 1 || notes[0].Who != "ann" {
		t.Errorf("decided by %+v, noted by %+v", decisions, notes)
	}
	// A reader is shown no form that he may not send.
	_, page := h.as(t, "rob").wants(http.StatusOK, http.MethodGet, "/records/"+r.ID, nil)
	if strings.Contains(page, `action="/review`) || strings.Contains(page, `href="/review"`) || strings.Contains(page, `href="/users"`) {
		t.Error("a reader's page has what he may not do")
	}
	_, page = ann.wants(http.StatusOK, http.MethodGet, "/records/"+r.ID, nil)
	if !strings.Contains(page, `action="/review/act"`) || strings.Contains(page, `href="/users"`) {
		t.Error("an analyst's page is not hers")
	}
}
