package alert

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// NoticeDue says when a notice of a time leaves: at once, or when quiet hours end.
func NoticeDue(sub news.Subscription, at time.Time) time.Time {
	return afterQuiet(sub.Schedule, at.UTC())
}

// HeartbeatDue is the first time after one at which a subscription's heartbeat is due: a
// monday at eight, or the day and time of its weekly digest, by its own clock.
func HeartbeatDue(s news.Schedule, after time.Time) time.Time {
	if s.Pace() != news.Weekly {
		s = news.Schedule{Zone: s.Zone}
	}
	s.Every = news.Weekly
	return nextDigest(s, after)
}

// MarkNear adds to a notice what of a record waits for review and would be an alert of a
// subscription if it were accepted.
func MarkNear(n *news.Notice, q news.Query, r news.Record) {
	q.Reviewed, q.MinScore = false, 0
	for _, t := range r.Tags {
		if t.State != news.Review {
			continue
		}
		if t.State = news.Auto; q.FitsTag(t) {
			n.Near = append(n.Near, news.NearMiss{Record: r.ID, Title: r.Title, Label: t.Label, Jurisdiction: t.Jurisdiction, Score: t.Score})
		}
	}
	slices.SortStableFunc(n.Near, func(a, b news.NearMiss) int { return cmp.Compare(b.Score, a.Score) })
	n.Near = n.Near[:min(len(n.Near), maxNear)]
}

// What a notice lists at most.
const (
	maxNear   = 3
	maxBroken = 5
)

// notice makes the message of a notice.
func (c *Composer) notice(ctx context.Context, m Message, d news.Delivery, id string) (Message, error) {
	n, err := c.Library.Notice(ctx, id)
	if err != nil {
		return m, err
	}
	lang := m.Language
	m.Notice, m.Update, m.Thread = n.Kind, false, d.Story
	item := Item{Delivery: d.ID, Story: d.Story, Language: lang, Page: c.Base() + "/sources", Tagged: n.Time}
	if n.Kind == news.Heartbeat {
		item.Headline = say(lang, "heartbeat.head", "name", m.Name, "n", n.Alerts, "since", n.Since.UTC().Format(time.DateOnly))
		item.Lines = append(item.Lines, say(lang, "heartbeat.watched", "n", n.Sources)+say(lang, "list.semicolon")+say(lang, "heartbeat.read", "n", n.Articles))
	} else {
		item.Headline = say(lang, "warning.head", "name", m.Name, "broken", len(n.Broken), "n", n.Sources)
	}
	for i, b := range n.Broken {
		if i == maxBroken {
			item.Lines = append(item.Lines, say(lang, "more", "n", len(n.Broken)-i))
			break
		}
		when := say(lang, "never")
		if !b.Since.IsZero() {
			when = clock(b.Since)
		}
		item.Lines = append(item.Lines, say(lang, "broken", "source", b.Source, "when", when, "why", line(b.Detail)))
	}
	if n.Kind == news.Heartbeat && len(n.Broken) == 0 {
		item.Lines = append(item.Lines, say(lang, "none.broken"))
	}
	if n.Slowest != "" {
		item.Lines = append(item.Lines, say(lang, "slowest", "source", n.Slowest, "span", span(n.Delay, lang)))
	}
	if n.Held > 0 {
		item.Lines = append(item.Lines, say(lang, "held", "n", n.Held))
	}
	for _, near := range n.Near {
		item.Lines = append(item.Lines, say(lang, "near", "title", line(near.Title), "label", labelName(near.Label, lang), "place", c.place(near.Jurisdiction, lang), "score", strings.TrimSuffix(fmt.Sprintf("%.2f", near.Score), "0")))
	}
	m.Items = []Item{item}
	return m, nil
}
