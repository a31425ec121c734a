package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// Ctrl-C while the program starts ends it as well as Ctrl-C later.
func TestStopWhileStarting(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := app.Run(ctx, cfg, app.Options{Version: "test", Now: time.Now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Errorf("stopped at once: %v", err)
	}
	start(t, cfg, app.Options{}).stop(t)
	green(t, cfg, "store")
}

// A second program on one data directory gives way at once and says to whom, and the
// first goes on.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	site := openPaper(t, "", dozen(time.Now())[0])
	cfg := settings(t, ownSites+sources(site))
	p := start(t, cfg, app.Options{})
	second := cfg
	second.Web.Listen = "127.0.0.1:0"
	for _, demo := range []bool{false, true} { // the demonstration empties its directory, and must not empty this
		began := time.Now()
		err := app.Run(t.Context(), second, app.Options{
			Version: "test", Log: slog.New(slog.DiscardHandler), Now: time.Now, Demo: demo,
			Ready: func(app.Status) { t.Error("the second program is ready") },
		})
		if took := time.Since(began); took > time.Second {
			t.Errorf("the second program took %s to give way", took)
		}
		if !errors.Is(err, news.ErrConflict) || !strings.Contains(err.Error(), fmt.Sprintf("process %d since ", os.Getpid())) {
			t.Errorf("the second program says %v", err)
		}
	}
	stored(t, archive(t, cfg), 1, patience)
	green(t, cfg, "store", "ledger", "instance", "bus")
	p.stop(t)
	start(t, second, app.Options{}).stop(t) // nothing is held any more
}

// A directory that holds something else than Edict's own is not emptied.
func TestDemoKeepsWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	cfg, err := app.DemoConfig(app.DefaultConfig())
	ok(t, err)
	if cfg.Data != app.DemoData {
		t.Errorf("the demonstration would run in %s", cfg.Data)
	}
	cfg.Data, cfg.Web.Listen = t.TempDir(), "127.0.0.1:0"
	thesis := filepath.Join(cfg.Data, "thesis.tex")
	ok(t, os.WriteFile(thesis, []byte("ten years of work"), 0o600))
	database := filepath.Join(cfg.Data, "edict.db")
	ok(t, os.WriteFile(database, nil, 0o600))
	err = app.Run(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Demo: true})
	if !errors.Is(err, news.ErrConflict) || !strings.Contains(err.Error(), "thesis.tex") {
		t.Errorf("the demonstration in a directory of somebody's: %v", err)
	}
	for _, file := range []string{thesis, database} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	cfg.Sources = []app.SourceConfig{}
	if _, err := app.DemoConfig(cfg); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("the demonstration with sources: %v", err)
	}
}

// What cannot be opened is given up whole: nothing stays locked, no port taken.
func TestOpenFails(t *testing.T) {
	t.Parallel()
	site := openPaper(t, "")
	cfg := settings(t, ownSites+sources(site))
	good := cfg
	taken := strings.TrimPrefix(site.URL, "http://")
	for name, spoil := range map[string]func(*app.Config){
		"web.listen":   func(c *app.Config) { c.Web.Listen = taken },
		"ops.listen":   func(c *app.Config) { c.Ops.Listen = taken },
		"bus.listen":   func(c *app.Config) { c.Bus.Listen = taken },
		"rules":        func(c *app.Config) { c.Rules = []string{filepath.Join(cfg.Data, "no-rules")} },
		"unknown site": func(c *app.Config) { c.Sources = []app.SourceConfig{{Name: "x"}} },
		"newer store":  func(c *app.Config) { c.Store.URL = "postgres://localhost/edict" },
	} {
		bad := good
		spoil(&bad)
		if err := app.Run(t.Context(), bad, app.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Ready: func(app.Status) { t.Errorf("%s: it is ready", name) }}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	start(t, good, app.Options{}).stop(t)
}
