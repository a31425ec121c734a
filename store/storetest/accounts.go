package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"edict/account"
	"edict/news"
)

func userNamed(name string, role account.Role) account.User {
	return account.User{
		Name: name, ID: "id-" + name, Role: role, State: account.Active, Password: "$argon2id$" + name, Feeds: "secret of " + name,
		Created: Epoch, Changed: Epoch.Add(time.Second), Language: "zh-Hant", Zone: "Asia/Taipei",
	}
}

func actOn(what, target string) account.Act {
	return account.Act{Time: Epoch, Who: "root", Via: "command", What: what, Target: target, Detail: "with a \"sign\""}
}

// edits returns an edit of an account that ends nothing.
func edits(change func(*account.User), a account.Act) func(*account.User, account.Others) (account.Edit, error) {
	return func(u *account.User, _ account.Others) (account.Edit, error) {
		change(u)
		return account.Edit{Act: a}, nil
	}
}

// testAccounts: a name is given once, and an edit, what it ends and its line in the book
// are one.
func testAccounts(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "nobody yet", must(s.AnyUser(ctx))(t), false)
	_, err := s.User(ctx, "ada")
	fails(t, "an account that there is not", err, news.ErrNotFound)
	ada, bo := userNamed("ada", account.Admin), userNamed("bo", account.Reader)
	ok(t, s.AddUser(ctx, bo, actOn("user.add", "bo")))
	ok(t, s.AddUser(ctx, ada, actOn("user.add", "ada")))
	fails(t, "a name twice", s.AddUser(ctx, ada, actOn("user.add", "ada")), news.ErrConflict)
	same(t, "somebody", must(s.AnyUser(ctx))(t), true)
	same(t, "all, by name", must(s.Users(ctx))(t), []account.User{ada, bo})
	got := must(s.User(ctx, "ada"))(t)
	if got != ada || must(s.UserByID(ctx, "id-ada"))(t) != ada {
		t.Fatalf("read %+v, want %+v", got, ada)
	}
	_, err = s.UserByID(ctx, "ada")
	fails(t, "an id that there is not", err, news.ErrNotFound)

	bo.Role, bo.Seen = account.Analyst, Epoch.Add(time.Hour)
	same(t, "edited", must(s.EditUser(ctx, "bo", edits(func(u *account.User) { u.Role, u.Seen = bo.Role, bo.Seen }, actOn("user.role", "bo"))))(t), bo)
	if got := must(s.User(ctx, "bo"))(t); got != bo {
		t.Fatalf("kept %+v, want %+v", got, bo)
	}
	refused := errors.New("no")
	_, err = s.EditUser(ctx, "bo", func(u *account.User, _ account.Others) (account.Edit, error) {
		u.Role = account.Admin
		return account.Edit{}, refused
	})
	fails(t, "an edit that refuses", err, refused)
	same(t, "and wrote nothing", must(s.User(ctx, "bo"))(t).Role, account.Analyst)
	_, err = s.EditUser(ctx, "cy", edits(func(*account.User) {}, account.Act{}))
	fails(t, "an edit of nobody", err, news.ErrNotFound)

	for name, want := range map[string]account.Others{"ada": {Admins: 0, All: 1}, "bo": {Admins: 1, All: 1}} {
		_, err := s.EditUser(ctx, name, func(_ *account.User, others account.Others) (account.Edit, error) {
			same(t, "the others beside "+name, others, want)
			return account.Edit{}, nil
		})
		ok(t, err)
	}
	for _, name := range []string{"bo", "ada"} {
		must(s.EditUser(ctx, name, edits(func(u *account.User) { u.State, u.Password = account.Removed, "" }, actOn("user.remove", name))))(t)
	}
	same(t, "all are removed", must(s.AnyUser(ctx))(t), false)
	fails(t, "a removed one's name", s.AddUser(ctx, userNamed("bo", account.Reader), actOn("user.add", "bo")), news.ErrConflict)
	var what []string
	for _, a := range must(s.Acts(ctx, 0, 100))(t) {
		what = append(what, a.What+" "+a.Target)
	}
	same(t, "the book", what, []string{"user.remove ada", "user.remove bo", "user.role bo", "user.add ada", "user.add bo"})
}

func sessionOf(user, hash string, seen time.Time) account.Session {
	return account.Session{Hash: hash, User: user, Created: Epoch, Seen: seen, Expires: Epoch.Add(30 * 24 * time.Hour), Address: "192.0.2.1", Agent: "a browser"}
}

// testSessions: what is ended stays so, whoever looks at it at the same time.
func testSessions(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.AddUser(ctx, userNamed("ada", account.Admin), actOn("user.add", "ada")))
	never := Epoch.AddDate(-1, 0, 0)
	one, two := sessionOf("ada", "h1", Epoch), sessionOf("ada", "h2", Epoch.Add(time.Minute))
	other := sessionOf("bo", "h3", Epoch)
	for _, x := range []account.Session{one, two, other} {
		ok(t, s.AddSession(ctx, x, never, never))
	}
	if got := must(s.Session(ctx, "h1"))(t); got != one {
		t.Fatalf("read %+v, want %+v", got, one)
	}
	same(t, "of one user, the last first", must(s.Sessions(ctx, "ada"))(t), []account.Session{two, one})
	ok(t, s.SeeSession(ctx, "h1", Epoch.Add(time.Hour)))
	ok(t, s.SeeSession(ctx, "h1", Epoch)) // a slower request
	same(t, "seen", must(s.Session(ctx, "h1"))(t).Seen, Epoch.Add(time.Hour))

	ok(t, s.EndSession(ctx, "h1"))
	ok(t, s.EndSession(ctx, "h1"))
	ok(t, s.SeeSession(ctx, "h1", Epoch.Add(2*time.Hour)))
	_, err := s.Session(ctx, "h1")
	fails(t, "an ended one that was seen once more", err, news.ErrNotFound)
	ok(t, s.AddSession(ctx, one, never, never))
	same(t, "all but one", must(s.EndSessions(ctx, "ada", "h2"))(t), 1)
	same(t, "which stays", len(must(s.Sessions(ctx, "ada"))(t)), 1)
	ok(t, s.AddSession(ctx, one, never, never))
	_, err = s.EditUser(ctx, "ada", func(*account.User, account.Others) (account.Edit, error) {
		return account.Edit{EndSessions: true, Keep: "h1"}, nil
	})
	ok(t, err)
	same(t, "an edit that ends them", must(s.Sessions(ctx, "ada"))(t), []account.Session{one})

	// A new one takes out those that are over, by either of the times.
	last := sessionOf("ada", "h5", Epoch.Add(48*time.Hour))
	ended := sessionOf("ada", "h4", Epoch.Add(48*time.Hour))
	ended.Expires = Epoch.Add(time.Hour)
	ok(t, s.AddSession(ctx, ended, never, never))
	ok(t, s.AddSession(ctx, last, Epoch, Epoch.Add(time.Hour)))
	same(t, "what is over is out", must(s.Sessions(ctx, "ada"))(t), []account.Session{last})
	_, err = s.Session(ctx, "h3")
	fails(t, "another's, too", err, news.ErrNotFound)
}

// testTokens: they are found by their hash alone, and what is revoked stays so.
func testTokens(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.AddUser(ctx, userNamed("ada", account.Admin), actOn("user.add", "ada")))
	one := account.Token{ID: "t1", User: "ada", Name: "a script", Hash: "x1", Scopes: []account.Scope{account.Read, account.Review}, Created: Epoch}
	two := account.Token{ID: "t2", User: "bo", Name: "another", Hash: "x2", Scopes: []account.Scope{account.Read}, Created: Epoch.Add(time.Hour), Expires: Epoch.Add(2 * time.Hour)}
	ok(t, s.AddToken(ctx, one, actOn("token.add", "ada")))
	ok(t, s.AddToken(ctx, two, actOn("token.add", "bo")))
	same(t, "by its hash", must(s.Token(ctx, "x1"))(t), one)
	_, err := s.Token(ctx, "t1")
	fails(t, "by its id", err, news.ErrNotFound)
	same(t, "all, the newest first", must(s.Tokens(ctx, ""))(t), []account.Token{two, one})
	same(t, "of one", must(s.Tokens(ctx, "ada"))(t), []account.Token{one})
	ok(t, s.UseToken(ctx, "t1", Epoch.Add(time.Minute)))
	one.Used = Epoch.Add(time.Minute)
	same(t, "used", must(s.Token(ctx, "x1"))(t), one)

	fails(t, "revoked by another", s.RevokeToken(ctx, "t1", "bo", actOn("token.revoke", "t1")), news.ErrNotFound)
	ok(t, s.RevokeToken(ctx, "t1", "ada", actOn("token.revoke", "t1")))
	fails(t, "revoked again", s.RevokeToken(ctx, "t1", "", actOn("token.revoke", "t1")), news.ErrNotFound)
	ok(t, s.UseToken(ctx, "t1", Epoch))
	_, err = s.Token(ctx, "x1")
	fails(t, "a revoked one", err, news.ErrNotFound)
	_, err = s.EditUser(ctx, "ada", func(*account.User, account.Others) (account.Edit, error) { return account.Edit{EndTokens: true}, nil })
	ok(t, err)
	same(t, "another's stays", len(must(s.Tokens(ctx, ""))(t)), 1)
	if a := must(s.Acts(ctx, 0, 1))(t)[0]; a.Number != 4 || a.Target != "ada" || a.Detail != "t1 (a script)" {
		t.Errorf("the last line is %+v", a)
	}
}

// testBook: lines are numbered in their order and read page by page.
func testBook(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	by := account.WithBy(ctx, account.By{Who: "ada", Via: "command"})
	told := func(what, target string, do func(ctx context.Context) error) {
		t.Helper()
		other := fresh(t, b)
		ok(t, other.SaveSource(ctx, source("a", news.FromUser)))
		same(t, "what the program does by itself", must(other.Acts(ctx, 0, 9))(t), []account.Act{})
		s = other
		ok(t, do(by))
		list := must(s.Acts(ctx, 0, 9))(t)
		if len(list) != 1 || list[0].What != what || list[0].Target != target || list[0].Who != "ada" || list[0].Via != "command" || list[0].Time.IsZero() {
			t.Errorf("%s: the book is %+v", what, list)
		}
	}
	told("source.add", "b", func(ctx context.Context) error { return s.SaveSource(ctx, source("b", news.FromUser)) })
	told("source.change", "a", func(ctx context.Context) error { return s.SaveSource(ctx, source("a", news.FromUser)) })
	told("source.pause", "a", func(ctx context.Context) error { return s.PauseSource(ctx, "a", true) })
	told("source.remove", "a", func(ctx context.Context) error { return s.RemoveSource(ctx, "a") })
	told("subscription.secret", "s1", func(ctx context.Context) error { return s.SaveChannelSecret(ctx, "s1", "webhook:a", "hidden") })
	told("rules.apply", Rules.Hash, func(ctx context.Context) error {
		_, err := s.UseRules(ctx, Rules, files("one"), "ada", true)
		return err
	})
	s = fresh(t, b)
	for _, target := range []string{"a", "b", "c"} {
		ok(t, s.AddAct(ctx, actOn("source.add", target)))
	}
	list := must(s.Acts(ctx, 0, 2))(t)
	want := actOn("source.add", "c")
	want.Number = 3
	if len(list) != 2 || list[0] != want || list[1].Number != 2 {
		t.Fatalf("the last lines are %+v", list)
	}
	same(t, "before it", must(s.Acts(ctx, 2, 9))(t)[0].Target, "a")
	same(t, "before the first", must(s.Acts(ctx, 1, 9))(t), []account.Act{})
}
