package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"edict/alert"
	"edict/news"
)

// noticesEvery is how often it is looked who is due a heartbeat, and what is broken.
const noticesEvery = time.Minute

// A source is broken after so many failures in a row, if it was not read for so long.
const (
	brokenAfter = 5
	brokenFor   = 6 * time.Hour
)

// manyBroken is the share of all sources that must be broken before who names none is
// warned.
const manyBroken = 0.25

// readForNotice is how many records, the newest, are looked at for near misses and delays.
const readForNotice = 500

// notify sends heartbeats and warnings.
func (p *program) notify(ctx context.Context) error {
	for {
		n, err := SendNotices(ctx, p.store, p.o.Now())
		if err != nil && ctx.Err() == nil {
			p.log.Warn("Heartbeats and warnings could not be written; they will be tried again", "error", err)
		}
		if n > 0 {
			p.log.Info("Heartbeats and warnings were written", "notices", n)
			p.due.all()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(noticesEvery):
		}
	}
}

// SendNotices writes the heartbeats that are due, and a warning for each subscription
// whose sources have broken, once for each time. It returns how many were written. The
// same state gives the same notices, however often it is called.
func SendNotices(ctx context.Context, s *Archive, now time.Time) (written int, err error) {
	subs, _, err := s.Subscriptions(ctx)
	if err != nil {
		return 0, err
	}
	last, err := s.LastNotices(ctx, news.Heartbeat)
	if err != nil {
		return 0, err
	}
	desk := noticeDesk{store: s, now: now}
	if err := desk.readSources(ctx); err != nil {
		return 0, err
	}
	for _, sub := range subs {
		if sub.Paused || len(sub.Channels) == 0 {
			continue
		}
		since, known := last[sub.ID]
		if !known {
			since = sub.Created
		}
		var list []news.Notice
		if due := alert.HeartbeatDue(sub.Schedule, since); !sub.NoHeartbeat && !now.Before(due) {
			n, err := desk.heartbeat(ctx, sub, since)
			if err != nil {
				return written, fmt.Errorf("heartbeat of subscription %s: %w", sub.ID, err)
			}
			list = append(list, n)
		}
		list = append(list, desk.warnings(sub)...)
		for _, n := range list {
			var deliveries []news.Delivery
			for _, c := range sub.Channels {
				deliveries = append(deliveries, n.Delivery(c, alert.NoticeDue(sub, n.Time)))
			}
			added, err := s.AddNotice(ctx, n, deliveries)
			if err != nil {
				return written, err
			}
			if added {
				written++
			}
		}
	}
	return written, nil
}

// A noticeDesk knows how the sources fare, and reads the rest when it is asked for.
type noticeDesk struct {
	store *Archive
	now   time.Time

	sources []string
	broken  []news.Broken
	newest  []news.Record // nil: not read yet
}

func (d *noticeDesk) readSources(ctx context.Context) error {
	sources, err := d.store.Sources(ctx)
	if err != nil {
		return err
	}
	polls, err := d.store.Polls(ctx)
	if err != nil {
		return err
	}
	bySource := map[string][]news.Poll{}
	for _, p := range polls {
		bySource[p.Source] = append(bySource[p.Source], p)
	}
	for _, source := range sources {
		d.sources = append(d.sources, source.Slug)
		var best news.Poll // the address that fares best stands for its source
		for i, p := range bySource[source.Slug] {
			if i == 0 || p.Failures < best.Failures {
				best = p
			}
		}
		begin := best.Success
		if begin.IsZero() {
			begin = best.First
		}
		if best.Failures >= brokenAfter && d.now.Sub(begin) >= brokenFor {
			d.broken = append(d.broken, news.Broken{Source: source.Slug, Since: best.Success, Detail: cmp.Or(best.Detail, string(best.Outcome))})
		}
	}
	return nil
}

// of are the sources that are watched for a subscription, and those of them that are
// broken.
func (d *noticeDesk) of(sub news.Subscription) (watched int, broken []news.Broken) {
	if len(sub.Query.Sources) == 0 {
		return len(d.sources), d.broken
	}
	for _, slug := range sub.Query.Sources {
		if slices.Contains(d.sources, slug) {
			watched++
		}
	}
	for _, b := range d.broken {
		if slices.Contains(sub.Query.Sources, b.Source) {
			broken = append(broken, b)
		}
	}
	return watched, broken
}

// warnings are one for each time that a source broke which the subscription names, and
// one a day while many are broken for who names none.
func (d *noticeDesk) warnings(sub news.Subscription) (list []news.Notice) {
	watched, broken := d.of(sub)
	warn := func(key string, broken []news.Broken) {
		n := news.NewNotice(news.Warning, sub.ID, key, d.now)
		n.Sources, n.Broken = watched, broken
		list = append(list, n)
	}
	if len(sub.Query.Sources) > 0 {
		for _, b := range broken {
			warn(b.Source+" "+strconv.FormatInt(b.Since.Unix(), 10), []news.Broken{b})
		}
	} else if len(broken) > 0 && float64(len(broken)) >= manyBroken*float64(watched) {
		warn("many "+d.now.UTC().Format(time.DateOnly), broken)
	}
	return list
}

func (d *noticeDesk) heartbeat(ctx context.Context, sub news.Subscription, since time.Time) (n news.Notice, err error) {
	n = news.NewNotice(news.Heartbeat, sub.ID, strconv.FormatInt(since.UnixMicro(), 10), d.now)
	n.Since = since.UTC()
	watched, broken := d.of(sub)
	n.Sources, n.Broken = watched, append(n.Broken, broken...)
	if n.Articles, err = d.store.StoredSince(ctx, since); err != nil {
		return n, err
	}
	alerts, err := d.store.Alerts(ctx, sub.ID, 1000)
	if err != nil {
		return n, err
	}
	for _, a := range alerts {
		if !a.Time.Before(since) {
			n.Alerts++
		}
	}
	held, err := d.store.Deliveries(ctx, news.DeliveryFilter{Subscription: sub.ID, State: news.DeliveryHeld})
	if err != nil {
		return n, err
	}
	n.Held = len(held)
	if d.newest == nil {
		if d.newest, err = d.store.Records(ctx, news.Filter{Since: d.now.AddDate(0, 0, -7), Limit: readForNotice}); err != nil {
			return n, err
		}
	}
	for _, r := range d.newest {
		if len(sub.Query.Sources) == 0 || slices.Contains(sub.Query.Sources, r.Source) {
			alert.MarkNear(&n, sub.Query, r)
		}
	}
	n.Slowest, n.Delay = slowest(d.newest)
	return n, nil
}

// slowest is the source that takes longest from published to fetched, by its median, of
// those with three records and more.
func slowest(records []news.Record) (slug string, delay time.Duration) {
	delays := map[string][]time.Duration{}
	for _, r := range records {
		if d := r.Fetched.Sub(r.Published); !r.Published.IsZero() && !r.Quiet && d > 0 {
			delays[r.Source] = append(delays[r.Source], d)
		}
	}
	for source, list := range delays {
		if len(list) < 3 {
			continue
		}
		slices.Sort(list)
		if median := list[len(list)/2]; median > delay || median == delay && source < slug {
			slug, delay = source, median
		}
	}
	return slug, delay
}
