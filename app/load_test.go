//go:build load && linux

package app_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// What the crawl of a load is to reach on two idle cores that also serve the sites.
const (
	loadRate   = 600                     // articles stored a second
	loadCPU    = 2500 * time.Microsecond // of the program, for each
	loadMemory = 200 << 20
	loadFirst  = time.Second // from a page fetched to its record stored, for the first
)

// TestLoad crawls 20,000 stories of 20 sites without a pause and tells how many are
// stored a second, from the start of the process on, and what each costs. It fails
// only when a story is missing or is there twice: how fast a machine is is no fault.
// With EDICT_PROFILE set, the process writes a CPU profile there;
// EDICT_LOAD_STORIES is another number of stories.
func TestLoad(t *testing.T) {
	folder := os.Getenv("EDICT_NEWSSTAND")
	if folder == "" {
		t.Fatal("set EDICT_NEWSSTAND to the folder of the newsstand")
	}
	for _, where := range []string{"SQLite", "PostgreSQL"} {
		t.Run(where, func(t *testing.T) { crawlLoad(t, folder, where) })
	}
}

func crawlLoad(t *testing.T, folder, where string) {
	stories := 20_000
	if n, err := strconv.Atoi(os.Getenv("EDICT_LOAD_STORIES")); err == nil {
		stories = n
	}
	binary, pages := filepath.Join(t.TempDir(), "newsstand"), filepath.Join(t.TempDir(), "load.jsonl")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the newsstand: %v\n%s", err, out)
	}
	var lines, said bytes.Buffer
	make := exec.CommandContext(t.Context(), "go", "run", "load_stories.go", "-stories", strconv.Itoa(stories))
	make.Stdout, make.Stderr = &lines, &said
	if err := make.Run(); err != nil {
		t.Fatalf("%v: %s", err, &said)
	}
	ok(t, os.WriteFile(pages, lines.Bytes(), 0o600))
	s := openPages(t, binary, pages)
	storeURL := ""
	if where == "PostgreSQL" {
		storeURL = postgres.Database(t)
	}
	file, cfg := s.settings(t, "127.0.0.1:0", "auto")
	more := fmt.Sprintf("store: {url: %q}\n", storeURL)
	settings, err := os.ReadFile(file)
	ok(t, err)
	ok(t, os.WriteFile(file, []byte(more+strings.Replace(string(settings), "allow_private_networks: true", "allow_private_networks: true, per_host_delay: 0s", 1)), 0o600))
	cfg.Store.URL = storeURL

	c := startChild(t, file)
	archive := opened(t, cfg)
	until(t, 40*time.Minute, func() string { return fmt.Sprint(archive.Balance(t.Context())) }, func() bool {
		time.Sleep(200 * time.Millisecond) // asking costs what is measured
		b, err := archive.Balance(t.Context())
		return err == nil && b.Stored == int64(stories) && b.Total == int64(stories)
	})
	took, cpu, memory := time.Since(c.began), processorTime(t, c.Process.Pid), peak(t, c.Process.Pid)
	c.stop(t)
	first, waits := time.Duration(0), []time.Duration(nil)
	for at := int64(0); ; {
		changes, err := archive.Changes(t.Context(), at, 1000)
		ok(t, err)
		if len(changes) == 0 {
			break
		}
		for _, ch := range changes {
			at = ch.Sequence
			if ch.Kind != news.StoredChange {
				continue
			}
			r, err := archive.Record(t.Context(), ch.Record)
			ok(t, err)
			if waits = append(waits, ch.Time.Sub(r.Fetched)); len(waits) == 1 {
				first = waits[0]
			}
		}
	}
	if len(waits) != stories {
		t.Errorf("%d stories were stored, of %d", len(waits), stories)
	}
	slices.Sort(waits)
	t.Logf("%s: %d stories in %s: %.0f/s (aim %d), %s of CPU each (aim %s), %d MiB at most (aim %d)", where, stories, took.Round(100*time.Millisecond),
		float64(stories)/took.Seconds(), loadRate, (cpu / time.Duration(stories)).Round(10*time.Microsecond), loadCPU, memory>>20, loadMemory>>20)
	t.Logf("%s: from page to record %s for the first (aim %s), p50 %s, p99 %s", where, first.Round(time.Millisecond), loadFirst,
		waits[len(waits)/2].Round(time.Millisecond), waits[len(waits)*99/100].Round(time.Millisecond))
	for _, r := range s.report(t) {
		if r.Fetched != r.Articles || r.Twice != 0 || r.MaxInFlight != 1 {
			t.Errorf("%+v", r)
		}
	}
}

// processorTime is what a process has had of the processors.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	ok(t, err)
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	user, err := strconv.ParseInt(fields[11], 10, 64)
	ok(t, err)
	system, err := strconv.ParseInt(fields[12], 10, 64)
	ok(t, err)
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}
