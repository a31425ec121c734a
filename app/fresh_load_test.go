//go:build load && linux

package app_test

import (
	"encoding/json"
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

// TestFresh watches sites that bring out a story every two seconds each, for
// EDICT_FRESH_FOR (10m), by feed and listing at each source's own rhythm. It tells how
// long it takes from a story coming out to its record stored, and how much memory,
// goroutines and descriptors the program has in the third minute and at the end. It
// fails when a story is missing, or where these have grown.
func TestFresh(t *testing.T) {
	folder, labels := os.Getenv("EDICT_NEWSSTAND"), os.Getenv("EDICT_LABELS")
	if folder == "" || labels == "" {
		t.Fatal("set EDICT_NEWSSTAND and EDICT_LABELS to the folders of the newsstand and of labelled stories")
	}
	lasts := 10 * time.Minute
	if d, err := time.ParseDuration(os.Getenv("EDICT_FRESH_FOR")); err == nil {
		lasts = d
	}
	binary := filepath.Join(t.TempDir(), "newsstand")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the newsstand: %v\n%s", err, out)
	}
	s := openPages(t, binary, filepath.Join(labels, "background_dev.jsonl"), "-per-site", "300", "-drip", "2s")
	out := map[string]time.Time{}
	_, body := get(t, s.hub+"/truth.jsonl")
	for line := range strings.Lines(body) {
		var story struct {
			URL string
			Out time.Time `json:"out_at"`
		}
		ok(t, json.Unmarshal([]byte(line), &story))
		out[news.NormalizeURL(story.URL)] = story.Out
	}
	ops := freeAddress(t)
	file, cfg := s.settings(t, ops, "auto")
	began := time.Now()
	c := startChild(t, file)
	archive := opened(t, cfg)
	pass(time.Until(began.Add(min(3*time.Minute, lasts/2))))
	early := vitals(t, ops)
	pass(time.Until(began.Add(lasts)))
	end := time.Now().Add(-90 * time.Second) // what came out later may still be on its way
	late, memory, cpu := vitals(t, ops), peak(t, c.Process.Pid), processorTime(t, c.Process.Pid)
	c.stop(t)
	storedAt := map[string]time.Time{}
	for at := int64(0); ; {
		changes, err := archive.Changes(t.Context(), at, 1000)
		ok(t, err)
		if len(changes) == 0 {
			break
		}
		for _, ch := range changes {
			if at = ch.Sequence; ch.Kind == news.StoredChange {
				storedAt[ch.Article] = ch.Time
			}
		}
	}
	var waits []time.Duration
	missing := 0
	for url, at := range out {
		if at.Before(began.Add(5*time.Second)) || at.After(end) {
			continue // before there was a poll
		}
		v, err := archive.Visit(t.Context(), url)
		if err != nil || v.Article == "" {
			missing++
			continue
		}
		if stored, is := storedAt[v.Article]; is {
			waits = append(waits, stored.Sub(at))
		} else {
			missing++
		}
	}
	slices.Sort(waits)
	if len(waits) == 0 || missing > 0 {
		t.Fatalf("%d stories are missing, %d are there", missing, len(waits))
	}
	share := func(p float64) time.Duration { return waits[int(p*float64(len(waits)-1))].Round(10 * time.Millisecond) }
	t.Logf("%d stories in %s: from coming out to stored p50 %s, p95 %s, p99 %s, at most %s; %s of CPU, %d MiB at most", len(waits), lasts, share(.5), share(.95), share(.99), share(1), cpu, memory>>20)
	t.Logf("early %v, at the end %v", early, late)
	if late["go_goroutines"] > early["go_goroutines"]+20 || late["process_open_fds"] > early["process_open_fds"]+20 || late["go_memstats_heap_inuse_bytes"] > 2*early["go_memstats_heap_inuse_bytes"]+64e6 {
		t.Errorf("it grows: %v, then %v", early, late)
	}
}

// vitals are what a process says of itself.
func vitals(t *testing.T, ops string) map[string]float64 {
	t.Helper()
	_, body := get(t, "http://"+ops+"/metrics")
	out := map[string]float64{}
	for line := range strings.Lines(body) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains([]string{"go_goroutines", "process_open_fds", "process_resident_memory_bytes", "go_memstats_heap_inuse_bytes"}, name) {
			n, err := strconv.ParseFloat(value, 64)
			ok(t, err)
			out[name] = n
		}
	}
	return out
}
