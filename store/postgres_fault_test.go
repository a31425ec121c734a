package store_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/pgtest"
	"edict/store/storetest"
)

func openPostgres(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := tryOpen(t, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// What is wrong with an address is said, and its password is not.
func TestPostgresOpenErrors(t *testing.T) {
	there := postgres.Database(t)
	with := func(change func(u *url.URL, q url.Values)) string {
		u, err := url.Parse(there)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		u.User = url.UserPassword(q.Get("user"), "secret")
		q.Del("user")
		change(u, q)
		u.RawQuery = q.Encode()
		return u.String()
	}
	if _, err := rawPostgres(t, there).ExecContext(t.Context(), "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc"); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		address string
		means   error
		says    string
	}{
		"no server":         {with(func(_ *url.URL, q url.Values) { q.Set("host", t.TempDir()) }), news.ErrUnavailable, "no such file"},
		"refused":           {with(func(u *url.URL, q url.Values) { q.Set("host", "127.0.0.1"); q.Set("port", "1") }), news.ErrUnavailable, "refused"},
		"no database":       {with(func(u *url.URL, _ url.Values) { u.Path = "/nowhere" }), news.ErrUnavailable, "nowhere"},
		"nobody we know":    {with(func(u *url.URL, _ url.Values) { u.User = url.UserPassword("stranger", "secret") }), news.ErrUnavailable, "stranger"},
		"no such parameter": {with(func(_ *url.URL, q url.Values) { q.Set("connect_timeout", "soon") }), news.ErrInvalid, "connect_timeout"},
		"no address":        {"postgres://:secret@host:port:x/y", news.ErrInvalid, "store.url"},
		"another encoding":  {with(func(u *url.URL, _ url.Values) { u.Path = "/bytes" }), news.ErrInvalid, "ENCODING 'UTF8'"},
	} {
		s, err := tryOpen(t, test.address)
		if err == nil {
			t.Errorf("%s: no error", name)
			_ = s.Close()
			continue
		}
		wantError(t, err, test.means)
		if !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error should say %q, and no password: %v", name, test.says, err)
		}
	}
}

// A store that a newer program made is refused, and left as it is.
func TestPostgresNewerSchema(t *testing.T) {
	address := postgres.Database(t)
	if err := openPostgres(t, address).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := rawPostgres(t, address).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Fatal(err)
	}
	_, err := tryOpen(t, address)
	wantError(t, err, news.ErrConflict)
}

// Check says in a sentence what is wrong, whatever was done to the database.
func TestPostgresCheckFindsDamage(t *testing.T) {
	for _, damage := range []map[string]string{ // side by side in one database
		{
			"DELETE FROM ledger WHERE article = (SELECT min(article) FROM ledger)":                 "ledger does not call stored",
			"UPDATE tags SET current = 0 WHERE label = 'mining_crackdown'":                         "current when it is not",
			"UPDATE articles SET tagged = 0":                                                       "marked tagged and are not",
			"DELETE FROM evidence WHERE owner = 'tag' AND item = 0":                                "Tags without evidence",
			"DELETE FROM changes WHERE sequence = 2":                                               "announced as stored exactly once",
			"UPDATE changes SET sequence = -1 WHERE sequence = 1":                                  "does not lie above",
			"INSERT INTO cursors VALUES ('relay', 1000)":                                           "Cursors",
			"UPDATE evidence SET quote = 'something else' WHERE owner = 'amount'":                  "not what stands in their text",
			"UPDATE texts SET summary = 'Another.'":                                                "not the one that they were stored under",
			"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'articles_story'::regclass": "The index articles_story is not valid",
		},
		{
			"DELETE FROM texts WHERE version = (SELECT version FROM records ORDER BY id LIMIT 1)":   "The text of record",
			"DELETE FROM stories WHERE id = (SELECT min(id) FROM stories)":                          "The story of article",
			"DELETE FROM articles WHERE number = (SELECT min(number) FROM articles)":                "an article that is not there",
			"DELETE FROM records WHERE id = (SELECT max(record) FROM articles)":                     "current record is missing",
			"UPDATE evidence SET record = 'none' WHERE record = (SELECT min(record) FROM evidence)": "Evidence of record none",
			"UPDATE tags SET record = 'none' WHERE record = (SELECT min(record) FROM tags)":         "A tag of record none",
		},
	} {
		address := postgres.Database(t)
		s := openPostgres(t, address)
		if err := s.Keep(t.Context(), storetest.Records(0, 5)); err != nil {
			t.Fatal(err)
		}
		if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
			t.Fatalf("before: %v %v", problems, err)
		}
		db := rawPostgres(t, address)
		db.SetMaxOpenConns(1)
		if _, err := db.ExecContext(t.Context(), "SET session_replication_role = replica"); err != nil { // foreign keys sleep
			t.Fatal(err)
		}
		for does := range damage {
			if _, err := db.ExecContext(t.Context(), does); err != nil {
				t.Fatalf("%s: %v", does, err)
			}
		}
		problems, err := s.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for does, finds := range damage {
			if all := strings.Join(problems, "\n"); !strings.Contains(all, finds) {
				t.Errorf("%s: found %q, want %q", does, problems, finds)
			}
		}
	}
}

// Every connection has what the promises rest on.
func TestPostgresConnections(t *testing.T) {
	s := openPostgres(t, postgres.Database(t))
	if _, err := s.Readers().ExecContext(t.Context(), "DELETE FROM sources"); err == nil {
		t.Error("a reader can write")
	}
	var commit, lock string
	err := s.Writer().QueryRowContext(t.Context(), "SELECT current_setting('synchronous_commit'), current_setting('lock_timeout')").Scan(&commit, &lock)
	if err != nil || commit != "on" || lock != "5s" {
		t.Errorf("the writer has synchronous_commit %s and lock_timeout %s, %v", commit, lock, err)
	}
}

// Both databases have the same tables with the same columns.
func TestSchemasAgree(t *testing.T) {
	columns := func(s *store.Store, query string) map[string]bool {
		out := map[string]bool{}
		rows, err := s.Readers().QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var column string
			if err := rows.Scan(&column); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(column, "goose") && !strings.HasPrefix(column, "sqlite") {
				out[column] = true
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	lite := columns(openSQLite(t, newSQLite(t)), "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'")
	post := columns(openPostgres(t, postgres.Database(t)), "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()")
	if len(lite) < 50 {
		t.Fatalf("only %d columns found", len(lite))
	}
	for c := range lite {
		if !post[c] {
			t.Errorf("PostgreSQL has no %s", c)
		}
	}
	for c := range post {
		if !lite[c] {
			t.Errorf("SQLite has no %s", c)
		}
	}
}

// Whoever asks both databases the same gets the same.
func TestSearchAgrees(t *testing.T) {
	lite, post := openSQLite(t, newSQLite(t)), openPostgres(t, postgres.Database(t))
	storetest.Agree(t, lite, post)
}

// While the server is away everything is ErrUnavailable; when it is back the same
// store goes on.
func TestPostgresAway(t *testing.T) {
	var server pgtest.Server
	t.Cleanup(server.Stop)
	s := openPostgres(t, server.Database(t))
	if err := s.Keep(t.Context(), storetest.Records(0, 3)); err != nil {
		t.Fatal(err)
	}
	resume := server.Pause(t)
	for range 3 { // the first meets a broken connection, the others none
		wantError(t, s.Keep(t.Context(), storetest.Records(3, 3)), news.ErrUnavailable)
		_, err := s.Records(t.Context(), news.Filter{})
		wantError(t, err, news.ErrUnavailable)
		_, err = s.Balance(t.Context())
		wantError(t, err, news.ErrUnavailable)
	}
	resume()
	if err := s.Keep(t.Context(), storetest.Records(3, 3)); err != nil {
		t.Fatal(err)
	}
	all, err := s.Records(t.Context(), news.Filter{})
	if err != nil || len(all) != 6 {
		t.Errorf("%d records, %v, want 6", len(all), err)
	}
	// Connections that were broken while they slept cost no error.
	server.Restart(t)
	if all, err = s.Records(t.Context(), news.Filter{}); err != nil || len(all) != 6 {
		t.Errorf("after a restart: %d records, %v", len(all), err)
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("check: %v %v", problems, err)
	}
}

// Who loses the connection that held the role stops work, and goes on when it has the
// role again.
func TestPostgresRoleIsLost(t *testing.T) {
	var server pgtest.Server
	t.Cleanup(server.Stop)
	s := openPostgres(t, server.Database(t))
	ctx, stop := context.WithCancel(t.Context())
	began, ended := make(chan struct{}, 10), make(chan struct{}, 10)
	done := make(chan error, 1)
	go func() {
		done <- s.Alone(ctx, "crawler", func(ctx context.Context) error {
			began <- struct{}{}
			<-ctx.Done()
			ended <- struct{}{}
			return nil
		})
	}()
	<-began
	server.Restart(t)
	for _, what := range []chan struct{}{ended, began} {
		select {
		case <-what:
		case <-time.After(20 * time.Second):
			t.Fatal("the loss of the role is not noticed, or not mended")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A server that takes the work and never answers is away.
func TestPostgresHangs(t *testing.T) {
	s := openPostgres(t, postgres.Database(t))
	s.SetPatience(200 * time.Millisecond)
	wantError(t, s.Doze(t.Context()), news.ErrUnavailable)
	s.SetPatience(time.Minute)
	if err := s.Keep(t.Context(), storetest.Records(0, 3)); err != nil {
		t.Errorf("after it: %v", err)
	}
}
