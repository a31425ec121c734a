package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/news"
	"edict/store"
	"edict/web"
)

// hook is a channel with a secret in its address.
const hook = "webhook:https://hooks.example/T0/secret-part"

// alertsOf lets pages tell of the subscriptions of a store. A trial looks at all that is
// stored; a test message meets a receiver that answers answer.
func alertsOf(s *store.Store, answer web.ChannelTest) func(*web.Config) {
	ids := 0
	return func(c *web.Config) {
		c.Alerts = &web.Alerts{
			Subscriptions: s, Outbox: s, Silences: s, Dead: s, NewID: func() string { ids++; return fmt.Sprintf("made-%d", ids) },
			Check: func(_ context.Context, sub news.Subscription) error {
				for _, ch := range sub.Channels {
					if kind, _ := news.ChannelKind(ch); kind == "fax" {
						return fmt.Errorf("channel %s: there are no such channels: %w", news.ChannelName(ch), news.ErrInvalid)
					}
				}
				_, err := alert.NewTrial(sub)
				return err
			},
			Try: func(ctx context.Context, sub news.Subscription, since time.Time) (out []web.TriedAlert, err error) {
				trial, err := alert.NewTrial(sub)
				if err != nil {
					return nil, err
				}
				titles := map[string]string{}
				err = s.Each(ctx, news.Filter{Since: since}, func(r news.Record) error {
					trial.Read(r, false)
					titles[r.ID] = r.Title
					return nil
				})
				for _, a := range trial.Alerts() {
					out = append(out, web.TriedAlert{Alert: a, Title: titles[a.Record]})
				}
				return out, err
			},
			Test: func(_ context.Context, sub news.Subscription) (out []web.ChannelTest, err error) {
				for _, name := range sub.ChannelNames() {
					one := answer
					one.Channel = name
					out = append(out, one)
				}
				return out, nil
			},
			Secrets: func(_ context.Context, sub news.Subscription) (out []web.ChannelSecret, err error) {
				for _, name := range sub.ChannelNames() {
					if strings.HasPrefix(name, "webhook:") {
						out = append(out, web.ChannelSecret{Channel: name, Secret: "whsec_shown-once"})
					}
				}
				return out, nil
			},
		}
	}
}

// A mailShelf holds one of each thing, with whatever text, and takes what it is given.
type mailShelf struct {
	sub     news.Subscription
	alert   news.Alert
	sent    news.Delivery
	silence news.Silence
	dead    news.DeadRow
	text    string
}

func newMailShelf(p string, r news.Record) *mailShelf {
	m := &mailShelf{text: p}
	m.sub = news.Subscription{
		ID: "a", Name: "N " + p, Owner: p, Created: now, Channels: []string{"webhook:https://" + p, p}, Language: p, Why: p, Halted: map[string]string{news.ChannelName("webhook:https://" + p): p},
		Query:    news.Query{Labels: []news.Label{news.Label(p)}, Jurisdictions: []news.Jurisdiction{news.Jurisdiction(p)}, Stages: []news.Stage{news.Stage(p)}, Sources: []string{p}, Languages: []string{p}, Words: p, MinScore: .5},
		Schedule: news.Schedule{Every: news.Weekly, At: p, Weekday: p, Zone: p, Quiet: news.QuietHours{From: p, To: p}},
	}
	m.alert = news.Alert{Subscription: "a", Story: "s", Change: 1, Time: now, Record: r.ID, Causes: []news.Cause{news.Cause(p), news.NewPlace}, Facts: []news.Fact{{Label: news.Label(p), Jurisdiction: news.Jurisdiction(p), Stage: news.Stage(p)}}}
	m.sent = news.Delivery{ID: "d0", Subscription: "a", Channel: p, Story: p, Change: 1, Batch: p, Message: p, Created: now, Due: now, State: news.DeliveryDead, Hold: news.Hold(p), Attempts: 2, Answer: p}
	m.silence = news.Silence{ID: p, Author: p, Reason: p, Until: now.Add(time.Hour), Story: p, Source: p, Phrase: p, Held: 2}
	m.dead = news.DeadRow{Key: news.Key{Article: "a0", Version: "v0"}, Stage: p, Reason: p, Since: now}
	m.dead.Article.Content = r.Content
	return m
}

func (m *mailShelf) of(c *web.Config) {
	c.Feeds = m
	c.Alerts = &web.Alerts{
		Subscriptions: m, Outbox: m, Silences: m, Dead: m, NewID: func() string { return "new" }, Labels: []news.Label{news.Label(m.text)},
		Check: func(context.Context, news.Subscription) error { return nil },
		Try: func(context.Context, news.Subscription, time.Time) ([]web.TriedAlert, error) {
			return []web.TriedAlert{{Alert: m.alert, Title: m.text, URL: m.text}}, nil
		},
		Test: func(context.Context, news.Subscription) ([]web.ChannelTest, error) {
			return []web.ChannelTest{{Channel: m.text, Outcome: news.TryOutcome(m.text), Answer: m.text}, {Channel: m.text, Outcome: news.TryRefused, Answer: m.text}}, nil
		},
		Secrets: func(context.Context, news.Subscription) ([]web.ChannelSecret, error) {
			return []web.ChannelSecret{{Channel: m.text, Secret: m.text}}, nil
		},
	}
}

func (m *mailShelf) Subscriptions(context.Context) ([]news.Subscription, int64, error) {
	return []news.Subscription{m.sub}, 1, nil
}

func (m *mailShelf) Subscription(context.Context, string) (news.Subscription, error) {
	return m.sub, nil
}

func (m *mailShelf) SaveSubscription(_ context.Context, sub news.Subscription) error {
	return sub.Validate()
}

func (m *mailShelf) EditSubscription(_ context.Context, _ string, edit func(*news.Subscription) error) (news.Subscription, error) {
	sub := m.sub
	return sub, edit(&sub)
}

func (m *mailShelf) RemoveSubscription(context.Context, string) error { return nil }

func (m *mailShelf) AlertsBefore(context.Context, string, *news.Alert, int) ([]news.Alert, error) {
	return []news.Alert{m.alert}, nil
}

func (m *mailShelf) Deliveries(context.Context, news.DeliveryFilter) ([]news.Delivery, error) {
	waiting := m.sent
	waiting.ID, waiting.State = "d1", news.DeliveryWaiting
	return []news.Delivery{m.sent, waiting}, nil
}

func (m *mailShelf) Delivery(context.Context, string) (news.Delivery, []news.Try, error) {
	return m.sent, []news.Try{{Message: m.text, Number: 1, Time: now, Outcome: news.TryOutcome(m.text), Answer: m.text}}, nil
}

func (m *mailShelf) SumDeliveries(context.Context, []string) (map[string]news.DeliverySum, error) {
	return map[string]news.DeliverySum{"a": {Waiting: 1, Held: 2, Dead: 3, Sent: now}}, nil
}

func (m *mailShelf) Replay(context.Context, []string) (int64, error) { return 1, nil }

func (m *mailShelf) DropDeliveries(context.Context, []string) (int64, error) { return 1, nil }

func (m *mailShelf) Silences(context.Context, time.Time) ([]news.Silence, error) {
	return []news.Silence{m.silence}, nil
}

func (m *mailShelf) SaveSilence(_ context.Context, s news.Silence) error { return s.Validate() }

func (m *mailShelf) EndSilence(context.Context, string, bool) (int64, error) { return 1, nil }

func (m *mailShelf) DeadRows(context.Context, int) ([]news.DeadRow, error) {
	return []news.DeadRow{m.dead}, nil
}

func (m *mailShelf) DeadOf(context.Context, news.Key) (news.DeadRow, error) { return m.dead, nil }

func (m *mailShelf) Revive(context.Context, []news.Key) (int, error) { return 1, nil }

// openAlertDesk is a site whose subscriptions are kept in a store.
func openAlertDesk(t *testing.T, records []news.Record, answer web.ChannelTest) *desk {
	at := now
	d := &desk{T: t, at: &at}
	s, of := archive(t, records, func() time.Time { return at })
	d.store, d.server = s, site(t, newShelf(), of, alertsOf(s, answer))
	return d
}

// sampleMail is a mailShelf as a reader has it.
func sampleMail() *mailShelf {
	r := samples()[0]
	m := newMailShelf("mining_crackdown", r)
	channels := []string{hook, "mail:ada@harbour.example", "ntfy:https://ntfy.example/mining-alerts"}
	m.sub = news.Subscription{
		ID: "a", Name: "Mining in China and Kazakhstan", Owner: "Ada", Created: now.AddDate(0, -2, 0), Channels: channels,
		Query:    news.Query{Labels: []news.Label{crack}, Jurisdictions: []news.Jurisdiction{"CN", "KZ"}, Words: `power "shut down"`},
		Schedule: news.Schedule{Every: news.Daily, At: "07:30", Zone: "Asia/Shanghai", Quiet: news.QuietHours{From: "22:00", To: "06:00"}},
		Halted:   map[string]string{news.ChannelName(hook): "it answered 410 Gone"}, Why: news.ChannelName(hook) + ": it answered 410 Gone",
	}
	m.alert.Causes, m.alert.Facts, m.alert.Time = []news.Cause{news.NextStage}, []news.Fact{{Label: crack, Jurisdiction: "CN-SC", Stage: news.Enforced}}, now.Add(-4*time.Minute)
	m.sent.Channel, m.sent.Answer, m.sent.Created = news.ChannelName(hook), "404 Not Found: no hook of that name", now.Add(-3*time.Minute)
	m.silence = news.Silence{ID: "s1", Author: "Ada", Reason: "reprints of one agency text", Until: now.Add(50 * time.Hour), Source: "chainfeed", Phrase: "hash rate", Held: 3}
	m.dead.Stage, m.dead.Reason, m.dead.Attempts = "classifier", "rule crackdown.ban ran out of time on 512 KiB of text", 5
	return m
}
