package storetest

import (
	"testing"

	"edict/news"
)

func testHand(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	articles := []news.Article{Article(0), Article(1), Article(2)}
	same(t, "nothing was handed over", len(must(s.Handed(ctx, 10))(t)), 0)
	same(t, "new ones", must(s.Hand(ctx, articles))(t), 3)
	same(t, "the same ones", must(s.Hand(ctx, articles))(t), 0)
	same(t, "they wait", must(s.Balance(ctx))(t), news.Balance{Total: 3, Waiting: 3})

	unfinished := func() int { return len(must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 10, news.Key{}))(t)) }
	same(t, "what is handed over is nobody else's", unfinished(), 0)

	first := must(s.Handed(ctx, 2))(t)
	same(t, "what was taken waits like any other", unfinished(), 2)
	same(t, "taken", len(first), 2)
	same(t, "an attempt was counted", first[0].Attempts, 1)
	rest := must(s.Handed(ctx, 2))(t)
	same(t, "each is taken once", len(rest), 1)
	whole := map[string]string{articles[0].ID: articles[0].Text, articles[1].ID: articles[1].Text, articles[2].ID: articles[2].Text}
	same(t, "whole", rest[0].Article.Text, whole[rest[0].Article.ID])
	same(t, "none is left", len(must(s.Handed(ctx, 10))(t)), 0)

	ok(t, s.Keep(ctx, []news.Record{Tagged(first[1].Article, Rules, news.Auto)}))
	ok(t, s.HandBack(ctx, []news.Key{first[0].Article.Key(), first[1].Article.Key()}))
	again := must(s.Handed(ctx, 10))(t)
	same(t, "only what is not stored comes back", len(again), 1)
	same(t, "its second attempt", again[0].Attempts, 2)

	// What is handed over and stored meanwhile is not published.
	ok(t, s.HandBack(ctx, []news.Key{rest[0].Article.Key()}))
	ok(t, s.Keep(ctx, []news.Record{Tagged(rest[0].Article, Rules, news.Auto)}))
	same(t, "stored meanwhile", len(must(s.Handed(ctx, 10))(t)), 0)
	green(t, s)
}

func testDead(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a, other := Article(1), Article(2)
	must(s.Hand(ctx, []news.Article{a, other, Article(3)}))(t)
	must(s.Handed(ctx, 10))(t)
	same(t, "nothing is dead", len(must(s.DeadRows(ctx, 0))(t)), 0)
	ok(t, s.MarkDead(ctx, a.Key(), "classifier", "a rule panics"))
	ok(t, s.MarkDead(ctx, other.Key(), "sink", "a quote is no slice"))

	list := must(s.DeadRows(ctx, 0))(t)
	same(t, "dead", len(list), 2)
	same(t, "the last first", list[0].Key, other.Key())
	same(t, "at most", len(must(s.DeadRows(ctx, 1))(t)), 1)
	row := must(s.DeadRow(ctx, a.ID[:12]))(t)
	same(t, "by its key", must(s.DeadOf(ctx, row.Key))(t), row)
	_, err := s.DeadOf(ctx, news.Key{Article: row.Key.Article, Version: "another"})
	fails(t, "another version", err, news.ErrNotFound)
	same(t, "its stage", row.Stage, "classifier")
	same(t, "its reason", row.Reason, "a rule panics")
	same(t, "its article", row.Article.URL, a.URL)
	for _, prefix := range []string{"", "zz"} {
		_, err := s.DeadRow(ctx, prefix)
		if prefix == "" {
			fails(t, "no prefix", err, news.ErrNotFound)
		} else {
			fails(t, "no such id", err, news.ErrNotFound)
		}
	}

	same(t, "replayed: one is dead, one waits", must(s.Revive(ctx, []news.Key{a.Key(), Article(3).Key()}))(t), 1)
	same(t, "one is left", must(s.Balance(ctx))(t), news.Balance{Total: 3, Waiting: 2, Dead: 1})
	handed := must(s.Handed(ctx, 10))(t)
	same(t, "it is handed over", len(handed), 1)
	same(t, "the right one", handed[0].Article.ID, a.ID)
	green(t, s)
}
