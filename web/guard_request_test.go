package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"edict/web"
)

// ask sends one request under a host name.
func ask(server *web.Server, method, host, target string) *http.Response {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	server.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestForeignHostReadsNothing(t *testing.T) {
	server := site(t, stocked())
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]": 200, "[::1]:8080": 200, "localhost": 200, "LOCALHOST:1": 200,
		"": 421, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:8080": 421, "127.0.0.2": 421,
		"evil.example:127.0.0.1": 421, "localhost:8080:8080": 421, "127.0.0.1@evil.example": 421, "[::1": 200, "0.0.0.0": 421,
	} {
		for _, target := range []string{"/", "/sources", "/records/" + samples()[0].ID, server.Asset("app.js")} {
			res := ask(server, http.MethodGet, host, target)
			if res.StatusCode != want {
				t.Errorf("host %q, %s: %d, want %d", host, target, res.StatusCode, want)
			}
			if want == 421 && res.ContentLength > 200 {
				t.Errorf("host %q, %s: %d bytes were given away", host, target, res.ContentLength)
			}
		}
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	server := site(t, stocked())
	for _, c := range []struct {
		method, host, target string
		status               int
	}{
		{"GET", "localhost", "/", 200},
		{"HEAD", "localhost", "/", 200},
		{"HEAD", "localhost", "/live", 200},
		{"GET", "localhost", "/sources", 200},
		{"GET", "localhost", "/none", 404},
		{"GET", "localhost", "/stream?jurisdiction=nowhere", 400},
		{"GET", "localhost", "/live?label=No", 400},
		{"GET", "localhost", server.Asset("app.css"), 200},
		{"GET", "localhost", "/static/000000000000/app.css", 404},
		{"GET", "evil.example", "/", 421},
		{"POST", "localhost", "/", 405},
		{"DELETE", "localhost", "/records/1", 405},
	} {
		res := ask(server, c.method, c.host, c.target)
		if res.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.target, res.StatusCode, c.status)
		}
		csp := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s %s: the policy lacks %s", c.method, c.target, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
			t.Errorf("the policy lets strangers in: %s", csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.target, name, got, want)
			}
		}
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	server := site(t, stocked())
	for name, kind := range map[string]string{"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		res := ask(server, http.MethodGet, "localhost", server.Asset(name))
		if got := res.Header.Get("Content-Type"); got != kind {
			t.Errorf("%s: type %q", name, got)
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
	}
	if got := ask(server, http.MethodGet, "localhost", "/").Header.Get("Cache-Control"); strings.Contains(got, "immutable") {
		t.Error("a page is kept for ever")
	}
}
