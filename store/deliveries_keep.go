package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"edict/news"
)

// SumDeliveries says what has become of the deliveries of subscriptions, by their ids.
// One without any is left out.
func (s *Store) SumDeliveries(ctx context.Context, subscriptions []string) (sums map[string]news.DeliverySum, err error) {
	err = s.read(ctx, "count deliveries", func(tx session) error {
		sums = map[string]news.DeliverySum{}
		err := tx.eachIn(ctx, func(rows *sql.Rows) error {
			var id string
			var state news.DeliveryState
			var n int64
			if err := rows.Scan(&id, &state, &n); err != nil {
				return err
			}
			sum := sums[id]
			switch state {
			case news.DeliveryWaiting:
				sum.Waiting = n
			case news.DeliveryHeld:
				sum.Held = n
			case news.DeliveryDead:
				sum.Dead = n
			}
			sums[id] = sum
			return nil
		}, "SELECT subscription, state, count(*) FROM deliveries WHERE state IN ('waiting', 'held', 'dead') AND subscription", "GROUP BY subscription, state", subscriptions)
		for _, id := range subscriptions {
			if err != nil {
				return err
			}
			var last []int64
			last, err = column[int64](ctx, tx, "SELECT sent FROM deliveries WHERE subscription = ? AND state = 'sent' ORDER BY created DESC, id DESC LIMIT 1", id)
			if len(last) > 0 {
				sum := sums[id]
				sum.Sent = fromMicro(last[0])
				sums[id] = sum
			}
		}
		return err
	})
	return sums, err
}

// DropDeliveries forgets deliveries that are dead, with the tries of their messages, and
// returns how many there were. What waits, is held or was sent stays.
func (s *Store) DropDeliveries(ctx context.Context, ids []string) (n int64, err error) {
	err = s.write(ctx, "drop deliveries", func(ctx context.Context, tx session) error {
		n = 0
		for _, some := range chunks(ids) {
			condition, args := tx.dialect.in(some)
			done, err := forget(ctx, tx, "state = 'dead' AND id"+condition, args...)
			if n += done; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// PruneDeliveries forgets deliveries that were sent before a time, up to limit of them,
// the oldest first, and returns how many. What was told stays with the alerts.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time, limit int) (n int64, err error) {
	// What was sent was made before. The order of an index finds the oldest.
	const old = "SELECT id FROM deliveries WHERE created < ? AND state = 'sent' AND sent < ? ORDER BY created LIMIT ?"
	// Looked up first without the lock that the sink needs: mostly there is nothing.
	ids, err := column[string](ctx, s.readers(), old, micro(before), micro(before), limit)
	if err != nil || len(ids) == 0 {
		return 0, s.fault("look for old deliveries", err)
	}
	err = s.write(ctx, fmt.Sprintf("forget deliveries from before %s", before.UTC().Format(time.DateOnly)), func(ctx context.Context, tx session) error {
		n = 0
		for _, some := range chunks(ids) {
			condition, args := tx.dialect.in(some)
			done, err := forget(ctx, tx, "state = 'sent' AND id"+condition, args...)
			if n += done; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// forget takes deliveries out, and the tries of messages of which no delivery is left.
func forget(ctx context.Context, tx session, where string, args ...any) (n int64, err error) {
	messages, err := column[string](ctx, tx, "SELECT DISTINCT message FROM deliveries WHERE message <> '' AND "+where, args...)
	if err != nil {
		return 0, err
	}
	if n, err = tx.exec(ctx, "DELETE FROM deliveries WHERE "+where, args...); err != nil {
		return n, err
	}
	for _, some := range chunks(messages) {
		condition, args := tx.dialect.in(some)
		if _, err := tx.exec(ctx, "DELETE FROM tries WHERE message"+condition+" AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message = tries.message)", args...); err != nil {
			return n, err
		}
	}
	return n, nil
}
