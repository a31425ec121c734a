package web

import (
	"net/http"
	"strconv"
	"strings"

	"edict/account"
	"edict/news"
)

// usersBody is the page of all accounts.
type usersBody struct {
	problemBody

	Local  bool // nobody signed in, and there is no account
	Shut   bool // beyond loopback: the first account cannot be made here
	Rows   []userView
	Gone   string // the names of removed ones
	Tokens []tokenView
	Roles  []coded
	Least  int // characters of a password
}

type userView struct {
	Name          string
	Role          coded
	Off, Me       bool
	Created, Seen moment
	Tokens        int
}

func (s *Server) showUsers(r *http.Request) (view, error) {
	ctx, i := r.Context(), account.From(r.Context())
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	b := &usersBody{Local: i.Local, Least: account.MinPassword}
	b.Done = s.did("users.did.", r.URL.Query().Get("done"))
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
	var gone []string
	for _, u := range list {
		row := userView{u.Name, s.nameRole(u.Role), u.State == account.Disabled, u.Name == i.Name, s.moment(u.Created), s.moment(u.Seen), tokens[u.Name]}
		if u.State == account.Removed {
			gone = append(gone, u.Name)
			continue
		}
		b.Rows = append(b.Rows, row)
	}
	b.Gone = strings.Join(gone, s.say("list.comma"))
	for _, role := range account.Roles() {
		if !b.Local || role == account.Admin { // the first account is an administrator's
			b.Roles = append(b.Roles, s.nameRole(role))
		}
	}
	return view{template: "users", title: s.say("users"), nav: "users", totals: t, body: b}, nil
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
			return "", fault{"fault.unsure", []any{"name", cut(name, 60)}, news.ErrInvalid}
		}
		return done, s.Accounts.RemoveUser(ctx, by, name)
	}
	return "", fault{"fault.noact", []any{"act", cut(act, 20)}, news.ErrInvalid}
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
	before, err := readBefore(r.URL.Query())
	if err != nil {
		return view{}, err
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
		b.Rows = append(b.Rows, auditRow{a.Number, s.moment(a.Time), a.Who, s.named("via", a.Via), s.named("audit.act", a.What), a.Target, s.tellAct(a)})
	}
	return view{template: "audit", title: s.say("audit"), nav: "audit", totals: t, body: b}, nil
}

// tellAct says how something was done, in the reader's language where the book holds
// codes; what it holds besides is told as it is.
func (s *Server) tellAct(a account.Act) string {
	switch a.What {
	case "user.add":
		if role, is := strings.CutPrefix(a.Detail, "as "); is {
			return s.say("audit.as", "role", s.named("role", role))
		}
	case "user.role":
		if role, was, is := strings.Cut(a.Detail, ", was "); is {
			return s.say("audit.was", "role", s.named("role", role), "was", s.named("role", was))
		}
	case "token.add":
		at := strings.LastIndex(a.Detail, ", scopes ") // a name may hold the same words
		if at < 0 {
			break
		}
		if list, err := account.ParseScopes(a.Detail[at+len(", scopes "):]); err == nil {
			return s.say("audit.scopes", "token", a.Detail[:at], "scopes", s.nameScopes(list))
		}
	}
	return a.Detail
}
