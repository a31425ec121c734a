package web

import (
	"fmt"
	"net/http"
	"strings"

	"edict/account"
	"edict/news"
)

// A need is what a route asks of who sends a request.
type need struct {
	scope account.Scope // this one; "" where another member says more
	open  bool          // nothing: anybody may
	own   bool          // somebody at a page, whatever his role: what is his own, and no token's
	feed  bool          // to read, or the key of this feed
	known bool          // somebody, whoever and with whatever scope
}

// What the roles may, as the table says it: a reader has read and subscribe, an analyst
// review too, an administrator all.
var (
	anybody   = need{open: true}
	himself   = need{own: true}
	feeds     = need{feed: true}
	somebody  = need{known: true}
	reads     = need{scope: account.Read}
	subscribe = need{scope: account.Subscribe}
	reviews   = need{scope: account.Review}
	manages   = need{scope: account.Administer}
)

// needs is the one place that says who may do what: a line for every route of the pages
// and every operation of the API. A route without a line answers nobody.
var needs = map[string]need{
	"GET /login":                  anybody,
	"POST /login":                 anybody,
	"GET /static/{hash}/{file}":   anybody,
	"POST /settings":              anybody,
	"GET /links/{token}":          anybody, // signed, for one purpose
	"POST /links/{token}":         anybody,
	"POST /logout":                himself,
	"GET /account":                himself,
	"POST /account/password":      himself,
	"POST /account/sessions":      himself,
	"POST /account/tokens":        himself,
	"POST /account/tokens/revoke": himself,
	"POST /account/feeds":         himself,

	"GET /feeds/{file}":       feeds,
	"GET /feeds/label/{file}": feeds,
	"GET /feeds/place/{file}": feeds,

	"GET /{$}":                       reads,
	"GET /stream":                    reads,
	"GET /records/{id}":              reads,
	"GET /records/{id}/diff/{other}": reads,
	"GET /places/{code}":             reads,
	"GET /places/{code}/{file}":      reads,
	"GET /decisions":                 reads,
	"GET /decisions/{number}":        reads,
	"GET /decisions/{number}/queue":  reads,
	"GET /decisions.jsonl":           reads,
	"GET /notes.jsonl":               reads,
	"GET /rules":                     reads,
	"GET /sources":                   reads,
	"GET /sources/{slug}":            reads,
	"GET /sources.opml":              reads,
	"POST /sources":                  manages,
	"POST /sources.opml":             manages,
	"POST /sources/{slug}":           manages,
	"GET /api/{$}":                   reads,
	"GET /health":                    reads,
	"GET /live":                      reads,
	"GET /":                          reads,
	"/api/":                          somebody, // and each operation what its own line says

	"GET /review":       reviews,
	"POST /review/act":  reviews,
	"POST /review/name": reviews,
	"POST /review/note": reviews,

	"GET /rules/drafts/{number}":  reviews,
	"POST /rules/drafts":          manages,
	"POST /rules/drafts/{number}": manages,

	"GET /subscriptions":                 subscribe, // one's own
	"GET /subscriptions/new":             subscribe,
	"GET /subscriptions/{id}":            subscribe,
	"GET /subscriptions/{id}/edit":       subscribe,
	"POST /subscriptions":                subscribe,
	"POST /subscriptions/preview":        subscribe,
	"POST /subscriptions/{id}":           subscribe,
	"POST /subscriptions/{id}/act":       subscribe,
	"POST /subscriptions/{id}/test":      subscribe,
	"POST /subscriptions/{id}/secret":    subscribe,
	"POST /subscriptions/{id}/silence":   subscribe,
	"POST /subscriptions/{id}/unsilence": subscribe,
	"GET /deliveries":                    subscribe,
	"GET /deliveries/{id}":               subscribe,
	"POST /deliveries/act":               subscribe,
	"GET /dead":                          manages,
	"GET /dead/{article}/{version}":      manages,
	"POST /dead/replay":                  manages,

	"GET /users":       manages,
	"POST /users":      manages,
	"POST /users/edit": manages,
	"GET /audit":       manages,

	"GET /api/v1/records":                    reads,
	"GET /api/v1/records/{id}":               reads,
	"GET /api/v1/stories/{id}":               reads,
	"GET /api/v1/sources":                    reads,
	"GET /api/v1/flags":                      reviews,
	"GET /api/v1/subscriptions":              subscribe,
	"POST /api/v1/subscriptions":             subscribe,
	"POST /api/v1/subscriptions/try":         subscribe,
	"GET /api/v1/subscriptions/{id}":         subscribe,
	"PUT /api/v1/subscriptions/{id}":         subscribe,
	"DELETE /api/v1/subscriptions/{id}":      subscribe,
	"POST /api/v1/subscriptions/{id}/pause":  subscribe,
	"POST /api/v1/subscriptions/{id}/resume": subscribe,
	"GET /api/v1/subscriptions/{id}/alerts":  subscribe,
	"GET /api/v1/deliveries":                 subscribe,
	"GET /api/v1/deliveries/{id}":            subscribe,
	"POST /api/v1/deliveries/{id}/replay":    subscribe,
	"GET /api/v1/silences":                   subscribe,
	"POST /api/v1/silences":                  subscribe,
	"DELETE /api/v1/silences/{id}":           subscribe,
}

// Allow says whether an identity may use a route, by its pattern: "METHOD /path". It is
// account.ErrSignIn where nobody is known, and ErrRefused where somebody may not, or
// where the route has no line in the table.
func Allow(pattern string, i account.Identity) error {
	n, listed := needs[pattern]
	switch {
	case !listed:
		return fmt.Errorf("%s has no line in the table of who may do what: %w", pattern, news.ErrRefused)
	case n.open:
		return nil
	case !i.Known():
		return account.ErrSignIn
	case n.feed && (i.Feed || i.May(account.Read)), n.own && (i.Local || i.Session != ""), n.known && !i.Feed, n.scope != "" && i.May(n.scope):
		return nil
	case i.Token != "":
		if n.feed {
			return &account.ScopeError{Needs: account.Read}
		}
		return &account.ScopeError{Needs: n.scope}
	}
	return roleError{i.Role}
}

// A roleError is for somebody whose role is too little. It is an ErrRefused.
type roleError struct{ role account.Role }

func (e roleError) Error() string {
	return fmt.Sprintf("you are %s here, and may not do that; an administrator may give you another role: %v", e.role, news.ErrRefused)
}

func (roleError) Unwrap() error { return news.ErrRefused }

// A router is where routes are registered: each answers those alone whom the table lets.
type router struct {
	server   *Server
	pages    *http.ServeMux
	top      *http.ServeMux // whole trees, and pages for all else
	patterns []string
}

func (s *Server) newRouter() *router {
	x := &router{server: s, pages: http.NewServeMux(), top: http.NewServeMux()}
	x.top.Handle("/", x.pages)
	return x
}

// HandleFunc registers a route.
func (x *router) HandleFunc(pattern string, h http.HandlerFunc) { x.Handle(pattern, h) }

// Handle registers a route; one without a method is a whole tree.
func (x *router) Handle(pattern string, h http.Handler) {
	x.patterns = append(x.patterns, pattern)
	mux := x.pages
	if !strings.Contains(pattern, " ") || strings.HasPrefix(pattern, "GET /api/") {
		mux = x.top
	}
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := Allow(pattern, account.From(r.Context())); err != nil {
			x.server.refuse(w, r, needs[pattern], err)
			return
		}
		h.ServeHTTP(w, r)
	})
}
