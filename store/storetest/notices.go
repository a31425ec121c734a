package storetest

import (
	"testing"
	"time"

	"edict/news"
)

// testNotices: a notice is written once, with its deliveries or not at all.
func testNotices(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	n := news.NewNotice(news.Heartbeat, "a", "week 1", Epoch)
	n.Sources, n.Near = 5, []news.NearMiss{{Record: "r", Title: "A title", Label: mine, Jurisdiction: "CN", Score: .5}}
	deliveries := []news.Delivery{n.Delivery(hook, Epoch), n.Delivery(mail, Epoch.Add(time.Hour))}
	same(t, "written", must(s.AddNotice(ctx, n, deliveries))(t), true)
	same(t, "a repeat", must(s.AddNotice(ctx, n, []news.Delivery{n.Delivery("ntfy:x", Epoch)}))(t), false)
	same(t, "read", must(s.Notice(ctx, n.ID))(t), n)
	list := must(s.Deliveries(ctx, news.DeliveryFilter{Subscription: "a"}))(t)
	same(t, "its deliveries", len(list), 2)
	for _, d := range list {
		id, is := d.Notice()
		same(t, "tell it", []any{id, is}, []any{n.ID, true})
	}
	same(t, "one is due", len(must(s.DueDeliveries(ctx, Epoch, nil, 10))(t)), 1)
	_, is := told(t, s, "a", "s", 1, Epoch, "", hook)[0].Notice()
	same(t, "an alert's tells none", is, false)
	later := news.NewNotice(news.Heartbeat, "a", "week 2", Epoch.AddDate(0, 0, 7))
	must(s.AddNotice(ctx, later, nil))(t)
	must(s.AddNotice(ctx, news.NewNotice(news.Warning, "a", "x", Epoch.AddDate(1, 0, 0)), nil))(t)
	same(t, "the last of a kind", must(s.LastNotices(ctx, news.Heartbeat))(t), map[string]time.Time{"a": later.Time})
	_, err := s.Notice(ctx, "none")
	fails(t, "one that is not there", err, news.ErrNotFound)
	ok(t, s.Keep(ctx, Records(0, 3)))
	same(t, "stored since", []int64{must(s.StoredSince(ctx, Epoch))(t), must(s.StoredSince(ctx, Epoch.AddDate(5, 0, 0)))(t)}, []int64{3, 0})
}
