package web

import (
	"errors"
	"net/http"
	"strconv"

	"edict/account"
)

// loginBody is the page to sign in on.
type loginBody struct {
	Next, Name string
	Problem    told
	Nobody     bool // there is no account
}

func (s *Server) showLogin(r *http.Request) (view, error) {
	if i := account.From(r.Context()); i.Known() {
		return view{redirect: localPath(r.URL.Query().Get("next"))}, nil
	}
	some, err := s.Accounts.HasAccounts(r.Context())
	if err != nil {
		return view{}, err
	}
	return view{template: "login", title: s.say("login"), body: loginBody{Next: localPath(r.URL.Query().Get("next")), Nobody: !some}}, nil
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	err := readForm(w, r)
	next := localPath(r.PostForm.Get("next"))
	if err == nil {
		err = s.Accounts.SignIn(w, r, r.PostForm.Get("name"), r.PostForm.Get("password"))
	}
	if err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.page(func(s *Server, r *http.Request) (view, error) {
		var many *account.TooManyError
		if !errors.Is(err, account.ErrWrong) && !errors.As(err, &many) {
			return view{}, err
		}
		if many != nil {
			w.Header().Set("Retry-After", strconv.Itoa(int(max(1, many.Wait.Seconds()+.999))))
		}
		b := loginBody{Next: next, Name: cleanName(r.PostForm.Get("name")), Problem: s.tell(err)}
		return view{template: "login", title: s.say("login"), status: Status(err), body: b}, nil
	})(w, r)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.Accounts.SignOut(w, r); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
