package store_test

import (
	"context"
	"database/sql"
	"testing"

	"edict/account"
	"edict/store"
)

// An account of a program that knew no language of accounts is kept as it was, and speaks
// as the browser asks until its owner says otherwise.
func TestAccountsMigrate(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		address := newSQLite(t)
		migrateAccounts(t, address, raw(t, address), false)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := postgres.Database(t)
		migrateAccounts(t, address, rawPostgres(t, address), true)
	})
}

func migrateAccounts(t *testing.T, address string, old *sql.DB, onPostgres bool) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	wantError(t, store.MigrateTo(ctx, old, onPostgres, 13), nil)
	_, err := old.ExecContext(ctx, "INSERT INTO users (name, id, role, state, password, feeds, created, changed, seen) VALUES ('ada', 'a1', 'admin', 'active', 'hash', 'feeds', 1, 2, 3)")
	wantError(t, err, nil)
	wantError(t, old.Close(), nil)
	s, err := tryOpen(t, address)
	wantError(t, err, nil)
	t.Cleanup(func() { _ = s.Close() })
	was, err := s.User(t.Context(), "ada")
	wantError(t, err, nil)
	if was.ID != "a1" || was.Password != "hash" || was.Feeds != "feeds" || was.Created.UnixMicro() != 1 || was.Seen.UnixMicro() != 3 || was.Language != "" || was.Zone != "" {
		t.Errorf("kept as %+v", was)
	}
	_, err = s.EditUser(t.Context(), "ada", func(u *account.User, _ account.Others) (account.Edit, error) {
		u.Language, u.Zone = "zh-Hant", "Asia/Taipei"
		return account.Edit{}, nil
	})
	wantError(t, err, nil)
	if now, err := s.User(t.Context(), "ada"); err != nil || now.Language != "zh-Hant" || now.Zone != "Asia/Taipei" || now.Password != was.Password {
		t.Errorf("altered to %+v, %v", now, err)
	}
}
