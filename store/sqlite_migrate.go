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

	"edict/news"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

// migrationTries bounds how often migrate starts again when another process
// migrates at the same time. SQLite has no lock that outlives a transaction, so
// the loser of a race fails on what the winner made, and then finds it done.
const migrationTries = 20

func (sqliteDialect) migrate(ctx context.Context, writer *sql.DB, log *slog.Logger) error {
	files, err := fs.Sub(sqliteMigrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, writer, files,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		done, err := migrateOnce(ctx, provider)
		if err == nil {
			tellMigrated(log, done)
			return nil
		}
		if try == migrationTries || ctx.Err() != nil || errors.Is(err, news.ErrConflict) {
			return err
		}
		select {
		case <-time.After(25 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// tellMigrated says in one line what was done.
func tellMigrated(log *slog.Logger, done []*goose.MigrationResult) {
	if len(done) == 0 {
		return
	}
	var took time.Duration
	for _, m := range done {
		took += m.Duration
	}
	log.Info("schema of the store brought up to date", "version", done[len(done)-1].Source.Version, "steps", len(done), "took", took.Round(time.Millisecond))
}

func migrateOnce(ctx context.Context, provider *goose.Provider) ([]*goose.MigrationResult, error) {
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return nil, err
	case current > target:
		return nil, fmt.Errorf("its schema is version %d and this program knows up to %d: use the newer program that made it: %w",
			current, target, news.ErrConflict)
	case current == target:
		return nil, nil
	}
	return provider.Up(ctx)
}
