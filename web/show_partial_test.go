package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// A story that is partial says why in the reader's language, whatever came of its page;
// what the crawler said of it stands beside it as it is.
func TestPartialSaysWhy(t *testing.T) {
	s := stocked()
	server := site(t, s)
	notice := regexp.MustCompile(`<p class="notice">([^<]*) <span lang="en" dir="ltr">\(([^<]*)\)</span></p>`)
	said := map[string]bool{}
	for i, o := range []news.Outcome{
		news.Nothing, news.Disallowed, news.Blocked, news.Busy, news.Gone, news.ServerError, news.Unreachable, news.Guarded, news.TooLarge, news.NotNews, news.Redirects,
	} {
		r := sample("chainfeed", "A story behind a wall", "The feed says little. "+string(o), time.Duration(i)*time.Minute)
		r.Partial, r.PartialWhy = true, string(o)+": whatever it was"
		s.put(r)
		for _, language := range []string{"en", "zh-CN", "zh-TW"} {
			w, ask := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/records/"+r.ID, nil)
			ask.Host = "127.0.0.1:8080"
			ask.Header.Set("Accept-Language", language)
			server.Handler().ServeHTTP(w, ask)
			parts := notice.FindStringSubmatch(w.Body.String())
			if parts == nil || parts[2] != r.PartialWhy || said[parts[1]] || language == "zh-CN" && !strings.Contains(parts[1], "无法读取原网页") {
				t.Fatalf("%s in %s: %q", o, language, parts)
			}
			said[parts[1]] = true
		}
	}
}
