package crawler

import (
	"context"
	"errors"
	"time"

	"edict/news"
)

// grace is how long what was fetched may take to be entered after the crawler was
// told to stop. Run is to return within a second.
const grace = 600 * time.Millisecond

// outlive returns a context that goes on for the grace after ctx has ended.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
		case <-longer.Done():
		}
		cancel()
	})
	return longer, func() { stop(); cancel() }
}

// insist calls do until it succeeds or says that what it was given is wrong, with
// pauses from one second to ten, or until ctx ends. A store that is away, or whose
// disk is full, is waited for: what was fetched is held meanwhile, and nothing more
// is fetched. It says once that it waits.
func (c *Crawler) insist(ctx context.Context, what string, do func() error) error {
	return c.insistOn(ctx, what, do, func(err error) bool { return !errors.Is(err, news.ErrInvalid) })
}

func (c *Crawler) insistOn(ctx context.Context, what string, do func() error, passing func(error) bool) error {
	pause := time.Second
	for {
		err := do()
		if err == nil || !passing(err) {
			return err
		}
		if pause == time.Second && ctx.Err() == nil {
			c.config.Log.Warn("the store does not answer; the crawler waits for it", "doing", what, "error", err)
		}
		if !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, 10*time.Second)
	}
}

// sleep reports whether the whole pause passed before ctx ended.
func sleep(ctx context.Context, pause time.Duration) bool {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
