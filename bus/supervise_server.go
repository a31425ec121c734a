package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	// silentPublishes without an answer mean a broken server, whatever it says.
	silentPublishes = 3
	// calm is how long a server must have run for the next restart not to wait.
	calm = time.Minute
	// probeSize bytes must fit into the folder for a restart to make sense.
	probeSize = 1 << 20
)

// supervise watches the server, and restarts it when it cannot write any more:
// JetStream keeps a stream closed after a write error even when there is space
// again. While the folder takes no bytes, it waits.
func (e *embedded) supervise(ctx context.Context, b *Bus) {
	e.done.Go(func() {
		tick := time.NewTicker(e.cfg.timing.watch)
		defer tick.Stop()
		streak, last := 0, time.Time{}
		for {
			select {
			case <-e.quit:
				return
			case <-tick.C:
			case <-b.link.kick:
			}
			why := e.health()
			if n := b.link.unanswered(); why == nil && n >= silentPublishes {
				why = fmt.Errorf("NATS server: %d publishes without an answer", n)
			}
			if why == nil {
				continue
			}
			b.link.cut(why)
			if e.cfg.Now().Sub(last) > calm {
				streak = 0
			}
			if streak = e.heal(ctx, b, why, streak); streak < 0 {
				return
			}
			last = e.cfg.Now()
		}
	})
}

// heal restarts the server until it works, and returns the number of restarts in
// a row, or -1 if the bus closes.
func (e *embedded) heal(ctx context.Context, b *Bus, why error, streak int) int {
	e.cfg.Log.Error("The NATS server cannot work; starting it anew as soon as its folder takes data", "error", why)
	for ; ; streak++ {
		delay := time.Duration(0)
		if streak > 0 {
			delay = e.cfg.timing.restart << min(streak-1, 3)
		}
		if !e.wait(delay) {
			return -1
		}
		for !e.writable() {
			if !e.wait(e.cfg.timing.watch) {
				return -1
			}
		}
		err := e.restart(ctx, b)
		if err == nil {
			e.cfg.Log.Info("The NATS server works again", "restarts", streak+1)
			return streak + 1
		}
		e.cfg.Log.Error("The NATS server still cannot work", "error", err)
	}
}

// wait reports false if the supervisor is to end before d is over.
func (e *embedded) wait(d time.Duration) bool {
	select {
	case <-e.quit:
		return false
	case <-time.After(d):
		return true
	}
}

// writable tries whether the folder takes probeSize bytes.
func (e *embedded) writable() bool {
	f, err := os.Create(filepath.Join(e.cfg.Dir, "probe"))
	if err != nil {
		return false
	}
	_, err = f.Write(make([]byte, probeSize))
	err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	return err == nil
}

// restart returns nil when the server runs and has its streams again.
func (e *embedded) restart(ctx context.Context, b *Bus) error {
	e.halt()
	if err := e.start(); err != nil {
		return err
	}
	e.restarts.Add(1)
	if err := b.declare(ctx); err != nil {
		return err
	}
	if err := e.health(); err != nil {
		return err
	}
	b.link.restored()
	return nil
}
