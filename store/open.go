package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"edict/news"
)

// A Store is an open database. It must be closed.
type Store struct {
	dialect dialect
	writer  *sql.DB // one connection
	readers *sql.DB
	log     *slog.Logger
	now     func() time.Time
	closed  atomic.Bool
}

// A dialect is what differs between databases beyond the text of the migrations.
type dialect interface {
	// sentinel returns the error of package news that err means, or nil.
	sentinel(err error) error
	// migrate brings the schema up to date. Any number of processes may call it at
	// once.
	migrate(ctx context.Context, writer *sql.DB, log *slog.Logger) error
	// check looks for damage that SQL does not show, inside tx. Each finding is a
	// sentence.
	check(ctx context.Context, tx *sql.Tx) ([]string, error)

	searchDialect
}

// Open opens the database at url, makes it if there is none, and brings its schema
// up to date. The url of a SQLite file is "sqlite:" and its path; the folder must
// exist. Another scheme is ErrInvalid. A database made by a newer program is
// ErrConflict. now is the clock for what the store itself dates.
func Open(ctx context.Context, url string, log *slog.Logger, now func() time.Time) (*Store, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	s := &Store{log: log, now: now}
	var err error
	switch scheme {
	case "sqlite":
		s.dialect = sqliteDialect{}
		s.writer, s.readers, err = openSQLite(ctx, rest)
	default:
		return nil, fmt.Errorf("store.url begins with %q: sqlite:<path of a file> is allowed: %w", scheme+":", news.ErrInvalid)
	}
	if err != nil {
		return nil, s.fault(fmt.Sprintf("open the store %s", rest), err)
	}
	if err := s.dialect.migrate(ctx, s.writer, log); err != nil {
		err = s.fault(fmt.Sprintf("bring the schema of the store %s up to date", rest), err)
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for what is running and closes the database.
func (s *Store) Close() error {
	s.closed.Store(true)
	return errors.Join(s.readers.Close(), s.writer.Close())
}
