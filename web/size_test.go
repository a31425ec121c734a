package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/web"
)

// maxPage is how large a page may be.
const maxPage = 100 << 10

// No page is over 100 KiB, though a place has 2,000 measures and each source its own
// troubles: lists go on on a next page.
func TestNoPageIsTooLarge(t *testing.T) {
	s := newShelf()
	s.sources, s.polls = sampleSources()
	var last news.Record
	for i := range 2000 {
		r := sample("harbour-post", fmt.Sprintf("Sichuan acts for the %dth time on the mines that the wet season brings back", i),
			"The Sichuan Development and Reform Commission ordered mining sites to shut down before the wet season, according to a notice seen by this paper, and said that power companies have to report each of them.", time.Duration(i)*time.Hour)
		last = tagged(r, crack, "CN-SC", news.Enforced, news.Auto, .96, "crackdown.shutdown", "ordered mining sites to shut down before the wet season")
		s.put(last)
	}
	server := site(t, s, deskOf(&deskShelf{shelf: s, decisions: sampleDecisions(), notes: sampleNotes(), rules: sampleRuleCounts(), drafts: sampleDrafts(), uses: sampleUses()}), sampleMail().of)
	for _, target := range []string{
		"/", "/stream", "/stream?all=1", "/stream?q=mining", "/places/CN-SC", "/places/CN", "/sources", "/review", "/decisions", "/rules", "/rules/drafts/2",
		"/records/" + last.ID, "/subscriptions", "/subscriptions/a", "/subscriptions/new", "/deliveries", "/dead", "/records/none",
	} {
		for _, language := range []string{"en", "zh-CN"} {
			r := request(target, language)
			w := answer(server, r)
			if n := w.Body.Len(); n > maxPage || n < 1000 || w.Code >= http.StatusInternalServerError {
				t.Errorf("%s in %s: %d bytes, status %d", target, language, n, w.Code)
			}
		}
	}
}

func request(target, language string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost"
	r.Header.Set("Accept-Language", language)
	return r
}

func answer(server *web.Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	server.Handler().ServeHTTP(w, r)
	return w
}

// Nor is one of those that take an account, with as many accounts and lines as a page
// shows.
func TestNoAccountPageIsTooLarge(t *testing.T) {
	h := newHouse(t)
	for i := range 150 {
		ok(t, h.AddAct(t.Context(), account.Act{Time: now, Who: "root", Via: "command", What: "user.password", Target: fmt.Sprintf("somebody.with.a.long.name.%d@newspaper.example", i)}))
	}
	root := h.as(t, "root")
	for _, target := range []string{"/account", "/users", "/audit", "/health", "/api/", "/sources/chainfeed", "/rules/drafts/2"} {
		for _, language := range []string{"en", "zh-CN"} {
			root.head["Accept-Language"] = language
			if _, body := root.wants(http.StatusOK, http.MethodGet, target, nil); len(body) > maxPage || len(body) < 1000 {
				t.Errorf("%s in %s: %d bytes", target, language, len(body))
			}
		}
	}
}
