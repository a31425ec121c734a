package app_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // locks the store from outside

	"edict/app"
)

// A journal is a log to be looked at while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

// Write appends a line.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) says(words string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Contains(j.text.String(), words)
}

// Another program holds the database for longer than anybody waits for it: the
// crawler and the sink wait, nothing is given up, and all goes on by itself.
func TestStoreIsAway(t *testing.T) {
	t.Parallel()
	stories := many(60, time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, ownSites+sources(site))
	log := &journal{}
	p := start(t, cfg, app.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	s := archive(t, cfg)

	db, err := sql.Open("sqlite", "file:"+filepath.Join(cfg.Data, "edict.db")+"?_pragma=busy_timeout(30000)")
	ok(t, err)
	t.Cleanup(func() { ok(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	ok(t, err)
	run := func(statement string) {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), statement)
		ok(t, err)
	}
	// The lock must meet the sink too, so it is taken again until a story is on its
	// way between the ledger and the store.
	until(t, patience, func() string { return "no story is on its way" }, func() bool {
		run("BEGIN IMMEDIATE")
		b, err := s.Balance(t.Context())
		ok(t, err)
		if b.Waiting > 0 {
			return true
		}
		run("ROLLBACK")
		return false
	})
	until(t, patience, func() string { return "nobody says that the store is away" }, func() bool {
		return log.says("the store does not answer; the crawler waits for it") && log.says("records could not be stored; they will be tried again")
	})
	if code, _ := get(t, p.Page+"/stream?all=1"); code != http.StatusOK {
		t.Errorf("the page answers %d while the store cannot be written", code)
	}
	pages, _ := site.fetched()
	run("ROLLBACK")
	ok(t, conn.Close())
	if pages == len(stories) {
		t.Error("the crawl was over before the lock")
	}

	stored(t, s, int64(len(stories)), patience)
	if got := records(t, s); len(got) != len(stories) {
		t.Errorf("%d records for %d stories", len(got), len(stories))
	}
	if b, err := s.Balance(t.Context()); err != nil || b.Dead != 0 || b.Stored != int64(len(stories)) {
		t.Errorf("ledger %+v, %v", b, err)
	}
	if _, most := site.fetched(); most != 1 {
		t.Errorf("a page was fetched %d times", most)
	}
	green(t, cfg, "store", "ledger", "bus")
	p.stop(t)
	green(t, cfg, "store", "ledger", "bus")
}
