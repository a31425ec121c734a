package app

import (
	"context"
	"sync"
)

// wake tells any number of readers that something has changed. A reader takes the
// channel of next before it looks, so that nothing falls between.
type wake struct {
	mu sync.Mutex
	ch chan struct{} // guarded by mu; closed and replaced at each change
}

func newWake() *wake { return &wake{ch: make(chan struct{})} }

// next returns a channel that is closed at the next change.
func (w *wake) next() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ch
}

// all wakes whoever holds a channel of next.
func (w *wake) all() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.ch)
	w.ch = make(chan struct{})
}

// tellChanged wakes the readers of this process, and those of others.
func (p *program) tellChanged() {
	p.changed.all()
	if p.cfg.isShared() {
		p.bus.TellChanged()
	}
}

// hearChanges wakes the readers of this process for what others have stored.
func (p *program) hearChanges(ctx context.Context) error {
	if !p.cfg.isShared() {
		return nil
	}
	return p.bus.HearChanged(ctx, func() {
		p.metrics.heard.Inc()
		p.changed.all()
	})
}
