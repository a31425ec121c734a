package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/account"
)

// Who may not is told how to sign in as RFC 6750 has it, and a program what kind of problem
// it is, by a name that stays.
func TestChallenges(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	bearer := func(text string) *caller {
		return &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", head: map[string]string{"Authorization": "Bearer " + text}}
	}
	give := func(user string, scopes ...account.Scope) (account.Token, *caller) {
		token, text, err := h.gate.AddToken(ctx, command, user, "a test", scopes, time.Hour)
		ok(t, err)
		return token, bearer(text)
	}
	sum := sha256.Sum256([]byte("edict_old"))
	ok(t, h.AddToken(ctx, account.Token{ID: "01d", User: "ann", Name: "old", Hash: hex.EncodeToString(sum[:]), Scopes: account.Scopes(), Created: now.Add(-2 * time.Hour), Expires: now.Add(-time.Hour)}, account.Act{Time: now, Who: "test", Via: "command", What: "token.add", Target: "ann"}))
	gone, revoked := give("ann", account.Read)
	ok(t, h.gate.RevokeToken(ctx, command, gone.ID, ""))
	ok(t, h.gate.AddUser(ctx, command, "eve", account.Admin, goodPassword))
	_, disabled := give("eve", account.Scopes()...)
	ok(t, h.gate.SetDisabled(ctx, command, "eve", true))
	_, reads := give("ann", account.Read)
	_, subscribes := give("ann", account.Subscribe)
	_, demoted := give("root", account.Scopes()...)
	ok(t, h.gate.AddUser(ctx, command, "ada", account.Admin, goodPassword))
	ok(t, h.gate.SetRole(ctx, command, "root", account.Analyst))

	const signIn, invalid, short = `Bearer realm="edict"`, `Bearer realm="edict", error="invalid_token"`, `Bearer realm="edict", error="insufficient_scope"`
	for _, x := range []struct {
		what         string
		c            *caller
		method, path string
		status       int
		challenge    string
		kind         string
	}{
		{"nobody", h.as(t, ""), "GET", "/api/v1/records", 401, signIn, "sign-in"},
		{"nobody, of the document", h.as(t, ""), "GET", "/api/openapi.json", 401, signIn, "sign-in"},
		{"another kind of login", &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", head: map[string]string{"Authorization": "Basic YTpi"}}, "GET", "/api/v1/records", 401, signIn, "sign-in"},
		{"a wrong token", bearer("edict_wrong"), "GET", "/api/v1/records", 401, invalid, "invalid-token"},
		{"one that is over", bearer("edict_old"), "GET", "/api/v1/records", 401, invalid, "invalid-token"},
		{"a revoked one", revoked, "GET", "/api/v1/records", 401, invalid, "invalid-token"},
		{"one of a disabled account", disabled, "GET", "/api/v1/records", 401, invalid, "invalid-token"},
		{"a wrong one, where there is nothing", bearer("edict_wrong"), "GET", "/api/v2", 401, invalid, "invalid-token"},
		{"one that only reads", reads, "GET", "/api/v1/subscriptions", 403, short + `, scope="subscribe"`, "insufficient-scope"},
		{"one that does not read", subscribes, "GET", "/api/v1/records", 403, short + `, scope="read"`, "insufficient-scope"},
		{"one that only reads, of a page of administration", reads, "GET", "/audit", 403, short + `, scope="admin"`, ""},
		{"one whose owner may not any more", demoted, "GET", "/users", 403, short + `, scope="admin"`, ""},
		{"any token, of what is a person's", reads, "GET", "/account", 403, short, ""},
		{"a feed by a wrong one", bearer("edict_wrong"), "GET", "/feeds/label/mining_crackdown.atom", 401, invalid, ""},
		{"a feed by one that does not read", subscribes, "GET", "/feeds/label/mining_crackdown.atom", 403, short + `, scope="read"`, ""},
		{"a feed without a key", h.as(t, ""), "GET", "/feeds/label/mining_crackdown.atom", 401, signIn, ""},
		{"a feed by a wrong key", h.as(t, ""), "GET", "/feeds/label/mining_crackdown.atom?key=x", 403, "", ""},
		{"a reader", h.as(t, "rob"), "GET", "/api/v1/flags", 403, "", "refused"},
		{"a page of another site", &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", cookie: h.as(t, "rob").cookie, head: map[string]string{"Sec-Fetch-Site": "cross-site"}}, "POST", "/api/v1/subscriptions", 403, "", "foreign-site"},
	} {
		res, body := x.c.send(httptest.NewRequest(x.method, x.path, http.NoBody))
		if res.StatusCode != x.status || res.Header.Get("WWW-Authenticate") != x.challenge {
			t.Errorf("%s: %d %q, want %d %q\n%.300s", x.what, res.StatusCode, res.Header.Get("WWW-Authenticate"), x.status, x.challenge, body)
		}
		if x.kind == "" {
			continue
		}
		var p struct {
			Type, Title, Detail string
			Status              int
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil || p.Type != "urn:edict:problem:"+x.kind || p.Status != x.status || p.Title == "" || p.Detail == "" || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v, %s is no problem %s", x.what, err, body, x.kind)
		}
		if strings.Contains(body, "disabled") || strings.Contains(body, "expired") {
			t.Errorf("%s learns why: %s", x.what, body)
		}
	}
}
