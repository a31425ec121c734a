package app_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
	"edict/store"
)

// The program is killed at ten random moments of a crawl, or twenty, then runs once to the end:
// every story is stored, none twice, and nothing is left on the way.
func TestKill(t *testing.T) {
	t.Parallel()
	stories := many(150, time.Now())
	site := openPaper(t, "", stories...)
	file, cfg := settingsFile(t, "127.0.0.1:0", strings.Replace(ownSites, "per_host_delay: 0s", "per_host_delay: 10ms", 1)+sources(site))
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)

	var slowest time.Duration
	waiting := int64(0)
	for i := range kills {
		c := startChild(t, file)
		if i%3 == 2 {
			pass(time.Duration(random.Int64N(int64(time.Second)))) // perhaps before it is ready
		} else {
			afterPages(site, 1+random.IntN(20))
			pass(time.Duration(random.Int64N(int64(40 * time.Millisecond))))
		}
		slowest = max(slowest, c.kill(t))
		if b, ok := balance(t, cfg); ok {
			waiting = max(waiting, b.Waiting)
			if b.Total != b.Stored+b.Dead+b.Waiting {
				t.Errorf("after kill %d the ledger is %+v", i+1, b)
			}
		}
	}
	pages, _ := site.fetched()
	c := startChild(t, file)
	s := opened(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	slowest = max(slowest, c.stop(t))
	fetched, most := site.fetched()
	t.Logf("%d pages fetched before the last run and %d in all, one of them %d times; at most %d waited after a kill; ready within %s", pages, fetched, most, waiting, slowest.Round(time.Millisecond))
	got := records(t, s)
	for _, story := range stories {
		if r, there := got[site.URL+story.path]; !there || r.Text != story.text() {
			t.Errorf("%s is lost or spoiled: %q", story.path, r.Text)
		}
	}
	if len(got) != len(stories) {
		t.Errorf("%d records for %d stories", len(got), len(stories))
	}
	changes, err := s.Changes(t.Context(), 0, 10*len(stories))
	ok(t, err)
	if len(changes) != len(stories) {
		t.Errorf("%d changes for %d stories", len(changes), len(stories))
	}
	if b, err := s.Balance(t.Context()); err != nil || b != (news.Balance{Total: int64(len(stories)), Stored: int64(len(stories))}) {
		t.Errorf("ledger %+v, %v", b, err)
	}
	green(t, cfg, "store", "ledger", "bus")
	for address, r := range records(t, s) {
		if c := pageAt(t, cfg, r.Page); c.Page.Address != address {
			t.Errorf("at %s, where the page of %s should be, is that of %s", r.Page, address, c.Page.Address)
		}
	}
}

// pass lets time go by: the moments of the kills are to be random.
func pass(d time.Duration) { <-time.After(d) }

// afterPages returns when n more story pages were asked for, or when none is for a
// while.
func afterPages(site *paper, n int) {
	for range n {
		select {
		case <-site.pages:
		case <-time.After(3 * time.Second):
			return
		}
	}
}

// balance reads the ledger of a program that does not run, if there is one yet.
func balance(t testing.TB, cfg app.Config) (b news.Balance, there bool) {
	t.Helper()
	s, err := app.OpenArchive(t.Context(), cfg, time.Now)
	if err != nil {
		return b, false
	}
	defer func() { ok(t, s.Close()) }()
	b, err = s.Balance(t.Context())
	ok(t, err)
	return b, true
}

// opened is the archive of a program in another process, as soon as there is one.
func opened(t testing.TB, cfg app.Config) (s *store.Store) {
	t.Helper()
	until(t, patience, func() string { return "the program makes no store" }, func() bool {
		_, there := balance(t, cfg)
		return there
	})
	return archive(t, cfg)
}

// A kill between the ledger and the stream leaves an article that nobody has heard
// of: the next start publishes it.
func TestKillBeforePublish(t *testing.T) {
	t.Parallel()
	site := openPaper(t, "")
	cfg := settings(t, ownSites+sources(site))
	start(t, cfg, app.Options{}).stop(t)
	s := archive(t, cfg)
	a := news.NewArticle(news.Content{URL: site.URL + "/entered", Source: "paper-1", Title: "Entered", Text: "And never published.", Fetched: time.Now()}, false)
	if isNew, err := s.Enter(t.Context(), a, news.Visit{URL: a.URL, Source: a.Source, Found: time.Now(), Article: a.ID, Version: a.Version}); err != nil || !isNew {
		t.Fatal(isNew, err)
	}
	green(t, cfg, "store", "ledger", "bus") // it waits, and is not lost
	p := start(t, cfg, app.Options{})
	stored(t, s, 1, patience)
	if r := records(t, s)[a.URL]; r.Version != a.Version {
		t.Errorf("stored was %+v", r)
	}
	_, metrics := get(t, p.Ops+"/metrics")
	if !strings.Contains(metrics, "\nedict_republished_total 1\n") {
		t.Error("/metrics does not say that it was published again")
	}
}
