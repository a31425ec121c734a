package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"edict/account"
)

// What somebody chose is kept with the account: every browser of his, and every feed that
// has his key, speaks as he wants, until he leaves it to the browser again.
func TestAccountsAreSpokenTo(t *testing.T) {
	h := newHouse(t)
	says := func(what string, c *caller, language string) string {
		t.Helper()
		_, page := c.wants(http.StatusOK, http.MethodGet, "/sources", nil)
		if !strings.Contains(page, `<html lang="`+language+`"`) {
			t.Errorf("%s is not spoken to in %s: %.100s", what, language, page)
		}
		return page
	}
	browser := func(who, asks, cookies string) *caller {
		c := h.as(t, who)
		c.head["Accept-Language"] = asks
		if cookies != "" {
			c.head["Cookie"] = cookies
			if c.cookie != nil {
				c.head["Cookie"] += "; " + c.cookie.Name + "=" + c.cookie.Value
				c.cookie = nil
			}
		}
		return c
	}
	first, second := browser("rob", "en", "edict_language=en"), browser("rob", "zh-TW", "")
	says("by default", first, "en")
	says("by its own choice", second, "zh-Hant")
	res, _ := first.wants(http.StatusSeeOther, http.MethodPost, "/settings", url.Values{"language": {"zh-Hans"}, "zone": {"Asia/Shanghai"}, "back": {"/account"}})
	if res.Header.Get("Location") != "/account" || len(res.Cookies()) != 1 || res.Cookies()[0].Name != "edict_language" || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("leads to %q with %v", res.Header.Get("Location"), res.Cookies())
	}
	for what, c := range map[string]*caller{"the first browser": first, "the second one": second, "a new one": browser("rob", "en", "")} {
		lacks(t, what, says(what, c, "zh-Hans"), "Asia/Shanghai")
	}
	u, err := h.User(t.Context(), "rob")
	ok(t, err)
	if u.Language != "zh-Hans" || u.Zone != "Asia/Shanghai" {
		t.Errorf("kept as %+v", u)
	}
	_, page := second.wants(http.StatusOK, http.MethodGet, "/account", nil)
	lacks(t, "the form", page, `<option value="zh-Hans" lang="zh-Hans" selected>`, `name="zone" value="Asia/Shanghai"`)
	says("another account", browser("ann", "en", ""), "en")

	// A feed that a reader asks for by his key has the words of his account.
	at := page[strings.Index(page, "/feeds/label/mining_crackdown.atom?key="):]
	at = at[:strings.IndexAny(at, `<"`)]
	_, feed := (&caller{t: t, server: h.Handler(), host: "127.0.0.1:8080", head: map[string]string{"Accept-Language": "en"}}).wants(http.StatusOK, http.MethodGet, at, nil)
	lacks(t, "the feed", feed, h.Texts()["zh-Hans"].Say("label.crack.long"))
	program := h.withToken(t, "rob", account.Read)
	if _, body := program.get("/api/v1/records?limit=101"); !strings.Contains(body, "validation failed") {
		t.Errorf("a program is told in another language: %s", body)
	}

	// One of the two alone; nothing chosen is the browser's again; what there is not is
	// refused, and nothing is altered.
	second.wants(http.StatusSeeOther, http.MethodPost, "/settings", url.Values{"language": {"en"}})
	lacks(t, "only the language", says("only the language", second, "en"), "Asia/Shanghai")
	second.wants(http.StatusBadRequest, http.MethodPost, "/settings", url.Values{"zone": {"Mars/Olympus"}})
	second.wants(http.StatusSeeOther, http.MethodPost, "/settings", url.Values{"language": {"tlh"}})
	says("a language that there is not", second, "en")
	second.wants(http.StatusSeeOther, http.MethodPost, "/settings", url.Values{"language": {""}, "zone": {""}})
	if page := says("left to the browser", second, "zh-Hant"); strings.Contains(page, `value="Asia/Shanghai"`) {
		t.Error("the zone stays")
	}
	acts, err := h.Acts(t.Context(), 0, 100)
	ok(t, err)
	for _, a := range acts {
		if a.Who == "rob" {
			t.Errorf("to choose a language is in the book: %+v", a)
		}
	}

	// Who has no account keeps both in his browser, as does who has not signed in.
	open := &caller{t: t, server: emptyHouse(t, false).Handler(), host: "127.0.0.1:8080", head: map[string]string{"Sec-Fetch-Site": "same-origin"}}
	for what, c := range map[string]*caller{"local mode": open, "nobody": h.as(t, "")} {
		res, _ := c.wants(http.StatusSeeOther, http.MethodPost, "/settings", url.Values{"language": {"zh-Hant"}, "zone": {"Asia/Taipei"}})
		if len(res.Cookies()) != 2 || res.Cookies()[0].Value != "zh-Hant" || res.Cookies()[1].Value != "Asia/Taipei" {
			t.Errorf("%s: %v", what, res.Cookies())
		}
	}
	open.head["Cookie"] = "edict_language=zh-Hant; edict_zone=Asia/Taipei"
	_, page = open.wants(http.StatusOK, http.MethodGet, "/account", nil)
	lacks(t, "the form without accounts", page, `<html lang="zh-Hant"`, `<option value="zh-Hant" lang="zh-Hant" selected>`, `name="zone" value="Asia/Taipei"`)
}
