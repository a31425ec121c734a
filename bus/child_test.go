//go:build unix

package bus_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
)

// childEnv says what this process does instead of running tests, and in which
// folder.
const childEnv = "EDICT_BUS_CHILD"

// runChild does what a test wants done in another process, and reports whether
// this is one.
func runChild() bool {
	what, dir, ok := strings.Cut(os.Getenv(childEnv), ":")
	if !ok {
		return false
	}
	do := map[string]func(string) error{"lock": childLock, "publish": childPublish, "write error": childWriteError}[what]
	if err := do(dir); err != nil {
		fmt.Println("failed:", err)
	}
	return true
}

// child starts this program again to do what in dir.
func child(t *testing.T, what, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+what+":"+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func childLock(dir string) error {
	start := time.Now()
	_, err := bus.Open(context.Background(), bus.Config{Dir: dir})
	fmt.Println(time.Since(start))
	return err
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	since := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	b, err := bus.Open(t.Context(), bus.Config{Dir: dir, Now: func() time.Time { return since }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a refused try leaves the lock as it was
		cmd, lines := child(t, "lock", dir)
		lines.Scan()
		took, err := time.ParseDuration(lines.Text())
		if err != nil || took > time.Second {
			t.Errorf("the second Open took %s (%v), want at most 1 s", lines.Text(), err)
		}
		lines.Scan()
		want := fmt.Sprintf("failed: open bus: folder %s is in use by process %d since 2026-11-25T12:00:00Z: %v", dir, os.Getpid(), news.ErrConflict)
		if lines.Text() != want {
			t.Errorf("the second Open says\n%s\nwant\n%s", lines.Text(), want)
		}
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	publish(t, b, article(1))
	closeBus(t, b)
	open(t, bus.Config{Dir: dir})
}

// childPublish publishes article after article, and says so after each.
func childPublish(dir string) error {
	b, err := bus.Open(context.Background(), bus.Config{Dir: dir})
	if err != nil {
		return err
	}
	held, err := b.Held(context.Background())
	if err != nil {
		return err
	}
	for n := len(held); ; n++ {
		if err := b.Articles.Publish(context.Background(), article(n)); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func TestKill(t *testing.T) {
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	acked := map[int]bool{}
	for range 8 {
		cmd, lines := child(t, "publish", dir)
		for range 1 + random.IntN(60) {
			note(t, lines, acked)
		}
		if err := cmd.Process.Kill(); err != nil { // SIGKILL
			t.Fatal(err)
		}
		for lines.Scan() { // said before it died
			n, err := strconv.Atoi(lines.Text())
			if err == nil {
				acked[n] = true
			}
		}
		_ = cmd.Wait()
	}
	b := open(t, bus.Config{Dir: dir})
	held, err := b.Held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d articles acknowledged over 8 kills, %d there", len(acked), len(held))
	for n := range acked {
		if !held[article(n).Key()] {
			t.Errorf("article %d was acknowledged and is lost", n)
		}
	}
	// What was published and not acknowledged is published again by its owner.
	if s := streamStats(t, b, "ARTICLES"); int(s.Messages) != len(held) {
		t.Errorf("%d messages for %d articles: the duplicate window did not survive", s.Messages, len(held))
	}
}

// note reads one number from the child.
func note(t *testing.T, lines *bufio.Scanner, acked map[int]bool) {
	t.Helper()
	if !lines.Scan() {
		t.Fatal("the child ended: ", lines.Err(), io.EOF)
	}
	n, err := strconv.Atoi(lines.Text())
	if err != nil {
		t.Fatal(lines.Text())
	}
	acked[n] = true
}
