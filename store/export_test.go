package store

import (
	"context"
	"database/sql"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"edict/news"

	"github.com/pressly/goose/v3"
)

// WriterLock is the number of the advisory lock in PostgreSQL.
const WriterLock = writerLock

// SetPatience bounds transactions that write.
func (s *Store) SetPatience(d time.Duration) { s.patience = d }

// Doze is a transaction that writes nothing and takes long, in PostgreSQL.
func (s *Store) Doze(ctx context.Context) error {
	return s.write(ctx, "doze", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "SELECT pg_sleep(60)")
		return err
	})
}

// Plan returns SQLite's query plan for a page of records.
func (s *Store) Plan(ctx context.Context, f news.Filter) ([]string, error) {
	query, args := recordsQuery(f)
	return s.Explain(ctx, query, args...)
}

// Explain returns SQLite's query plan for a query.
func (s *Store) Explain(ctx context.Context, query string, args ...any) ([]string, error) {
	var lines []string
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			return err
		}
		lines = append(lines, line)
		return nil
	}, "EXPLAIN QUERY PLAN "+query, args...)
	return lines, err
}

// Writer is the connection that writes.
func (s *Store) Writer() *sql.DB { return s.writing }

// Readers are the connections that read.
func (s *Store) Readers() *sql.DB { return s.reading }

// BackupColumns are the columns that a backup holds, as table.column.
func BackupColumns() (names []string) {
	for _, d := range dumps {
		for _, c := range d.columns {
			names = append(names, d.name+"."+c.name)
		}
	}
	slices.Sort(names)
	return names
}

// LookUp is what storing costs for stories: it reads records, looks up candidates and
// compares them, and writes nothing. It returns how many articles were looked up and
// how many are tied.
func (s *Store) LookUp(ctx context.Context, records []news.Record) (candidates, tied int, err error) {
	readings, wait, err := s.readAll(records)
	if err != nil {
		return 0, 0, err
	}
	wait()
	err = s.read(ctx, "look up stories", func(tx session) error {
		p := plan{stories: newGrouping(s.reader)}
		if err := p.stories.recall(ctx, tx, readings, nil); err != nil {
			return err
		}
		for i := range readings {
			r := &readings[i]
			candidates += len(p.stories.pool.Near(r.keys, r.number, r.features.Time))
			tied += len(p.tied(r.article, r))
		}
		return nil
	})
	return candidates, tied, err
}

// MigrateTo makes the schema of an earlier program: that of a version.
func MigrateTo(ctx context.Context, db *sql.DB, onPostgres bool, version int64) error {
	all, folder, dialect := fs.FS(sqliteMigrations), "migrations/sqlite", goose.DialectSQLite3
	if onPostgres {
		all, folder, dialect = postgresMigrations, "migrations/postgres", goose.DialectPostgres
	}
	files, err := fs.Sub(all, folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}
