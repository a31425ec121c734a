package web

import (
	"fmt"
	"net/http"
	"strconv"

	"edict/account"
	"edict/news"
)

// usersBody is the page of all accounts.
type usersBody struct {
	problemBody

	Local  bool // nobody signed in, and there is no account
	Shut   bool // beyond loopback: the first account cannot be made here
	Rows   []userView
	Gone   []userView // removed ones
	Tokens []tokenView
	Roles  []account.Role
	Least  int // characters of a password
}

type userView struct {
	Name          string
	Role          account.Role
	State         account.State
	Me            bool
	Created, Seen moment
	Tokens        int
}

var usersDone = map[string]string{
	"add": "The account is made.", "role": "The role is another one now.", "password": "The password is set, and its browsers are signed out.",
	"disable": "The account is disabled.", "enable": "The account is enabled.", "remove": "The account is removed.",
	"signout": "Its browsers are signed out.", "feeds": "Its feed addresses are others now.", "token": "The token is revoked.",
}

func (s *Server) showUsers(r *http.Request) (view, error) {
	ctx, i := r.Context(), account.From(r.Context())
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	b := &usersBody{Local: i.Local, Roles: account.Roles(), Least: account.MinPassword}
	b.Done = usersDone[r.URL.Query().Get("done")]
	if b.Tokens, err = s.tokenViews(r, ""); err != nil {
		return view{}, err
	}
	tokens := map[string]int{}
	for _, x := range b.Tokens {
		tokens[x.User]++
	}
	list, err := s.Accounts.Users.Users(ctx)
	if err != nil {
		return view{}, err
	}
	for _, u := range list {
		row := userView{u.Name, u.Role, u.State, u.Name == i.Name, s.moment(u.Created), s.moment(u.Seen), tokens[u.Name]}
		if u.State == account.Removed {
			b.Gone = append(b.Gone, row)
			continue
		}
		b.Rows = append(b.Rows, row)
	}
	if b.Local {
		b.Roles = []account.Role{account.Admin}
	}
	return view{template: "users", title: "Users", nav: "users", totals: t, body: b}, nil
}

func (s *Server) addUser(r *http.Request) (string, error) {
	f := r.PostForm
	role, err := account.ParseRole(f.Get("role"))
	if err != nil {
		return "", err
	}
	local := account.From(r.Context()).Local
	err = s.Accounts.AddUser(r.Context(), byPage(r), f.Get("name"), role, f.Get("password"))
	if local { // from now on a login is needed
		return "/login?next=%2Fusers", err
	}
	return "/users?done=add", err
}

func (s *Server) editUser(r *http.Request) (string, error) {
	ctx, f, by := r.Context(), r.PostForm, byPage(r)
	name, act := f.Get("name"), f.Get("act")
	done := "/users?done=" + act
	switch act {
	case "role":
		return done, s.Accounts.SetRole(ctx, by, name, account.Role(f.Get("role")))
	case "password":
		return done, s.Accounts.SetPassword(ctx, by, name, f.Get("password"))
	case "disable", "enable":
		return done, s.Accounts.SetDisabled(ctx, by, name, act == "disable")
	case "signout":
		return done, s.Accounts.EndSessions(ctx, by, name)
	case "feeds":
		return done, s.Accounts.RenewFeeds(ctx, by, name)
	case "remove":
		if f.Get("sure") != name {
			return "", fmt.Errorf("to remove %s for good, tick that you are sure: %w", cut(name, 60), news.ErrInvalid)
		}
		return done, s.Accounts.RemoveUser(ctx, by, name)
	}
	return "", fmt.Errorf("%q is nothing that can be done to an account: %w", cut(act, 20), news.ErrInvalid)
}

// auditBody is the page of the book of administration.
type auditBody struct {
	Rows  []auditRow
	Older string
}

type auditRow struct {
	Number                         int64
	Time                           moment
	Who, Via, What, Target, Detail string
}

const auditPage = 100 // lines

func (s *Server) showAudit(r *http.Request) (view, error) {
	var before int64
	if raw := r.URL.Query().Get("before"); raw != "" {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 1 {
			return view{}, fmt.Errorf("%q is not the number of a line: %w", cut(raw, 20), news.ErrInvalid)
		}
		before = n
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	list, err := s.Accounts.Books.Acts(r.Context(), before, auditPage+1)
	if err != nil {
		return view{}, err
	}
	var b auditBody
	if len(list) > auditPage {
		list = list[:auditPage]
		b.Older = "/audit?before=" + strconv.FormatInt(list[auditPage-1].Number, 10)
	}
	for _, a := range list {
		b.Rows = append(b.Rows, auditRow{a.Number, s.moment(a.Time), a.Who, a.Via, a.What, a.Target, a.Detail})
	}
	return view{template: "audit", title: "Audit", nav: "audit", totals: t, body: b}, nil
}
