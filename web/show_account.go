package web

import (
	"net/http"
	"strconv"
	"time"

	"edict/account"
	"edict/news"
)

// accountBody is the page of one's own account.
type accountBody struct {
	problemBody

	Local    bool
	Name     string
	Role     string
	Scopes   []coded
	Least    int // characters of a password
	Tongues  []tongue
	Asked    bool   // the browser says which language
	Zone     string // ""; the browser says which
	Sessions []sessionView
	Tokens   []tokenView
	Lives    []int // days that a token may last
	Made     string
	MadeName string
	Feeds    []feedView
}

type sessionView struct {
	ID            string // a beginning of its hash
	Here          bool
	Agent         string
	Address       string
	Created, Seen moment
	Ends          moment
}

type tokenView struct {
	ID, User, Name, Scopes string
	Created, Used, Expires moment
	Over                   bool
}

type feedView struct{ Word, Address string }

// tokenLives are the days that a form offers.
var tokenLives = []int{30, 90, 365}

func (s *Server) showAccount(r *http.Request) (view, error) {
	ctx, i := r.Context(), account.From(r.Context())
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	b := &accountBody{Local: i.Local, Name: i.Name, Role: s.nameRole(i.Role).Name, Least: account.MinPassword, Lives: tokenLives}
	for _, c := range i.Role.Scopes() {
		b.Scopes = append(b.Scopes, s.nameScope(c))
	}
	b.Done = s.did("account.did.", r.URL.Query().Get("done"))
	v := view{template: "account", title: s.say("account"), totals: t, body: b}
	b.Tongues = s.tongues()
	if b.Asked = !s.told(r); s.chosen {
		b.Zone = s.zone.String()
	}
	if i.Local {
		return v, nil
	}
	sessions, err := s.Accounts.Sessions.Sessions(ctx, i.Name)
	if err != nil {
		return view{}, err
	}
	for _, x := range sessions {
		b.Sessions = append(b.Sessions, sessionView{
			x.Hash[:min(12, len(x.Hash))], x.Hash == i.Session, x.Agent, x.Address, s.moment(x.Created), s.moment(x.Seen), s.moment(x.Expires),
		})
	}
	if b.Tokens, err = s.tokenViews(r, i.Name); err != nil {
		return view{}, err
	}
	for _, label := range []news.Label{news.ProPolicy, news.Crackdown} {
		b.Feeds = append(b.Feeds, feedView{s.nameLabel(label).Long, s.address(r) + feedAddress(ctx, "/feeds/label/"+string(label)+".atom")})
	}
	return v, nil
}

func (s *Server) tokenViews(r *http.Request, user string) (out []tokenView, err error) {
	list, err := s.Accounts.Tokens.Tokens(r.Context(), user)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		over := !x.Expires.IsZero() && !s.Now().Before(x.Expires)
		out = append(out, tokenView{x.ID, x.User, x.Name, s.nameScopes(x.Scopes), s.moment(x.Created), s.moment(x.Used), s.moment(x.Expires), over})
	}
	return out, nil
}

// notLocal refuses what takes an account.
func notLocal(r *http.Request) (account.Identity, error) {
	i := account.From(r.Context())
	if i.Local {
		return i, fault{"fault.noaccount", nil, news.ErrInvalid}
	}
	return i, nil
}

func (s *Server) changePassword(r *http.Request) (string, error) {
	i, err := notLocal(r)
	if err != nil {
		return "", err
	}
	f := r.PostForm
	if f.Get("password") != f.Get("again") {
		return "", fault{"fault.nottwice", nil, news.ErrInvalid}
	}
	return "/account?done=password", s.Accounts.ChangePassword(r.Context(), i, f.Get("was"), f.Get("password"))
}

// endSessions ends one, the others, or all.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request) {
	s.form((*Server).showAccount, func(r *http.Request) (string, error) {
		i, err := notLocal(r)
		if err != nil {
			return "", err
		}
		switch id := r.PostForm.Get("session"); id {
		case "all":
			return "/login", s.Accounts.SignOutEverywhere(w, r)
		case "others":
			_, err := s.Accounts.Sessions.EndSessions(r.Context(), i.Name, i.Session)
			return "/account?done=others", err
		default:
			list, err := s.Accounts.Sessions.Sessions(r.Context(), i.Name)
			if err != nil {
				return "", err
			}
			for _, x := range list {
				if id == x.Hash[:min(12, len(x.Hash))] {
					return "/account?done=session", s.Accounts.Sessions.EndSession(r.Context(), x.Hash)
				}
			}
			return "", fault{"fault.nosession", nil, news.ErrNotFound}
		}
	})(w, r)
}

// addToken shows the new token on the page that answers the form: nowhere else can it be
// read.
func (s *Server) addToken(r *http.Request) (view, error) {
	text, name, err := s.makeToken(r)
	if err != nil {
		return s.again(r, (*Server).showAccount, err)
	}
	v, err := s.showAccount(r)
	if b, is := v.body.(*accountBody); is {
		b.Made, b.MadeName = text, name
	}
	return v, err
}

func (s *Server) makeToken(r *http.Request) (text, name string, err error) {
	i, err := notLocal(r)
	if err != nil {
		return "", "", err
	}
	if err := r.ParseForm(); err != nil {
		return "", "", fault{"fault.form", nil, news.ErrInvalid}
	}
	var scopes []account.Scope
	for _, raw := range r.PostForm["scope"] {
		list, err := account.ParseScopes(raw)
		if err != nil {
			return "", "", err
		}
		scopes = append(scopes, list...)
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil || days < 1 || days > 366 {
		return "", "", fault{"fault.tokenlife", nil, news.ErrInvalid}
	}
	name = r.PostForm.Get("name")
	_, text, err = s.Accounts.AddToken(r.Context(), byPage(r), i.Name, name, scopes, time.Duration(days)*24*time.Hour)
	return text, name, err
}

// revokeToken revokes one's own, or an administrator anybody's.
func (s *Server) revokeToken(r *http.Request) (string, error) {
	i, err := notLocal(r)
	if err != nil {
		return "", err
	}
	owner, to := i.Name, "/account?done=token"
	if r.PostForm.Get("from") == "users" && i.May(account.Administer) {
		owner, to = "", "/users?done=token"
	}
	return to, s.Accounts.RevokeToken(r.Context(), byPage(r), r.PostForm.Get("token"), owner)
}

func (s *Server) renewFeeds(r *http.Request) (string, error) {
	i, err := notLocal(r)
	if err != nil {
		return "", err
	}
	return "/account?done=feeds", s.Accounts.RenewFeeds(r.Context(), byPage(r), i.Name)
}
