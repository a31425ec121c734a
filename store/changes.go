package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"edict/news"
)

// Changes returns the changes behind a sequence number, at most limit, in order.
// None appears later with a smaller number: a writer holds the lock before it takes
// one.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]news.Change, error) {
	list, err := changesAfter(ctx, s.readers(), after, limit)
	return list, s.fault("read changes", err)
}

func changesAfter(ctx context.Context, q session, after int64, limit int) ([]news.Change, error) {
	var list []news.Change
	err := q.each(ctx, func(rows *sql.Rows) error {
		var c news.Change
		var at int64
		var before, change sql.NullString
		if err := rows.Scan(&c.Sequence, &at, &c.Kind, &c.Story, &c.Article, &c.Record, &before, &change, &c.Quiet, &c.Was); err != nil {
			return err
		}
		c.Time = fromMicro(at)
		if before.Valid {
			c.Before = []byte(before.String)
		}
		if change.Valid {
			c.After = []byte(change.String)
		}
		list = append(list, c)
		return nil
	}, `SELECT sequence, time, kind, story, article, record, before, after, quiet, was FROM changes
		WHERE sequence > ? ORDER BY sequence LIMIT ?`, after, limit)
	return list, err
}

// insertChanges appends rows of changeRows, whose sequence numbers it fills in, one
// after the other without a gap: tx holds the lock that every writer takes. The
// newest change must never be deleted, or its number would come twice.
func insertChanges(ctx context.Context, tx session, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	last, err := lastChange(ctx, tx)
	if err != nil {
		return err
	}
	for i, row := range rows {
		row[0] = last + 1 + int64(i)
	}
	_, err = tx.insert(ctx, changeRows, "", rows)
	return err
}

// LastChange returns the newest change's sequence number, 0 before the first.
func (s *Store) LastChange(ctx context.Context) (int64, error) {
	last, err := lastChange(ctx, s.readers())
	return last, s.fault("read the last change", err)
}

func lastChange(ctx context.Context, q session) (last int64, err error) {
	err = q.row(ctx, "SELECT coalesce(max(sequence), 0) FROM changes").Scan(&last)
	return last, err
}

// Cursor returns how far the reader with that name has come, 0 for a new one.
func (s *Store) Cursor(ctx context.Context, name string) (int64, error) {
	at, err := cursor(ctx, s.readers(), name)
	return at, s.fault(fmt.Sprintf("read the cursor %q", name), err)
}

func cursor(ctx context.Context, q session, name string) (at int64, err error) {
	err = q.row(ctx, "SELECT sequence FROM cursors WHERE name = ?", name).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at, err
}

// MoveCursor moves a reader's cursor forward. To where it stands or behind that, it
// does nothing.
func (s *Store) MoveCursor(ctx context.Context, name string, to int64) error {
	return s.write(ctx, fmt.Sprintf("move the cursor %q", name), func(ctx context.Context, tx session) error {
		return moveCursor(ctx, tx, name, to)
	})
}

func moveCursor(ctx context.Context, tx session, name string, to int64) error {
	_, err := tx.insert(ctx, cursorRows, `ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence
		WHERE excluded.sequence > cursors.sequence`, [][]any{{name, to}})
	return err
}
