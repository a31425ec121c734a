package bus_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
)

func TestClear(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	if who, err := bus.Holder(dir); who != "" || err != nil {
		t.Errorf("Holder of an empty folder = %q, %v", who, err)
	}
	b, err := bus.Open(t.Context(), bus.Config{Dir: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, article(1))
	want := fmt.Sprintf("process %d since 2026-11-25T12:00:00Z", os.Getpid())
	if who, err := bus.Holder(dir); who != want || err != nil {
		t.Errorf("Holder = %q, %v, want %q", who, err, want)
	}
	if err := bus.Clear(dir, now); !errors.Is(err, news.ErrConflict) {
		t.Errorf("Clear under a running bus = %v, want ErrConflict", err)
	}
	if held, err := b.Held(t.Context()); err != nil || len(held) != 1 {
		t.Errorf("Held after a refused Clear = %v, %v", held, err)
	}
	closeBus(t, b)
	if who, err := bus.Holder(dir); who != "" || err != nil {
		t.Errorf("Holder after Close = %q, %v", who, err)
	}
	if err := bus.Clear(dir, now); err != nil {
		t.Fatal(err)
	}
	if held, err := open(t, bus.Config{Dir: dir}).Held(t.Context()); err != nil || len(held) != 0 {
		t.Errorf("Held after Clear = %v, %v", held, err)
	}
}
