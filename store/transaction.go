package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// sentinels are the errors of package news: an error that wraps one needs no other.
var sentinels = []error{news.ErrInvalid, news.ErrNotFound, news.ErrConflict, news.ErrUnavailable, news.ErrFull}

// fault wraps err with what was being done and with what it means.
func (s *Store) fault(what string, err error) error {
	if err == nil {
		return nil
	}
	for _, known := range sentinels {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	var meaning error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, news.ErrNotFound)
	case s.closed.Load():
		meaning = news.ErrUnavailable
	default:
		meaning = s.dialect.sentinel(err)
	}
	if meaning == nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, err, meaning)
}

// write runs f in the one transaction that writes. Waiting for it ends with ctx;
// once begun it runs to its end, so that a caller never wonders how much was done.
func (s *Store) write(ctx context.Context, what string, f func(ctx context.Context, tx *sql.Tx) error) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return s.fault(what, err)
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return s.fault(what, err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := f(ctx, tx); err != nil {
		return s.fault(what, err)
	}
	return s.fault(what, tx.Commit())
}

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.fault(what, err)
	}
	defer func() { _ = tx.Rollback() }() // there is nothing to commit
	return s.fault(what, f(tx))
}

// A querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls f for every row of a query.
func each(ctx context.Context, q querier, f func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// column returns the only column of a query.
func column[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, q, func(rows *sql.Rows) error {
		var v T
		if err := rows.Scan(&v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

// insertBlock is how many rows an insert holds: enough that calls cost little, few
// enough that reading the statement does.
const insertBlock = 16

// insertRows inserts rows of equal width: head is the text up to VALUES, tail what
// follows the values. It returns how many rows were written.
func insertRows(ctx context.Context, tx *sql.Tx, head, tail string, rows [][]any) (written int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	width := len(rows[0])
	text := func(n int) string {
		one := "(" + marks(width) + ")"
		return head + " VALUES " + one + strings.Repeat(","+one, n-1) + " " + tail
	}
	run := func(exec func(args ...any) (sql.Result, error), rows [][]any) error {
		args := make([]any, 0, len(rows)*width)
		for _, row := range rows {
			args = append(args, row...)
		}
		result, err := exec(args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		written += n
		return err
	}
	if len(rows) >= 2*insertBlock {
		block, err := tx.PrepareContext(ctx, text(insertBlock))
		if err != nil {
			return 0, err
		}
		defer func() { _ = block.Close() }()
		for len(rows) >= insertBlock {
			err := run(func(args ...any) (sql.Result, error) { return block.ExecContext(ctx, args...) }, rows[:insertBlock])
			if err != nil {
				return 0, err
			}
			rows = rows[insertBlock:]
		}
	}
	if len(rows) == 0 {
		return written, nil
	}
	err = run(func(args ...any) (sql.Result, error) { return tx.ExecContext(ctx, text(len(rows)), args...) }, rows)
	return written, err
}

// marks is a list of n parameters.
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// anys turns a list into arguments.
func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// micro is how a time is kept: microseconds since 1970.
func micro(t time.Time) int64 { return t.UnixMicro() }

// due is how a time that may be unset is kept.
func due(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micro(t)
}

func fromMicro(us int64) time.Time { return time.UnixMicro(us).UTC() }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
