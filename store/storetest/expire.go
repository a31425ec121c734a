package storetest

import (
	"encoding/json"
	"testing"

	"edict/news"
)

// testExpire: old texts go, and what was found in them stays.
func testExpire(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 3)))
	ok(t, s.Keep(ctx, []news.Record{Tagged(ArticleText(1, "又一段。"), Rules, news.Auto)}))
	list := must(s.Changes(ctx, 0, 10))(t)
	index(t, s)
	before := must(s.Current(ctx, Article(2).ID))(t)

	same(t, "nothing is so old", must(s.Expire(ctx, list[0].Time.AddDate(-1, 0, 0), 10))(t), 0)
	same(t, "a few", must(s.Expire(ctx, list[2].Time.AddDate(1, 0, 0), 2))(t), 2)
	same(t, "the rest", must(s.Expire(ctx, list[2].Time.AddDate(1, 0, 0), 10))(t), 2)
	same(t, "no more", must(s.Expire(ctx, list[2].Time.AddDate(1, 0, 0), 10))(t), 0)
	green(t, s)

	r := must(s.Current(ctx, Article(2).ID))(t)
	same(t, "the text", r.Text+r.Summary, "")
	same(t, "it says so", r.Expired, true)
	want := before
	want.Text, want.Summary, want.Expired = "", "", true
	same(t, "all else", r, want)
	ok(t, r.Validate())
	index(t, s)
	same(t, "found by its tags", len(must(s.Records(ctx, news.Filter{Label: mine}))(t)), 3)
	same(t, "found by its title", len(must(s.Records(ctx, news.Filter{Words: "\"Province 2 closes\""}))(t)), 1)
	same(t, "not by its text", len(must(s.Records(ctx, news.Filter{Words: "grants"}))(t)), 0)

	// An export of it is taken in elsewhere, and comes back with its words when the text does.
	other := fresh(t, b)
	var again news.Record
	ok(t, json.Unmarshal(must(json.Marshal(r))(t), &again))
	same(t, "taken in", must(other.Import(ctx, []news.Record{again}, true))(t), 1)
	same(t, "the same", must(other.Current(ctx, Article(2).ID))(t), r)
	green(t, other)
	ok(t, other.Keep(ctx, []news.Record{Tagged(Article(2), news.RuleSet{Version: "2", Hash: "h1"}, news.Auto)}))
	same(t, "with its words", must(other.Current(ctx, Article(2).ID))(t).Text, Article(2).Text)
	green(t, other)
}
