package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"edict/news"

	"modernc.org/sqlite"
	sqlitecode "modernc.org/sqlite/lib"
)

// busyTimeout is how long a transaction waits for another process's.
const busyTimeout = 5 * time.Second

// maxReaders bounds the connections that read. Each has a page cache of 2 MiB: the
// system's own holds more, for all of them.
const maxReaders = 8

type sqliteDialect struct{ path string }

// openSQLite opens the file twice: one connection that writes, in transactions
// that take the write lock when they begin, so that none fails half way; and a
// pool that can only read.
func openSQLite(ctx context.Context, path string) (writer, readers *sql.DB, err error) {
	if path == "" {
		return nil, nil, fmt.Errorf("the path is missing: %w", news.ErrInvalid)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, nil, err
	}
	if info, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil, nil, fmt.Errorf("there is no folder %s: %w", filepath.Dir(path), news.ErrNotFound)
	}
	pragmas := []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)",
		// FULL: a commit is on the disk when it returns. NORMAL loses the last ones in a
		// power cut.
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"journal_size_limit(67108864)",
		// In pages: what is written again and again meanwhile goes to the file once.
		"wal_autocheckpoint(4000)",
		"temp_store(MEMORY)",
	}
	open := func(connections int, more url.Values, extra ...string) (*sql.DB, error) {
		query := url.Values{"_pragma": append(append([]string{}, pragmas...), extra...), "_dqs": {"0"}}
		maps.Copy(query, more)
		connector, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode())
		if err != nil {
			return nil, err
		}
		db := sql.OpenDB(keeper{connector})
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return db, nil
	}
	if writer, err = open(1, url.Values{"_txlock": {"immediate"}}, "cache_size(-16384)"); err != nil {
		return nil, nil, err
	}
	// Processes that turn a new file to WAL at once get in each other's way for a
	// moment, whatever the busy timeout says.
	err = retryBusy(ctx, func() error { return writer.PingContext(ctx) })
	if err == nil {
		readers, err = open(maxReaders, nil, "cache_size(-2048)", "query_only(ON)")
	}
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	return writer, readers, nil
}

// retryBusy tries f again while SQLite says that the file is locked, at most for
// twice the busy timeout.
func retryBusy(ctx context.Context, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*busyTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := f()
		if code := sqliteCode(err); code != sqlitecode.SQLITE_BUSY && code != sqlitecode.SQLITE_LOCKED {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// sqliteCode returns the primary result code of err, or 0 if it is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

func (sqliteDialect) sentinel(err error) error {
	switch sqliteCode(err) {
	case sqlitecode.SQLITE_CONSTRAINT, sqlitecode.SQLITE_TOOBIG, sqlitecode.SQLITE_MISMATCH:
		return news.ErrInvalid
	case sqlitecode.SQLITE_BUSY, sqlitecode.SQLITE_LOCKED, sqlitecode.SQLITE_FULL, sqlitecode.SQLITE_IOERR,
		sqlitecode.SQLITE_CANTOPEN, sqlitecode.SQLITE_PROTOCOL, sqlitecode.SQLITE_NOMEM, sqlitecode.SQLITE_READONLY,
		sqlitecode.SQLITE_PERM, sqlitecode.SQLITE_CORRUPT, sqlitecode.SQLITE_NOTADB:
		return news.ErrUnavailable
	}
	return nil
}

// broken: a file has no connections that break.
func (sqliteDialect) broken(error) bool { return false }

// check asks SQLite itself for damaged pages and for rows that point nowhere.
func (sqliteDialect) check(ctx context.Context, tx session) (problems []string, err error) {
	lines, err := column[string](ctx, tx, "PRAGMA quick_check(20)")
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		if line != "ok" {
			problems = append(problems, fmt.Sprintf("SQLite finds the file damaged: %s.", line))
		}
	}
	orphans, err := column[string](ctx, tx, `SELECT "table" FROM pragma_foreign_key_check LIMIT 20`)
	if err != nil {
		return nil, err
	}
	for _, table := range orphans {
		problems = append(problems, fmt.Sprintf("A row of the table %s points to a row that is not there.", table))
	}
	return problems, nil
}
