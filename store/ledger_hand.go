package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"edict/news"
)

// Hand writes article versions that a command brings into the ledger, waiting, for
// whoever holds the bus to publish at once, all in one transaction. What the ledger
// holds already, in whatever state, stays as it is. It returns how many are new.
func (s *Store) Hand(ctx context.Context, articles []news.Article) (isNew int, err error) {
	what := fmt.Sprintf("hand over %d articles", len(articles))
	bodies := make([]string, len(articles))
	for i, a := range articles {
		if err := a.Validate(); err != nil {
			return 0, fmt.Errorf("%s: %w", what, err)
		}
		body, err := json.Marshal(a)
		if err != nil {
			return 0, fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
		}
		bodies[i] = string(body)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		now := micro(s.now())
		rows := make([][]any, len(articles))
		for i, a := range articles {
			rows[i] = []any{a.ID, a.Version, news.Waiting, 1, now, now, bodies[i]}
		}
		n, err := tx.insert(ctx, handedRows, "ON CONFLICT (article, version) DO NOTHING", rows)
		isNew = int(n)
		return err
	})
	return isNew, err
}

// Handed takes up to limit of the versions that were handed over, the oldest first:
// it counts an attempt of each, and returns them with it. The caller publishes them;
// one that it cannot publish it hands back. One that is lost in between waits in the
// ledger like any other.
func (s *Store) Handed(ctx context.Context, limit int) (list []news.LedgerRow, err error) {
	// Looked at without the writer's lock, since mostly there is nothing.
	some, err := column[int64](ctx, s.readers(), "SELECT 1 FROM ledger WHERE handed = 1 LIMIT 1")
	if err != nil || len(some) == 0 {
		return nil, s.fault("look for what was handed over", err)
	}
	err = s.write(ctx, "take what was handed over", func(ctx context.Context, tx session) error {
		list = nil
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var row news.LedgerRow
			var body string
			var entered int64
			if err := rows.Scan(&body, &row.Attempts, &entered); err != nil {
				return err
			}
			row.Attempts, row.Entered = row.Attempts+1, fromMicro(entered)
			if err := json.Unmarshal([]byte(body), &row.Article); err != nil {
				return fmt.Errorf("a stored article cannot be read: %w", err)
			}
			list = append(list, row)
			return nil
		}, "SELECT body, attempts, entered FROM ledger WHERE handed = 1 ORDER BY entered, article, version LIMIT ?", limit)
		if err != nil {
			return err
		}
		keys := make([]news.Key, len(list))
		for i, row := range list {
			keys[i] = row.Article.Key()
		}
		_, err = updateKeys(ctx, tx, "UPDATE ledger SET handed = 0, attempts = attempts + 1, changed = ?", []any{micro(s.now())}, "", keys)
		return err
	})
	return list, err
}

// HandBack hands over once more what Handed returned and could not be published.
func (s *Store) HandBack(ctx context.Context, keys []news.Key) error {
	return s.write(ctx, fmt.Sprintf("hand back %d articles", len(keys)), func(ctx context.Context, tx session) error {
		_, err := updateKeys(ctx, tx, "UPDATE ledger SET handed = 1", nil, "AND state = 'waiting'", keys)
		return err
	})
}

// DeadRows returns up to limit of what the ledger holds as dead, the last first; all
// of it for a limit under 1.
func (s *Store) DeadRows(ctx context.Context, limit int) ([]news.DeadRow, error) {
	if limit < 1 {
		limit = math.MaxInt64
	}
	return s.deadRows(ctx, "WHERE state = 'dead' ORDER BY changed DESC, article, version LIMIT ?", limit)
}

// DeadRow returns the dead version whose article's id begins with prefix.
// ErrNotFound if there is none, ErrConflict if there are several.
func (s *Store) DeadRow(ctx context.Context, prefix string) (news.DeadRow, error) {
	list, err := s.deadRows(ctx, "WHERE state = 'dead' AND substr(article, 1, ?) = ? ORDER BY article, version LIMIT 2", len(prefix), prefix)
	switch {
	case err != nil:
		return news.DeadRow{}, err
	case len(list) == 0 || prefix == "":
		return news.DeadRow{}, fmt.Errorf("no dead article has an id that begins with %q: %w", prefix, news.ErrNotFound)
	case len(list) > 1:
		return news.DeadRow{}, fmt.Errorf("several dead articles have an id that begins with %q: %w", prefix, news.ErrConflict)
	}
	return list[0], nil
}

// DeadOf returns the dead version with a key, or ErrNotFound.
func (s *Store) DeadOf(ctx context.Context, key news.Key) (news.DeadRow, error) {
	list, err := s.deadRows(ctx, "WHERE state = 'dead' AND article = ? AND version = ?", key.Article, key.Version)
	if err == nil && len(list) == 0 {
		return news.DeadRow{}, fmt.Errorf("nothing with that key was given up: %w", news.ErrNotFound)
	}
	if err != nil {
		return news.DeadRow{}, err
	}
	return list[0], nil
}

func (s *Store) deadRows(ctx context.Context, where string, args ...any) ([]news.DeadRow, error) {
	list := []news.DeadRow{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var row news.DeadRow
		var body string
		var since int64
		if err := rows.Scan(&row.Key.Article, &row.Key.Version, &row.Stage, &row.Reason, &row.Attempts, &since, &body); err != nil {
			return err
		}
		row.Since = fromMicro(since)
		list = append(list, row)
		return json.Unmarshal([]byte(body), &list[len(list)-1].Article)
	}, "SELECT article, version, stage, reason, attempts, changed, body FROM ledger "+where, args...)
	return list, s.fault("list the dead", err)
}

// Revive hands dead versions over once more: they wait again. It returns how many
// were dead; others stay as they are.
func (s *Store) Revive(ctx context.Context, keys []news.Key) (revived int, err error) {
	err = s.write(ctx, fmt.Sprintf("replay %d dead articles", len(keys)), func(ctx context.Context, tx session) error {
		revived, err = updateKeys(ctx, tx, "UPDATE ledger SET state = 'waiting', handed = 1, stage = '', reason = '', changed = ?",
			[]any{micro(s.now())}, "AND state = 'dead'", keys)
		if err != nil || revived == 0 {
			return err
		}
		return s.noteAct(ctx, tx, "dead.replay", strconv.Itoa(revived)+" articles", "")
	})
	return revived, err
}

// updateKeys runs an update of the ledger on the rows of keys and returns how many it
// met.
func updateKeys(ctx context.Context, tx session, set string, values []any, and string, keys []news.Key) (met int, err error) {
	for _, some := range chunks(keys) {
		args := append([]any{}, values...)
		for _, k := range some {
			args = append(args, k.Article, k.Version)
		}
		n, err := tx.exec(ctx, set+" WHERE (article, version) IN (VALUES "+
			strings.TrimSuffix(strings.Repeat("(?,?),", len(some)), ",")+") "+and, args...)
		if err != nil {
			return met, err
		}
		met += int(n)
	}
	return met, nil
}
