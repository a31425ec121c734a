package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"edict/account"
	"edict/news"
)

// ownAlerts lets everybody see and alter what is his own, and administrators all of it.
// Who asks is in the context. Another's is ErrNotFound, as what there is not.
func ownAlerts(a *Alerts, now func() time.Time) *Alerts {
	if a == nil {
		return nil
	}
	own := *a
	subs := ownSubscriptions{a.Subscriptions}
	own.Subscriptions, own.Outbox, own.Silences = subs, ownOutbox{a.Outbox, subs}, ownSilences{a.Silences, subs, now}
	return &own
}

type ownSubscriptions struct{ all Subscriptions }

var errNotYours = fmt.Errorf("there is no such subscription of yours: %w", news.ErrNotFound)

func (x ownSubscriptions) Subscriptions(ctx context.Context) ([]news.Subscription, int64, error) {
	list, version, err := x.all.Subscriptions(ctx)
	who := account.From(ctx)
	return slices.DeleteFunc(slices.Clone(list), func(sub news.Subscription) bool { return !who.Owns(sub.Owner) }), version, err
}

func (x ownSubscriptions) Subscription(ctx context.Context, id string) (news.Subscription, error) {
	sub, err := x.all.Subscription(ctx, id)
	if err == nil && !account.From(ctx).Owns(sub.Owner) {
		return news.Subscription{}, errNotYours
	}
	return sub, err
}

func (x ownSubscriptions) SaveSubscription(ctx context.Context, sub news.Subscription) error {
	if !account.From(ctx).Owns(sub.Owner) {
		return errNotYours
	}
	if _, err := x.Subscription(ctx, sub.ID); err != nil && (!errors.Is(err, news.ErrNotFound) || errors.Is(err, errNotYours)) {
		return err
	}
	return x.all.SaveSubscription(ctx, sub)
}

func (x ownSubscriptions) EditSubscription(ctx context.Context, id string, edit func(*news.Subscription) error) (news.Subscription, error) {
	return x.all.EditSubscription(ctx, id, func(sub *news.Subscription) error {
		if !account.From(ctx).Owns(sub.Owner) {
			return errNotYours
		}
		owner := sub.Owner
		err := edit(sub)
		sub.Owner = owner
		return err
	})
}

func (x ownSubscriptions) RemoveSubscription(ctx context.Context, id string) error {
	if _, err := x.Subscription(ctx, id); err != nil {
		return err
	}
	return x.all.RemoveSubscription(ctx, id)
}

type ownOutbox struct {
	Outbox

	subs ownSubscriptions
}

func (x ownOutbox) AlertsBefore(ctx context.Context, subscription string, before *news.Alert, limit int) ([]news.Alert, error) {
	if _, err := x.subs.Subscription(ctx, subscription); err != nil {
		return nil, err
	}
	return x.Outbox.AlertsBefore(ctx, subscription, before, limit)
}

// Deliveries are those of one's own subscriptions, also where none is named.
func (x ownOutbox) Deliveries(ctx context.Context, f news.DeliveryFilter) ([]news.Delivery, error) {
	if account.From(ctx).May(account.Administer) {
		return x.Outbox.Deliveries(ctx, f)
	}
	mine, _, err := x.subs.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	// So many of each one's are the last of all.
	list := []news.Delivery{}
	for _, sub := range mine {
		if f.Subscription != "" && f.Subscription != sub.ID {
			continue
		}
		one := f
		one.Subscription = sub.ID
		some, err := x.Outbox.Deliveries(ctx, one)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	slices.SortFunc(list, func(a, b news.Delivery) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		if a.ID > b.ID {
			return -1
		}
		return 1
	})
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, nil
}

func (x ownOutbox) Delivery(ctx context.Context, id string) (news.Delivery, []news.Try, error) {
	d, tries, err := x.Outbox.Delivery(ctx, id)
	if err != nil || account.From(ctx).May(account.Administer) {
		return d, tries, err
	}
	if _, err := x.subs.Subscription(ctx, d.Subscription); err != nil {
		return news.Delivery{}, nil, err
	}
	return d, tries, nil
}

// each wants all of them to be one's own.
func (x ownOutbox) each(ctx context.Context, ids []string) error {
	if account.From(ctx).May(account.Administer) {
		return nil
	}
	for _, id := range ids {
		if _, _, err := x.Delivery(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (x ownOutbox) Replay(ctx context.Context, ids []string) (int64, error) {
	if err := x.each(ctx, ids); err != nil {
		return 0, err
	}
	return x.Outbox.Replay(ctx, ids)
}

func (x ownOutbox) DropDeliveries(ctx context.Context, ids []string) (int64, error) {
	if err := x.each(ctx, ids); err != nil {
		return 0, err
	}
	return x.Outbox.DropDeliveries(ctx, ids)
}

type ownSilences struct {
	all  Silences
	subs ownSubscriptions
	now  func() time.Time
}

func (x ownSilences) Silences(ctx context.Context, now time.Time) ([]news.Silence, error) {
	return x.all.Silences(ctx, now)
}

// SaveSilence of all that is sent is for those who review; of a subscription, for whose
// it is.
func (x ownSilences) SaveSilence(ctx context.Context, s news.Silence) error {
	if s.Subscription == "" && !account.From(ctx).May(account.Review) {
		return fmt.Errorf("a reader silences a subscription of his own: %w", news.ErrRefused)
	}
	if s.Subscription != "" {
		if _, err := x.subs.Subscription(ctx, s.Subscription); err != nil {
			return err
		}
	}
	return x.all.SaveSilence(ctx, s)
}

// EndSilence is for who made it, whose subscription it is of, and those who review.
func (x ownSilences) EndSilence(ctx context.Context, id string, deliver bool) (int64, error) {
	who := account.From(ctx)
	if who.May(account.Review) {
		return x.all.EndSilence(ctx, id, deliver)
	}
	list, err := x.all.Silences(ctx, x.now())
	if err != nil {
		return 0, err
	}
	for _, s := range list {
		mine := who.Owns(s.Author)
		if s.ID == id && !mine && s.Subscription != "" {
			_, err := x.subs.Subscription(ctx, s.Subscription)
			mine = err == nil
		}
		if s.ID == id && mine {
			return x.all.EndSilence(ctx, id, deliver)
		}
	}
	return 0, fmt.Errorf("there is no such silence of yours: %w", news.ErrNotFound)
}
