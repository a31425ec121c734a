package store_test

import (
	"context"
	"database/sql"
	"testing"

	"edict/store"
	"edict/store/storetest"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// rawPostgres opens a database without the store.
func rawPostgres(t testing.TB, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, storetest.Backend{
		New: func(t testing.TB) string { return postgres.Database(t) },
		Block: func(t testing.TB, address string) func() {
			tx, err := rawPostgres(t, address).BeginTx(context.Background(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(context.Background(), "SELECT pg_advisory_xact_lock($1)", int64(store.WriterLock)); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := tx.Rollback(); err != nil {
					t.Fatal(err)
				}
			}
		},
	})
}
