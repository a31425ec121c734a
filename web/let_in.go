package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"edict/account"
	"edict/news"
)

// maxBody bounds what a request may bring, whatever it is for. Those that need less say
// so themselves.
const maxBody = 8 << 20

// liveFor is how long a live page is served before it has to come back and to be let in
// again: who has signed out, or may not any more, sees nothing new after it.
const liveFor = 5 * time.Minute

// foreignSite is the fault of what a page of another site sends.
const foreignSite = "fault.foreign"

// letIn finds out who sends a request, and refuses what a page of another site sends
// through somebody's browser.
func (s *Server) letIn(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.Base); err == nil && u.Host != "" {
		_ = origins.AddTrustedOrigin(u.Scheme + "://" + u.Host) // an address that was checked
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		i := account.Local()
		if s.Accounts != nil {
			var err error
			if i, err = s.Accounts.Identify(r); err != nil {
				s.refuse(w, r, need{}, err)
				return
			}
		}
		r = r.WithContext(account.With(r.Context(), i))
		if err := origins.Check(r); err != nil || unsaid(r, i) {
			s.Log.Warn("refused a request of another site", "origin", cut(r.Header.Get("Origin"), 100), "path", cut(r.URL.Path, 100))
			s.refuse(w, r, need{}, fault{foreignSite, nil, news.ErrRefused})
			return
		}
		if i.Session != "" && r.URL.Path == "/live" {
			ctx, cancel := context.WithTimeout(r.Context(), liveFor)
			defer cancel()
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// unsaid reports whether a browser that is signed in, or signs in, sends something
// without saying which site it is of. Those that do not say are too old to be protected.
func unsaid(r *http.Request, i account.Identity) bool {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	said := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
	return !safe && !said && (i.Session != "" || r.URL.Path == "/login")
}

// refuse answers who may not: programs with a problem or a line, people with a page, and
// those who have not signed in with the way to do so.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, n need, err error) {
	status := Status(err)
	if many, is := errors.AsType[*account.TooManyError](err); is {
		w.Header().Set("Retry-After", strconv.Itoa(int(max(1, many.Wait.Seconds()+.999))))
	}
	if status >= http.StatusInternalServerError {
		s.Log.Error("it could not be told who sends a request", "path", cut(r.URL.Path, 100), "error", err)
	}
	detail := "The store is away. Try again in a few seconds."
	if status < http.StatusInternalServerError {
		detail = sentence(err, sentinelOf(err))
	}
	if f := (fault{}); errors.As(err, &f) {
		detail = s.say(f.key, f.args...)
	}
	if how := account.Challenge(err); how != "" {
		w.Header().Set("WWW-Authenticate", how)
	}
	forPrograms := n.feed || r.Header.Get("Authorization") != "" || r.URL.Path == "/live" || strings.HasPrefix(r.URL.Path, "/feeds/")
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"type": Problem(err), "title": http.StatusText(status), "status": status, "detail": detail}) // an error is the reader's, who has gone
	case forPrograms:
		http.Error(w, detail, status)
	case errors.Is(err, account.ErrSignIn) && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		http.Redirect(w, r, "/login?"+url.Values{"next": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
	default:
		s.fail(w, r, err)
	}
}

// localPath is an address of ours that a form or a link names as the next one, or "/": it
// may not lead to another site, whatever browsers make of signs that are no part of an
// address.
func localPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(raw, "/") || len(raw) > 2000 ||
		strings.HasPrefix(raw, "//") || strings.HasPrefix(u.Path, "//") || strings.ContainsFunc(raw, func(c rune) bool { return c <= ' ' || c == '\\' || c >= 0x7f }) ||
		strings.ContainsAny(u.Path, "\\\r\n") || u.Path == "/login" {
		return "/"
	}
	return u.String()
}
