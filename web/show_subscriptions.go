package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"edict/news"
)

const subscriptionsPath = "/subscriptions"

// subscriptionsView is the page of the subscriptions.
type subscriptionsView struct {
	Rows                   []subscriptionRow
	Total, Paused, Stopped int
	Words                  string // that names are searched for
	From, To               int
	Older, Newer           string
	Said                   string
}

// A subscriptionRow is one subscription and how it fares.
type subscriptionRow struct {
	ID, Name, Link string
	Asks, When     string
	Paused         bool
	Why            string
	Channels       []channelRow
	Stopped        int // channels that want nothing more
	Sent           moment
	Waiting, Held  int64
	Dead           int64
	Deliveries     string // address of its deliveries
}

// A channelRow is one channel of a subscription.
type channelRow struct{ Name, Stopped, Deliveries string }

// subscriptionsAtOnce is how many stand on one page.
const subscriptionsAtOnce = 50

func (s *Server) showSubscriptions(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	list, _, err := s.Alerts.Subscriptions.Subscriptions(r.Context())
	if err != nil {
		return view{}, fmt.Errorf("list the subscriptions: %w", err)
	}
	v := subscriptionsView{Total: len(list), Words: cut(strings.TrimSpace(r.URL.Query().Get("q")), maxWords), Said: s.saidOfSubscription(r)}
	for _, sub := range list {
		if sub.Paused {
			v.Paused++
		} else if len(sub.Halted) > 0 {
			v.Stopped++
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(sub news.Subscription) bool {
		return !strings.Contains(strings.ToLower(sub.Name), strings.ToLower(v.Words))
	})
	slices.SortFunc(list, func(a, b news.Subscription) int { // what wants attention first
		return cmp.Or(-cmp.Compare(bit(len(a.Halted) > 0), bit(len(b.Halted) > 0)), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	from = max(0, min(from, len(list)))
	to := min(from+subscriptionsAtOnce, len(list))
	at := func(from int) string {
		u := withValue(subscriptionsPath, "from", strconv.Itoa(from))
		if v.Words != "" {
			u = withValue(u, "q", v.Words)
		}
		return u
	}
	if v.From, v.To = from+1, to; to < len(list) {
		v.Older = at(to)
	}
	if from > 0 {
		v.Newer = at(max(0, from-subscriptionsAtOnce))
	}
	list = list[from:to]
	var ids []string
	for _, sub := range list {
		ids = append(ids, sub.ID)
	}
	sums, err := s.Alerts.Outbox.SumDeliveries(r.Context(), ids)
	if err != nil {
		return view{}, fmt.Errorf("count the deliveries of subscriptions: %w", err)
	}
	for _, sub := range list {
		v.Rows = append(v.Rows, s.subscriptionRow(sub, sums[sub.ID], t))
	}
	return view{template: "subscriptions", title: s.say("alerts.subscriptions"), nav: "subscriptions", totals: t, body: v}, nil
}

func (s *Server) subscriptionRow(sub news.Subscription, sum news.DeliverySum, t totals) subscriptionRow {
	row := subscriptionRow{
		ID: sub.ID, Name: sub.Name, Link: subscriptionPath(sub.ID), Asks: s.askedFor(sub.Query, t.names), When: s.leavesWhen(sub.Schedule), Paused: sub.Paused, Why: sub.Why,
		Stopped: len(sub.Halted), Sent: s.moment(sum.Sent), Waiting: sum.Waiting, Held: sum.Held, Dead: sum.Dead, Deliveries: withValue(deliveriesPath, "subscription", sub.ID),
	}
	for _, name := range sub.ChannelNames() {
		row.Channels = append(row.Channels, channelRow{name, sub.Halted[name], withValue(row.Deliveries, "channel", name)})
	}
	return row
}

func subscriptionPath(id string) string { return subscriptionsPath + "/" + url.PathEscape(id) }

// subscriptionView is the page of one subscription.
type subscriptionView struct {
	subscriptionRow

	Made      moment
	Owner     string
	Language  string
	Heartbeat bool
	Atom      string // the addresses of its feeds
	JSONFeed  string
	Alerts    []alertRow
	Older     string // address of the alerts before
	Newest    string
	Sends     []deliveryRow
	Silences  []silenceRow
	Tomorrow  string // the day that a new silence ends, unless another is given
	Tests     []testRow
	Tested    bool
	Secrets   []ChannelSecret
	Signs     bool // it has a webhook
	CanReplay bool // one of what it was sent
	Said      string
	Problem   string
}

// An alertRow is one alert.
type alertRow struct {
	Time                moment
	Title, Record, Lang string
	Why                 string // "" for the first on a story
	Facts               []string
}

// A silenceRow is one silence.
type silenceRow struct {
	ID, Of, Author, Reason string
	Until                  moment
	Over, Everybody        bool
	Deliver                bool
	Held                   int64
}

// A testRow is what came of a test message.
type testRow struct {
	Channel, Answer, Took string
	State                 stateName
}

// shownAtOnce is how many alerts and deliveries the page of a subscription shows.
const shownAtOnce = 20

func (s *Server) showSubscription(r *http.Request) (view, error) {
	return s.subscriptionView(r, func(v *subscriptionView) { v.Said = s.saidOfSubscription(r) })
}

// subscriptionView makes the page of a subscription, with what set adds.
func (s *Server) subscriptionView(r *http.Request, set func(*subscriptionView)) (view, error) {
	ctx, id := r.Context(), r.PathValue("id")
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	sub, err := s.Alerts.Subscriptions.Subscription(ctx, id)
	if err != nil {
		return view{}, fmt.Errorf("read subscription %s: %w", id, err)
	}
	sums, err := s.Alerts.Outbox.SumDeliveries(ctx, []string{id})
	if err != nil {
		return view{}, fmt.Errorf("count the deliveries of subscription %s: %w", id, err)
	}
	v := subscriptionView{
		subscriptionRow: s.subscriptionRow(sub, sums[id], t), Made: s.moment(sub.Created), Owner: sub.Owner, Heartbeat: !sub.NoHeartbeat,
		Atom: feedAddress(r.Context(), "/feeds/"+url.PathEscape(id)+".atom"), JSONFeed: feedAddress(r.Context(), "/feeds/"+url.PathEscape(id)+".json"),
		Language: map[string]string{"zh-Hans": "简体中文", "zh-Hant": "繁體中文"}[sub.Language], Tomorrow: s.Now().UTC().AddDate(0, 0, 7).Format("2006-01-02"),
		Signs: slices.ContainsFunc(sub.Channels, func(c string) bool { kind, _ := news.ChannelKind(c); return kind == "webhook" }),
	}
	if err := s.addAlerts(ctx, &v, r.URL.Query().Get("after")); err != nil {
		return view{}, err
	}
	list, err := s.Alerts.Outbox.Deliveries(ctx, news.DeliveryFilter{Subscription: id, Limit: shownAtOnce})
	if err != nil {
		return view{}, fmt.Errorf("list the deliveries of subscription %s: %w", id, err)
	}
	if v.Sends, err = s.deliveryRows(ctx, list, map[string]string{id: sub.Name}); err != nil {
		return view{}, err
	}
	v.CanReplay = slices.ContainsFunc(v.Sends, func(row deliveryRow) bool { return row.CanReplay })
	if v.Silences, err = s.silencesOf(ctx, id, t); err != nil {
		return view{}, err
	}
	if set != nil {
		set(&v)
	}
	return view{template: "subscription", title: sub.Name, nav: "subscriptions", totals: t, body: v}, nil
}

// addAlerts adds the alerts before a place in their list, or the last ones.
func (s *Server) addAlerts(ctx context.Context, v *subscriptionView, after string) error {
	before, err := readAlertPlace(after)
	if err != nil {
		return err
	}
	if before != nil {
		v.Newest = v.Link
	}
	list, err := s.Alerts.Outbox.AlertsBefore(ctx, v.ID, before, shownAtOnce+1)
	if err != nil {
		return fmt.Errorf("list the alerts of subscription %s: %w", v.ID, err)
	}
	if len(list) > shownAtOnce {
		list = list[:shownAtOnce]
		v.Older = withValue(v.Link, "after", writeAlertPlace(list[shownAtOnce-1]))
	}
	for _, a := range list {
		row := alertRow{Time: s.moment(a.Time), Why: s.causeLine(a.Causes), Title: s.say("delivery.gone")}
		for _, f := range a.Facts {
			row.Facts = append(row.Facts, s.factLine(f))
		}
		rec, err := s.Reader.Record(ctx, a.Record)
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			return fmt.Errorf("read what an alert tells: %w", err)
		}
		if err == nil {
			row.Title, row.Record, row.Lang = titleOf(rec), "/records/"+rec.ID, langAttr(rec.Language)
		}
		v.Alerts = append(v.Alerts, row)
	}
	return nil
}

func titleOf(r news.Record) string {
	return cmp.Or(r.Title, cut(firstLine(r.Text), 120), "…")
}

// silencesOf are the silences that a subscription is under: its own, and everybody's.
func (s *Server) silencesOf(ctx context.Context, id string, t totals) (rows []silenceRow, err error) {
	list, err := s.Alerts.Silences.Silences(ctx, s.Now())
	if err != nil {
		return nil, fmt.Errorf("list the silences: %w", err)
	}
	for _, x := range list {
		if x.Subscription != "" && x.Subscription != id {
			continue
		}
		var of []string
		if x.Story != "" {
			of = append(of, s.say("silences.of.story", "story", cut(x.Story, 12)))
		}
		if x.Source != "" {
			of = append(of, s.say("silences.of.source", "source", nameSource(x.Source, t.names).Name))
		}
		if x.Phrase != "" {
			of = append(of, s.say("silences.of.phrase", "phrase", x.Phrase))
		}
		rows = append(rows, silenceRow{
			ID: x.ID, Of: cmp.Or(strings.Join(of, s.say("list.and")), s.say("silences.of.all")), Author: x.Author, Reason: x.Reason, Until: s.moment(x.Until),
			Over: !x.Until.After(s.Now()), Everybody: x.Subscription == "", Deliver: x.Deliver, Held: x.Held,
		})
	}
	return rows, nil
}
