package storetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"edict/store"
)

// takeOver bounds how long nobody may be at work.
const takeOver = 10 * time.Second

// job is work that tells when it begins, and ends when it is told to.
type job struct {
	began chan struct{}
	end   chan error
	done  chan error // what Alone returned
}

// standingBy is a log of which only one line matters.
type standingBy chan struct{}

// Write takes a line of the log.
func (s standingBy) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "Standing by: another") {
		s <- struct{}{}
	}
	return len(line), nil
}

func alone(ctx context.Context, s *store.Store, role string) job {
	j := job{make(chan struct{}, 10), make(chan error, 1), make(chan error, 1)}
	go func() {
		j.done <- s.Alone(ctx, role, func(ctx context.Context) error {
			j.began <- struct{}{}
			select {
			case err := <-j.end:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return j
}

func (j job) begins(t testing.TB, who string) {
	t.Helper()
	select {
	case <-j.began:
	case <-time.After(takeOver):
		t.Fatalf("%s is not at work after %v", who, takeOver)
	}
}

func (j job) rests(t testing.TB, who string) {
	t.Helper()
	select {
	case <-j.began:
		t.Fatalf("%s is at work beside another", who)
	default:
	}
}

// testAlone: one is at work in a role, the others stand by and take over when it
// ends, whether it returns, is told to stop, or is killed.
func testAlone(t *testing.T, b Backend) {
	url := b.New(t)
	standing := make(standingBy, 10)
	var stores [2]*store.Store
	for i := range stores {
		s, err := store.Open(t.Context(), url, slog.New(slog.NewTextHandler(standing, nil)), time.Now)
		ok(t, err)
		t.Cleanup(func() { ok(t, s.Close()) })
		stores[i] = s
	}
	one, two := stores[0], stores[1]
	stopped, stop := context.WithCancel(t.Context())
	defer stop()

	first := alone(t.Context(), one, "crawler")
	first.begins(t, "the first")
	second := alone(stopped, two, "crawler")
	third := alone(stopped, one, "crawler")
	other := alone(t.Context(), two, "sink")
	other.begins(t, "another role")
	for range 2 {
		select {
		case <-standing:
		case <-time.After(takeOver):
			t.Fatal("nobody says that it stands by")
		}
	}
	second.rests(t, "the second")
	third.rests(t, "the third")

	enough := errors.New("enough")
	first.end <- enough
	if err := <-first.done; err != enough { //nolint:errorlint // it must be the very same
		t.Errorf("the first returned %v, want what its work returned", err)
	}
	waits := third
	select {
	case <-second.began:
	case <-third.began:
		second, waits = third, second
	case <-time.After(takeOver):
		t.Fatal("nobody takes over")
	}
	waits.rests(t, "the one that waits")
	stop()
	if err := <-waits.done; err != nil {
		t.Errorf("standing by ended with %v", err)
	}
	if err := <-second.done; !errors.Is(err, context.Canceled) {
		t.Errorf("work that was stopped returned %v", err)
	}
	other.end <- nil
	ok(t, <-other.done)

	// A process that is killed at work.
	began := time.Now()
	runChild(t, url, 0, rand.New(rand.NewPCG(1, 0)), childRole+"=crawler")
	heir := alone(t.Context(), one, "crawler")
	heir.begins(t, "the heir of a killed process")
	t.Logf("a killed process and its heir took %v", time.Since(began).Round(time.Millisecond))
	heir.end <- nil
	ok(t, <-heir.done)
}

// workUntilKilled is the child at work.
func workUntilKilled(ctx context.Context, s *store.Store, role string) error {
	return s.Alone(ctx, role, func(ctx context.Context) error {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for n := 1; ; n++ {
			if _, err := fmt.Printf("kept %d\n", n); err != nil {
				return err
			}
			<-tick.C
		}
	})
}
