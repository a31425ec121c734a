package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"edict/account"
	"edict/catalogue"
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
	Problem told
	Done    string
}

// told is what was wrong, and the language that it is told in.
type told struct{ Text, Lang string }

// tell says what was wrong: in the reader's language where there are words for it, else
// as it is.
func (s *Server) tell(err error) told {
	if f := (fault{}); errors.As(err, &f) {
		return told{s.say(f.key, f.args...), s.language()}
	}
	if f, is := errors.AsType[*account.Fault](err); is && s.words.Has("fault.account."+f.Code) {
		return told{s.say("fault.account."+f.Code, s.nameCodes(f.Args)...), s.language()}
	}
	if e, is := errors.AsType[roleError](err); is {
		return told{s.say("fault.role", "role", s.nameRole(e.role).Name), s.language()}
	}
	if many, is := errors.AsType[*account.TooManyError](err); is {
		return told{s.say("login.many", "span", s.lasting(max(time.Second, many.Wait.Round(time.Second)))), s.language()}
	}
	if errors.Is(err, account.ErrWrong) {
		return told{s.say("login.wrong"), s.language()}
	}
	return told{sentence(err, sentinelOf(err)), catalogue.English}
}

// did tells what a form has done, by the code in the address that it led to.
func (s *Server) did(prefix, code string) string {
	if key := prefix + code; code != "" && s.words.Has(key) {
		return s.say(key)
	}
	return ""
}

// A coded is a name in the reader's language, with the code that it stands for.
type coded struct{ Code, Name string }

func (s *Server) nameRole(r account.Role) coded { return coded{string(r), s.named("role", string(r))} }

func (s *Server) nameScope(c account.Scope) coded {
	return coded{string(c), s.named("scope", string(c))}
}

// nameCodes are names and values for a text, with roles and scopes by their names.
func (s *Server) nameCodes(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch code := arg.(type) {
		case account.Role:
			out[i] = s.nameRole(code).Name
		case account.Scope:
			out[i] = s.nameScope(code).Name
		default:
			out[i] = arg
		}
	}
	return out
}

// nameScopes names them in one line.
func (s *Server) nameScopes(list []account.Scope) string {
	var names []string
	for _, c := range list {
		names = append(names, s.nameScope(c).Name)
	}
	return strings.Join(names, s.say("list.comma"))
}

// setProblem says on a page why its form was not done.
type setProblem interface{ setProblem(what told) }

func (b *problemBody) setProblem(what told) { b.Problem = what }

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
	if v.status = status; errors.Is(wrong, account.ErrWrong) { // who asks is signed in, and 401 is for who is not
		v.status = http.StatusUnprocessableEntity
	}
	if b, can := v.body.(setProblem); can {
		b.setProblem(s.tell(wrong))
	}
	return v, nil
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault{"fault.form", nil, news.ErrInvalid}
	}
	return nil
}

// mayManage reports whether who asks administers.
func mayManage(r *http.Request) bool { return account.From(r.Context()).May(account.Administer) }

// byPage is who administers on a page.
func byPage(r *http.Request) account.By {
	return account.By{Who: account.From(r.Context()).Name, Via: "page"}
}
