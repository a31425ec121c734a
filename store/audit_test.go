package store_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/store"
)

// Nobody alters the book of administration, not even with SQL.
func TestAuditIsOnlyAppendedTo(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		address := newSQLite(t)
		auditStays(t, openSQLite(t, address), raw(t, address))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := postgres.Database(t)
		auditStays(t, openPostgres(t, address), rawPostgres(t, address))
	})
}

func auditStays(t *testing.T, s *store.Store, db *sql.DB) {
	wantError(t, s.AddAct(t.Context(), account.Act{Time: time.Now(), Who: "ada", Via: "page", What: "user.add", Target: "bo"}), nil)
	for _, statement := range []string{"UPDATE audit SET who = 'bo'", "DELETE FROM audit", "DELETE FROM audit WHERE number = 1"} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "only appended to") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if list, err := s.Acts(t.Context(), 0, 9); err != nil || len(list) != 1 || list[0].Who != "ada" {
		t.Errorf("the book has %+v, %v", list, err)
	}
}
