package storetest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/store"
)

// Fill puts rows into every table of an empty store but those of the search index.
func Fill(t testing.TB, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	must(s.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, []news.Visit{visit("a", 1, Epoch)}))(t)
	ok(t, s.Keep(ctx, Records(0, 230)))
	ok(t, s.Keep(ctx, []news.Record{Tagged(ArticleText(1, "又一段。"), Rules, news.Review)}))
	// A copy that names its original is of its story, until an analyst says otherwise.
	copied := Article(2).Content
	copied.URL, copied.CanonicalURL, copied.Original = "https://copy.example/2", "", Article(2).CanonicalURL
	copied.Fetched = copied.Fetched.Add(time.Minute)
	another := Tagged(news.NewArticle(copied, true), Rules, news.Auto)
	ok(t, s.Keep(ctx, []news.Record{another}))
	must(s.SplitStory(ctx, "ada", Article(2).ID, another.Key().Article, "a test"))(t)
	ok(t, s.SaveSubscription(ctx, subscriptionOf("a")))
	must(s.Decide(ctx, verdict(Article(1), news.Accept, mine)))(t)
	must(s.Claim(ctx, ref(Article(1), fund), "ada", Epoch.AddDate(2, 0, 0), false))(t)
	ok(t, s.Snooze(ctx, ref(Article(2), mine), "ada", Epoch.AddDate(2, 0, 0)))
	timed := verdict(Article(2), news.Accept, fund)
	timed.Spent = time.Second
	must(s.Decide(ctx, timed))(t)
	must(s.AddNote(ctx, news.Note{Who: "ada", Article: Article(1).ID, Text: "A note."}))(t)
	must(s.Enter(ctx, Article(300), Visit(Article(300))))(t)
	must(s.Enter(ctx, Article(301), Visit(Article(301))))(t)
	ok(t, s.MarkDead(ctx, Article(301).Key(), "classifier", "a \"reason\" <with> signs"))
	use := must(s.UseRules(ctx, Rules, files("one\ntwo"), "ada", true))(t)
	use.Finished = Epoch
	must(s.Reclassify(ctx, use, nil))(t)
	must(s.AddRuleDraft(ctx, news.RuleDraft{Who: "ada", From: "a test", Rules: Rules}, files("one\ntwo")))(t)
	ok(t, s.MoveCursor(ctx, "relay", 17))
	d := told(t, s, "a", "s", 1, Epoch, "", hook, mail)[0]
	d.State, d.Sent = news.DeliverySent, Epoch
	ok(t, s.Settle(ctx, []news.Delivery{d}, []news.Try{{Message: d.ID, Number: 1, Time: Epoch, Outcome: news.TrySent, Answer: "200"}}))
	ok(t, s.SaveChannelSecret(ctx, "a", d.Channel, "one"))
	ok(t, s.SaveSilence(ctx, silenceOf("q", time.Hour)))
	ok(t, s.AddFlag(ctx, news.Flag{Time: Epoch, Who: "ada", Subscription: "a", Story: "s", Record: "r"}))
	must(s.AddNotice(ctx, news.NewNotice(news.Warning, "a", "x", Epoch), nil))(t)
	must(s.LinkKeys(ctx, Epoch, Epoch, func() string { return "secret" }))(t)
	ok(t, s.AddUser(ctx, userNamed("ada", account.Admin), actOn("user.add", "ada")))
	ok(t, s.AddSession(ctx, sessionOf("ada", "h", Epoch), Epoch.AddDate(-1, 0, 0), Epoch))
	ok(t, s.AddToken(ctx, account.Token{ID: "t", User: "ada", Name: "n", Hash: "x", Scopes: account.Scopes(), Created: Epoch}, actOn("token.add", "ada")))
}

// testBackup: what was backed up is there again in an empty store, byte for byte, and
// goes on from there.
func testBackup(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	Fill(t, s)
	index(t, s)

	var first bytes.Buffer
	n := must(s.Backup(ctx, &first))(t)
	whole := first.String()
	to := fresh(t, b)
	same(t, "rows restored", must(to.Restore(ctx, strings.NewReader(whole)))(t), n)
	same(t, "relay goes on where it stood", must(to.Cursor(ctx, "relay"))(t), 17)
	same(t, "the index does not", must(to.Cursor(ctx, "search"))(t), 0)
	index(t, to)
	var second bytes.Buffer
	must(to.Backup(ctx, &second))(t)
	same(t, "backed up again", second.String() == whole, true)
	same(t, "found by words", ids(must(to.Records(ctx, news.Filter{Words: "挖矿"}))(t)), ids(must(s.Records(ctx, news.Filter{Words: "挖矿"}))(t)))
	green(t, to)

	ok(t, to.Keep(ctx, Records(400, 2)))
	same(t, "it goes on", must(to.Balance(ctx))(t), news.Balance{Total: 236, Stored: 234, Dead: 1, Waiting: 1})
	must(to.Undo(ctx, "ada", 0, ""))(t)
	green(t, to)

	_, err := to.Restore(ctx, strings.NewReader(whole))
	fails(t, "over what is there", err, news.ErrConflict)
	lines := strings.SplitAfter(whole, "\n")
	for name, text := range map[string]string{
		"nothing":             "",
		"something else":      "{\"schema\":\"edict.record/1\"}\n",
		"no JSON":             "PK\x03\x04",
		"one that breaks off": whole[:len(whole)/2],
		"without its end":     strings.Join(lines[:len(lines)-2], ""),
		"with a line less":    strings.Join(append(append([]string{}, lines[:3]...), lines[4:]...), ""),
		"a table too many":    lines[0] + "{\"table\":\"x\",\"rows\":[[1]]}\n",
		"out of order":        lines[0] + lines[5] + lines[1],
		"a row too short":     lines[0] + "{\"table\":\"sources\",\"rows\":[[\"a\"]]}\n",
		"a wrong kind":        lines[0] + "{\"table\":\"cursors\",\"rows\":[[\"a\",\"b\"]]}\n",
	} {
		empty := fresh(t, b)
		_, err := empty.Restore(ctx, strings.NewReader(text))
		fails(t, name, err, news.ErrInvalid)
		same(t, name+": it is still empty", must(empty.Balance(ctx))(t), news.Balance{})
		must(empty.Restore(ctx, strings.NewReader(whole)))(t)
	}
}
