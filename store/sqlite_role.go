package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"edict/news"

	sqlitecode "modernc.org/sqlite/lib"
)

// RoleFile is how the files begin, behind the name of a SQLite store, that are locked
// by whoever is at work.
const RoleFile = "-role-"

// sqliteHold is SQLite's own lock on an empty file, which the system takes away from
// a process that ends.
type sqliteHold struct {
	db *sql.DB
	tx *sql.Tx
}

func (d sqliteDialect) take(ctx context.Context, role string) (hold, error) {
	file := (&url.URL{Path: d.path + RoleFile + role}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=exclusive&_pragma=busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	// Not the caller's context: its end would give the lock up before work has ended.
	tx, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	if err == nil {
		return sqliteHold{db, tx}, nil
	}
	if code := sqliteCode(err); code == sqlitecode.SQLITE_BUSY || code == sqlitecode.SQLITE_LOCKED {
		err = fmt.Errorf("%w: %w", err, news.ErrConflict)
	}
	return nil, errors.Join(err, db.Close())
}

// sure: nobody takes a lock of the system's away.
func (sqliteHold) sure(context.Context) error { return nil }

func (h sqliteHold) release() {
	_ = h.tx.Rollback() // nothing was written
	_ = h.db.Close()
}
