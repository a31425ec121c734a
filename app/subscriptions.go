package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
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
// published since a time, the last first. It need not be saved.
func TrySubscription(ctx context.Context, s *Archive, sub news.Subscription, since time.Time) ([]TriedAlert, error) {
	trial, err := alert.NewTrial(sub)
	if err != nil {
		return nil, err
	}
	isOfficial := official(s)
	var ids []string
	if err := s.Each(ctx, news.Filter{Since: since}, func(r news.Record) error { ids = append(ids, r.ID); return nil }); err != nil {
		return nil, err
	}
	records := map[string]news.Record{}
	for _, id := range slices.Backward(ids) { // the oldest first
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
