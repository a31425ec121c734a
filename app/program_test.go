package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/app"
	"edict/news"
	"edict/store"
)

// patience bounds what should take a moment, on a machine that has much else to do.
const patience = 90 * time.Second

// settings writes a configuration file on a new data directory and loads it. Keys of
// more stand beside those that every test needs.
func settings(t testing.TB, more string) app.Config {
	t.Helper()
	// The doctor looks for a running program where the configuration says, so ":0"
	// will not do.
	_, cfg := settingsFile(t, freeAddress(t), more)
	return cfg
}

func settingsFile(t testing.TB, listen, more string) (file string, cfg app.Config) {
	t.Helper()
	dir := t.TempDir()
	file = filepath.Join(dir, "edict.yaml")
	text := fmt.Sprintf("data: %q\nweb: {listen: %q}\n%s", filepath.Join(dir, "data"), listen, more)
	ok(t, os.WriteFile(file, []byte(text), 0o600))
	cfg, err := app.Load(file, nil)
	ok(t, err)
	return file, cfg
}

// ownSites is the crawler's section for sites of the test's own: on loopback, and
// without a pause between requests.
const ownSites = "crawler: {allow_private_networks: true, per_host_delay: 0s, concurrency: 4, user_agent: \"EdictTest/1 (+https://edict.example)\"}\n"

// freeAddress is a loopback address on which nothing listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	ok(t, err)
	ok(t, l.Close())
	return l.Addr().String()
}

// A running is a program at work in this process.
type running struct {
	app.Status
	cfg    app.Config
	cancel context.CancelFunc
	done   chan error
	once   sync.Once
	err    error
}

// start runs the program until stop, or the end of the test.
func start(t testing.TB, cfg app.Config, o app.Options) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan app.Status, 1)
	p := &running{cfg: cfg, cancel: cancel, done: make(chan error, 1)}
	o.Version, o.Ready = "test", func(s app.Status) { ready <- s }
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	go func() { p.done <- app.Run(ctx, cfg, o) }()
	select {
	case p.Status = <-ready:
	case err := <-p.done:
		cancel()
		t.Fatalf("the program ended before it was ready: %v", err)
	case <-time.After(patience):
		cancel()
		t.Fatal("the program is not ready")
	}
	t.Cleanup(func() { p.stop(t) })
	return p
}

// stop ends the program as Ctrl-C does and wants it to end well.
func (p *running) stop(t testing.TB) {
	t.Helper()
	p.once.Do(func() {
		p.cancel()
		p.err = <-p.done
	})
	if p.err != nil {
		t.Errorf("the program ended with: %v", p.err)
	}
}

// archive opens the store of a data directory, as commands do beside the program.
func archive(t testing.TB, cfg app.Config) *store.Store {
	t.Helper()
	s, err := app.OpenArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

// stored waits until the ledger holds n article versions and none of them waits.
func stored(t testing.TB, s *store.Store, n int64, limit time.Duration) {
	t.Helper()
	var b news.Balance
	until(t, limit, func() string { return fmt.Sprintf("want %d stored, have %+v", n, b) }, func() bool {
		var err error
		b, err = s.Balance(t.Context())
		ok(t, err)
		return b.Total >= n && b.Waiting == 0
	})
}

// records returns the current records by address, and wants no address twice.
func records(t testing.TB, s *store.Store) map[string]news.Record {
	t.Helper()
	list, err := s.Records(t.Context(), news.Filter{})
	ok(t, err)
	out := map[string]news.Record{}
	for _, r := range list {
		if _, twice := out[r.URL]; twice {
			t.Errorf("%s is stored twice", r.URL)
		}
		out[r.URL] = r
		ok(t, r.Validate())
	}
	return out
}

func export(t testing.TB, s *store.Store, format string) string {
	t.Helper()
	var b strings.Builder
	_, err := app.Export(t.Context(), s, news.Filter{}, format, &b)
	ok(t, err)
	return b.String()
}

// green wants the doctor to find nothing wrong, and the parts that it names looked at.
func green(t testing.TB, cfg app.Config, parts ...string) {
	t.Helper()
	findings, err := app.Doctor(t.Context(), cfg, time.Now)
	ok(t, err)
	seen := map[string]bool{}
	for _, f := range findings {
		seen[f.Part] = true
		if !f.Green && f.Part != "disk" { // how full this machine's disk is, is no fault of the program
			t.Errorf("doctor: %s: %s", f.Part, f.Detail)
		}
	}
	for _, part := range parts {
		if !seen[part] {
			t.Errorf("doctor says nothing of %s: %+v", part, findings)
		}
	}
}

// until polls a condition, and fails with what say says when the limit is over.
func until(t testing.TB, limit time.Duration, say func() string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	over := time.NewTimer(limit)
	defer over.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-over.C:
			t.Fatalf("after %s: %s", limit, say())
		case <-t.Context().Done():
			t.Fatal(say())
		}
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
