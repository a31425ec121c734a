package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"edict/news"
)

// SaveSubscription writes a subscription, new or in the place of the one with its id.
// Unless it is paused, what was held for it is sent then.
func (s *Store) SaveSubscription(ctx context.Context, sub news.Subscription) error {
	if err := sub.Validate(); err != nil {
		return fmt.Errorf("save subscription %s: %w", sub.ID, err)
	}
	return s.write(ctx, "save subscription "+sub.ID, func(ctx context.Context, tx session) error {
		if err := saveSubscription(ctx, tx, sub); err != nil {
			return err
		}
		return release(ctx, tx, sub, s.now())
	})
}

// EditSubscription writes what edit makes of a subscription, in one transaction, and
// returns it. An error of edit is returned, and nothing is written then. One that is not
// there is ErrNotFound. Unless it is paused, what was held for it is sent then.
func (s *Store) EditSubscription(ctx context.Context, id string, edit func(*news.Subscription) error) (sub news.Subscription, err error) {
	err = s.write(ctx, "edit subscription "+id, func(ctx context.Context, tx session) error {
		if sub, err = subscriptionOf(ctx, tx, id); err != nil {
			return err
		}
		if err := edit(&sub); err != nil {
			return err
		}
		if err := sub.Validate(); err != nil {
			return err
		}
		if sub.ID != id {
			return fmt.Errorf("its id cannot become %s: %w", sub.ID, news.ErrInvalid)
		}
		if err := saveSubscription(ctx, tx, sub); err != nil {
			return err
		}
		return release(ctx, tx, sub, s.now())
	})
	return sub, err
}

func saveSubscription(ctx context.Context, tx session, sub news.Subscription) error {
	body, err := json.Marshal(sub)
	if err != nil {
		return fmt.Errorf("%w: %w", err, news.ErrInvalid)
	}
	return putSubscription(ctx, tx, sub.ID, string(body))
}

// RemoveSubscription takes a subscription out for good; what was told stays, and what
// waits to be sent is dead. One that is not there is ErrNotFound.
func (s *Store) RemoveSubscription(ctx context.Context, id string) error {
	return s.write(ctx, "remove subscription "+id, func(ctx context.Context, tx session) error {
		if _, err := subscriptionOf(ctx, tx, id); err != nil {
			return err
		}
		if err := putSubscription(ctx, tx, id, ""); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM channel_secrets WHERE subscription = ?", id); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE deliveries SET state = 'dead', hold = '', answer = 'the subscription was removed'
			WHERE subscription = ? AND state IN ('waiting', 'held')`, id)
		return err
	})
}

func putSubscription(ctx context.Context, tx session, id, body string) error {
	version, err := subscriptionsVersion(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.insert(ctx, subscriptionRows, "ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
		[][]any{{id, version + 1, body}})
	return err
}

// Subscription returns one, or ErrNotFound.
func (s *Store) Subscription(ctx context.Context, id string) (news.Subscription, error) {
	sub, err := subscriptionOf(ctx, s.readers(), id)
	return sub, s.fault("read subscription "+id, err)
}

func subscriptionOf(ctx context.Context, q session, id string) (sub news.Subscription, err error) {
	var body string
	if err := q.row(ctx, "SELECT body FROM subscriptions WHERE id = ? AND body <> ''", id).Scan(&body); err != nil {
		return sub, err
	}
	return sub, json.Unmarshal([]byte(body), &sub)
}

// Subscriptions returns all of them in the order of their ids, and a number that is
// another one whenever any has changed.
func (s *Store) Subscriptions(ctx context.Context) (list []news.Subscription, version int64, err error) {
	err = s.read(ctx, "list subscriptions", func(tx session) error {
		list = []news.Subscription{}
		if version, err = subscriptionsVersion(ctx, tx); err != nil {
			return err
		}
		return tx.each(ctx, func(rows *sql.Rows) error {
			var body sql.RawBytes
			var sub news.Subscription
			if err := rows.Scan(&body); err != nil {
				return err
			}
			if err := json.Unmarshal(body, &sub); err != nil {
				return fmt.Errorf("a subscription cannot be read: %w", err)
			}
			list = append(list, sub)
			return nil
		}, "SELECT body FROM subscriptions WHERE body <> '' ORDER BY id")
	})
	return list, version, err
}

// SubscriptionsVersion returns the number that Subscriptions returns.
func (s *Store) SubscriptionsVersion(ctx context.Context) (int64, error) {
	version, err := subscriptionsVersion(ctx, s.readers())
	return version, s.fault("look whether subscriptions have changed", err)
}

func subscriptionsVersion(ctx context.Context, q session) (version int64, err error) {
	err = q.row(ctx, "SELECT coalesce(max(version), 0) FROM subscriptions").Scan(&version)
	return version, err
}

// Told returns the last alert of each subscription on a story, and on each story that
// has become a part of it.
func (s *Store) Told(ctx context.Context, story string) ([]news.Alert, error) {
	list, err := listAlerts(ctx, s.readers(), `SELECT a.body FROM alerts a WHERE
		(a.story = ? OR a.story IN (SELECT id FROM stories WHERE became = ?))
		AND a.change = (SELECT max(b.change) FROM alerts b WHERE b.subscription = a.subscription AND b.story = a.story)
		ORDER BY a.subscription, a.change`, story, story)
	return list, s.fault("read what was told of story "+story, err)
}

// ToldOf returns the alert with that key, or ErrNotFound.
func (s *Store) ToldOf(ctx context.Context, subscription, story string, change int64) (a news.Alert, err error) {
	list, err := listAlerts(ctx, s.readers(), "SELECT body FROM alerts WHERE subscription = ? AND story = ? AND change = ?", subscription, story, change)
	if err == nil && len(list) == 0 {
		err = news.ErrNotFound
	}
	if err != nil {
		return a, s.fault(fmt.Sprintf("read the alert of story %s, change %d", story, change), err)
	}
	return list[0], nil
}

// Alerts returns up to limit alerts of a subscription, the last first.
func (s *Store) Alerts(ctx context.Context, subscription string, limit int) ([]news.Alert, error) {
	list, err := listAlerts(ctx, s.readers(), "SELECT body FROM alerts WHERE subscription = ? ORDER BY change DESC, story LIMIT ?", subscription, limit)
	return list, s.fault("list the alerts of subscription "+subscription, err)
}

// AlertsBefore returns up to limit alerts of a subscription, the last first: those before
// one, of which the change and the story are asked; nil: the last ones.
func (s *Store) AlertsBefore(ctx context.Context, subscription string, before *news.Alert, limit int) ([]news.Alert, error) {
	if before == nil {
		return s.Alerts(ctx, subscription, limit)
	}
	list, err := listAlerts(ctx, s.readers(), `SELECT body FROM alerts WHERE subscription = ? AND (change < ? OR change = ? AND story > ?)
		ORDER BY change DESC, story LIMIT ?`, subscription, before.Change, before.Change, before.Story, limit)
	return list, s.fault("list the alerts of subscription "+subscription, err)
}

func listAlerts(ctx context.Context, q session, query string, args ...any) ([]news.Alert, error) {
	list := []news.Alert{}
	err := q.each(ctx, func(rows *sql.Rows) error {
		var body sql.RawBytes
		var a news.Alert
		if err := rows.Scan(&body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &a); err != nil {
			return fmt.Errorf("an alert cannot be read: %w", err)
		}
		list = append(list, a)
		return nil
	}, query, args...)
	return list, err
}

// Alert appends alerts with their deliveries and moves the cursor of that name, in one
// transaction: a kill leaves all or nothing. What is there already stays as it is. A cursor
// that stands further already is ErrConflict, and nothing is written: somebody else is
// at work.
func (s *Store) Alert(ctx context.Context, name string, to int64, alerts []news.Alert, deliveries []news.Delivery) error {
	rows := make([][]any, len(alerts))
	for i, a := range alerts {
		body, err := json.Marshal(a)
		if err != nil {
			return fmt.Errorf("alert of story %s: %w: %w", a.Story, err, news.ErrInvalid)
		}
		rows[i] = []any{a.Subscription, a.Story, a.Change, string(body)}
	}
	out := make([][]any, len(deliveries))
	for i, d := range deliveries {
		out[i] = deliveryRow(d)
	}
	return s.write(ctx, fmt.Sprintf("write %d alerts", len(alerts)), func(ctx context.Context, tx session) error {
		at, err := cursor(ctx, tx, name)
		if err != nil {
			return err
		}
		if at > to {
			return fmt.Errorf("the cursor %q stands at %d already: %w", name, at, news.ErrConflict)
		}
		if _, err := tx.insert(ctx, alertRows, "ON CONFLICT (subscription, story, change) DO NOTHING", rows); err != nil {
			return err
		}
		if _, err := tx.insert(ctx, deliveryRows, "ON CONFLICT (id) DO NOTHING", out); err != nil {
			return err
		}
		if err := s.lookAgain(ctx, tx, alerts); err != nil {
			return err
		}
		return moveCursor(ctx, tx, name, to)
	})
}

// StoryTags returns the tags of the current records of all articles of a story, the
// newest article's first.
func (s *Store) StoryTags(ctx context.Context, story string) (tags []news.Tag, err error) {
	err = s.read(ctx, "read the tags of story "+story, func(tx session) error {
		records, err := column[string](ctx, tx, "SELECT record FROM articles WHERE story = ? ORDER BY position DESC, record DESC", story)
		if err != nil {
			return err
		}
		list, err := loadTags(ctx, tx, records)
		for _, r := range records {
			tags = append(tags, list[r]...)
		}
		return err
	})
	return tags, err
}

// Tellers returns the sources that tell of a story, each with its first record, the
// earliest first.
func (s *Store) Tellers(ctx context.Context, story string) (list []news.Teller, err error) {
	seen := map[string]bool{}
	err = s.readers().each(ctx, func(rows *sql.Rows) error {
		var t news.Teller
		if err := rows.Scan(&t.Source, &t.Record); err != nil {
			return err
		}
		if !seen[t.Source] {
			seen[t.Source] = true
			list = append(list, t)
		}
		return nil
	}, "SELECT source, record FROM articles WHERE story = ? ORDER BY position, record", story)
	return list, s.fault("read who tells of story "+story, err)
}
