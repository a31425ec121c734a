package store_test

import (
	"testing"

	"edict/store"
)

func TestRefine(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		address := newSQLite(t)
		store.CheckRefine(t, openSQLite(t, address), openSQLite(t, address))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := postgres.Database(t)
		store.CheckRefine(t, openPostgres(t, address), openPostgres(t, address))
	})
}
