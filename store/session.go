package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// A session asks the database, in a transaction or outside of one. Its queries have
// a ? for each argument, whatever the database; what databases say differently is
// the dialect's.
type session struct {
	dialect dialect
	sql     interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
}

// each calls f for every row of a query.
func (s session) each(ctx context.Context, f func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := s.sql.QueryContext(ctx, s.dialect.query(query), args...)
	return eachOf(rows, err, f)
}

// eachOf calls f for every row of what a query returned.
func eachOf(rows *sql.Rows, err error, f func(rows *sql.Rows) error) error {
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

// eachIn calls f for every row of a query in which a column is one of a list: head
// ends in that column, tail follows.
func (s session) eachIn(ctx context.Context, f func(rows *sql.Rows) error, head, tail string, list []string) error {
	for _, some := range chunks(list) {
		condition, args := s.dialect.in(some)
		if err := s.each(ctx, f, head+condition+tail, args...); err != nil {
			return err
		}
	}
	return nil
}

// row is for a query that returns one row at most.
func (s session) row(ctx context.Context, query string, args ...any) *sql.Row {
	return s.sql.QueryRowContext(ctx, s.dialect.query(query), args...)
}

// exec returns how many rows were written.
func (s session) exec(ctx context.Context, query string, args ...any) (written int64, err error) {
	result, err := s.sql.ExecContext(ctx, s.dialect.query(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert writes rows into a table, many with each statement. conflict is what
// follows the values, such as ON CONFLICT; no two rows may have the same key where
// it updates. It returns how many rows were written.
func (s session) insert(ctx context.Context, into table, conflict string, rows [][]any) (written int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	return s.dialect.insert(ctx, s, into, conflict, rows)
}

// lastOf returns, of the rows that share their first columns, the last one: one insert
// updates no row twice.
func lastOf(rows [][]any, key int) [][]any {
	seen := map[string]bool{}
	var out [][]any
	for _, row := range slices.Backward(rows) {
		if k := fmt.Sprintln(row[:key]...); !seen[k] {
			seen[k] = true
			out = append(out, row)
		}
	}
	return out
}

// column returns the only column of a query.
func column[T any](ctx context.Context, s session, query string, args ...any) ([]T, error) {
	var out []T
	err := s.each(ctx, func(rows *sql.Rows) error {
		var v T
		if err := rows.Scan(&v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

// maxList bounds a list of values in one statement.
const maxList = 500

// chunks cuts a list into lists of at most maxList.
func chunks[T any](list []T) [][]T {
	var out [][]T
	for len(list) > 0 {
		n := min(len(list), maxList)
		out = append(out, list[:n])
		list = list[n:]
	}
	return out
}
