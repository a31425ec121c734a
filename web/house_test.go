package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/store"
	"edict/web"
	"edict/web/api"
)

const goodPassword = "four small words here"

// A house is the pages, the API and the accounts over one store: root is an admin, ann an
// analyst, rob a reader.
type house struct {
	*web.Server
	*store.Store
	gate *account.Gate
}

var command = account.By{Who: "test", Via: "command"}

func newHouse(t testing.TB, change ...func(*web.Config)) *house {
	t.Helper()
	h := emptyHouse(t, false, change...)
	for _, u := range []struct {
		name string
		role account.Role
	}{{"root", account.Admin}, {"ann", account.Analyst}, {"rob", account.Reader}} {
		ok(t, h.gate.AddUser(t.Context(), command, u.name, u.role, goodPassword))
	}
	return h
}

// emptyHouse has no account yet.
func emptyHouse(t testing.TB, secure bool, change ...func(*web.Config)) *house {
	t.Helper()
	now := func() time.Time { return now }
	s, over := archive(t, samples(), now)
	sources, _ := sampleSources()
	for _, src := range sources {
		src.Origin = news.FromUser
		ok(t, s.SaveSource(t.Context(), src))
	}
	gate, err := account.New(account.Config{Users: s, Sessions: s, Tokens: s, Books: s, Now: now, Loopback: true, Secure: secure})
	ok(t, err)
	ids := 0
	programs, err := api.New(api.Config{
		Subscriptions: s, Outbox: s, Silences: s, Archive: s, Status: web.Status, Problem: web.Problem, Allow: web.Allow, Now: now,
		NewID: func() string { ids++; return fmt.Sprintf("%032x", ids) },
		Check: func(context.Context, news.Subscription) error { return nil },
		Try:   func(context.Context, news.Subscription, time.Time) ([]api.TriedAlert, error) { return nil, nil },
	})
	ok(t, err)
	h := &house{Store: s, gate: gate}
	rules := &deskShelf{shelf: newShelf(), rules: sampleRuleCounts(), drafts: sampleDrafts(), uses: sampleUses()}
	h.Server = site(t, newShelf(), append([]func(*web.Config){over, func(c *web.Config) {
		c.Accounts, c.Feeds, c.Vitals, c.API = gate, s, vitals{}, programs
		c.Review.Bench, c.Review.Rules = &bench{deskShelf: rules}, rules
		c.Scout, c.Watch = &scout{offer: sampleOffer()}, &watchlist{}
	}, alertsOf(s, web.ChannelTest{})}, change...)...)
	return h
}

type vitals struct{}

func (vitals) Vitals(context.Context) web.VitalSigns {
	return web.VitalSigns{
		Findings: []web.Vital{{Part: "bus", Fine: true, Says: "bus", Detail: "it answers"}, {Part: "deliveries", Detail: "3 are dead: their receivers did not take them"}},
		Streams:  []web.StreamFill{{Name: "ARTICLES", Messages: 1234, Bytes: 5 << 20, Limit: 800 << 20, Oldest: 3 * time.Minute}, {Name: "RECORDS", Bytes: 700 << 20, Limit: 800 << 20}},
		Ledger:   news.Balance{Total: 1250, Stored: 1200, Dead: 2, Waiting: 48},
		Versions: []string{"Edict v0.1.0", "rules 1.0.0 (5f2b1c9a7d3e4f60)", "store: SQLite"},
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A caller sends requests as somebody.
type caller struct {
	t      testing.TB
	server http.Handler
	host   string
	cookie *http.Cookie
	head   map[string]string
}

func (h *house) as(t testing.TB, name string) *caller {
	t.Helper()
	c := &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", head: map[string]string{"Sec-Fetch-Site": "same-origin"}}
	if name == "" {
		return c
	}
	res, body := c.post("/login", url.Values{"name": {name}, "password": {goodPassword}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %d\n%s", name, res.StatusCode, body)
	}
	c.cookie = res.Cookies()[0]
	return c
}

// withToken is a program's.
func (h *house) withToken(t testing.TB, user string, scopes ...account.Scope) *caller {
	t.Helper()
	_, text, err := h.gate.AddToken(t.Context(), command, user, "a test", scopes, time.Hour)
	ok(t, err)
	return &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", head: map[string]string{"Authorization": "Bearer " + text}}
}

func (c *caller) send(r *http.Request) (*http.Response, string) {
	c.t.Helper()
	r.Host = c.host
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	for name, value := range c.head {
		if r.Header.Get(name) == "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	ok(c.t, err)
	return w.Result(), string(body)
}

func (c *caller) get(target string) (*http.Response, string) {
	c.t.Helper()
	return c.send(httptest.NewRequest(http.MethodGet, target, nil))
}

func (c *caller) post(target string, form url.Values) (*http.Response, string) {
	c.t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(r)
}

// wants sends a request and expects a status.
func (c *caller) wants(status int, method, target string, form url.Values) (*http.Response, string) {
	c.t.Helper()
	res, body := c.get(target)
	if method == http.MethodPost {
		res, body = c.post(target, form)
	}
	if res.StatusCode != status {
		c.t.Errorf("%s %s: %d, want %d\n%.600s", method, target, res.StatusCode, status, body)
	}
	return res, body
}
