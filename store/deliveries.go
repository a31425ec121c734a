package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

const deliveryColumns = "id, subscription, channel, story, change, batch, message, created, due, next, state, hold, attempts, answer, sent"

func deliveryRow(d news.Delivery) []any {
	return []any{
		d.ID, d.Subscription, d.Channel, d.Story, d.Change, d.Batch, d.Message, micro(d.Created), micro(d.Due), micro(d.Next),
		string(d.State), string(d.Hold), d.Attempts, d.Answer, due(d.Sent),
	}
}

func scanDelivery(rows *sql.Rows) (d news.Delivery, err error) {
	var created, due, next int64
	var sent sql.NullInt64
	err = rows.Scan(&d.ID, &d.Subscription, &d.Channel, &d.Story, &d.Change, &d.Batch, &d.Message, &created, &due, &next,
		&d.State, &d.Hold, &d.Attempts, &d.Answer, &sent)
	d.Created, d.Due, d.Next = fromMicro(created), fromMicro(due), fromMicro(next)
	if sent.Valid {
		d.Sent = fromMicro(sent.Int64)
	}
	return d, err
}

func listDeliveries(ctx context.Context, q session, query string, args ...any) ([]news.Delivery, error) {
	list := []news.Delivery{}
	err := q.each(ctx, func(rows *sql.Rows) error {
		d, err := scanDelivery(rows)
		list = append(list, d)
		return err
	}, "SELECT "+deliveryColumns+" FROM deliveries d "+query, args...)
	return list, err
}

// DueDeliveries returns deliveries that wait and are to be tried now, the longest due
// first, at most limit, and none of the channels named. Of a story on a channel it is the
// earliest that waits, and nothing until that is to be tried: messages keep their order.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, without []string, limit int) ([]news.Delivery, error) {
	query, args := "WHERE state = 'waiting' AND next <= ?", []any{micro(now)}
	if len(without) > 0 {
		condition, more := s.dialect.in(without)
		query, args = query+" AND NOT (channel"+condition+")", append(args, more...)
	}
	query += ` AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.subscription = d.subscription AND e.channel = d.channel
		AND e.story = d.story AND e.change < d.change AND e.state = 'waiting') ORDER BY next, change, id LIMIT ?`
	list, err := listDeliveries(ctx, s.readers(), query, append(args, limit)...)
	return list, s.fault("look which deliveries are due", err)
}

// Seal returns the deliveries that are one message with d, in the order of their
// changes: those of its batch that are due, which from then on are one message, however
// often it is tried and whatever joins the batch later. One whose story has an earlier
// message that waits is left for later. Of a message that was sealed before it returns
// what waits of it.
func (s *Store) Seal(ctx context.Context, d news.Delivery, now time.Time) (list []news.Delivery, err error) {
	err = s.write(ctx, "seal the message of delivery "+d.ID, func(ctx context.Context, tx session) error {
		var message string
		if err := tx.row(ctx, "SELECT message FROM deliveries WHERE id = ?", d.ID).Scan(&message); err != nil {
			return err
		}
		if message == "" {
			first := d
			some, err := listDeliveries(ctx, tx, `WHERE subscription = ? AND channel = ? AND batch = ? AND state = 'waiting' AND message = '' AND next <= ?
				AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.subscription = d.subscription AND e.channel = d.channel AND e.story = d.story
					AND e.change < d.change AND e.state = 'waiting' AND NOT (e.batch = d.batch AND e.message = '' AND e.next <= ?))
				ORDER BY change, id`, d.Subscription, d.Channel, d.Batch, micro(now), micro(now))
			if err != nil {
				return err
			}
			var ids []string
			for _, x := range some {
				ids = append(ids, x.ID)
			}
			if len(some) > 0 {
				first = some[0]
			}
			message = news.BatchMessage(first)
			for _, chunk := range chunks(ids) {
				condition, args := s.dialect.in(chunk)
				if _, err := tx.exec(ctx, "UPDATE deliveries SET message = ? WHERE id"+condition, append([]any{message}, args...)...); err != nil {
					return err
				}
			}
		}
		list, err = listDeliveries(ctx, tx, "WHERE message = ? AND state = 'waiting' ORDER BY change, id", message)
		return err
	})
	return list, err
}

// Settle writes what has become of deliveries, and the tries, in one transaction. What
// was sent stays so.
func (s *Store) Settle(ctx context.Context, deliveries []news.Delivery, tries []news.Try) error {
	rows := make([][]any, len(deliveries))
	for i, d := range deliveries {
		rows[i] = deliveryRow(d)
	}
	log := make([][]any, len(tries))
	for i, t := range tries {
		log[i] = []any{t.Message, t.Number, micro(t.Time), t.Took.Microseconds(), string(t.Outcome), t.Answer}
	}
	return s.write(ctx, fmt.Sprintf("write what became of %d deliveries", len(rows)), func(ctx context.Context, tx session) error {
		if _, err := tx.insert(ctx, deliveryRows, `ON CONFLICT (id) DO UPDATE SET message = excluded.message, next = excluded.next, state = excluded.state,
			hold = excluded.hold, attempts = excluded.attempts, answer = excluded.answer, sent = excluded.sent
			WHERE deliveries.state <> 'sent'`, lastOf(rows, 1)); err != nil {
			return err
		}
		_, err := tx.insert(ctx, tryRows, "ON CONFLICT (message, number) DO NOTHING", log)
		return err
	})
}

// Halt notes that nothing more is to be sent on a channel of a subscription, and holds
// what waits there. A subscription that was removed is ErrNotFound.
func (s *Store) Halt(ctx context.Context, subscription, channel, why string) error {
	return s.write(ctx, "halt channel "+channel+" of subscription "+subscription, func(ctx context.Context, tx session) error {
		sub, err := subscriptionOf(ctx, tx, subscription)
		if err != nil {
			return err
		}
		if sub.Halted == nil {
			sub.Halted = map[string]string{}
		}
		sub.Halted[channel], sub.Why = why, channel+": "+why
		if err := saveSubscription(ctx, tx, sub); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE deliveries SET state = 'held', hold = 'halted', answer = ? WHERE subscription = ? AND channel = ? AND state = 'waiting'`,
			why, subscription, channel)
		return err
	})
}

// Deliveries returns those that f selects, the last first.
func (s *Store) Deliveries(ctx context.Context, f news.DeliveryFilter) ([]news.Delivery, error) {
	var conditions []string
	var args []any
	if f.Subscription != "" {
		conditions, args = append(conditions, "subscription = ?"), append(args, f.Subscription)
	}
	if f.Channel != "" {
		conditions, args = append(conditions, "channel = ?"), append(args, f.Channel)
	}
	if f.State != "" {
		conditions, args = append(conditions, "state = ?"), append(args, string(f.State))
	}
	if !f.After.IsZero() {
		at := micro(f.After.Time)
		conditions, args = append(conditions, "(created < ? OR created = ? AND id > ?)"), append(args, at, at, f.After.ID)
	}
	query := ""
	if len(conditions) > 0 {
		query = "WHERE " + strings.Join(conditions, " AND ")
	}
	query += " ORDER BY created DESC, id"
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	list, err := listDeliveries(ctx, s.readers(), query, args...)
	return list, s.fault("list deliveries", err)
}

// Delivery returns the one whose id begins so, with the tries of its message, the
// first one first. None, or more than one, is ErrNotFound.
func (s *Store) Delivery(ctx context.Context, id string) (d news.Delivery, tries []news.Try, err error) {
	err = s.read(ctx, "read delivery "+id, func(tx session) error {
		list, err := listDeliveries(ctx, tx, "WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", id, id+"g")
		switch {
		case err != nil:
			return err
		case len(list) == 0 || id == "":
			return fmt.Errorf("there is none: %w", news.ErrNotFound)
		case len(list) > 1:
			return fmt.Errorf("several begin so; give more of it: %w", news.ErrNotFound)
		}
		d, tries = list[0], []news.Try{}
		return tx.each(ctx, func(rows *sql.Rows) error {
			t := news.Try{Message: d.Message}
			var at, took int64
			if err := rows.Scan(&t.Number, &at, &took, &t.Outcome, &t.Answer); err != nil {
				return err
			}
			t.Time, t.Took = fromMicro(at), time.Duration(took)*time.Microsecond
			tries = append(tries, t)
			return nil
		}, "SELECT number, time, took, outcome, answer FROM tries WHERE message = ? ORDER BY number", d.Message)
	})
	return d, tries, err
}

// Replay lets deliveries that are held or dead be tried again at once, and returns how
// many there were.
func (s *Store) Replay(ctx context.Context, ids []string) (n int64, err error) {
	err = s.write(ctx, "replay deliveries", func(ctx context.Context, tx session) error {
		n = 0
		for _, some := range chunks(ids) {
			condition, args := s.dialect.in(some)
			done, err := tx.exec(ctx, "UPDATE deliveries SET state = 'waiting', hold = '', due = ?, next = ? WHERE state IN ('held', 'dead') AND id"+condition,
				append([]any{micro(s.now()), micro(s.now())}, args...)...)
			if n += done; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// release lets go what a subscription that is not paused had held, on channels that are
// not halted: at once, unless it is due later.
func release(ctx context.Context, tx session, sub news.Subscription, now time.Time) error {
	for _, name := range sub.ChannelNames() {
		if _, halted := sub.Halted[name]; halted || sub.Paused {
			continue
		}
		if _, err := tx.exec(ctx, `UPDATE deliveries SET state = 'waiting', hold = '', due = CASE WHEN due < ? THEN ? ELSE due END,
			next = CASE WHEN due < ? THEN ? ELSE due END WHERE subscription = ? AND channel = ? AND state = 'held' AND hold IN ('paused', 'halted')`,
			micro(now), micro(now), micro(now), micro(now), sub.ID, name); err != nil {
			return err
		}
	}
	return nil
}

// ChannelSecret returns what signs the messages on a channel of a subscription, or
// ErrNotFound.
func (s *Store) ChannelSecret(ctx context.Context, subscription, channel string) (secret string, err error) {
	err = s.readers().row(ctx, "SELECT secret FROM channel_secrets WHERE subscription = ? AND channel = ?", subscription, channel).Scan(&secret)
	return secret, s.fault("read the secret of channel "+channel, err)
}

// SaveChannelSecret keeps what signs the messages on a channel, in the place of the one
// before.
func (s *Store) SaveChannelSecret(ctx context.Context, subscription, channel, secret string) error {
	return s.write(ctx, "keep the secret of channel "+channel, func(ctx context.Context, tx session) error {
		_, err := tx.insert(ctx, secretRows, "ON CONFLICT (subscription, channel) DO UPDATE SET secret = excluded.secret", [][]any{{subscription, channel, secret}})
		if err != nil {
			return err
		}
		return s.noteAct(ctx, tx, "subscription.secret", subscription, channel)
	})
}
