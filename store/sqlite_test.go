package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/storetest"

	_ "modernc.org/sqlite"
)

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

func tryOpen(t testing.TB, address string) (*store.Store, error) {
	return store.Open(t.Context(), address, slog.New(slog.DiscardHandler), time.Now)
}

func openSQLite(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := tryOpen(t, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

func TestOpenErrors(t *testing.T) {
	for address, want := range map[string]error{
		"sqlite:": news.ErrInvalid, "": news.ErrInvalid, "data/store.db": news.ErrInvalid, "mysql://there/db": news.ErrInvalid,
		"sqlite:" + t.TempDir() + "/no/x.db": news.ErrNotFound,
		"sqlite:" + t.TempDir():              news.ErrUnavailable,
	} {
		_, err := tryOpen(t, address)
		wantError(t, err, want)
	}
}
