//go:build soak

package sink_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"edict/store/pgtest"
)

// Somebody else holds the database for half a minute while records come: longer than a
// transaction waits. All that is published is stored once, and none is given up.
func TestLockedUnderLoad(t *testing.T) {
	const locked = 30 * time.Second
	var server pgtest.Server
	t.Cleanup(server.Stop)
	for _, on := range []struct{ name, driver, lock string }{
		{"SQLite", "sqlite", "CREATE TABLE held (id INTEGER)"}, // takes the only writer's place
		{"PostgreSQL", "pgx", "LOCK TABLE records, changes IN ACCESS EXCLUSIVE MODE"},
	} {
		t.Run(on.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "store.db")
			address, other := "sqlite:"+file, file
			if on.driver == "pgx" {
				address = server.Database(t)
				other = address
			}
			l := startLoad(t, openStore(t, address, time.Now))
			await(t, "records come in", func() bool { return l.stored(t) > 100 })
			db, err := sql.Open(on.driver, other)
			ok(t, err)
			t.Cleanup(func() { ok(t, db.Close()) })
			var tx *sql.Tx
			await(t, "the database is held", func() bool { // SQLite refuses while another one writes
				if tx, err = db.BeginTx(context.Background(), nil); err != nil {
					return false
				}
				if _, err = tx.ExecContext(t.Context(), on.lock); err != nil {
					_ = tx.Rollback()
				}
				return err == nil
			})
			before := l.kept.Load()
			<-time.After(locked)
			meanwhile := l.kept.Load() - before
			ok(t, tx.Rollback())
			total := l.end(t)
			t.Logf("%d records published and stored; while it was held %d of them, and %d transactions failed", total, meanwhile, l.failed.Load())
			if l.failed.Load() == 0 || meanwhile > 500 { // those of a transaction that was under way
				t.Error("the database was not held")
			}
		})
	}
}
