package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edict/news"
)

const (
	// standbyEvery is how often a process that stands by tries to take over, and how
	// often the one at work makes sure that the role is still its own.
	standbyEvery = time.Second
	// sureWithin bounds making sure.
	sureWithin = 3 * time.Second
)

// A hold is a role that was taken.
type hold interface {
	// sure returns an error when the role may be another's by now.
	sure(ctx context.Context) error
	// release gives it up.
	release()
}

// A roleDialect says who is at work.
type roleDialect interface {
	// take takes a role, or returns ErrConflict while another has it. The role of a
	// process that is gone is free.
	take(ctx context.Context, role string) (hold, error)
}

// Alone runs work while nobody else on this database, in this process or another,
// works in the same role: until then it stands by, and takes over within ten seconds
// of the other's end, however that came. The context of work ends when the role is
// lost, as with the connection that held it; Alone then waits for work to return,
// stands by again, and runs it once more. Between a loss and its notice, four seconds
// at most, two may be at work, so work must stay harmless then.
//
// It returns what work returns, or nil when ctx ends before that.
func (s *Store) Alone(ctx context.Context, role string, work func(ctx context.Context) error) error {
	said := ""
	say := func(what string, args ...any) {
		if said != what {
			said = what
			s.log.Info(what, append([]any{"role", role}, args...)...)
		}
	}
	for {
		h, err := s.dialect.take(ctx, role)
		switch {
		case err == nil && ctx.Err() != nil:
			h.release()
			return nil
		case err == nil:
			say("At work")
			lost, err := workAlone(ctx, h, work)
			if !lost {
				return err
			}
			s.log.Warn("The role was lost, and the work in it stopped; standing by", "role", role, "err", err)
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, news.ErrConflict):
			say("Standing by: another process is at work")
		default:
			say("Standing by: the store does not answer", "err", s.fault(fmt.Sprintf("take the role %s", role), err))
		}
		select {
		case <-time.After(standbyEvery):
		case <-ctx.Done():
			return nil
		}
	}
}

// workAlone runs work until it returns, or h is lost. err is what work returned, or
// why it was lost.
func workAlone(ctx context.Context, h hold, work func(context.Context) error) (lost bool, err error) {
	defer h.release()
	working, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- work(working) }()
	tick := time.NewTicker(standbyEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return false, err
		case <-tick.C:
		}
		// The caller's end is work's to follow, and no loss.
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), sureWithin)
		err := h.sure(asking)
		cancel()
		if err == nil {
			continue
		}
		stop()
		if own := <-done; own != nil && !errors.Is(own, context.Canceled) {
			return false, own
		}
		if ctx.Err() != nil {
			return false, nil
		}
		return true, err
	}
}
