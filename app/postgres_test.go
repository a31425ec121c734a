package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"edict/app"
	"edict/bus/bustest"
	"edict/demo"
	"edict/news"
	"edict/store/pgtest"
)

// postgres is the server of this package's tests.
var postgres pgtest.Server

// The program on PostgreSQL makes of the demonstration's stories what it makes of them
// on SQLite: the same records with the same tags, the same search results, and a
// doctor who finds nothing wrong.
func TestPostgres(t *testing.T) {
	t.Parallel()
	address := postgres.Database(t)
	site, stories := demoSite(t)
	programs := map[string]app.Config{}
	for name, where := range map[string]string{"SQLite": "", "PostgreSQL": address} {
		cfg := settings(t, ownSites+fmt.Sprintf("store: {url: %q}\n", where))
		cfg.Sources = site
		programs[name] = cfg
	}
	exports, found := map[string][]string{}, map[string]string{}
	for name, cfg := range programs {
		p := start(t, cfg, app.Options{})
		s := archive(t, cfg)
		stored(t, s, int64(len(stories)), patience)
		green(t, cfg, "store", "ledger", "bus")
		if code, page := get(t, p.Page+"/stream?all=1"); code != http.StatusOK || !strings.Contains(page, `class="card"`) {
			t.Errorf("%s: the page answers %d, without a story", name, code)
		}
		p.stop(t)
		green(t, cfg, "store", "ledger", "bus")
		for line := range strings.Lines(export(t, s, "jsonl")) {
			var r news.Record
			ok(t, json.Unmarshal([]byte(line), &r))
			r.Fetched, r.Story, r.Page = time.Time{}, "", "" // when it came, which of its story came first, and where its page is
			if r.Published.IsZero() {
				t.Errorf("%s: %s has no date", name, r.URL)
			}
			again, err := json.Marshal(r)
			ok(t, err)
			exports[name] = append(exports[name], string(again))
		}
		slices.Sort(exports[name])
		for _, words := range []string{"挖矿", "礦", "mining -bitcoin", `"proof of work"`, "block*", "政策 区块链"} {
			for _, order := range []news.Order{news.Newest, news.Relevance} {
				list, err := app.Search(t.Context(), s, news.Search{Filter: news.Filter{Words: words, Limit: 1000}, Order: order})
				ok(t, err)
				for _, h := range list.Hits {
					found[name] += fmt.Sprintf("%s %s: %s %v %v\n", words, order, h.Record.ID, h.Title, h.Fragment)
				}
			}
		}
	}
	if n := len(exports["SQLite"]); n != len(stories) {
		t.Errorf("%d records for %d stories", n, len(stories))
	}
	for i, line := range exports["SQLite"] {
		if i >= len(exports["PostgreSQL"]) || exports["PostgreSQL"][i] != line {
			t.Fatalf("SQLite exports\n%s\nand PostgreSQL\n%s", line, strings.Join(exports["PostgreSQL"][min(i, len(exports["PostgreSQL"])):min(i+1, len(exports["PostgreSQL"]))], ""))
		}
	}
	if found["SQLite"] != found["PostgreSQL"] || found["SQLite"] == "" {
		t.Errorf("searches find on SQLite\n%s\nand on PostgreSQL\n%s", found["SQLite"], found["PostgreSQL"])
	}
}

// demoSite serves the demonstration's stories, all of them out, and returns the
// sources to be watched.
func demoSite(t *testing.T) ([]app.SourceConfig, []demo.Story) {
	t.Helper()
	began := time.Now()
	var later atomic.Int64
	site, err := demo.Listen(func() time.Time { return began.Add(time.Duration(later.Load())) })
	ok(t, err)
	later.Store(int64(10 * time.Minute))
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- site.Serve(ctx) }()
	t.Cleanup(func() { stop(); ok(t, <-served); ok(t, site.Close()) })
	var list []app.SourceConfig
	for _, s := range site.Sources() {
		list = append(list, app.SourceConfig{
			Name: s.Name, Slug: s.Slug, Kind: s.Kind, Feed: s.Feed, Sitemap: s.Sitemap, Listing: s.Listing, Every: app.Every(time.Second), Select: s.Select,
		})
	}
	return list, site.Stories()
}

// Two programs share a NATS server and a PostgreSQL database: one crawls and stores,
// the other stands by, and takes over when the first is killed.
func TestStandby(t *testing.T) {
	t.Parallel()
	stories := many(40, time.Now())
	site := openPaper(t, "", stories...)
	shared := ownSites + sources(site) + fmt.Sprintf("bus: {url: %q}\nstore: {url: %q}\n", bustest.Server(t), postgres.Database(t))
	file, _ := settingsFile(t, "127.0.0.1:0", shared)
	first := startChild(t, file)
	afterPages(site, 1) // it is at work
	cfg := settings(t, shared)
	log := &journal{}
	second := start(t, cfg, app.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	for _, role := range []string{"crawler", "sink"} {
		until(t, patience, func() string { return "the second program does not stand by as " + role }, func() bool {
			return log.says(`msg="Standing by: another process is at work" role=` + role)
		})
	}
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	if all, most := site.fetched(); all != len(stories) || most != 1 {
		t.Errorf("%d story pages were fetched, one of them %d times, for %d stories: two crawled", all, most, len(stories))
	}
	first.kill(t)
	began := time.Now()
	late := breaking(time.Now())
	site.bring(late)
	stored(t, s, int64(len(stories))+1, patience)
	t.Logf("taken over, polled, fetched and stored after %v", time.Since(began).Round(time.Millisecond))
	if _, there := records(t, s)[site.URL+late.path]; !there {
		t.Error("the late story is not there")
	}
	second.stop(t)
	problems, err := s.Check(t.Context())
	if err != nil || len(problems) > 0 {
		t.Errorf("check: %q, %v", problems, err)
	}
}
