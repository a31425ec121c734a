package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"edict/classifier/places"
	"edict/news"
	"edict/sink/stories"
)

// A Store is an open database. It must be closed.
type Store struct {
	dialect dialect
	writing *sql.DB // one connection
	reading *sql.DB
	log     *slog.Logger
	now     func() time.Time
	closed  atomic.Bool
	shift   shift

	patience time.Duration                   // with a transaction that writes; 0: for ever
	reader   func() (*stories.Reader, error) // made when the first record is kept
	past     keptBook                        // what maps are made of; empty until the first of a past moment is asked for
	shelf    shelf                           // of records that were asked for lately
}

// Open opens the database at url and brings its schema up to date. The url of a
// SQLite file is "sqlite:" and its path; the folder must exist, the file is made if
// there is none. That of a PostgreSQL database, which must exist, is
// "postgres://user:password@host:port/database" with libpq's parameters behind a
// question mark; what it leaves open, libpq's variables such as PGPASSFILE say.
// Another scheme is ErrInvalid. A database made by a newer program is
// ErrConflict. now is the clock for what the store itself dates.
func Open(ctx context.Context, url string, log *slog.Logger, now func() time.Time) (*Store, error) {
	scheme, place, _ := strings.Cut(url, ":")
	s := &Store{log: log, now: now, reader: sync.OnceValues(func() (*stories.Reader, error) {
		gazetteer, err := places.Default()
		if err != nil {
			return nil, err
		}
		return stories.NewReader(gazetteer)
	})}
	var err error
	switch scheme {
	case "sqlite":
		s.dialect = sqliteDialect{place}
		s.writing, s.reading, err = openSQLite(ctx, place)
	case "postgres", "postgresql":
		var d postgresDialect
		d, s.writing, s.reading, err = openPostgres(ctx, url, log)
		s.dialect, place, s.patience = d, d.place(), writePatience
	default:
		return nil, fmt.Errorf("store.url begins with %q: sqlite:<path of a file> and postgres://<user>:<password>@<host>/<database> are allowed: %w",
			scheme+":", news.ErrInvalid)
	}
	if err != nil {
		return nil, s.fault(fmt.Sprintf("open the store %s", place), err)
	}
	if err := s.dialect.migrate(ctx, s.writing, log); err != nil {
		err = s.fault(fmt.Sprintf("bring the schema of the store %s up to date", place), err)
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for what is running and closes the database.
func (s *Store) Close() error {
	s.closed.Store(true)
	err := errors.Join(s.reading.Close(), s.writing.Close())
	s.shift.workers.Wait()
	return err
}
