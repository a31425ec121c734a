package storetest

import (
	"cmp"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

const (
	hook = "webhook:https://example.org/hook?token=secret"
	mail = "mail:ada@example.org"
)

// told writes an alert with its deliveries, and returns these.
func told(t testing.TB, s *store.Store, subscription, story string, change int64, due time.Time, batch string, channels ...string) (list []news.Delivery) {
	t.Helper()
	a := news.Alert{Subscription: subscription, Story: story, Change: change, Time: Epoch, Causes: []news.Cause{news.NewStory}, Facts: []news.Fact{}, Due: due, Batch: batch}
	for _, c := range channels {
		list = append(list, news.NewDelivery(a, c))
	}
	ok(t, s.Alert(t.Context(), "alert", change, []news.Alert{a}, list))
	return list
}

func subscribed(t *testing.T, s *store.Store, id string, channels ...string) news.Subscription {
	t.Helper()
	sub := subscriptionOf(id)
	sub.Channels = channels
	ok(t, s.SaveSubscription(t.Context(), sub))
	return sub
}

func idsOf(list []news.Delivery) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.ID
	}
	return out
}

func testDeliveries(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 3)))
	first := told(t, s, "a", "s", 1, Epoch, "", hook, mail)
	ok(t, s.Alert(ctx, "alert", 1, nil, first)) // a repeat
	later := told(t, s, "a", "s", 2, Epoch.Add(time.Minute), "", hook)
	same(t, "before they are due", len(must(s.DueDeliveries(ctx, Epoch.Add(-time.Second), nil, 10))(t)), 0)
	list := must(s.DueDeliveries(ctx, Epoch, nil, 10))(t)
	same(t, "due", len(list), 2)
	same(t, "whole", must(s.Deliveries(ctx, news.DeliveryFilter{Subscription: "a", State: news.DeliveryWaiting}))(t)[0].State, news.DeliveryWaiting)
	same(t, "but of a channel", idsOf(must(s.DueDeliveries(ctx, Epoch, []string{first[0].Channel}, 10))(t)), []string{first[1].ID})
	same(t, "at most", len(must(s.DueDeliveries(ctx, Epoch, nil, 1))(t)), 1)

	// The first is tried in vain: what follows on its story waits for it, whatever else is due.
	d := first[0]
	d.Attempts, d.Next, d.Answer = 1, Epoch.Add(time.Hour), "500"
	try := news.Try{Message: d.Message, Number: 1, Time: Epoch, Took: 1500 * time.Microsecond, Outcome: news.TryLater, Answer: "500"}
	ok(t, s.Settle(ctx, []news.Delivery{d}, []news.Try{try}))
	ok(t, s.Settle(ctx, []news.Delivery{d}, []news.Try{try})) // a repeat
	other := told(t, s, "a", "other", 3, Epoch, "", hook)
	same(t, "the order of a story", idsOf(must(s.DueDeliveries(ctx, Epoch.Add(time.Minute), []string{first[1].Channel}, 10))(t)), idsOf(other))
	same(t, "when the first is due again", idsOf(must(s.DueDeliveries(ctx, Epoch.Add(time.Hour), []string{first[1].Channel}, 10))(t)), []string{other[0].ID, d.ID})

	got, tries, err := s.Delivery(ctx, d.ID[:10])
	ok(t, err)
	same(t, "one", got, d)
	same(t, "its tries", tries, []news.Try{try})
	d.State, d.Attempts, d.Sent = news.DeliverySent, 2, Epoch.Add(time.Hour)
	ok(t, s.Settle(ctx, []news.Delivery{d}, nil))
	undone := d
	undone.State = news.DeliveryDead
	ok(t, s.Settle(ctx, []news.Delivery{undone}, nil))
	got, _, err = s.Delivery(ctx, d.ID)
	ok(t, err)
	same(t, "what was sent stays so", got, d)
	same(t, "those that were sent", idsOf(must(s.Deliveries(ctx, news.DeliveryFilter{State: news.DeliverySent, Limit: 5}))(t)), []string{d.ID})

	whole := must(s.Deliveries(ctx, news.DeliveryFilter{}))(t)
	var paged []news.Delivery
	for f := (news.DeliveryFilter{Limit: 1}); ; {
		next := must(s.Deliveries(ctx, f))(t)
		if paged = append(paged, next...); len(next) == 0 {
			break
		}
		f.After = news.Position{Time: next[0].Created, ID: next[0].ID}
	}
	same(t, "page by page", idsOf(paged), idsOf(whole))

	dead := later[0]
	dead.State, dead.Answer = news.DeliveryDead, "400"
	ok(t, s.Settle(ctx, []news.Delivery{dead}, nil))
	same(t, "replayed", must(s.Replay(ctx, []string{dead.ID, d.ID, "none"}))(t), 1)
	got, _, err = s.Delivery(ctx, dead.ID)
	ok(t, err)
	same(t, "it waits again", got.State, news.DeliveryWaiting)
	for _, id := range []string{"", "f0f0f0f0f0"} {
		_, _, err := s.Delivery(ctx, id)
		fails(t, "no delivery "+id, err, news.ErrNotFound)
	}
	green(t, s)
}

// testSeal: a batch is one message, which stays the same however often it is tried and
// whatever comes later.
func testSeal(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	one := told(t, s, "a", "s", 1, Epoch, "day", hook, mail)
	two := told(t, s, "a", "other", 2, Epoch, "day", hook)
	told(t, s, "a", "s", 3, Epoch.Add(time.Hour), "day", hook) // not due
	told(t, s, "b", "s", 4, Epoch, "day", hook)                // somebody else's
	sealed := must(s.Seal(ctx, two[0], Epoch))(t)
	same(t, "sealed", idsOf(sealed), []string{one[0].ID, two[0].ID})
	same(t, "under one id", sealed[0].Message != "" && sealed[0].Message == sealed[1].Message, true)
	told(t, s, "a", "late", 5, Epoch, "day", hook)
	same(t, "sealed again", must(s.Seal(ctx, one[0], Epoch.Add(2*time.Hour)))(t), sealed)
	told(t, s, "a", "t", 6, Epoch, "", hook) // waits on its own
	behind := told(t, s, "a", "t", 7, Epoch, "day", hook)
	for _, x := range must(s.Seal(ctx, told(t, s, "a", "u", 8, Epoch, "day", hook)[0], Epoch))(t) {
		same(t, "one behind another message of its story", x.ID != behind[0].ID, true)
	}
	alone := told(t, s, "a", "alone", 9, Epoch, "", hook)
	same(t, "one that leaves alone", must(s.Seal(ctx, alone[0], Epoch))(t), alone)
	_, err := s.Seal(ctx, news.Delivery{ID: "none"}, Epoch)
	fails(t, "one that is not there", err, news.ErrNotFound)
}

// testHalt: what is held for a channel or a pause goes on when the subscription does.
func testHalt(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	sub := subscribed(t, s, "a", hook, mail)
	list := told(t, s, "a", "s", 1, Epoch, "", hook, mail)
	name := list[0].Channel
	ok(t, s.Halt(ctx, "a", name, "it answered 410"))
	halted := must(s.Subscription(ctx, "a"))(t)
	same(t, "the subscription says so", halted.Halted, map[string]string{name: "it answered 410"})
	same(t, "why", halted.Why, name+": it answered 410")
	state := func(id string) news.Delivery {
		d, _, err := s.Delivery(ctx, id)
		ok(t, err)
		return d
	}
	same(t, "held", []any{state(list[0].ID).State, state(list[0].ID).Hold}, []any{news.DeliveryHeld, news.HoldHalted})
	same(t, "the other channel goes on", state(list[1].ID).State, news.DeliveryWaiting)
	ok(t, s.SaveSubscription(ctx, halted))
	same(t, "saved as it is", state(list[0].ID).State, news.DeliveryHeld)
	silenced := list[1]
	silenced.State, silenced.Hold = news.DeliveryHeld, news.HoldSilenced
	ok(t, s.Settle(ctx, []news.Delivery{silenced}, nil))
	ok(t, s.SaveSubscription(ctx, sub))
	same(t, "resumed", state(list[0].ID).State, news.DeliveryWaiting)
	same(t, "what is silenced stays so", state(list[1].ID).State, news.DeliveryHeld)
	fails(t, "a channel of nobody", s.Halt(ctx, "none", name, "x"), news.ErrNotFound)

	ok(t, s.SaveChannelSecret(ctx, "a", name, "one"))
	ok(t, s.SaveChannelSecret(ctx, "a", name, "two"))
	same(t, "the secret", must(s.ChannelSecret(ctx, "a", name))(t), "two")
	ok(t, s.RemoveSubscription(ctx, "a"))
	same(t, "of one that was removed", state(list[0].ID).State, news.DeliveryDead)
	_, err := s.ChannelSecret(ctx, "a", name)
	fails(t, "its secret", err, news.ErrNotFound)
}

// testDeliveriesKept: what was sent is forgotten by its age and what is dead by hand, each
// with its tries; nothing else is. A list is of a channel, and sums are of a subscription.
func testDeliveriesKept(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 6)))
	settle := func(d news.Delivery, state news.DeliveryState, at time.Time) {
		d.State, d.Attempts, d.Message = state, 1, cmp.Or(d.Message, d.ID)
		if state == news.DeliverySent {
			d.Sent = at
		}
		ok(t, s.Settle(ctx, []news.Delivery{d}, []news.Try{{Message: d.Message, Number: 1, Time: at, Outcome: news.TrySent, Answer: "200"}}))
	}
	old := told(t, s, "a", "s", 1, Epoch, "", hook, mail)
	batch := told(t, s, "a", "t", 2, Epoch, "day", hook)
	batch = append(batch, told(t, s, "a", "u", 3, Epoch, "day", hook)...)
	late := told(t, s, "b", "s", 4, Epoch.Add(48*time.Hour), "", hook)
	settle(old[0], news.DeliverySent, Epoch.Add(time.Hour))
	settle(old[1], news.DeliveryDead, Epoch)
	for i := range batch {
		batch[i].Message = "together"
	}
	settle(batch[0], news.DeliverySent, Epoch.Add(time.Hour))
	settle(batch[1], news.DeliveryHeld, Epoch)
	settle(late[0], news.DeliverySent, Epoch.Add(49*time.Hour))

	same(t, "of a channel", idsOf(must(s.Deliveries(ctx, news.DeliveryFilter{Channel: old[1].Channel}))(t)), []string{old[1].ID})
	same(t, "of a channel and a subscription", len(must(s.Deliveries(ctx, news.DeliveryFilter{Channel: old[0].Channel, Subscription: "a"}))(t)), 3)
	same(t, "sums", must(s.SumDeliveries(ctx, []string{"a", "b", "c"}))(t), map[string]news.DeliverySum{
		"a": {Held: 1, Dead: 1, Sent: Epoch.Add(time.Hour)}, "b": {Sent: Epoch.Add(49 * time.Hour)},
	})

	same(t, "before any is old", must(s.PruneDeliveries(ctx, Epoch, 10))(t), 0)
	same(t, "one at a time", must(s.PruneDeliveries(ctx, Epoch.Add(2*time.Hour), 1))(t), 1)
	same(t, "the other", must(s.PruneDeliveries(ctx, Epoch.Add(2*time.Hour), 10))(t), 1)
	same(t, "no more", must(s.PruneDeliveries(ctx, Epoch.Add(2*time.Hour), 10))(t), 0)
	_, _, err := s.Delivery(ctx, old[0].ID)
	fails(t, "what was sent long ago", err, news.ErrNotFound)
	_, tries, err := s.Delivery(ctx, batch[1].ID)
	ok(t, err)
	same(t, "the tries of a message of which a part is held", len(tries), 1)

	same(t, "dropped", must(s.DropDeliveries(ctx, []string{old[1].ID, batch[1].ID, late[0].ID, "none"}))(t), 1)
	_, _, err = s.Delivery(ctx, old[1].ID)
	fails(t, "what was dropped", err, news.ErrNotFound)
	same(t, "what is left", len(must(s.Deliveries(ctx, news.DeliveryFilter{}))(t)), 2)
	again := told(t, s, "a", "s", 5, Epoch, "", mail)[0]
	again.Message = old[1].ID
	ok(t, s.Settle(ctx, []news.Delivery{again}, nil))
	_, tries, err = s.Delivery(ctx, again.ID)
	ok(t, err)
	same(t, "the tries of what was dropped", len(tries), 0)
	green(t, s)
}
