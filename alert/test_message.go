package alert

import (
	"cmp"
	"strconv"
	"time"

	"edict/news"
)

// TestMessage is what is sent to try a channel: it has the form of an alert, and says
// that nothing has happened.
func TestMessage(sub news.Subscription, now time.Time, base string) Message {
	now = now.UTC()
	m := Message{
		ID: "test" + strconv.FormatInt(now.UnixNano(), 36), Thread: "test" + sub.ID, Subscription: sub.ID, Name: sub.Name,
		Language: cmp.Or(sub.Language, "en"), Sent: now, Page: base + "/feeds/" + sub.ID + ".atom", Test: true, Attempt: 1,
	}
	m.Items = []Item{{
		Delivery: m.ID, Story: m.Thread, Headline: sub.Name, Language: m.Language, Source: Publisher{Slug: "edict", Name: "Edict"},
		URL: base, Page: base, Fetched: now, Tagged: now,
	}}
	return m
}
