package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
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

// Every table and column is in a backup, but for the search index.
func TestBackupHoldsEveryColumn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "edict.db")
	s, err := store.Open(t.Context(), "sqlite:"+path, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if got := store.BackupColumns(); !slices.Equal(got, want) {
		t.Errorf("backed up\n%s\nthe tables are\n%s", strings.Join(got, " "), strings.Join(want, " "))
	}
}
