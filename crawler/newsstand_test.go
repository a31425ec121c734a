package crawler_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/crawler"
	"edict/news"
)

// newsstandSite is what the newsstand says of one of its sites.
type newsstandSite struct {
	Name, Base, Feed, Listing, Fault string
	Articles                         int
}

type newsstandReport struct {
	Site, Fault   string
	Articles      int
	Fetched       int            `json:"articles_fetched"`
	Twice         int            `json:"articles_fetched_more_than_once"`
	MaxInFlight   int            `json:"max_in_flight"`
	MinGap        int            `json:"min_gap_ms"`
	Breaches      int            `json:"robots_breaches"`
	Early         int            `json:"visits_before_retry_after"`
	Unconditional int            `json:"unconditional_repeats"`
	Status        map[string]int `json:"status"`
}

// newsstand starts the news sites in the folder EDICT_NEWSSTAND and returns the
// address of their hub.
func newsstand(t *testing.T, arguments ...string) string {
	t.Helper()
	folder := os.Getenv("EDICT_NEWSSTAND")
	if folder == "" {
		t.Skip("set EDICT_NEWSSTAND to the folder of the newsstand to crawl it")
	}
	binary := filepath.Join(t.TempDir(), "newsstand")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the newsstand: %v\n%s", err, out)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	sites := exec.CommandContext(ctx, binary, append([]string{"-pages", filepath.Join(folder, "pages", "pages.jsonl"), "-port", strconv.Itoa(port)}, arguments...)...)
	said, err := sites.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sites.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = sites.Wait() // it was killed
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "hub") {
			go func() {
				for lines.Scan() {
				}
			}()
			answers(t, fmt.Sprintf("127.0.0.1:%d", port)) // it says so before it listens
			return fmt.Sprintf("http://127.0.0.1:%d", port)
		}
	}
	t.Fatal("the newsstand did not start")
	return ""
}

// answers waits until somebody listens at an address.
func answers(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}

func ask[T any](t *testing.T, address string) (out T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The hub counts for nothing, but it is not asked over a connection that stays.
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func newsstandSources(sites []newsstandSite) (out []news.Source) {
	for _, s := range sites {
		out = append(out, news.Source{Slug: news.Slug(s.Name), Name: s.Name, Kind: news.Press, Feed: s.Feed, Listing: s.Listing})
	}
	return out
}

// Every article of real sites once, within 90 seconds, and with manners.
func TestNewsstand(t *testing.T) {
	hub := newsstand(t)
	sites := ask[[]newsstandSite](t, hub+"/sites.json")
	m, p := newMemory(newsstandSources(sites)...), &publisher{}
	began := time.Now()
	crawlUntil(t, m, p, newsstandWithin, func() bool { return len(p.articles()) >= 155 })
	t.Logf("%d articles in %s", len(p.articles()), time.Since(began).Round(100*time.Millisecond))

	served := map[string]int{}
	for _, a := range p.articles() {
		served[a.URL]++
		if a.Partial {
			t.Logf("partial: %s %q", a.URL, a.Title)
		}
	}
	for _, r := range ask[[]newsstandReport](t, hub+"/report.json") {
		if r.Fetched != r.Articles || r.Twice != 0 || r.Breaches != 0 || r.MaxInFlight != 1 || r.MinGap < 950 || r.Unconditional != 0 {
			t.Errorf("%+v", r)
		}
	}
	wanted := 0
	for _, s := range sites {
		wanted += s.Articles
	}
	for url, n := range served {
		if n != 1 {
			t.Errorf("%s was published %d times", url, n)
		}
	}
	if len(served) != wanted {
		t.Errorf("%d articles, want %d", len(served), wanted)
	}
	for url, v := range m.visits {
		if served[url] == 0 || v.Outcome != news.OK {
			t.Logf("%s: %s, %d tries, %s", url, v.Outcome, v.Attempts, v.Detail)
		}
	}
}

// crawlUntil crawls the newsstand on the real network until enough is there, and a
// little longer.
func crawlUntil(t *testing.T, m *memory, p *publisher, limit time.Duration, enough func() bool) {
	t.Helper()
	c, err := crawler.New(crawler.Config{UserAgent: "Edict/test (+https://edict.example)", AllowPrivateNetworks: true, Concurrency: 8}, m, p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil && !enough() {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	t.Logf("%d MiB from the system", s.Sys>>20)
}

// With a fault on every second site, and traps in the feeds: all that a second visit
// can get, within the memory that a small machine has.
func TestNewsstandFaults(t *testing.T) {
	hub := newsstand(t, "-faults", "-traps-in-feed")
	sites := ask[[]newsstandSite](t, hub+"/sites.json")
	m, p := newMemory(newsstandSources(sites)...), &publisher{}
	whole := func() int {
		n := 0
		for _, a := range p.articles() {
			if !strings.Contains(a.URL, "/trap/") && !strings.Contains(a.URL, "/private/") {
				n++
			}
		}
		return n
	}
	crawlUntil(t, m, p, newsstandWithin, func() bool { return whole() >= 155 })
	for _, a := range p.articles() {
		if trap := strings.Contains(a.URL, "/trap/") || strings.Contains(a.URL, "/private/"); trap && !a.Partial {
			t.Errorf("%s was read whole", a.URL)
		}
	}
	wanted := 0
	for _, s := range sites {
		wanted += s.Articles
	}
	if n := whole(); n != wanted {
		t.Errorf("%d articles, want %d", n, wanted)
	}
	for _, r := range ask[[]newsstandReport](t, hub+"/report.json") {
		if r.Fetched != r.Articles || r.Breaches != 0 || r.MaxInFlight != 1 || r.MinGap < 950 || r.Early != 0 || r.Unconditional != 0 && r.Fault != "truncated" {
			t.Errorf("%+v", r)
		}
		if again := r.Fault == "busy" || r.Fault == "truncated"; r.Twice != 0 && !again {
			t.Errorf("fetched more than once: %+v", r)
		}
	}
	outcomes := map[news.Outcome]int{}
	for url, v := range m.visits {
		outcomes[v.Outcome]++
		if v.Outcome != news.OK {
			t.Logf("%s: %s, %d tries, partial %v, %s", url, v.Outcome, v.Attempts, v.Partial, v.Detail)
		}
	}
	t.Log(outcomes)
}
