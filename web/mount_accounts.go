package web

import (
	"errors"
	"fmt"
	"net/http"

	"edict/account"
	"edict/news"
)

// mountAccounts adds what signs in and out, and what administers accounts. Without
// accounts at all these pages are not there.
func (s *Server) mountAccounts(mux *router) {
	mux.HandleFunc("GET /health", s.page((*Server).showHealth))
	if s.Accounts == nil {
		return
	}
	mux.HandleFunc("GET /login", unkept(s.page((*Server).showLogin)))
	mux.HandleFunc("POST /login", unkept(s.signIn))
	mux.HandleFunc("POST /logout", unkept(s.signOut))
	mux.HandleFunc("GET /account", unkept(s.page((*Server).showAccount)))
	form := func(pattern string, show func(*Server, *http.Request) (view, error), do func(*http.Request) (string, error)) {
		mux.HandleFunc("POST "+pattern, unkept(s.form(show, do)))
	}
	form("/account/password", (*Server).showAccount, s.changePassword)
	mux.HandleFunc("POST /account/sessions", unkept(s.endSessions))
	mux.HandleFunc("POST /account/tokens", unkept(s.page((*Server).addToken)))
	form("/account/tokens/revoke", (*Server).showAccount, s.revokeToken)
	form("/account/feeds", (*Server).showAccount, s.renewFeeds)
	mux.HandleFunc("GET /users", unkept(s.page((*Server).showUsers)))
	form("/users", (*Server).showUsers, s.addUser)
	form("/users/edit", (*Server).showUsers, s.editUser)
	mux.HandleFunc("GET /audit", unkept(s.page((*Server).showAudit)))
}

// unkept keeps a page out of what a browser shows again when its user has gone.
func unkept(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next(w, r)
	}
}

// problemBody is part of a page with a form: what came of it.
type problemBody struct {
	Problem string
	Done    string
}

// setProblem says on a page why its form was not done.
type setProblem interface{ setProblem(text string) }

func (b *problemBody) setProblem(text string) { b.Problem = text }

// form does what a form asks and sends the reader on. What the reader can mend is said on
// the page that the form is on.
func (s *Server) form(show func(*Server, *http.Request) (view, error), do func(*http.Request) (string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		to, err := "", readForm(w, r)
		if err == nil {
			to, err = do(r)
		}
		if err == nil {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		s.page(func(s *Server, r *http.Request) (view, error) { return s.again(r, show, err) })(w, r)
	}
}

// again shows a page once more, with what was wrong, if that is the reader's to mend.
func (s *Server) again(r *http.Request, show func(*Server, *http.Request) (view, error), wrong error) (view, error) {
	status := Status(wrong)
	if status >= http.StatusInternalServerError || errors.Is(wrong, account.ErrSignIn) {
		return view{}, wrong
	}
	v, err := show(s, r)
	if err != nil {
		return v, err
	}
	v.status = status
	if b, can := v.body.(setProblem); can {
		b.setProblem(sentence(wrong, sentinelOf(wrong)))
	}
	return v, nil
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("the form cannot be read: %w", news.ErrInvalid)
	}
	return nil
}

// mayManage reports whether who asks administers.
func mayManage(r *http.Request) bool { return account.From(r.Context()).May(account.Administer) }

// byPage is who administers on a page.
func byPage(r *http.Request) account.By {
	return account.By{Who: account.From(r.Context()).Name, Via: "page"}
}
