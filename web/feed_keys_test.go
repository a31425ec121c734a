package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/web"
)

// A feed reader that has nothing but an address with a key follows the feed to its end.
// The key goes nowhere else: not into what a feed calls itself, not to who comes without
// it, not into the log, and no browser sends it on.
func TestFeedKeysGoOn(t *testing.T) {
	shelf := newShelf()
	for i := range 500 {
		shelf.put(tagged(sample("ledger-daily", fmt.Sprintf("Notice %d", i), "Mines close.", time.Duration(i)*time.Hour), crack, "CN-SC", news.Enacted, news.Auto, .9, "r", "Mines close."))
	}
	var logged bytes.Buffer
	h := newHouse(t, func(c *web.Config) {
		c.Reader, c.Log = shelf, slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Accounts.Log = c.Log
	})
	_, page := h.as(t, "rob").get("/account")
	key := regexp.MustCompile(`mining_crackdown\.atom\?key=([0-9A-Za-z._-]+)`).FindStringSubmatch(page)
	if key == nil {
		t.Fatalf("the page of the account shows no feed:\n%s", page)
	}
	nobody := &caller{t: t, server: h.Handler(), host: "127.0.0.1:8080"}
	const path, base = "/feeds/label/mining_crackdown", "http://127.0.0.1:8080"
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	read := func(c *caller, at string) (ids []string, self, next string) {
		t.Helper()
		res, body := c.get(at)
		if res.StatusCode != http.StatusOK || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("%s: %d, Referrer-Policy %q\n%.300s", at, res.StatusCode, res.Header.Get("Referrer-Policy"), body)
		}
		if strings.Contains(at, ".json") {
			var j jsonFeed
			ok(t, json.Unmarshal([]byte(body), &j))
			for _, item := range j.Items {
				ids = append(ids, item.ID)
			}
			return ids, j.Self, strings.TrimPrefix(j.Next, base)
		}
		var a struct {
			Links   []link `xml:"link"`
			Entries []struct {
				ID    string `xml:"id"`
				Links []link `xml:"link"`
			} `xml:"entry"`
		}
		ok(t, xml.Unmarshal([]byte(body), &a))
		for _, e := range a.Entries {
			ids = append(ids, e.ID)
			for _, l := range e.Links {
				if strings.Contains(l.Href, key[1]) {
					t.Errorf("an entry's link has the key: %s", l.Href)
				}
			}
		}
		for _, l := range a.Links {
			switch l.Rel {
			case "self":
				self = l.Href
			case "next":
				next = strings.TrimPrefix(l.Href, base)
			}
		}
		return ids, self, next
	}
	for _, form := range []string{".atom", ".json"} {
		seen, pages := map[string]bool{}, 0
		for at := path + form + "?key=" + key[1]; at != ""; pages++ {
			ids, self, next := read(nobody, at)
			if self != base+path+form {
				t.Errorf("the feed calls itself %s", self)
			}
			for _, id := range ids {
				seen[id] = true
			}
			at = next
		}
		if len(seen) != 500 || pages < 3 {
			t.Errorf("%s: %d of 500 in %d pages", form, len(seen), pages)
		}
		// Who comes by another way goes on by that, also if he carries a key that nobody
		// looks at.
		for what, c := range map[string]*caller{"a session": h.as(t, "rob"), "a token": h.withToken(t, "rob", account.Read)} {
			for _, at := range []string{path + form, path + form + "?key=" + key[1]} {
				if _, _, next := read(c, at); next == "" || strings.Contains(next, "key") {
					t.Errorf("%s is told to go on at %q", what, next)
				}
			}
		}
	}
	// What goes wrong is logged without the key.
	bad := key[1][:len(key[1])-2] + "xx"
	nobody.wants(http.StatusForbidden, http.MethodGet, path+".atom?key="+bad, nil)
	nobody.wants(http.StatusForbidden, http.MethodGet, "/feeds/place/CN.atom?key="+key[1], nil)
	nobody.wants(http.StatusBadRequest, http.MethodGet, path+".atom?after=x&key="+key[1], nil)
	shelf.breakWith(news.ErrUnavailable)
	nobody.wants(http.StatusServiceUnavailable, http.MethodGet, path+".atom?key="+key[1], nil)
	if text := logged.String(); !strings.Contains(text, path) || strings.Contains(text, key[1]) || strings.Contains(text, bad) {
		t.Errorf("the log: %s", text)
	}
	// Another address of the same feed stops the one that is known.
	ok(t, h.gate.RenewFeeds(t.Context(), command, "rob"))
	nobody.wants(http.StatusForbidden, http.MethodGet, path+".atom?key="+key[1], nil)
}
