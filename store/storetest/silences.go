package storetest

import (
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// silenceOf is a silence of subscription a that begins at Epoch.
func silenceOf(id string, hold time.Duration) news.Silence {
	return news.Silence{ID: id, Author: "ada", Reason: "noise", Created: Epoch, Until: Epoch.Add(hold), Subscription: "a"}
}

// hush writes a delivery that a silence holds.
func hush(t *testing.T, s *store.Store, x news.Silence, change int64) news.Delivery {
	t.Helper()
	d := told(t, s, "a", "s", change, Epoch, "", hook)[0]
	d.State, d.Hold, d.Answer = news.DeliveryHeld, news.HoldSilenced, x.Line()
	ok(t, s.Settle(t.Context(), []news.Delivery{d}, nil))
	return d
}

func testSilences(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 6)))
	same(t, "none", must(s.Silences(ctx, Epoch))(t), []news.Silence{})
	hour, day, snooze := silenceOf("a1", time.Hour), silenceOf("a2", 24*time.Hour), silenceOf("a3", 2*time.Hour)
	snooze.Deliver = true
	for _, x := range []news.Silence{day, hour, snooze} {
		ok(t, s.SaveSilence(ctx, x))
	}
	same(t, "by their ends", must(s.ActiveSilences(ctx, Epoch))(t), []news.Silence{hour, snooze, day})
	same(t, "at its end it is over", must(s.ActiveSilences(ctx, hour.Until))(t), []news.Silence{snooze, day})
	fails(t, "one of everything", s.SaveSilence(ctx, news.Silence{ID: "x", Author: "ada", Reason: "x", Created: Epoch, Until: Epoch.Add(1)}), news.ErrInvalid)

	// What it holds is counted, and stays in the list when its time is over.
	one, two, late := hush(t, s, hour, 1), hush(t, s, hour, 2), hush(t, s, snooze, 3)
	hour.Held, snooze.Held = 2, 1
	same(t, "what they hold", must(s.Silences(ctx, Epoch))(t), []news.Silence{hour, snooze, day})
	ended, released, err := s.EndSilences(ctx, Epoch)
	ok(t, err)
	same(t, "before their time", []int64{ended, released}, []int64{0, 0})
	ended, released, err = s.EndSilences(ctx, snooze.Until)
	ok(t, err)
	same(t, "two are over, and one lets go", []int64{ended, released}, []int64{2, 1})
	same(t, "the rest, and what holds something", must(s.Silences(ctx, snooze.Until))(t), []news.Silence{hour, day})
	state := func(d news.Delivery) string {
		got, _, err := s.Delivery(ctx, d.ID)
		ok(t, err)
		return string(got.State)
	}
	same(t, "what becomes of them", []string{state(one), state(two), state(late)}, []string{"held", "held", "waiting"})
	same(t, "let go by hand", must(s.EndSilence(ctx, "a1", true))(t), 2)
	same(t, "it waits", state(one), "waiting")
	hush(t, s, day, 4)
	same(t, "ended by hand", must(s.EndSilence(ctx, "a2", false))(t), 1)
	same(t, "it holds what it held", len(must(s.Silences(ctx, day.Until.AddDate(2, 0, 0)))(t)), 1)
	same(t, "and nothing more", len(must(s.ActiveSilences(ctx, Epoch))(t)), 0)
	_, err = s.EndSilence(ctx, "none", true)
	fails(t, "one that is not there", err, news.ErrNotFound)

	// Of a story that becomes a part of another.
	first, second := must(s.Current(ctx, Article(1).ID))(t).Story, must(s.Current(ctx, Article(2).ID))(t).Story
	muted := news.Silence{ID: "b", Author: "ada", Reason: "told", Created: Epoch, Until: Epoch.Add(time.Hour), Story: second}
	ok(t, s.SaveSilence(ctx, muted))
	must(s.MergeStories(ctx, "ada", first, second, ""))(t)
	same(t, "its story", must(s.ActiveSilences(ctx, Epoch))(t)[0].Story, first)
	green(t, s)
}

func testFlags(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	flag := func(subscription, story, record string) news.Flag {
		return news.Flag{Time: Epoch, Who: "ada", Subscription: subscription, Story: story, Record: record}
	}
	for _, f := range []news.Flag{flag("a", "s", "r"), flag("b", "s", "r"), flag("a", "s", "r"), flag("a", "t", "q")} {
		ok(t, s.AddFlag(ctx, f))
	}
	list := must(s.Flags(ctx, "", 10))(t)
	same(t, "each once, the last first", []any{len(list), list[0].Record, list[0].Number, list[2].Number}, []any{3, "q", 3, 1})
	same(t, "of a story", len(must(s.Flags(ctx, "s", 10))(t)), 2)
	same(t, "at most", len(must(s.Flags(ctx, "", 1))(t)), 1)
}

// testLinkKeys: there is one at first use, another when it is old, and those that signed
// what is still good stay.
func testLinkKeys(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	made := 0
	secret := func() string { made++; return "secret" }
	begin := Epoch.AddDate(1, 0, 0) // of the suite's clock
	keys := must(s.LinkKeys(ctx, begin, Epoch, secret))(t)
	same(t, "the first", []any{len(keys), keys[0].Number, string(keys[0].Secret)}, []any{1, 1, "secret"})
	same(t, "the same", must(s.LinkKeys(ctx, begin, Epoch, secret))(t), keys)
	again := must(s.LinkKeys(ctx, begin.AddDate(1, 0, 0), Epoch, secret))(t)
	same(t, "another, and the one before", []any{len(again), again[0].Number, again[1].Number, made}, []any{2, 2, 1, 2})
	last := must(s.LinkKeys(ctx, begin.AddDate(1, 0, 0), begin.AddDate(1, 0, 0), secret))(t)
	same(t, "the old ones are given up", []any{len(last), last[0].Number}, []any{1, 3})
}
