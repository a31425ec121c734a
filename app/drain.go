package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"edict/bus"
	"edict/news"
)

// A Handoff says who works on what a command put into the ledger.
type Handoff struct {
	// Holder names the program that runs on the data directory, or elsewhere on an
	// outside bus. "": none does, and the command did the work itself.
	Holder string
	Stored int64 // article versions that were stored by this command's own stages
	Dead   int64 // and that were given up
}

// drainLook is how often a draining command looks whether all is done.
const drainLook = 200 * time.Millisecond

// HandOver has what waits in the ledger classified and stored. A running program
// does it by itself; when none runs on the data directory, HandOver runs the stages
// that it takes until nothing waits, and reports how much does after each look.
func HandOver(ctx context.Context, c Config, log *slog.Logger, now func() time.Time, waiting func(int64)) (Handoff, error) {
	if c.Bus.URL != "" {
		return Handoff{Holder: "the programs on " + redacted(c.Bus.URL)}, nil
	}
	holder, err := bus.Holder(c.busDir())
	if err != nil || holder != "" {
		return Handoff{Holder: holder}, err
	}
	p := &program{cfg: c, o: Options{Now: now, Log: log}, log: log, changed: newWake(), metrics: newMetrics()}
	out, err := p.drain(ctx, waiting)
	if errors.Is(err, news.ErrConflict) { // one has started in between
		holder, holderErr := bus.Holder(c.busDir())
		return Handoff{Holder: holder}, errors.Join(holderErr, p.close())
	}
	return out, errors.Join(err, p.close())
}

// drain runs the stages behind the crawler until the ledger waits for nothing.
func (p *program) drain(ctx context.Context, waiting func(int64)) (Handoff, error) {
	if err := p.openWorks(ctx); err != nil {
		return Handoff{}, err
	}
	before, err := p.store.Balance(ctx)
	if err != nil {
		return Handoff{}, err
	}
	failed := make(chan error, 16)
	stop := startAll(p.works(), failed)
	defer stop()
	look := time.NewTicker(drainLook)
	defer look.Stop()
	for {
		b, err := p.store.Balance(ctx)
		if err != nil && !errors.Is(err, news.ErrUnavailable) {
			return Handoff{}, err
		}
		if err == nil {
			waiting(b.Waiting)
			if b.Waiting == 0 {
				return Handoff{Stored: b.Stored - before.Stored, Dead: b.Dead - before.Dead}, nil
			}
		}
		select {
		case <-look.C:
		case err := <-failed:
			return Handoff{}, err
		case <-ctx.Done():
			return Handoff{}, fmt.Errorf("stopped while %d article versions waited; the next 'edict run' goes on with them: %w", b.Waiting, ctx.Err())
		}
	}
}
