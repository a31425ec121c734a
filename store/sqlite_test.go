package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/storetest"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newSQLite is a path that needs escaping, in a folder of its own.
func newSQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "a new?store%41#1.db")
}

// raw opens the file of a store without the store.
func raw(t testing.TB, address string) *sql.DB {
	t.Helper()
	path := strings.TrimPrefix(address, "sqlite:")
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, storetest.Backend{
		New: newSQLite,
		Block: func(t testing.TB, address string) func() {
			tx, err := raw(t, address).BeginTx(context.Background(), nil)
			if err != nil {
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

func TestSQLiteOpenErrors(t *testing.T) {
	for address, want := range map[string]error{
		"sqlite:":                            news.ErrInvalid,
		"":                                   news.ErrInvalid,
		"data/store.db":                      news.ErrInvalid,
		"sqlite:" + t.TempDir() + "/no/x.db": news.ErrNotFound,
	} {
		_, err := store.Open(t.Context(), address, slog.New(slog.DiscardHandler), time.Now)
		if !strings.Contains(err.Error(), want.Error()) {
			t.Errorf("%q: %v, want %v", address, err, want)
		}
	}
}
