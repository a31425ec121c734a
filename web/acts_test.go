package web_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"edict/catalogue"
	"edict/news"
	"edict/store"
	"edict/web"
)

// A keptScout adds sources to a store.
type keptScout struct {
	*scout
	*store.Store
}

func (k keptScout) AddSource(ctx context.Context, src news.Source) error {
	return k.SaveSource(ctx, src)
}

// A keptBench puts rules into use in a store.
type keptBench struct {
	*bench
	*store.Store
}

func (b keptBench) ApplyRules(ctx context.Context, who string, _ int64, _ bool) error {
	_, err := b.UseRules(ctx, news.RuleSet{Version: "2", Hash: "aa"}, map[string][]byte{"a.yaml": []byte("x")}, who, true)
	return err
}

func (b keptBench) RuleDraft(ctx context.Context, number int64) (news.RuleDraft, error) {
	return b.bench.RuleDraft(ctx, number)
}

// Everything that an administrator can do on the pages leaves one line in the book, with
// who, from where, what and to what, in words of the reader's language; what was refused
// leaves none.
func TestEveryActLeavesALine(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.Server.Watch, h.Server.Scout = h.Store, keptScout{&scout{}, h.Store}
	h.Server.Review.Bench = keptBench{&bench{deskShelf: &deskShelf{shelf: newShelf(), drafts: sampleDrafts()}}, h.Store}
	h.Server.Alerts.Secrets = func(ctx context.Context, sub news.Subscription) (out []web.ChannelSecret, err error) {
		for _, name := range sub.ChannelNames() {
			out = append(out, web.ChannelSecret{Channel: name, Secret: "s"})
			err = h.SaveChannelSecret(ctx, sub.ID, name, "s")
		}
		return out, err
	}
	article := news.NewArticle(sample("chainfeed", "Wallet maker recalls a key", "The device costs 79 dollars.", time.Hour).Content, false)
	_, err := h.Hand(ctx, []news.Article{article})
	ok(t, err)
	ok(t, h.MarkDead(ctx, article.Key(), "classifier", "x"))
	ok(t, h.SaveSubscription(ctx, news.Subscription{ID: "hooked", Name: "Hooked", Owner: "rob", Created: now, Channels: []string{hook}, Query: news.Query{Words: "x"}}))

	root := h.as(t, "root")
	form := func(fields ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			v.Add(fields[i], fields[i+1])
		}
		return v
	}
	const other = "four other small words"
	source := []string{"act", "add", "name", "Steppe", "kind", "official", "feed", "https://steppe.example/en.xml", "every", "5"}
	for _, x := range []struct {
		what, target, path string
		form               url.Values
	}{
		{"user.add", "eve", "/users", form("name", "eve", "role", "reader", "password", goodPassword)},
		{"user.role", "eve", "/users/edit", form("act", "role", "name", "eve", "role", "analyst")},
		{"user.password", "eve", "/users/edit", form("act", "password", "name", "eve", "password", other)},
		{"user.signout", "eve", "/users/edit", form("act", "signout", "name", "eve")},
		{"user.disable", "eve", "/users/edit", form("act", "disable", "name", "eve")},
		{"user.enable", "eve", "/users/edit", form("act", "enable", "name", "eve")},
		{"feeds.renew", "eve", "/users/edit", form("act", "feeds", "name", "eve")},
		{"user.remove", "eve", "/users/edit", form("act", "remove", "name", "eve", "sure", "eve")},
		{"token.add", "root", "/account/tokens", form("name", "x", "scope", "read", "days", "30")},
		{"token.revoke", "root", "/account/tokens/revoke", nil},
		{"feeds.renew", "root", "/account/feeds", nil},
		{"user.password", "root", "/account/password", form("was", goodPassword, "password", other, "again", other)},
		{"source.add", "steppe", "/sources", form(source...)},
		{"source.change", "steppe", "/sources", form(append(source, "page", "https://steppe.example/about")...)},
		{"source.pause", "steppe", "/sources/steppe", form("act", "pause")},
		{"source.resume", "steppe", "/sources/steppe", form("act", "resume")},
		{"source.remove", "steppe", "/sources/steppe", form("act", "remove", "sure", "1")},
		{"dead.replay", "1 articles", "/dead/replay", form("id", article.ID+"."+article.Version)},
		{"subscription.secret", "hooked", "/subscriptions/hooked/secret", nil},
		{"rules.apply", "aa", "/rules/drafts/1", form("act", "apply")},
	} {
		before, err := h.Acts(ctx, 0, 1)
		ok(t, err)
		if x.what == "token.revoke" {
			list, err := h.Tokens(ctx, "root")
			ok(t, err)
			x.form = form("token", list[0].ID)
		}
		res, body := root.post(x.path, x.form)
		after, err := h.Acts(ctx, 0, 2)
		ok(t, err)
		if len(after) == 0 || res.StatusCode >= 400 {
			t.Fatalf("%s: %d\n%.400s", x.what, res.StatusCode, body)
		}
		if a := after[0]; a.Number != before[0].Number+1 || a.What != x.what || a.Target != x.target || a.Who != "root" || a.Via != "page" {
			t.Errorf("%s of %s left %+v after %+v", x.what, x.target, a, before[0])
		}
		key := "audit.act." + x.what
		for _, language := range catalogue.Languages {
			if !h.Texts()[language].Has(key) {
				t.Errorf("%s is not said in %s", key, language)
			}
		}
	}
	// All that the book knows by name was done here.
	raw, err := h.Acts(ctx, 0, 100)
	ok(t, err)
	done := map[string]bool{}
	for _, a := range raw {
		done[a.What] = true
	}
	for _, key := range keysOf(t, "audit.act.") {
		if !done[key] {
			t.Errorf("%s is in the texts and was not done", key)
		}
	}
	_, page := root.wants(http.StatusOK, http.MethodGet, "/audit", nil)
	lacks(t, "the book", page, "source resumed", "rules applied", "dead articles tried again", "webhook secret renewed", "token revoked")

	// What is refused leaves no line.
	for _, x := range []struct {
		who  string
		path string
		form url.Values
	}{
		{"root", "/users", form("name", "ann", "role", "reader", "password", goodPassword)}, // there is one
		{"root", "/users/edit", form("act", "disable", "name", "root")},                     // the last administrator
		{"root", "/sources/steppe", form("act", "pause")},                                   // it is gone
		{"root", "/account/tokens/revoke", form("token", "00000000")},
		{"rob", "/users/edit", form("act", "disable", "name", "ann")},
		{"rob", "/sources/harbour-post", form("act", "pause")},
		{"rob", "/dead/replay", form("id", article.ID+"."+article.Version)},
		{"ann", "/rules/drafts/1", form("act", "apply")},
		{"ann", "/subscriptions/hooked/secret", nil},
	} {
		c := root
		if x.who != "root" {
			c = h.as(t, x.who)
		}
		if res, body := c.post(x.path, x.form); res.StatusCode < 400 {
			t.Errorf("%s by %s: %d\n%.300s", x.path, x.who, res.StatusCode, body)
		}
	}
	again, err := h.Acts(ctx, 0, 100)
	ok(t, err)
	if len(again) != len(raw) {
		t.Errorf("what was refused left %+v", again[0])
	}
}

// keysOf are the keys of the catalogue that begin with a prefix, without it.
func keysOf(t *testing.T, prefix string) (out []string) {
	t.Helper()
	raw, err := os.ReadFile("texts/en.txt")
	ok(t, err)
	for _, m := range regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(prefix)+`(\S+) = `).FindAllStringSubmatch(string(raw), -1) {
		out = append(out, m[1])
	}
	if !slices.Contains(out, "user.add") {
		t.Fatalf("the keys are %q", out)
	}
	return out
}
