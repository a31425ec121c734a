package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"edict/account"
)

// What somebody did wrong is said in his language, on pages; a program is told in English.
func TestFaultsAreSaidInTheReadersLanguage(t *testing.T) {
	h := newHouse(t)
	ok(t, h.gate.AddUser(t.Context(), command, "gone", account.Reader, goodPassword))
	ok(t, h.gate.RemoveUser(t.Context(), command, "gone"))
	form := func(fields ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			v.Add(fields[i], fields[i+1])
		}
		return v
	}
	add := func(name, role, password string) url.Values {
		return form("name", name, "role", role, "password", password)
	}
	edit := func(act, name string, more ...string) url.Values {
		return form(append([]string{"act", act, "name", name}, more...)...)
	}
	root, rob := h.as(t, "root"), h.as(t, "rob")
	for _, x := range []struct {
		c             *caller
		path, english string
		form          url.Values
	}{
		{root, "/users", "not one of 1 to 60 small letters", add("a b", "reader", goodPassword)},
		{root, "/users", "the program’s own", add("edict", "reader", goodPassword)},
		{root, "/users", "fewer than 15 characters", add("eve", "reader", "short")},
		{root, "/users", "repeats fewer than", add("eve", "reader", strings.Repeat("a", 20))},
		{root, "/users", "little more than the name", add("a.very.long.name", "reader", "a.very.long.name1")},
		{root, "/users", "none of reader, analyst, admin", add("eve", "king", goodPassword)},
		{root, "/users", "There is an account with this name", add("rob", "reader", goodPassword)},
		{root, "/users", "was removed, and what its owner wrote", add("gone", "reader", goodPassword)},
		{root, "/users/edit", "the last administrator", edit("disable", "root")},
		{root, "/users/edit", "The account gone was removed", edit("enable", "gone")},
		{root, "/users/edit", "no account “nobody”", edit("enable", "nobody")},
		{root, "/users/edit", "nothing that can be done here", edit("dance", "rob")},
		{root, "/account/tokens", "needs a scope", form("name", "x", "days", "30")},
		{root, "/account/tokens", "1 to 60 characters", form("name", "", "days", "30", "scope", "read")},
		{rob, "/account/tokens", "has no scope “", form("name", "x", "days", "30", "scope", "review")},
		{rob, "/users", "You are reader here", add("eve", "reader", goodPassword)},
		{rob, "/settings", "no time zone", form("zone", "Mars/Olympus")},
		{root, "/review/act", "No tag was chosen", form("act", "accept")},
		{root, "/rules/drafts/1", "nothing that can be done here", form("act", "dance")},
		{root, "/rules/drafts", "No rule file was chosen", nil},
	} {
		for _, language := range []string{"en", "zh-Hans", "zh-Hant"} {
			r := httptest.NewRequest(http.MethodPost, x.path, strings.NewReader(x.form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if x.form == nil {
				var body bytes.Buffer
				empty := multipart.NewWriter(&body)
				ok(t, empty.Close())
				r = httptest.NewRequest(http.MethodPost, x.path, &body)
				r.Header.Set("Content-Type", empty.FormDataContentType())
			}
			r.Header.Set("Accept-Language", language)
			res, page := x.c.send(r)
			if res.StatusCode < 400 || res.StatusCode >= 500 {
				t.Errorf("%s %v: %d", x.path, x.form, res.StatusCode)
			}
			said := strings.Contains(visible(page), x.english)
			if language == "en" && !said || language != "en" && said {
				t.Errorf("%s %v in %s: %q is said: %v\n%.300s", x.path, x.form, language, x.english, said, visible(page))
			}
			if language != "en" && !strings.ContainsFunc(alertOf(page), func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
				t.Errorf("%s %v in %s is told: %q", x.path, x.form, language, alertOf(page))
			}
		}
	}
	program := h.withToken(t, "rob", account.Scopes()[:2]...)
	program.head["Accept-Language"] = "zh-Hans"
	for _, path := range []string{"/api/v1/flags", "/api/v1/records?after=x", "/api/v1/records/none"} {
		if res, body := program.get(path); res.StatusCode < 400 || strings.ContainsFunc(body, func(c rune) bool { return unicode.Is(unicode.Han, c) }) || strings.Contains(body, "fault.") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if res, body := rob.get("/api/v1/flags"); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "You are reader here, and may not do that") {
		t.Errorf("a reader at the API: %d %s", res.StatusCode, body)
	}
}

// alertOf is what a page says was wrong: in its form, or as a page of its own.
func alertOf(page string) string {
	for _, mark := range []string{`role="alert"`, `<main`} {
		if _, after, found := strings.Cut(page, mark); found {
			text, _, _ := strings.Cut(after, map[string]string{`role="alert"`: "</p>", `<main`: "</main>"}[mark])
			return visible("<p " + text)
		}
	}
	return ""
}
