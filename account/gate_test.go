package account_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/store"
)

const good = "four small words here"

// A house is a gate over a store, with a clock that the test moves.
type house struct {
	*account.Gate
	store *store.Store
	at    time.Time
}

func newHouse(t testing.TB, change ...func(*account.Config)) *house {
	t.Helper()
	h := &house{at: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.at }
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "edict.db"), slog.New(slog.DiscardHandler), now)
	ok(t, err)
	t.Cleanup(func() { _ = s.Close() })
	h.store = s
	c := account.Config{Users: s, Sessions: s, Tokens: s, Books: s, Now: now, Loopback: true}
	for _, f := range change {
		f(&c)
	}
	h.Gate, err = account.New(c)
	ok(t, err)
	account.SetMemory(h.Gate, 64) // what a hash costs is TestHash's
	return h
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

var root = account.By{Who: "root", Via: "command"}

func (h *house) add(t testing.TB, name string, role account.Role) {
	t.Helper()
	ok(t, h.AddUser(t.Context(), root, name, role, good))
}

// from is a request from an address, with cookies.
func from(address string, cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/login", nil)
	r.RemoteAddr = address + ":4711"
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return r
}

// signIn signs in and returns the cookie.
func (h *house) signIn(t testing.TB, r *http.Request, name string) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	ok(t, h.SignIn(w, r, name, good))
	list := w.Result().Cookies()
	if len(list) != 1 || list[0].Value == "" {
		t.Fatalf("cookies: %v", list)
	}
	return list[0]
}

func (h *house) who(t testing.TB, r *http.Request) account.Identity {
	t.Helper()
	i, err := h.Identify(r)
	ok(t, err)
	return i
}

func TestLocalModeEndsWithTheFirstAccount(t *testing.T) {
	h := newHouse(t)
	if i := h.who(t, from("127.0.0.1")); !i.Local || !i.May(account.Administer) {
		t.Fatalf("without an account: %+v", i)
	}
	fails(t, "a reader first", h.AddUser(t.Context(), root, "ada", account.Reader, good), news.ErrInvalid)
	h.add(t, "ada", account.Admin)
	if i := h.who(t, from("127.0.0.1")); i.Known() {
		t.Fatalf("with an account: %+v", i)
	}
	// Another process removes it: seen within a second.
	other, err := account.New(h.Config)
	ok(t, err)
	ok(t, other.RemoveUser(t.Context(), root, "ada"))
	h.at = h.at.Add(time.Second)
	if i := h.who(t, from("127.0.0.1")); !i.Local {
		t.Fatalf("without an account again: %+v", i)
	}
	beyond := newHouse(t, func(c *account.Config) { c.Loopback = false })
	if i := beyond.who(t, from("192.0.2.1")); i.Known() {
		t.Fatalf("beyond loopback without an account: %+v", i)
	}
	ok(t, h.store.Close())
	h.at = h.at.Add(time.Minute)
	if _, err := h.Identify(from("127.0.0.1")); !errors.Is(err, news.ErrUnavailable) {
		t.Errorf("while the store is away somebody is let in: %v", err)
	}
}

func TestSessions(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "bo", account.Reader)
	cookie := h.signIn(t, from("192.0.2.1"), " Ada ")
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.Secure {
		t.Errorf("the cookie is %+v", cookie)
	}
	i := h.who(t, from("192.0.2.1", cookie))
	if i.Name != "ada" || i.Role != account.Admin || i.Session == "" {
		t.Fatalf("signed in as %+v", i)
	}
	list, err := h.store.Sessions(t.Context(), "ada")
	ok(t, err)
	if len(list) != 1 || strings.Contains(list[0].Hash, cookie.Value) || list[0].Address != "192.0.2.1" {
		t.Errorf("kept as %+v", list)
	}

	// A role is another one from the next request on.
	ok(t, h.SetRole(t.Context(), root, "bo", account.Analyst))
	bo := h.signIn(t, from("192.0.2.2"), "bo")
	ok(t, h.SetRole(t.Context(), root, "bo", account.Reader))
	if i := h.who(t, from("192.0.2.2", bo)); i.May(account.Review) || !i.May(account.Read) {
		t.Errorf("after the role was taken: %+v", i)
	}

	// Seen now and then, a session lasts until its end, and no longer.
	for range 9 {
		h.at = h.at.Add(account.IdleTime - time.Hour)
		if h.at.Sub(list[0].Created) < account.AbsoluteTime && !h.who(t, from("192.0.2.1", cookie)).Known() {
			t.Fatalf("over after %s", h.at.Sub(list[0].Created))
		}
	}
	if i := h.who(t, from("192.0.2.1", cookie)); i.Known() {
		t.Errorf("still there after %s", h.at.Sub(list[0].Created))
	}
	again := h.signIn(t, from("192.0.2.1"), "ada")
	h.at = h.at.Add(account.IdleTime)
	if i := h.who(t, from("192.0.2.1", again)); i.Known() {
		t.Error("still there after nobody came for the idle time")
	}
	if list, err := h.store.Sessions(t.Context(), "bo"); err != nil || len(list) != 0 {
		t.Errorf("what is over is kept: %+v %v", list, err)
	}
}

// What a browser was given before is never what it is signed in with.
func TestNoFixation(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "eve", account.Reader)
	name := h.signIn(t, from("192.0.2.1"), "eve").Name
	planted := &http.Cookie{Name: name, Value: strings.Repeat("A", 43)}
	if got := h.signIn(t, from("192.0.2.1", planted), "ada"); got.Value == planted.Value {
		t.Error("a token that somebody made up was taken")
	}
	eves := h.signIn(t, from("192.0.2.6"), "eve")
	got := h.signIn(t, from("192.0.2.1", eves), "ada")
	if got.Value == eves.Value {
		t.Error("a token of another session was taken")
	}
	if i := h.who(t, from("192.0.2.6", eves)); i.Known() {
		t.Errorf("who planted his session is signed in as %s", i.Name)
	}
}

func TestWhatEndsSessions(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "bo", account.Reader)
	h.add(t, "cy", account.Admin)
	ctx := t.Context()
	for name, end := range map[string]func(here *http.Request) error{
		"logout": func(here *http.Request) error { return h.SignOut(httptest.NewRecorder(), here) },
		"logout everywhere, elsewhere": func(*http.Request) error {
			elsewhere := from("192.0.2.3", h.signIn(t, from("192.0.2.3"), "bo"))
			return h.SignOutEverywhere(httptest.NewRecorder(), elsewhere.WithContext(account.With(ctx, h.who(t, elsewhere))))
		},
		"by an administrator": func(*http.Request) error { return h.EndSessions(ctx, root, "bo") },
		"another password":    func(*http.Request) error { return h.SetPassword(ctx, root, "bo", good) },
		"disabled": func(*http.Request) error {
			return errors.Join(h.SetDisabled(ctx, root, "bo", true), h.SetDisabled(ctx, root, "bo", false))
		},
	} {
		r := from("192.0.2.2", h.signIn(t, from("192.0.2.2"), "bo"))
		i := h.who(t, r)
		if i.Name != "bo" {
			t.Fatalf("%s: signed in as %q", name, i.Name)
		}
		ok(t, end(r.WithContext(account.With(ctx, i))))
		if i := h.who(t, r); i.Known() {
			t.Errorf("%s: the session goes on", name)
		}
	}
	here, there := h.signIn(t, from("192.0.2.1"), "ada"), h.signIn(t, from("192.0.2.9"), "ada")
	i := h.who(t, from("192.0.2.1", here))
	fails(t, "a change without the old password", h.ChangePassword(ctx, i, "not this one, no", "other small words here"), account.ErrWrong)
	ok(t, h.ChangePassword(ctx, i, good, "other small words here"))
	if !h.who(t, from("192.0.2.1", here)).Known() || h.who(t, from("192.0.2.9", there)).Known() {
		t.Error("after a change of the password this browser alone should be signed in")
	}
	w := httptest.NewRecorder()
	fails(t, "the old password", h.SignIn(w, from("192.0.2.1"), "ada", good), account.ErrWrong)
}

// Nobody learns which names there are, and nobody may go on guessing.
func TestGuessingPasswords(t *testing.T) {
	h := newHouse(t)
	hashes := 0
	account.OnHash(h.Gate, func() { hashes++ })
	h.add(t, "ada", account.Admin)
	h.add(t, "off", account.Reader)
	ok(t, h.SetDisabled(t.Context(), root, "off", true))
	try := func(address, name, password string) error {
		return h.SignIn(httptest.NewRecorder(), from(address), name, password)
	}
	for name, password := range map[string]string{"ada": "not this one, no", "nobody": good, "off": good, "": "", "x\r\ny": good, strings.Repeat("a", 5000): strings.Repeat("b", 5000)} {
		before := hashes
		err := try("192.0.2.1", name, password)
		if !errors.Is(err, account.ErrWrong) || err.Error() != account.ErrWrong.Error() {
			t.Errorf("%.20q: %v", name, err)
		}
		if hashes != before+1 {
			t.Errorf("%.20q: %d passwords were hashed, so that the time tells", name, hashes-before)
		}
	}

	// One account from many addresses.
	h.at = h.at.Add(24 * time.Hour)
	tries := 0
	var many *account.TooManyError
	for i := range 60 {
		err := try("192.0.2."+string('0'+rune(i%10)), "ada", "not this one, no")
		if errors.As(err, &many) {
			break
		}
		fails(t, "a guess", err, account.ErrWrong)
		tries++
	}
	if tries != 10 || many == nil || many.Wait <= 0 {
		t.Errorf("%d tries on one account", tries)
	}
	before := hashes
	if err := try("192.0.2.200", "ada", good); !errors.As(err, &many) || hashes != before {
		t.Errorf("with the right password at the end of the tries: %v, %d hashes", err, hashes-before)
	}
	h.at = h.at.Add(many.Wait)
	if err := try("192.0.2.200", "ada", good); err != nil {
		t.Errorf("after waiting: %v", err)
	}

	// Many accounts from one address, or from one network of IPv6.
	for _, address := range []string{"198.51.100.1", "[2001:db8::%d]"} {
		h.at = h.at.Add(24 * time.Hour)
		tries, many = 0, nil
		for i := range 60 {
			err := try(strings.ReplaceAll(address, "%d", string('0'+rune(i%10))), "name"+string('a'+rune(i%26))+string('a'+rune(i/26)), good)
			if errors.As(err, &many) {
				break
			}
			tries++
		}
		if tries != 20 {
			t.Errorf("%d tries from %s", tries, address)
		}
	}
	// Who knows the password is not slowed down by his own success.
	h.at = h.at.Add(24 * time.Hour)
	for range 30 {
		ok(t, try("192.0.2.9", "ada", good))
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "bo", account.Reader)
	ctx := t.Context()
	fails(t, "another role", h.SetRole(ctx, root, "ada", account.Analyst), news.ErrConflict)
	fails(t, "disabled", h.SetDisabled(ctx, root, "ada", true), news.ErrConflict)
	fails(t, "removed", h.RemoveUser(ctx, root, "ada"), news.ErrConflict)
	h.add(t, "cy", account.Admin)
	ok(t, h.RemoveUser(ctx, root, "ada"))
	fails(t, "a removed name", h.AddUser(ctx, root, "ada", account.Reader, good), news.ErrConflict)
	fails(t, "an edit of a removed one", h.SetPassword(ctx, root, "ada", good), news.ErrNotFound)
	ok(t, h.RemoveUser(ctx, root, "bo"))
	ok(t, h.RemoveUser(ctx, root, "cy")) // nobody is shut out by it
	acts, err := h.store.Acts(ctx, 0, 100)
	ok(t, err)
	var got []string
	for _, a := range acts {
		if a.Who != "root" || a.Via != "command" || strings.Contains(a.Detail, good) {
			t.Errorf("a line of the book: %+v", a)
		}
		got = append(got, a.What+" "+a.Target)
	}
	if want := []string{"user.remove cy", "user.remove bo", "user.remove ada", "user.add cy", "user.add bo", "user.add ada"}; !slices.Equal(got, want) {
		t.Errorf("the book has %q, want %q", got, want)
	}
}

func TestNames(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"", "local", "edict", "Äda", "a b", "a\r\nSet-Cookie: x", ".a", "<b>", strings.Repeat("a", 61), "аda" /* Cyrillic */} {
		fails(t, "the name "+name, h.AddUser(t.Context(), root, name, account.Admin, good), news.ErrInvalid)
	}
	h.add(t, "ada@example.org", account.Admin)
}

// A password that was hashed for less is hashed anew when its owner signs in.
func TestStaleHash(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	account.SetMemory(h.Gate, 128)
	for range 2 {
		h.signIn(t, from("192.0.2.1"), "ada")
		u, err := h.store.User(t.Context(), "ada")
		ok(t, err)
		if !strings.Contains(u.Password, "$m=128,") || u.Seen.IsZero() {
			t.Errorf("kept as %+v", u)
		}
	}
}

func TestFirstAdmin(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	for _, text := range []string{"ada", "ada:", "ada:short", ":" + good, "local:" + good} {
		_, err := h.MakeFirst(ctx, text)
		fails(t, text, err, news.ErrInvalid)
	}
	if made, err := h.MakeFirst(ctx, ""); made || err != nil {
		t.Errorf("of nothing: %v %v", made, err)
	}
	if made, err := h.MakeFirst(ctx, "ada:with: a colon in it"); !made || err != nil {
		t.Fatalf("%v %v", made, err)
	}
	ok(t, h.SignIn(httptest.NewRecorder(), from("192.0.2.1"), "ada", "with: a colon in it"))
	if made, err := h.MakeFirst(ctx, "eve:"+good); made || err != nil {
		t.Errorf("a second first one: %v %v", made, err)
	}
}

// A proxy is believed if it is named, and nobody else.
func TestAddress(t *testing.T) {
	proxies, err := account.ParseProxies(" 127.0.0.1, 10.0.0.0/8 ,")
	ok(t, err)
	h := newHouse(t, func(c *account.Config) { c.Proxies = proxies })
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1", "203.0.113.9", "192.0.2.1"},
		{"127.0.0.1", "203.0.113.9", "203.0.113.9"},
		{"127.0.0.1", "203.0.113.9, 198.51.100.4", "198.51.100.4"}, // the first is the client's own word
		{"127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"127.0.0.1", "203.0.113.9:5000", "203.0.113.9"},
		{"127.0.0.1", "nonsense", "127.0.0.1"},
		{"127.0.0.1", "", "127.0.0.1"},
	} {
		r := from(c.remote)
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := h.Address(r).String(); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
	if _, err := account.ParseProxies("proxy.example"); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("a name: %v", err)
	}
}

func TestNewNeedsItsParts(t *testing.T) {
	if _, err := account.New(account.Config{}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("without anything: %v", err)
	}
}
