package storetest

import (
	"fmt"
	"testing"

	"edict/news"
)

func subscriptionOf(id string) news.Subscription {
	return news.Subscription{
		ID: id, Name: "Mining in China", Owner: "ada", Created: Epoch, Channels: []string{},
		Query: news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}, Words: "挖矿 \"power\""},
	}
}

func testSubscriptions(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	list, version, err := s.Subscriptions(ctx)
	ok(t, err)
	same(t, "none yet", len(list), 0)
	same(t, "their version", version, 0)
	a, other := subscriptionOf("a"), subscriptionOf("b")
	ok(t, s.SaveSubscription(ctx, a))
	ok(t, s.SaveSubscription(ctx, other))
	a.Name, a.Paused, a.Why = "Mining", true, "gone"
	ok(t, s.SaveSubscription(ctx, a))
	list, version, err = s.Subscriptions(ctx)
	ok(t, err)
	same(t, "all", list, []news.Subscription{a, other})
	same(t, "one", must(s.Subscription(ctx, "b"))(t), other)
	same(t, "the version alone", must(s.SubscriptionsVersion(ctx))(t), version)
	ok(t, s.RemoveSubscription(ctx, "b"))
	same(t, "another version", must(s.SubscriptionsVersion(ctx))(t) > version, true)
	_, err = s.Subscription(ctx, "b")
	fails(t, "one that was removed", err, news.ErrNotFound)
	fails(t, "removed twice", s.RemoveSubscription(ctx, "b"), news.ErrNotFound)
	edited := must(s.EditSubscription(ctx, "a", func(sub *news.Subscription) error { sub.Name = "Edited"; return nil }))(t)
	same(t, "edited", must(s.Subscription(ctx, "a"))(t), edited)
	same(t, "its name", edited.Name, "Edited")
	for what, edit := range map[string]func(*news.Subscription) error{
		"an edit that fails":      func(sub *news.Subscription) error { sub.Name = "x"; return fmt.Errorf("stale: %w", news.ErrInvalid) },
		"one that makes it wrong": func(sub *news.Subscription) error { sub.Name = ""; return nil },
		"one of its id":           func(sub *news.Subscription) error { sub.ID = "z"; return nil },
	} {
		_, err = s.EditSubscription(ctx, "a", edit)
		fails(t, what, err, news.ErrInvalid)
	}
	same(t, "as it was", must(s.Subscription(ctx, "a"))(t), edited)
	_, err = s.EditSubscription(ctx, "b", func(*news.Subscription) error { return nil })
	fails(t, "edited after it was removed", err, news.ErrNotFound)
	ok(t, s.SaveSubscription(ctx, a))
	fails(t, "one of nothing", s.SaveSubscription(ctx, news.Subscription{ID: "c", Name: "c", Owner: "ada"}), news.ErrInvalid)
	list, _, err = s.Subscriptions(ctx)
	ok(t, err)
	same(t, "the rest", list, []news.Subscription{a})
}

func testAlerts(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 3)))
	alert := func(subscription, story string, change int64) news.Alert {
		return news.Alert{
			Subscription: subscription, Story: story, Change: change, Time: Epoch, Article: "x", Record: "y", Causes: []news.Cause{news.NewStory},
			Facts: []news.Fact{{Label: mine, Jurisdiction: "CN", Stage: news.Enacted}},
		}
	}
	one, two, again := alert("a", "s", 1), alert("b", "s", 1), alert("a", "s", 2)
	ok(t, s.Alert(ctx, "alert", 1, []news.Alert{one, two}, nil))
	ok(t, s.Alert(ctx, "alert", 1, []news.Alert{one}, nil)) // a repeat
	ok(t, s.Alert(ctx, "alert", 2, []news.Alert{again, alert("a", "other", 2)}, nil))
	same(t, "the cursor", must(s.Cursor(ctx, "alert"))(t), 2)
	fails(t, "behind the cursor", s.Alert(ctx, "alert", 1, []news.Alert{alert("c", "s", 1)}, nil), news.ErrConflict)
	same(t, "the last of each on the story", must(s.Told(ctx, "s"))(t), []news.Alert{again, two})
	same(t, "nobody was told", len(must(s.Told(ctx, "none"))(t)), 0)
	same(t, "of one subscription", must(s.Alerts(ctx, "a", 10))(t), []news.Alert{alert("a", "other", 2), again, one})
	same(t, "at most", len(must(s.Alerts(ctx, "a", 1))(t)), 1)
	same(t, "before one", must(s.AlertsBefore(ctx, "a", &news.Alert{Change: 2, Story: "other"}, 10))(t), []news.Alert{again, one})
	same(t, "before the first", len(must(s.AlertsBefore(ctx, "a", &one, 10))(t)), 0)
	same(t, "before none", must(s.AlertsBefore(ctx, "a", nil, 1))(t), []news.Alert{alert("a", "other", 2)})
	ok(t, s.Alert(ctx, "alert", 3, nil, nil))
	same(t, "the cursor alone", must(s.Cursor(ctx, "alert"))(t), 3)
	story := must(s.Current(ctx, Article(1).ID))(t).Story
	same(t, "the tags of a story", len(must(s.StoryTags(ctx, story))(t)) >= 2, true)
	same(t, "of no story", len(must(s.StoryTags(ctx, "none"))(t)), 0)
	green(t, s)
}
