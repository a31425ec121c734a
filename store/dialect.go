package store

import (
	"context"
	"database/sql"
	"log/slog"
)

// A dialect is what differs between databases beyond the text of the migrations.
// Everything else is written once.
type dialect interface {
	statementDialect
	searchDialect
	roleDialect

	// sentinel returns the error of package news that err means, or nil.
	sentinel(err error) error
	// broken reports whether err says that a connection was broken before it was used,
	// and that another one may be whole.
	broken(err error) bool
	// migrate brings the schema up to date. Any number of processes may call it at
	// once.
	migrate(ctx context.Context, writer *sql.DB, log *slog.Logger) error
	// check looks for damage that queries do not show, inside tx. Each finding is a
	// sentence.
	check(ctx context.Context, tx session) ([]string, error)
	// lock is the first thing in every transaction that writes: after it no other
	// one writes until this one ends.
	lock(ctx context.Context, tx session) error
	// restored is told inside tx that rows with numbers of their own were inserted.
	restored(ctx context.Context, tx session) error
	// snapshot is the isolation in which a transaction reads one state of the
	// database.
	snapshot() sql.IsolationLevel
}

// A statementDialect turns what this package writes into what the database reads.
type statementDialect interface {
	// query puts the database's mark in the place of each ?.
	query(text string) string
	// in is the condition that what stands before it is one of a list, with its
	// arguments.
	in(list []string) (condition string, args []any)
	// inNumbers is in for whole numbers.
	inNumbers(list []int64) (condition string, args []any)
	// keysHeld calls f for key, time and number of the rows of feature_keys that are
	// in one of the ranges. A row may come more than once.
	keysHeld(ctx context.Context, s session, ranges []keyRange, f func(*sql.Rows) error) error
	// insert writes rows, of which there is one at least; see session.insert.
	insert(ctx context.Context, s session, into table, conflict string, rows [][]any) (written int64, err error)
}
