package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

// What came since a reader's last visit is marked, without script; loading the page again
// within the visit keeps the marks.
func TestNewSinceTheLastVisit(t *testing.T) {
	at := now
	clock := func(c *web.Config) { c.Now = func() time.Time { return at } }
	s := stocked()
	server := site(t, s, clock)
	jar := ""
	look := func(target string, head ...string) string {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Host = "localhost"
		if jar != "" {
			r.AddCookie(&http.Cookie{Name: "edict_seen", Value: jar})
		}
		for i := 0; i < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		for _, c := range w.Result().Cookies() {
			if c.Name == "edict_seen" {
				jar = c.Value
			}
		}
		return w.Body.String()
	}
	marks := func(page string) int { return strings.Count(page, `<span class="kind fresh">new</span>`) }
	for _, target := range []string{"/places/CN-SC", "/stream"} {
		at, jar, s = now, "", stocked()
		server = site(t, s, clock)
		if n := marks(look(target)); n != 0 {
			t.Errorf("%s: %d marks on the first visit", target, n)
		}
		at = at.Add(2 * time.Hour)
		r := sample("harbour-post", "Sichuan bans "+target, "Sichuan banned mining.", 0)
		r.Fetched = at.Add(-time.Minute)
		s.put(tagged(r, crack, "CN-SC", news.Enacted, news.Auto, .9, "ban", "banned mining"))
		before := jar
		look(target, "Sec-Purpose", "prefetch")
		if jar != before {
			t.Errorf("%s: a page that nobody looked at counts as a visit", target)
		}
		for i := range 3 { // the same visit
			page := look(target)
			if marks(page) != 1 || !strings.Contains(page, "1 new here since your last visit") {
				t.Errorf("%s, look %d: %d marks", target, i, marks(page))
			}
			at = at.Add(20 * time.Minute)
		}
		at = at.Add(time.Hour)
		if n := marks(look(target)); n != 0 {
			t.Errorf("%s: %d marks on the visit after", target, n)
		}
	}
	for i := range 200 { // the cookie stays small
		look(fmt.Sprintf("/places/%s", []string{"FR", "DE", "KZ", "US", "CN-JX", "CN-GZ"}[i%6]))
	}
	var long []string
	for i := range 300 {
		long = append(long, fmt.Sprintf("P%d.abc.ab", i))
	}
	jar = strings.Join(append(long, "x", "..", "CN-SC.-1.0", "CN-SC.zzzzzzzzzzzz.zzzzzzzzzzzzzz", "~"), "~")
	look("/places/CN-SC")
	if len(jar) > 2000 || strings.Count(jar, "~") != 59 {
		t.Errorf("the cookie has %d bytes and %d pages", len(jar), strings.Count(jar, "~")+1)
	}
}
