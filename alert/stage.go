package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"edict/news"
)

// cursor is the name of alert's place in the changes.
const cursor = "alert"

// An Archive is what stories are read from. Its methods only read, and return
// news.ErrUnavailable while the store is away.
type Archive interface {
	// Changes returns the changes behind a sequence number, at most limit, in order.
	Changes(ctx context.Context, after int64, limit int) ([]news.Change, error)
	// Cursor returns how far the reader with that name has come.
	Cursor(ctx context.Context, name string) (int64, error)
	// Records returns the current records that f selects, the newest first.
	Records(ctx context.Context, f news.Filter) ([]news.Record, error)
	// Record returns a record by its id, or news.ErrNotFound.
	Record(ctx context.Context, id string) (news.Record, error)
	// StoryTags returns the tags of the current records of all articles of a story.
	StoryTags(ctx context.Context, story string) ([]news.Tag, error)
}

// A Book keeps subscriptions and what was told. Methods return news.ErrUnavailable
// while the store is away.
type Book interface {
	// Subscriptions returns all of them, and a number that is another one whenever any
	// has changed.
	Subscriptions(ctx context.Context) (list []news.Subscription, version int64, err error)
	// SubscriptionsVersion returns that number alone.
	SubscriptionsVersion(ctx context.Context) (int64, error)
	// Told returns the last alert of each subscription on a story, and on each story that
	// has become a part of it.
	Told(ctx context.Context, story string) ([]news.Alert, error)
	// Alert appends alerts with their deliveries and moves the cursor of that name, in one
	// transaction: a kill leaves all or nothing. What is there already stays as it is.
	Alert(ctx context.Context, name string, to int64, alerts []news.Alert, deliveries []news.Delivery) error
}

// A Stage follows the changes and writes an alert for each subscriber whom a change
// gives something new to know. The same changes give the same alerts, however often
// they are read.
type Stage struct {
	Archive Archive
	Book    Book
	// Official reports whether a source is an authority's own.
	Official func(ctx context.Context, slug string) (bool, error)
	Log      *slog.Logger
	Now      func() time.Time
	Wake     func() <-chan struct{} // returns a channel that is closed at the next change; may be nil
	// Plan says when an alert leaves, and with what; nil is AtOnce. See Plan.
	Plan Plan
	// Silenced reports whether, and why, a subscriber wants nothing of a delivery, as it is
	// now; may be nil.
	Silenced func(ctx context.Context, d news.Delivery) (reason string, silenced bool, err error)
	// Outgoing is called after deliveries were written; may be nil.
	Outgoing func()

	index   *Index
	subs    map[string]news.Subscription // those that are told
	version int64
}

const (
	batch = 100         // changes read at a time
	look  = time.Second // between looks when nobody wakes
	retry = 5 * time.Second
)

// Run follows the changes until ctx ends, and returns nil then.
func (s *Stage) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		var woken <-chan struct{}
		if s.Wake != nil {
			woken = s.Wake()
		}
		n, err := s.Pass(ctx)
		wait := look
		switch {
		case err != nil && ctx.Err() == nil:
			s.Log.Warn("changes could not be matched with subscriptions; they will be tried again", "error", err)
			wait, woken = retry, nil
		case n == batch:
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-woken:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// Pass reads one batch of changes and returns how many it has worked through.
func (s *Stage) Pass(ctx context.Context) (n int, err error) {
	if err := s.load(ctx); err != nil {
		return 0, err
	}
	at, err := s.Archive.Cursor(ctx, cursor)
	if err != nil {
		return 0, err
	}
	changes, err := s.Archive.Changes(ctx, at, batch)
	if err != nil {
		return 0, err
	}
	// One change at a time: what one has told is what the next one knows.
	for _, c := range changes {
		alerts, err := s.match(ctx, c)
		if err != nil {
			return n, fmt.Errorf("change %d: %w", c.Sequence, err)
		}
		if len(alerts) == 0 && n+1 < len(changes) {
			n++
			continue // the cursor moves with the next alert, or at the end
		}
		deliveries, err := s.deliveries(ctx, alerts)
		if err != nil {
			return n, fmt.Errorf("change %d: %w", c.Sequence, err)
		}
		if err := s.Book.Alert(ctx, cursor, c.Sequence, alerts, deliveries); err != nil {
			return n, err
		}
		if len(deliveries) > 0 && s.Outgoing != nil {
			s.Outgoing()
		}
		n++
	}
	return n, nil
}

// load reads the subscriptions anew when any has changed.
func (s *Stage) load(ctx context.Context) error {
	version, err := s.Book.SubscriptionsVersion(ctx)
	if err != nil || s.index != nil && version == s.version {
		return err
	}
	list, version, err := s.Book.Subscriptions(ctx)
	if err != nil {
		return err
	}
	if s.index == nil {
		s.index = NewIndex()
	}
	fresh := make(map[string]news.Subscription, len(list))
	for _, sub := range list {
		if sub.Paused {
			continue
		}
		if old, known := s.subs[sub.ID]; !known || !sameQuery(old.Query, sub.Query) {
			if err := s.index.Put(sub); err != nil {
				s.Log.Error("A subscription cannot be read and is told of nothing", "subscription", sub.ID, "name", sub.Name, "error", err)
				continue
			}
		}
		fresh[sub.ID] = sub
	}
	for id := range s.subs {
		if _, stays := fresh[id]; !stays {
			s.index.Remove(id)
		}
	}
	s.subs, s.version = fresh, version
	return nil
}

func sameQuery(a, b news.Query) bool { return fmt.Sprintf("%v", a) == fmt.Sprintf("%v", b) }

// match returns the alerts that a change gives rise to, in the order of their
// subscriptions.
func (s *Stage) match(ctx context.Context, c news.Change) ([]news.Alert, error) {
	if c.Quiet || c.Kind == news.SourceChange || c.Record == "" || len(s.subs) == 0 {
		return nil, nil
	}
	r, err := s.Archive.Record(ctx, c.Record)
	if errors.Is(err, news.ErrNotFound) {
		return nil, nil // of an archive that was restored in part
	}
	if err != nil {
		return nil, err
	}
	if len(c.After) > 0 { // as they were after this very change
		if err := json.Unmarshal(c.After, &r.Tags); err != nil {
			return nil, fmt.Errorf("its tags: %w: %w", err, news.ErrInvalid)
		}
	}
	told, err := s.Book.Told(ctx, c.Story)
	if err != nil {
		return nil, err
	}
	story := Story{Title: r.Title, Summary: r.Summary, Text: r.Text, Source: r.Source, Language: r.Language, Tags: r.Tags}
	ids := s.index.Match(nil, story)
	asks := slices.Clone(ids) // who asks for the story itself
	if story.Tags = liftsAny(r.Tags); len(story.Tags) > 0 {
		for _, id := range s.index.Match(nil, story) { // who asks for what it lifts
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	before := map[string][]news.Alert{}
	for _, a := range told {
		before[a.Subscription] = append(before[a.Subscription], a)
		// Who was told of the story hears of it too when it does not say any more what he
		// asks for.
		if _, known := s.subs[a.Subscription]; known && !slices.Contains(ids, a.Subscription) {
			ids = append(ids, a.Subscription)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	tags, err := s.Archive.StoryTags(ctx, c.Story)
	if err != nil {
		return nil, err
	}
	official, err := s.Official(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	held, err := s.toldOf(ctx, tags)
	if err != nil {
		return nil, err
	}
	var out []news.Alert
	for _, id := range ids {
		a := news.Alert{
			Subscription: id, Story: c.Story, Change: c.Sequence, Time: s.Now().UTC(), Article: c.Article, Record: c.Record,
			Facts: facts(s.subs[id].Query, tags), Official: official,
		}
		old, q := merge(before[id]), s.subs[id].Query
		a.Facts = withLifts(a.Facts, q, tags, old, func(lift news.Fact) bool { return held[lift][id] })
		if old == nil && len(a.Facts) == 0 && !slices.Contains(asks, id) {
			continue // it lifts what he was not told of
		}
		if a.Facts == nil {
			a.Facts = []news.Fact{}
		}
		if a.Causes = causes(q, old, a.Facts, official); c.Kind == news.WithdrawnChange {
			a.Causes = withdrawn(old)
		}
		if len(a.Causes) == 0 {
			continue
		}
		a.Official = a.Official || old != nil && old.Official
		for _, b := range before[id] {
			if b.Story != c.Story {
				a.Parts = append(a.Parts, b.Story)
			}
		}
		slices.Sort(a.Parts)
		var last time.Time
		if old != nil {
			if last = old.Due; last.IsZero() {
				last = old.Time
			}
		}
		a.Due, a.Batch = s.plan(a, last)
		out = append(out, a)
	}
	return out, nil
}

func (s *Stage) plan(a news.Alert, last time.Time) (due time.Time, batch string) {
	plan := s.Plan
	if plan == nil {
		plan = AtOnce
	}
	return plan(s.subs[a.Subscription], a, last)
}

// deliveries are those of alerts: one for each channel of their subscriptions.
func (s *Stage) deliveries(ctx context.Context, alerts []news.Alert) (list []news.Delivery, err error) {
	for _, a := range alerts {
		sub := s.subs[a.Subscription]
		for _, channel := range sub.Channels {
			d := news.NewDelivery(a, channel)
			if why, halted := sub.Halted[d.Channel]; halted {
				d.State, d.Hold, d.Answer = news.DeliveryHeld, news.HoldHalted, why
			} else if s.Silenced != nil {
				reason, silenced, err := s.Silenced(ctx, d)
				if err != nil {
					return nil, err
				}
				if silenced {
					d.State, d.Hold, d.Answer = news.DeliveryHeld, news.HoldSilenced, reason
				}
			}
			list = append(list, d)
		}
	}
	return list, nil
}
