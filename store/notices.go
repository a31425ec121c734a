package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"edict/news"
)

// AddNotice writes a notice with its deliveries, in one transaction. One that is there
// already changes nothing.
func (s *Store) AddNotice(ctx context.Context, n news.Notice, deliveries []news.Delivery) (added bool, err error) {
	body, err := json.Marshal(n)
	if err != nil {
		return false, fmt.Errorf("notice %s: %w: %w", n.ID, err, news.ErrInvalid)
	}
	rows := make([][]any, len(deliveries))
	for i, d := range deliveries {
		rows[i] = deliveryRow(d)
	}
	err = s.write(ctx, "write notice "+n.ID, func(ctx context.Context, tx session) error {
		done, err := tx.insert(ctx, noticeRows, "ON CONFLICT (id) DO NOTHING", [][]any{{n.ID, n.Subscription, string(n.Kind), micro(n.Time), string(body)}})
		if added = done > 0; err != nil || !added {
			return err
		}
		_, err = tx.insert(ctx, deliveryRows, "ON CONFLICT (id) DO NOTHING", rows)
		return err
	})
	return added, err
}

// Notice returns one, or ErrNotFound.
func (s *Store) Notice(ctx context.Context, id string) (n news.Notice, err error) {
	var body string
	if err := s.readers().row(ctx, "SELECT body FROM notices WHERE id = ?", id).Scan(&body); err != nil {
		return n, s.fault("read notice "+id, err)
	}
	return n, s.fault("read notice "+id, json.Unmarshal([]byte(body), &n))
}

// LastNotices returns when each subscription had its last notice of a kind.
func (s *Store) LastNotices(ctx context.Context, kind news.NoticeKind) (map[string]time.Time, error) {
	last := map[string]time.Time{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var subscription string
		var at int64
		err := rows.Scan(&subscription, &at)
		last[subscription] = fromMicro(at)
		return err
	}, "SELECT subscription, max(time) FROM notices WHERE kind = ? GROUP BY subscription", string(kind))
	return last, s.fault("look when notices were sent", err)
}

// StoredSince counts the articles that were stored at or after a time.
func (s *Store) StoredSince(ctx context.Context, since time.Time) (n int64, err error) {
	err = s.readers().row(ctx, "SELECT count(*) FROM articles WHERE stored >= ?", micro(since)).Scan(&n)
	return n, s.fault("count what was stored", err)
}
