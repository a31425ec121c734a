package bus

import (
	"context"
	"fmt"
	"time"
)

const (
	// silentPublishes without an answer mean a broken server, whatever it says.
	silentPublishes = 3
	// calm is how long a server must have run for the next restart not to wait.
	calm = time.Minute
)

// supervise watches the server, and restarts it when it cannot write any more:
// JetStream keeps a stream closed after a write error even when there is space
// again.
func (e *embedded) supervise(b *Bus) {
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
			b.link.down(why)
			if time.Since(last) > calm {
				streak = 0
			}
			for !e.restart(b, why, streak) {
				select {
				case <-e.quit:
					return
				default:
				}
				streak++
			}
			streak, last = streak+1, time.Now()
		}
	})
}

// restart reports whether the server runs and has its streams again, or the
// supervisor is to end.
func (e *embedded) restart(b *Bus, why error, streak int) bool {
	delay := time.Duration(0)
	if streak > 0 {
		delay = e.cfg.timing.restart << min(streak-1, 3)
	}
	e.cfg.Log.Error("The NATS server cannot work; starting it anew", "error", why, "in", delay)
	select {
	case <-e.quit:
		return true
	case <-time.After(delay):
	}
	e.halt()
	if err := e.start(); err != nil {
		e.cfg.Log.Error("The NATS server does not start", "error", err)
		return false
	}
	e.restarts.Add(1)
	ctx, cancel := context.WithTimeout(context.Background(), 2*e.cfg.timing.publish)
	defer cancel()
	defer context.AfterFunc(b.closing, cancel)()
	if err := b.declare(ctx); err != nil {
		e.cfg.Log.Error("The NATS server started, but not its streams", "error", err)
		return false
	}
	if err := e.health(); err != nil {
		e.cfg.Log.Error("The NATS server started, and still cannot work", "error", err)
		return false
	}
	b.link.restored()
	e.cfg.Log.Info("The NATS server works again")
	return true
}
