package account_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
)

func TestTokens(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "bo", account.Reader)
	ctx := t.Context()
	with := func(text string) *http.Request {
		r := from("192.0.2.1")
		r.Header.Set("Authorization", "bearer "+text)
		return r
	}
	one, text, err := h.AddToken(ctx, root, "ada", "a script", []account.Scope{account.Read, account.Review}, time.Hour)
	ok(t, err)
	if i := h.who(t, with(text)); i.Name != "ada" || !slices.Equal(i.Scopes, []account.Scope{account.Read, account.Review}) || i.Token != one.ID || i.Session != "" {
		t.Errorf("let in as %+v", i)
	}
	kept, err := h.store.Tokens(ctx, "ada")
	ok(t, err)
	if len(kept) != 1 || strings.Contains(text, kept[0].Hash) || len(text) < 70 || kept[0].Used.IsZero() {
		t.Errorf("kept as %+v", kept)
	}
	_, _, err = h.AddToken(ctx, root, "bo", "too much", []account.Scope{account.Review}, 0)
	fails(t, "a scope beyond the role", err, news.ErrRefused)
	for name, life := range map[string]time.Duration{"": 0, "a\nb": 0, "long": 400 * 24 * time.Hour, "past": -time.Hour} {
		_, _, err = h.AddToken(ctx, root, "ada", name, []account.Scope{account.Read}, life)
		fails(t, "a token "+name, err, news.ErrInvalid)
	}
	_, _, err = h.AddToken(ctx, root, "nobody", "x", []account.Scope{account.Read}, 0)
	fails(t, "a token of nobody", err, news.ErrNotFound)

	// The role counts as it is now.
	h.add(t, "cy", account.Admin)
	ok(t, h.SetRole(ctx, root, "ada", account.Reader))
	if i := h.who(t, with(text)); i.May(account.Review) || !i.May(account.Read) {
		t.Errorf("after the role was taken: %+v", i)
	}
	opensNothing := func(what, text string) {
		t.Helper()
		_, err := h.Identify(with(text))
		fails(t, what, err, account.ErrToken)
	}
	ok(t, h.SetDisabled(ctx, root, "ada", true))
	opensNothing("a token of a disabled account", text)
	ok(t, h.SetDisabled(ctx, root, "ada", false))
	h.at = h.at.Add(time.Hour)
	opensNothing("a token that is over", text)
	_, text, err = h.AddToken(ctx, root, "ada", "another", []account.Scope{account.Read}, 0)
	ok(t, err)
	h.who(t, with(text))
	opensNothing("a token cut short", text[:len(text)-1])
	opensNothing("no token", "")
	two, _, err := h.AddToken(ctx, root, "bo", "his", []account.Scope{account.Read}, 0)
	ok(t, err)
	fails(t, "another's revoked", h.RevokeToken(ctx, root, two.ID, "ada"), news.ErrNotFound)
	ok(t, h.RemoveUser(ctx, root, "ada"))
	opensNothing("a token of a removed account", text)

	// Guessing ends.
	var many *account.TooManyError
	tries := 0
	for range 100 {
		if _, err := h.Identify(with("edict_guess")); errors.As(err, &many) {
			break
		}
		tries++
	}
	if many == nil || tries > 60 {
		t.Errorf("%d guesses", tries)
	}
}

func TestFeedKeys(t *testing.T) {
	h := newHouse(t)
	h.add(t, "ada", account.Admin)
	h.add(t, "bo", account.Reader)
	ctx := t.Context()
	i := h.who(t, from("192.0.2.1", h.signIn(t, from("192.0.2.1"), "bo")))
	key := i.FeedKey("/feeds/label/mining_crackdown.atom")
	ask := func(path string) (account.Identity, error) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		return h.Identify(r)
	}
	for _, end := range []string{".atom", ".json"} {
		got, err := ask("/feeds/label/mining_crackdown" + end + "?key=" + key)
		if err != nil || got.Name != "bo" || !got.Feed || got.May(account.Read) {
			t.Errorf("let in as %+v, %v", got, err)
		}
	}
	for _, path := range []string{
		"/feeds/label/pro_blockchain_policy.atom?key=" + key, "/feeds/label/mining_crackdown.atom?key=" + key[:len(key)-1], "/feeds/label/mining_crackdown.atom?key=x",
		"/feeds/label/mining_crackdown.atom?key=.", "/feeds/label/mining_crackdown.atom?key=" + strings.Replace(key, ".", "", 1),
	} {
		_, err := ask(path)
		fails(t, path, err, news.ErrRefused)
	}
	if got, err := ask("/records/1?key=" + key); err != nil || got.Known() {
		t.Errorf("beside the feeds a key lets in %+v, %v", got, err)
	}
	if got, err := ask("/feeds/label/mining_crackdown.atom"); err != nil || got.Known() {
		t.Errorf("without a key: %+v, %v", got, err)
	}
	ok(t, h.RenewFeeds(ctx, root, "bo"))
	_, err := ask("/feeds/label/mining_crackdown.atom?key=" + key)
	fails(t, "a stopped address", err, news.ErrRefused)
	ok(t, h.RemoveUser(ctx, root, "bo"))
	if key := account.Local().FeedKey("/feeds/x.atom"); key != "" {
		t.Errorf("in local mode a feed has the key %s", key)
	}
}
