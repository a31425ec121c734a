package web_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edict/account"
	"edict/web"
)

// Forms of another site are refused, however the browser says where they come from; of a
// browser that says nothing, what needs a session.
func TestForgedOrigin(t *testing.T) {
	h := newHouse(t)
	posts := []string{"/review/act", "/review/note", "/review/name", "/account/password", "/account/tokens", "/account/tokens/revoke", "/account/feeds", "/account/sessions", "/users", "/users/edit", "/logout", "/login", "/api/v1/subscriptions"}
	for name, head := range map[string]map[string]string{
		"another site":               {"Sec-Fetch-Site": "cross-site"},
		"another host of the site":   {"Sec-Fetch-Site": "same-site"},
		"an old browser":             {"Origin": "https://evil.example"},
		"one that hides its origin":  {"Origin": "null"},
		"another port":               {"Origin": "http://127.0.0.1:8081"},
		"one that says nothing":      {},
		"a word that it is not":      {"Sec-Fetch-Site": "none-such"},
		"our name in another's":      {"Origin": "http://127.0.0.1:8080.evil.example"},
		"both, of which one is ours": {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8080"},
	} {
		c := h.as(t, "root")
		c.head = head
		for _, path := range posts {
			if res, body := c.post(path, url.Values{"name": {"root"}, "password": {goodPassword}, "act": {"remove"}}); res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
				t.Errorf("%s, %s: %d %v\n%.300s", name, path, res.StatusCode, res.Cookies(), body)
			}
		}
		if res, _ := c.get("/account"); res.StatusCode != http.StatusOK {
			t.Errorf("%s: after it the session is gone: %d", name, res.StatusCode)
		}
	}
	for name, head := range map[string]map[string]string{"our own": {"Sec-Fetch-Site": "same-origin"}, "an old browser": {"Origin": "http://127.0.0.1:8080"}, "an address that was typed": {"Sec-Fetch-Site": "none"}} {
		c := h.as(t, "root")
		c.head = head
		if res, _ := c.post("/account/feeds", nil); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	// A link to us, from wherever, does nothing: no GET alters anything.
	before, err := h.Acts(t.Context(), 0, 1000)
	ok(t, err)
	c := h.as(t, "root")
	c.head = map[string]string{"Sec-Fetch-Site": "cross-site"}
	for _, path := range posts {
		c.get(path + "?act=remove&name=rob&sure=rob&session=all")
	}
	after, err := h.Acts(t.Context(), 0, 1000)
	ok(t, err)
	if len(after) != len(before) {
		t.Errorf("a GET administered: %+v", after[0])
	}
	// A mailbox's own button to unsubscribe is no browser.
	if res, _ := (&caller{t: t, server: h.Handler(), host: "127.0.0.1"}).post("/links/x", nil); res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusUnauthorized {
		t.Errorf("a link that is confirmed: %d", res.StatusCode)
	}
}

// A rebound name reads nothing, with accounts and without, nor does what a proxy hands on
// while there is none.
func TestRebinding(t *testing.T) {
	based := func(c *web.Config) { c.Base = "https://edict.example.org" }
	open, shut := emptyHouse(t, true, based), newHouse(t, based)
	for _, x := range []struct {
		host         string
		open, locked int
	}{
		{"127.0.0.1:8080", 200, 303},
		{"localhost", 200, 303},
		{"[::1]:8080", 200, 303},
		{"edict.example.org", 421, 303},
		{"EDICT.example.org", 421, 303},
		{"evil.example", 421, 421},
		{"edict.example.org.evil.example", 421, 421},
		{"edict.example.org:8080", 421, 421},
		{"", 421, 421},
		{"127.0.0.1.nip.io", 421, 421},
	} {
		for h, want := range map[*house]int{open: x.open, shut: x.locked} {
			c := &caller{t: t, server: h.Handler(), host: x.host}
			if res, _ := c.get("/account"); res.StatusCode != want {
				t.Errorf("host %q: %d, want %d", x.host, res.StatusCode, want)
			}
		}
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP"} {
		c := &caller{t: t, server: open.Handler(), host: "127.0.0.1:8080", head: map[string]string{name: "192.0.2.1"}}
		if res, _ := c.get("/"); res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("handed on with %s while there is no account: %d", name, res.StatusCode)
		}
	}
	ops := web.OnLoopback(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	for host, want := range map[string]int{"127.0.0.1:8080": 200, "edict.example.org": 421, "evil.example": 421} {
		c := &caller{t: t, server: ops, host: host}
		if res, _ := c.get("/metrics"); res.StatusCode != want {
			t.Errorf("metrics as %q: %d, want %d", host, res.StatusCode, want)
		}
	}
}

// After a login nobody lands on another site, and no name makes a header.
func TestRedirectsAndHeaders(t *testing.T) {
	h := newHouse(t)
	for raw, want := range map[string]string{
		"/records/1?did=1": "/records/1?did=1", "/": "/", "/stream?q=%E7%9F%BF": "/stream?q=%E7%9F%BF", "": "/", "https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/",
		"\\\\evil.example": "/", "/\t/evil.example": "/", "/%09/evil.example": "/%09/evil.example", "/\r\nSet-Cookie: x=1": "/", "javascript:alert(1)": "/", "data:text/html,x": "/", "evil.example": "/",
		" //evil.example": "/", "/%5cevil.example": "/", "///evil.example": "/", "http:evil.example": "/", "/x%0d%0aSet-Cookie:%20a": "/", "/login?next=/login": "/", "/@evil.example": "/@evil.example", "//evil.example@127.0.0.1": "/",
		"/" + strings.Repeat("a", 5000): "/",
	} {
		if got := web.LocalPath(raw); got != want {
			t.Errorf("%.60q leads to %q, want %q", raw, got, want)
		}
		c := h.as(t, "")
		res, _ := c.post("/login", url.Values{"name": {"rob"}, "password": {goodPassword}, "next": {raw}})
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("a login with next %.60q: %d to %q", raw, res.StatusCode, got)
		}
		_, page := c.get("/login?next=" + url.QueryEscape(raw))
		checkMarkup(t, "/login", page)
	}
	const hostile = "x\r\nSet-Cookie: stolen=1\r\n\r\n<script>"
	root := h.as(t, "root")
	for _, x := range []struct {
		path string
		form url.Values
	}{
		{"/users", url.Values{"name": {hostile}, "role": {"admin"}, "password": {goodPassword}}},
		{"/users/edit", url.Values{"name": {hostile}, "act": {"disable"}}},
		{"/users/edit", url.Values{"name": {"rob"}, "act": {hostile}}},
		{"/account/tokens", url.Values{"name": {hostile}, "scope": {"read"}, "days": {"30"}}},
		{"/account/tokens/revoke", url.Values{"token": {hostile}}},
		{"/review/note", url.Values{"article": {hostile}, "text": {hostile}, "back": {hostile}}},
		{"/review/act", url.Values{"item": {hostile}, "act": {hostile}, "back": {"/records/" + hostile}}},
	} {
		res, page := root.post(x.path, x.form)
		if res.StatusCode < 400 && res.StatusCode != http.StatusSeeOther || res.StatusCode >= 500 || strings.Contains(fmt.Sprint(res.Header), "stolen") {
			t.Errorf("%s: %d %v", x.path, res.StatusCode, res.Header)
		}
		checkMarkup(t, x.path, page)
	}
	for _, path := range []string{"/places/CN/measures%0d%0aSet-Cookie:stolen=1.csv", "/places/CN%0d%0aX:%20stolen/measures.csv", "/feeds/x%0d%0aX:%20stolen.atom", "/static/x/%0d%0astolen", "/records/%0d%0aX:%20stolen", "/account?done=%0d%0astolen"} {
		res, page := root.get(path)
		if strings.Contains(fmt.Sprint(res.Header), "stolen") || res.StatusCode >= 500 {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
		checkMarkup(t, path, page)
	}
}

// No path leads out of what is embedded.
func TestPathTraversal(t *testing.T) {
	c := newHouse(t).as(t, "root")
	for _, path := range []string{
		"/static/../web.go", "/static/x/..%2f..%2fweb.go", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/x/%2e%2e%2f%2e%2e%2fgo.mod", "/records/..%2f..%2fetc%2fpasswd", "/places/..%2fCN", "/places/CN/..%2f..%2fmeasures.csv",
		"/feeds/..%2f..%2fedict.db", "/feeds/label/..%2fx.atom", "/static/x/app.css%00.svg", "/..%5c..%5cwindows", "/api/v1/records/..%2f..%2fx", "/records/%00",
	} {
		res, body := c.get(path)
		if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusBadRequest && res.StatusCode != http.StatusTemporaryRedirect && res.StatusCode != http.StatusMovedPermanently && res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d\n%.200s", path, res.StatusCode, body)
		}
		if strings.Contains(body, "package web") || strings.Contains(body, "root:") || strings.Contains(body, "module edict") {
			t.Errorf("%s gives a file away", path)
		}
	}
}

// What is too long is refused, and read no further than it has to be.
func TestOversized(t *testing.T) {
	h := newHouse(t)
	root := h.as(t, "root")
	for _, path := range []string{"/login", "/users", "/account/tokens", "/review/note", "/api/v1/subscriptions"} {
		body := &counted{n: 64 << 20}
		r := httptest.NewRequest(http.MethodPost, path, body)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		res, _ := root.send(r)
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if body.read > 9<<20 {
			t.Errorf("%s: %d bytes were read", path, body.read)
		}
	}
	many := url.Values{}
	for i := range 20_000 {
		many.Add("item", fmt.Sprint(i))
	}
	root.wants(http.StatusBadRequest, http.MethodPost, "/review/act", many)
	root.wants(http.StatusBadRequest, http.MethodPost, "/users", url.Values{"name": {strings.Repeat("a", 1000)}, "role": {"reader"}, "password": {goodPassword}})
	root.wants(http.StatusBadRequest, http.MethodPost, "/users", url.Values{"name": {"bo"}, "role": {"reader"}, "password": {strings.Repeat("abcde ", 1000)}})
}

// counted is a body of n bytes that counts what is read of it.
type counted struct{ n, read int }

func (c *counted) Read(p []byte) (int, error) {
	if c.read >= c.n {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'a'
	}
	c.read += len(p)
	return len(p), nil
}

// A pipe is a listener whose connections are in memory, for a server inside a bubble of
// time.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipe) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// Who sends byte by byte, or never reads, is cut off; who sends a great head too.
func TestSlowClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := web.NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			for range 1000 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		}), nil)
		l := &pipe{conns: make(chan net.Conn), done: make(chan struct{})}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(l) }()
		open := func() net.Conn {
			mine, its := net.Pipe()
			l.conns <- its
			return mine
		}
		for name, x := range map[string]struct {
			send string
			slow string // again and again, every second
			read bool   // what is answered
			most time.Duration
		}{
			"a head, byte by byte": {"GET / HTTP/1.1\r\nHost: localhost\r\n", "X", true, 12 * time.Second},
			"nothing at all":       {"", "", true, 12 * time.Second},
			"a body, byte by byte": {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", "x", true, 2 * time.Minute},
			"an answer, not read":  {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", false, 6 * time.Minute},
		} {
			c, start := open(), time.Now()
			if _, err := io.WriteString(c, x.send); err != nil {
				t.Fatal(err)
			}
			if x.read {
				go func() { _, _ = io.Copy(io.Discard, c) }()
			}
			for time.Since(start) < time.Hour {
				time.Sleep(time.Second)
				if x.slow != "" {
					_ = c.SetWriteDeadline(time.Now().Add(time.Millisecond))
					if _, err := io.WriteString(c, x.slow); err != nil && !isTimeout(err) {
						break
					}
					continue
				}
				_ = c.SetWriteDeadline(time.Now().Add(time.Millisecond))
				if _, err := c.Write(nil); err != nil && !isTimeout(err) {
					break
				}
			}
			if took := time.Since(start); took > x.most {
				t.Errorf("%s: it is borne for %s", name, took)
			}
			_ = c.Close()
		}
		c := open()
		go func() {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("a", 200<<10)+"\r\n\r\n")
		}()
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a head of 200 KiB: %+v, %v", res, err)
		}
		_ = c.Close()
		_ = server.Close()
		time.Sleep(time.Second) // in the bubble: connections are let go
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// Passwords and tokens cannot be tried on and on, and what is said does not help.
func TestGuessing(t *testing.T) {
	h := newHouse(t)
	c := h.as(t, "")
	_, unknown := c.post("/login", url.Values{"name": {"nobody"}, "password": {"not this one, no"}})
	res, wrong := c.post("/login", url.Values{"name": {"rob"}, "password": {"not this one, no"}})
	if strings.ReplaceAll(unknown, "nobody", "rob") != wrong || res.StatusCode != http.StatusUnauthorized || strings.Contains(wrong, "not this one") {
		t.Error("the page tells which names there are, or the password that was tried")
	}
	if len(res.Cookies()) > 0 {
		t.Errorf("who failed is given %v", res.Cookies())
	}
	for range 20 {
		res, _ = c.post("/login", url.Values{"name": {"rob"}, "password": {"not this one, no"}})
	}
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("after 22 tries: %d", res.StatusCode)
	}
	if res, _ := c.post("/login", url.Values{"name": {"rob"}, "password": {goodPassword}}); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("and then the right one: %d", res.StatusCode)
	}
	program := &caller{t: t, server: h.Handler(), host: "127.0.0.1", head: map[string]string{"Authorization": "Bearer edict_00000000_0"}}
	if res, body := program.get("/api/v1/records"); res.StatusCode != http.StatusUnauthorized || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a wrong token: %d %s", res.StatusCode, body)
	}
	for range 70 {
		res, _ = program.get("/api/v1/records")
	}
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("after 71 wrong tokens: %d", res.StatusCode)
	}
}

// Cookies go to nobody else, and a page is in nobody's frame.
func TestCookiesAndFrames(t *testing.T) {
	h := emptyHouse(t, true, func(c *web.Config) { c.Base = "https://edict.example.org" })
	ok(t, h.gate.AddUser(t.Context(), command, "root", account.Admin, goodPassword))
	c := h.as(t, "root")
	if k := c.cookie; !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(k.Name, "__Host-") || k.Domain != "" || k.Path != "/" || k.MaxAge <= 0 {
		t.Errorf("the cookie: %+v", k)
	}
	for _, path := range []string{"/login", "/account", "/users", "/audit", "/health", "/", "/records/none", "/api/v1/records", "/feeds/label/mining_crackdown.atom", "/static/x/y"} {
		res, _ := c.get(path)
		referrer := "same-origin"
		if strings.HasPrefix(path, "/feeds/") { // whose address may have a key
			referrer = "no-referrer"
		}
		for name, want := range map[string]string{
			"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": referrer, "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if name == "Referrer-Policy" && strings.HasPrefix(path, "/feeds/") {
				want = "no-referrer" // its address may hold a key
			}
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "form-action 'self'") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s lets other sites read", path)
		}
		if strings.HasPrefix(path, "/account") && res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is kept: %q", path, res.Header.Get("Cache-Control"))
		}
	}
	res, _ := c.post("/logout", nil)
	if k := res.Cookies(); len(k) != 1 || k[0].MaxAge >= 0 || k[0].Value != "" || !k[0].Secure {
		t.Errorf("signed out with %+v", k)
	}
	if res, _ := c.get("/account"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: %d", res.StatusCode)
	}
}
