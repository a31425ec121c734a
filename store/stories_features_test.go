package store_test

import (
	"context"
	"database/sql"
	"encoding/base64"
	"testing"

	"edict/news"
	"edict/store"
	"edict/store/storetest"
)

// Features that come with a record are stored as they are, those of another program or
// another record are made anew, and an import brings none.
func TestCarriedFeatures(t *testing.T) {
	reader := storyReader(t)
	made := func(r news.Record) []byte { return reader.Encoded(r) }
	r, other := storetest.Record(1), storetest.Record(2)
	bare := r
	bare.Title = "Not what the record is about" // of the same time
	for _, test := range []struct {
		name     string
		features []byte
		want     []byte
		imported bool
	}{
		{"none", nil, made(r), false},
		{"its own", made(r), made(r), false},
		{"whatever is said of that record", made(bare), made(bare), false},
		{"of another encoding", append([]byte{0}, made(bare)[1:]...), made(r), false},
		{"cut short", made(bare)[:100], made(r), false},
		{"of another time", made(other), made(r), false},
		{"of an import", made(bare), made(r), true},
	} {
		s := openSQLite(t, newSQLite(t))
		given := r
		given.Features = test.features
		var err error
		if test.imported {
			_, err = s.Import(t.Context(), []news.Record{given}, true)
		} else {
			err = s.Keep(t.Context(), []news.Record{given})
		}
		wantError(t, err, nil)
		if got := storedFeatures(t, s, r); string(got) != string(test.want) {
			t.Errorf("%s: %d bytes of features are stored that are not those wanted", test.name, len(got))
		}
		kept, err := s.Record(t.Context(), r.ID)
		wantError(t, err, nil)
		if kept.Features != nil {
			t.Errorf("%s: the store returns features", test.name)
		}
	}
}

// What another program has stored for comparing is made anew when it is met, and the
// stories are the same.
func TestFeaturesOfAnotherProgram(t *testing.T) {
	run := func(name string, s *store.Store, writer *sql.DB) {
		t.Helper()
		first, second := storetest.Record(1), storetest.Record(1).Content
		second.URL, second.CanonicalURL = "https://copy.example/x", "https://copy.example/x"
		again := storetest.Tagged(news.NewArticle(second, false), storetest.Rules, news.Auto)
		wantError(t, s.Keep(t.Context(), []news.Record{first}), nil)
		want := storedFeatures(t, s, first)
		old := base64.StdEncoding.EncodeToString(append([]byte{0}, want[1:]...))
		if _, err := writer.ExecContext(context.WithoutCancel(t.Context()), "UPDATE features SET body = '"+old+"'"); err != nil {
			t.Fatal(err)
		}
		wantError(t, s.Keep(t.Context(), []news.Record{again}), nil)
		current, err := s.Current(t.Context(), again.Key().Article)
		wantError(t, err, nil)
		if current.Story != first.Key().Article {
			t.Errorf("%s: the copy is in story %s, not in that of %s", name, current.Story, first.Key().Article)
		}
		if got := storedFeatures(t, s, first); string(got) != string(want) {
			t.Errorf("%s: the old features were not written anew", name)
		}
	}
	sqlite := openSQLite(t, newSQLite(t))
	run("SQLite", sqlite, sqlite.Writer())
	address := postgres.Database(t)
	run("PostgreSQL", openPostgres(t, address), rawPostgres(t, address))
}

func storedFeatures(t *testing.T, s *store.Store, r news.Record) []byte {
	t.Helper()
	var body string
	row := s.Readers().QueryRowContext(t.Context(), "SELECT body FROM features WHERE article = '"+r.Key().Article+"'")
	if err := row.Scan(&body); err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
