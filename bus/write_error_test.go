//go:build unix

package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
)

// limitFiles makes the system refuse writes beyond size in any file, with EFBIG: a
// real write error, which the server takes as it takes a full disk.
func limitFiles(size uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return err
	}
	l.Cur = min(l.Max, size)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
}

// childWriteError says "healed" after the server refused to write and took what
// followed, else what went wrong.
func childWriteError(dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	signal.Ignore(syscall.SIGXFSZ)
	b, err := bus.Open(ctx, bus.Quick(bus.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}))
	if err != nil {
		return err
	}
	var handled atomic.Int32
	consuming, stop := context.WithCancel(ctx)
	defer stop()
	consumed := make(chan error, 1)
	go func() {
		consumed <- b.Records.Consume(consuming, 1, func(context.Context, news.Record) error { handled.Add(1); return nil })
	}()
	if err := breakAndHeal(ctx, b); err != nil {
		return err
	}
	// The consumer that ran all the while goes on, too.
	if err := b.Records.Publish(ctx, record(1)); err != nil {
		return err
	}
	if err := poll(ctx, func() bool { return handled.Load() == 1 }); err != nil {
		return fmt.Errorf("the consumer does not go on: %w", err)
	}
	st, err := b.Stats(ctx)
	if err != nil {
		return err
	}
	if st.Restarts == 0 || st.Errors == 0 {
		return fmt.Errorf("restarts and logged errors are not counted: %+v", st)
	}
	stop()
	if err := errors.Join(<-consumed, b.Healthy(ctx), b.Close(ctx)); err != nil {
		return err
	}
	fmt.Println("healed")
	return nil
}

func breakAndHeal(ctx context.Context, b *bus.Bus) error {
	for n := range 10 { // over 1 MB, in one file
		if err := b.Articles.Publish(ctx, long(n)); err != nil {
			return err
		}
	}
	// The folder takes data, and still the server's file does not: it is started
	// again and again, and nothing is taken that is not on disk.
	if err := limitFiles(1<<20 + 64<<10); err != nil {
		return err
	}
	start := time.Now()
	err := b.Articles.Publish(ctx, long(10))
	fmt.Printf("refused after %s: %v\n", time.Since(start).Round(time.Millisecond), err)
	if !errors.Is(err, news.ErrUnavailable) || time.Since(start) > time.Second {
		return fmt.Errorf("want ErrUnavailable within a second: %w", err)
	}
	for restarts := uint64(0); restarts < 2; {
		if err := b.Articles.Publish(ctx, long(10)); !errors.Is(err, news.ErrUnavailable) {
			return fmt.Errorf("publish beyond the limit: %w", err)
		}
		if err := poll(ctx, func() bool {
			st, err := b.Stats(ctx)
			restarts = st.Restarts
			return err == nil
		}); err != nil {
			return fmt.Errorf("the server is not started again: %w", err)
		}
	}
	// Now the folder takes nothing.
	if err := limitFiles(256 << 10); err != nil {
		return err
	}
	if err := b.Articles.Publish(ctx, long(10)); !errors.Is(err, news.ErrUnavailable) {
		return fmt.Errorf("publish to a full folder: %w", err)
	}
	if err := b.Healthy(ctx); err == nil {
		return errors.New("the bus stays healthy")
	}
	// For as long as it lasts, nothing is taken, and nothing is started in vain.
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 50 {
		<-tick.C
		if err := b.Healthy(ctx); err == nil {
			return errors.New("the bus says that it is healthy")
		}
		if err := b.Articles.Publish(ctx, long(10)); !errors.Is(err, news.ErrUnavailable) {
			return fmt.Errorf("want ErrUnavailable again: %w", err)
		}
	}
	if err := limitFiles(1 << 62); err != nil {
		return err
	}
	start = time.Now()
	if err := poll(ctx, func() bool { return b.Articles.Publish(ctx, long(10)) == nil }); err != nil {
		return fmt.Errorf("takes nothing any more: %w", err)
	}
	fmt.Printf("takes messages again after %s\n", time.Since(start).Round(time.Millisecond))
	held, err := b.Held(ctx)
	if err != nil {
		return err
	}
	for n := range 11 {
		if !held[long(n).Key()] {
			return fmt.Errorf("article %d is lost", n)
		}
	}
	return nil
}

// poll waits until ok or the end of ctx.
func poll(ctx context.Context, ok func() bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

func TestRestartAfterWriteError(t *testing.T) {
	cmd, lines := child(t, "write error", t.TempDir())
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	t.Log("\n" + strings.Join(said, "\n"))
	if len(said) == 0 || said[len(said)-1] != "healed" {
		t.Error("the bus did not heal")
	}
}
