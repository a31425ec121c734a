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
	writing *sql.DB // one connection
	reading *sql.DB
	log     *slog.Logger
	now     func() time.Time
	closed  atomic.Bool
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
		s.writing, s.reading, err = openSQLite(ctx, rest)
	default:
		return nil, fmt.Errorf("store.url begins with %q: sqlite:<path of a file> is allowed: %w", scheme+":", news.ErrInvalid)
	}
	if err != nil {
		return nil, s.fault(fmt.Sprintf("open the store %s", rest), err)
	}
	if err := s.dialect.migrate(ctx, s.writing, log); err != nil {
		err = s.fault(fmt.Sprintf("bring the schema of the store %s up to date", rest), err)
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for what is running and closes the database.
func (s *Store) Close() error {
	s.closed.Store(true)
	return errors.Join(s.reading.Close(), s.writing.Close())
}
