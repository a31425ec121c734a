package app_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes a user with few rights

	"edict/app"
	"edict/bus/bustest"
	"edict/news"
)

// apart is a configuration of parts that meet on outside servers. Each process has a
// data directory of its own, which it has no use for.
func apart(t *testing.T, busURL, storeURL, more string) app.Config {
	t.Helper()
	return settings(t, fmt.Sprintf("bus: {url: %q}\nstore: {url: %q}\nops: {listen: \"127.0.0.1:0\"}\n", busURL, storeURL)+ownSites+more)
}

func ready(t testing.TB, p *running) (r app.Readiness) {
	t.Helper()
	code, body := get(t, p.Ops+"/readyz")
	ok(t, json.Unmarshal([]byte(body), &r))
	if r.Ready != (code == http.StatusOK) {
		t.Errorf("/readyz: %d %s", code, body)
	}
	return r
}

func waitsFor(t testing.TB, p *running, part, does string) {
	t.Helper()
	until(t, patience, func() string { return fmt.Sprintf("%s does not say that it %s: %v", part, does, ready(t, p).Stages) }, func() bool {
		return strings.HasPrefix(ready(t, p).Stages[part], does)
	})
}

// The parts as programs of their own, two of each: every story goes its whole way once,
// one crawler and one sink are at work, and the other takes over from it.
func TestPartsApart(t *testing.T) {
	t.Parallel()
	url, database := bustest.Server(t), postgres.Database(t)
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	only := func(part app.Part, more string) *running {
		return start(t, apart(t, url, database, more), app.Options{Only: []app.Part{part}})
	}
	first := only(app.Crawler, sources(site))
	waitsFor(t, first, "crawler", "at work")
	second := only(app.Crawler, sources(site))
	sinks := []*running{only(app.Sink, "")}
	waitsFor(t, sinks[0], "sink", "at work")
	sinks = append(sinks, only(app.Sink, ""))
	web, otherWeb := only(app.Web, ""), only(app.Web, "") // the embedded list is not laid in by them
	classifiers := []*running{only(app.Classifier, ""), only(app.Classifier, "")}

	s := archive(t, web.cfg)
	stored(t, s, int64(len(stories)), patience)
	whole(t, site, stories, records(t, s))
	shown(t, web, stories)
	shown(t, otherWeb, stories)
	for _, p := range []*running{first, sinks[0], web, classifiers[0]} {
		if r := ready(t, p); !r.Ready || len(r.Stages) != 1 {
			t.Errorf("/readyz: %+v", r)
		}
	}
	if first.Page != "" || web.Page == "" || len(web.Sources) != 1 {
		t.Errorf("status: %+v and %+v", first.Status, web.Status)
	}
	for _, p := range []*running{second, sinks[1]} {
		if code, body := get(t, p.Ops+"/metrics"); code != http.StatusOK || !strings.Contains(body, "\nedict_at_work{part=\""+string(p.Parts[0])+"\"} 0\n") {
			t.Errorf("/metrics does not say that %s stands by: %d", p.Parts, code)
		}
	}
	waitsFor(t, second, "crawler", "stands by")
	waitsFor(t, sinks[1], "sink", "stands by")

	first.stop(t)
	sinks[0].stop(t)
	classifiers[0].stop(t)
	waitsFor(t, second, "crawler", "at work")
	waitsFor(t, sinks[1], "sink", "at work")
	late := breaking(time.Now())
	card := live(t, web, func() { site.bring(late) })
	if !strings.Contains(card, late.title) {
		t.Errorf("the live page was sent %s", card)
	}
	until(t, patience, func() string { return "the pages were never woken by the sink" }, func() bool {
		_, metrics := get(t, web.Ops+"/metrics")
		return strings.Contains(metrics, "\nedict_changes_heard_total ") && !strings.Contains(metrics, "\nedict_changes_heard_total 0\n")
	})
	stored(t, s, int64(len(stories))+1, patience)
	if all, most := site.fetched(); all != len(stories)+1 || most != 1 {
		t.Errorf("%d story pages were fetched, one of them %d times, for %d stories", all, most, len(stories)+1)
	}
}

func TestOnlyNeedsServers(t *testing.T) {
	t.Parallel()
	outside := "bus: {url: \"nats://h:4222,nats://i:4222\"}\n"
	database := "store: {url: \"postgres://h/edict\"}\n"
	for name, more := range map[string]string{"nothing": "", "a bus": outside, "a store": database} {
		err := app.Run(t.Context(), settings(t, more), app.Options{Only: []app.Part{app.Web}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
		if !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "bus.url") || !strings.Contains(err.Error(), "store.url") {
			t.Errorf("with %s outside: %v", name, err)
		}
	}
	if err := app.CheckOnly(settings(t, outside+database), app.Options{Only: app.Parts()}); err != nil {
		t.Error(err)
	}
	if err := app.CheckOnly(settings(t, outside+database), app.Options{Only: app.Parts(), Demo: true}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("the demonstration in parts: %v", err)
	}
	secret := settings(t, "bus: {url: \"nats://a:secret@h:4222,nats://a:secret@i:4222\"}\n")
	if h, err := app.HandOver(t.Context(), secret, slog.New(slog.DiscardHandler), time.Now, nil); err != nil || strings.Contains(h.Holder, "secret") || !strings.Contains(h.Holder, "i:4222") {
		t.Errorf("who works on it: %q, %v", h.Holder, err)
	}
	if parts, err := app.ParseParts([]string{"sink", "web", "sink"}); err != nil || fmt.Sprint(parts) != "[sink web]" {
		t.Error(parts, err)
	}
	if _, err := app.ParseParts([]string{"indexer"}); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "crawler, classifier, sink, alert, web") {
		t.Error(err)
	}
}

// A user of the database with the rights of docs/deploy.md, and none to the schema, does
// all the work once somebody has migrated, and says so before.
func TestLeastRightsInTheDatabase(t *testing.T) {
	t.Parallel()
	url, owner := bustest.Server(t), postgres.Database(t)
	db, err := sql.Open("pgx", owner)
	ok(t, err)
	t.Cleanup(func() { ok(t, db.Close()) })
	run := func(statement string) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), statement)
		ok(t, err)
	}
	run("CREATE ROLE edict_parts LOGIN")
	t.Cleanup(func() {
		_, err := db.ExecContext(context.Background(), "DROP OWNED BY edict_parts; DROP ROLE edict_parts")
		ok(t, err)
	})
	parts := strings.Replace(owner, "user=edict", "user=edict_parts", 1)
	site := openPaper(t, "", dozen(time.Now())...)
	cfg := apart(t, url, parts, sources(site))
	err = app.Run(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if !errors.Is(err, news.ErrUnavailable) || !strings.Contains(err.Error(), "edict migrate") || !strings.Contains(err.Error(), "edict_parts") {
		t.Fatalf("before anybody has migrated: %v", err)
	}
	for range 2 {
		ok(t, app.Migrate(t.Context(), apart(t, url, owner, ""), slog.New(slog.DiscardHandler), time.Now))
	}
	page, err := os.ReadFile("../docs/deploy.md")
	ok(t, err)
	grants := regexp.MustCompile(`(?m)^    (GRANT .*;)$`).FindAllStringSubmatch(string(page), -1)
	if len(grants) == 0 {
		t.Fatal("docs/deploy.md grants nothing")
	}
	for _, grant := range grants {
		run(grant[1])
	}
	start(t, cfg, app.Options{})
	stored(t, archive(t, cfg), 12, patience)
	green(t, cfg, "store", "ledger")
}
