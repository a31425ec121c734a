package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"edict/alert"
	"edict/news"
)

// newAlerts makes the stage that matches changes with subscriptions.
func (p *program) newAlerts() *alert.Stage {
	return &alert.Stage{
		Archive: p.store, Book: p.store, Log: p.log.With("part", "alert"), Now: p.o.Now, Wake: p.changed.next, Official: official(p.store),
		Plan: alert.BySchedule, Silenced: p.silencer.silenced, Outgoing: p.due.all,
	}
}

// official tells whether a source of an archive is an authority's own.
func official(s *Archive) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, slug string) (bool, error) {
		source, err := s.Source(ctx, slug)
		if errors.Is(err, news.ErrNotFound) {
			return false, nil
		}
		return source.Kind == news.Official, err
	}
}

// NewSubscriptionID returns an id that nobody can guess: it is also the address of the
// subscription's feeds.
func NewSubscriptionID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	return hex.EncodeToString(id[:])
}

// A TriedAlert is an alert that a subscription would have been sent, with its record.
type TriedAlert struct {
	news.Alert
	Title string `json:"title"`
	URL   string `json:"url"`
}

// TrySubscription says which alerts a subscription would have been sent of what was
// published since a time, the last first. It need not be saved. It reads the stories that
// may fit: all of them where only words are asked for.
func TrySubscription(ctx context.Context, s *Archive, sub news.Subscription, since time.Time) ([]TriedAlert, error) {
	trial, err := alert.NewTrial(sub)
	if err != nil {
		return nil, err
	}
	isOfficial := official(s)
	ids, err := mayFit(ctx, s, sub.Query, since)
	if err != nil {
		return nil, err
	}
	records := map[string]news.Record{}
	for _, id := range ids {
		r, err := s.Record(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("try the subscription: %w", err)
		}
		by, err := isOfficial(ctx, r.Source)
		if err != nil {
			return nil, fmt.Errorf("try the subscription: %w", err)
		}
		trial.Read(r, by)
		records[id] = news.Record{Content: news.Content{Title: r.Title, URL: r.URL}}
	}
	out := []TriedAlert{}
	for _, a := range trial.Alerts() {
		out = append(out, TriedAlert{a, records[a.Record].Title, records[a.Record].URL})
	}
	return out, nil
}

// maxFilters is how many lists are looked through for a trial, before it is all that is
// tagged, or all.
const maxFilters = 20

// mayFit returns the records of stories that a query may be told of, the oldest first:
// those of which a record is in one of the lists that the query can be cut down to.
func mayFit(ctx context.Context, s *Archive, q news.Query, since time.Time) (ids []string, err error) {
	filters := []news.Filter{{Since: since}}
	switch keys := q.TagKeys(); {
	case q.NeedsTag() && len(keys) <= maxFilters:
		filters = nil
		for _, k := range keys {
			filters = append(filters, news.Filter{Since: since, Tagged: true, Label: k.Label, Jurisdiction: k.Place})
			if other, has := k.Label.Opposite(); has { // who was told of a ban is told that it is lifted
				filters = append(filters, news.Filter{Since: since, Tagged: true, Label: other, Jurisdiction: k.Place, Stage: news.Lifted})
			}
		}
	case q.NeedsTag():
		filters[0].Tagged = true
	case len(q.Sources) > 0 && len(q.Sources) <= maxFilters:
		filters = nil
		for _, source := range q.Sources {
			filters = append(filters, news.Filter{Since: since, Source: source})
		}
	default: // what only words can tell apart
		err := s.Each(ctx, filters[0], func(r news.Record) error { ids = append(ids, r.ID); return nil })
		slices.Reverse(ids)
		return ids, err
	}
	stories, list := map[string]bool{}, []news.Position{}
	for _, f := range filters {
		if err := s.Each(ctx, f, func(r news.Record) error {
			if r.Story == "" {
				list = append(list, r.Position())
			} else {
				stories[r.Story] = true
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for story := range stories {
		if err := s.Each(ctx, news.Filter{Since: since, Story: story}, func(r news.Record) error {
			list = append(list, r.Position())
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b news.Position) int { return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID, b.ID)) })
	for _, at := range slices.Compact(list) {
		ids = append(ids, at.ID)
	}
	return ids, nil
}
