package web

import (
	"net"
	"net/http"
	"strings"
)

// policy admits this package's own files and nothing else: no inline script or
// style, no frame, no outside address. Markup that a script puts into a page must
// pass the one policy that app.js makes, for cards that the server rendered.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types edict"

// guard sets the headers that every answer carries, and refuses host names that
// are not ours: a rebound name must read nothing.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not no-referrer: then a form says the origin "null", and where the address is not
		// https browsers say nothing else of where it came from.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "private, no-cache")
		h.Add("Vary", "Cookie, Authorization")
		if strings.HasPrefix(s.Base, "https://") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if why := s.misdirected(r); why != "" {
			s.Log.Warn("refused a request under a foreign host name", "host", cut(r.Host, 100), "remote", r.RemoteAddr)
			http.Error(w, why, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// misdirected says why a request is not for us: its host name is neither this machine's
// nor that of web.base_url, or it was handed on by a proxy while everybody who comes from
// this machine is let in. While it cannot be told whether there are accounts it is taken
// for granted that there are none.
func (s *Server) misdirected(r *http.Request) string {
	login := false
	if s.Accounts != nil {
		needed, err := s.Accounts.NeedsLogin(r.Context())
		login = err == nil && needed
	}
	switch {
	case login && (loopbackHost(r.Host) || strings.EqualFold(r.Host, s.host)):
		return ""
	case login:
		return "This page answers only to the host of web.base_url, and to 127.0.0.1, [::1] and localhost."
	case !loopbackHost(r.Host):
		return "This page answers only to 127.0.0.1, [::1] and localhost."
	case handedOn(r):
		return "This page is open to this machine alone while it has no account, and a proxy handed this request on."
	}
	return ""
}

// loopbackHost reports whether a Host header names this machine, with or without
// a port.
func loopbackHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	} else {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	}
	return name == "127.0.0.1" || name == "::1" || strings.EqualFold(name, "localhost")
}
