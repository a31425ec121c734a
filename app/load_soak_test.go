//go:build soak && unix

package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// loadStories is how many stories the load of a soak test has.
const loadStories = 20_000

// loadFile writes stories of about 3 KB, every tenth of a measure.
func loadFile(t *testing.T, n int) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "load.jsonl")
	out, err := os.Create(file)
	ok(t, err)
	filler := strings.Repeat("The square was quiet on that day, and few had heard of it. ", 45)
	for i := range n {
		title := fmt.Sprintf("A quiet day in village %d", i)
		if i%10 == 0 {
			title = fmt.Sprintf("Sichuan orders bitcoin mines to close, notice %d", i)
		}
		_, err := fmt.Fprintf(out, `{"id":"load-%d","source":"load","title":%q,"text":"%s. %s","language":"en","date":"2026-05-01"}`+"\n", i, title, title, filler)
		ok(t, err)
	}
	ok(t, out.Close())
	return file
}

// The whole program is killed fifty times while it works through 20,000 stories:
// each is stored once, with one change, and the next start takes under 5 s.
func TestKillUnderLoad(t *testing.T) {
	for name, url := range map[string]func() string{
		"SQLite":     func() string { return "" },
		"PostgreSQL": func() string { return postgres.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			const kills = 50
			file, cfg := settingsFile(t, "127.0.0.1:0", fmt.Sprintf("store: {url: %q}\n", url())+ownSites+sources())
			seed := uint64(time.Now().UnixNano())
			random := rand.New(rand.NewPCG(seed, 0))
			t.Logf("seed %d", seed)
			s, err := app.MakeArchive(t.Context(), cfg, time.Now)
			ok(t, err)
			t.Cleanup(func() { ok(t, s.Close()) })
			_, err = take(t, s, cfg, loadFile(t, loadStories), app.IngestOptions{})
			ok(t, err)
			var slowest time.Duration
			for i := range kills {
				c := startChild(t, file)
				select {
				case ready := <-c.ready:
					slowest = max(slowest, ready)
				case <-time.After(patience):
					t.Fatalf("start %d is not ready", i)
				}
				pass(time.Duration(random.Int64N(int64(4 * time.Second))))
				c.kill(t)
				b, err := s.Balance(t.Context())
				ok(t, err)
				if b.Total != loadStories || b.Total != b.Stored+b.Dead+b.Waiting {
					t.Fatalf("after kill %d the ledger is %+v", i+1, b)
				}
			}
			b, err := s.Balance(t.Context())
			ok(t, err)
			t.Logf("%d stored after %d kills; the slowest start took %s", b.Stored, kills, slowest.Round(time.Millisecond))
			c := startChild(t, file)
			<-c.ready // all may be stored by now
			stored(t, s, loadStories, 20*time.Minute)
			c.stop(t)
			if b, err = s.Balance(t.Context()); err != nil || b != (news.Balance{Total: loadStories, Stored: loadStories}) {
				t.Errorf("ledger %+v, %v", b, err)
			}
			announced, merged := map[string]int{}, 0
			for at := int64(0); ; {
				changes, err := s.Changes(t.Context(), at, 1000)
				ok(t, err)
				if len(changes) == 0 {
					break
				}
				for _, c := range changes {
					at = c.Sequence
					switch c.Kind {
					case news.StoredChange:
						announced[c.Article]++
					case news.MergeChange: // two stories turned out to be one event
						merged++
					default:
						t.Errorf("a change of kind %s", c.Kind)
					}
				}
			}
			for article, n := range announced {
				if n != 1 {
					t.Errorf("article %s was announced %d times", article, n)
				}
			}
			if len(announced) != loadStories {
				t.Errorf("%d articles were announced, %d moved", len(announced), merged)
			}
			if slowest > 5*time.Second {
				t.Errorf("a start took %s", slowest)
			}
			green(t, cfg, "store", "ledger")
		})
	}
}

// A disk that fills: the program says so within 5 s of the first write that fails, and
// goes on by itself when there is room again; nothing is lost. It needs a file system
// of its own, and so the right to mount one.
func TestDiskFills(t *testing.T) {
	disk := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Fatalf("a small disk cannot be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	cfg := settings(t, ownSites+sources())
	cfg.Data = filepath.Join(disk, "data")
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	const stories = 3000
	_, err = take(t, s, cfg, loadFile(t, stories), app.IngestOptions{})
	ok(t, err)
	ballast := filepath.Join(disk, "ballast")
	p := start(t, cfg, app.Options{})
	until(t, patience, func() string { return "nothing is stored" }, func() bool {
		b, err := s.Balance(t.Context())
		return err == nil && b.Stored > 50
	})
	fill(t, ballast)
	full := time.Now()
	until(t, patience, func() string { return "the program does not say that the disk is full" }, func() bool {
		code, body := get(t, p.Ops+"/readyz")
		return code == http.StatusServiceUnavailable && strings.TrimSpace(body) != ""
	})
	said := time.Since(full)
	ok(t, os.Remove(ballast))
	stored(t, s, stories, 5*time.Minute)
	until(t, patience, func() string { return "the program is not ready again" }, func() bool {
		code, _ := get(t, p.Ops+"/readyz")
		return code == http.StatusOK
	})
	t.Logf("it said so %s after the disk was full", said.Round(time.Millisecond))
	if said > 5*time.Second {
		t.Errorf("it took %s", said)
	}
	p.stop(t)
	green(t, cfg, "store", "ledger", "bus")
}

// fill writes a file until the disk is full.
func fill(t *testing.T, file string) {
	t.Helper()
	out, err := os.Create(file)
	ok(t, err)
	block := make([]byte, 64<<10)
	for size := len(block); size > 0; {
		if _, err := out.Write(block[:size]); err != nil {
			size /= 2
		}
	}
	ok(t, out.Close())
}
