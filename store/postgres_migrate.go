package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

const (
	// migrationLock is the advisory lock of whoever brings the schema up to date.
	migrationLock = writerLock + 1
	// pgerrNotAllowed is the SQLSTATE of what the user has no right to.
	pgerrNotAllowed = "42501"
	// migrationWait is how long the others wait.
	migrationWait = 10 * time.Minute
)

// migrate holds a lock from before it looks until it is done, so that of any number
// of processes one does it and the others find it done.
func (d postgresDialect) migrate(ctx context.Context, _ *sql.DB, log *slog.Logger) error {
	files, err := fs.Sub(postgresMigrations, "migrations/postgres")
	if err != nil {
		return err
	}
	db := d.pool(2, map[string]string{"lock_timeout": milliseconds(migrationWait)})
	defer func() { _ = db.Close() }() // which gives the lock back
	holder, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = holder.Close() }()
	if _, err := holder.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	done, err := migrateOnce(ctx, provider)
	tellMigrated(log, done)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == pgerrNotAllowed {
		err = fmt.Errorf("the user %s may not do that; 'edict migrate' does, with the store.url of one who may: %w", d.config.User, err)
	}
	return err
}
