package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"strings"
	"testing"

	"edict/news"
	"edict/store/storetest"
)

// Check says in a sentence what is wrong, whatever was done to the database.
func TestCheckFindsDamage(t *testing.T) {
	for _, test := range []struct{ does, finds string }{
		{"DELETE FROM ledger WHERE rowid = 1", "ledger does not call stored"},
		{"UPDATE ledger SET state = 'waiting', body = '{}' WHERE rowid = 2", "ledger does not call stored"},
		{"INSERT INTO ledger (article, version, state, entered, changed) VALUES ('a', 'b', 'stored', 0, 0)", "called stored|calls stored, but which have no record"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM records WHERE rowid = 1", "points to a row that is not there"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM records WHERE rowid = 1", "current record is missing"},
		{"PRAGMA foreign_keys = OFF; DELETE FROM articles WHERE number = 1", "an article that is not there"},
		{"UPDATE articles SET version = 'x' WHERE number = 1", "current record is missing or another"},
		{"UPDATE tags SET current = 0 WHERE label = 'mining_crackdown'", "current when it is not"},
		{"UPDATE articles SET tagged = 0 WHERE number = 3", "marked tagged and are not"},
		{"DELETE FROM evidence WHERE owner = 'tag' AND item = 0", "Tags without evidence"},
		{"DELETE FROM changes WHERE sequence = 2", "announced as stored exactly once"},
		{"INSERT INTO changes SELECT 99, time, kind, story, article, record, before, after, quiet, was FROM changes LIMIT 1", "announced as stored exactly once"},
		{"UPDATE changes SET sequence = -1 WHERE sequence = 1", "does not lie above"},
		{"UPDATE stories SET articles = 7", "another number of articles"},
		{"DELETE FROM features WHERE number = (SELECT min(number) FROM features)", "by what they tell"},
		{"UPDATE stories SET became = 'x', articles = 0 WHERE id = (SELECT story FROM articles WHERE number = 1)", "part of one that is not there"},
		{"INSERT INTO cursors VALUES ('relay', 1000)", "Cursors"},
		{"UPDATE evidence SET quote = 'something else' WHERE owner = 'amount'", "not what stands in their text"},
		{"UPDATE evidence SET end_byte = 1000000 WHERE owner = 'count'", "not what stands in their text"},
		{"UPDATE texts SET summary = 'Another.' WHERE rowid = 1", "not the one that they were stored under"},
	} {
		address := newSQLite(t)
		s := openSQLite(t, address)
		if err := s.Keep(t.Context(), storetest.Records(0, 5)); err != nil {
			t.Fatal(err)
		}
		if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
			t.Fatalf("before: %v %v", problems, err)
		}
		if _, err := raw(t, address).ExecContext(t.Context(), test.does); err != nil {
			t.Fatalf("%s: %v", test.does, err)
		}
		problems, err := s.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range problems {
			for part := range strings.SplitSeq(test.finds, "|") {
				found = found || strings.Contains(p, part)
			}
			if !strings.HasSuffix(p, ".") || strings.Contains(p, "\n") {
				t.Errorf("%q is not a sentence", p)
			}
		}
		if !found {
			t.Errorf("%s: found %q, want %q", test.does, problems, test.finds)
		}
	}
}

// Bytes that change on the disk are noticed: in a page's structure by SQLite, in a
// text by its hash.
func TestCheckFindsChangedBytes(t *testing.T) {
	address := newSQLite(t)
	s := openSQLite(t, address)
	if err := s.Keep(t.Context(), storetest.Records(0, 30)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(address, "sqlite:")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte("officials"), []byte("offibials"))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	problems, err := openSQLite(t, address).Check(t.Context())
	if err != nil || len(problems) == 0 {
		t.Errorf("a bit was changed in texts, and Check finds %q, %v", problems, err)
	}
}

// A full database is a state that passes, not a fault of the record.
func TestFullIsUnavailable(t *testing.T) {
	s := openSQLite(t, newSQLite(t))
	pages := func(query string) (n int64) {
		if err := s.Writer().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	pages("PRAGMA max_page_count = 100")
	var err error
	kept := 0
	for err == nil && kept < 1000 {
		if err = s.Keep(t.Context(), storetest.Records(kept, 10)); err == nil {
			kept += 10
		}
	}
	wantError(t, err, news.ErrUnavailable)
	pages("PRAGMA max_page_count = 100000")
	if err := s.Keep(t.Context(), storetest.Records(kept, 10)); err != nil {
		t.Fatalf("after there is room again: %v", err)
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("check: %v %v", problems, err)
	}
}

// Every connection has what the promises rest on.
func TestConnections(t *testing.T) {
	s := openSQLite(t, newSQLite(t))
	for name, db := range map[string]*sql.DB{"writer": s.Writer(), "reader": s.Readers()} {
		for query, want := range map[string]string{
			"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1", "PRAGMA busy_timeout": "5000",
			// 3.51.3 repairs a fault of WAL files that are reset while another process writes.
			"SELECT sqlite_version() >= '3.51.3'": "1",
		} {
			var got string
			if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %s, want %s (%v)", name, query, got, want, err)
			}
		}
	}
	if _, err := s.Readers().ExecContext(t.Context(), "DELETE FROM sources"); err == nil {
		t.Error("a reader can write")
	}
}

// A store that a newer program made is refused, and left as it is.
func TestNewerSchema(t *testing.T) {
	address := newSQLite(t)
	if err := openSQLite(t, address).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := raw(t, address).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	_, err := tryOpen(t, address)
	wantError(t, err, news.ErrConflict)
	if !strings.Contains(err.Error(), "newer program") {
		t.Errorf("the error does not say what to do: %v", err)
	}
}

// A file that is no database is said to be unusable, and left as it is.
func TestNoDatabase(t *testing.T) {
	address := newSQLite(t)
	path := strings.TrimPrefix(address, "sqlite:")
	text := strings.Repeat("This is a letter, and no database. ", 200)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := tryOpen(t, address)
	wantError(t, err, news.ErrUnavailable)
	if after, err := os.ReadFile(path); err != nil || string(after) != text {
		t.Errorf("the file was changed: %v", err)
	}
}
