package bus

import (
	"context"
	"sync"
)

// A link knows whether the server can be relied upon.
type link struct {
	mu     sync.Mutex // guards what follows
	next   *outage    // the one that lasts, or that will come
	silent int        // publishes without an answer since the last one with

	kick chan struct{} // somebody suspects the server
}

// An outage is a time in which the server cannot be relied upon.
type outage struct {
	begins chan struct{} // closed when it begins
	why    error         // set before that
}

func newLink() *link {
	return &link{next: &outage{begins: make(chan struct{})}, kick: make(chan struct{}, 1)}
}

func (o *outage) begun() bool {
	select {
	case <-o.begins:
		return true
	default:
		return false
	}
}

func (l *link) outage() *outage {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// down returns why the server cannot be relied upon now; nil if it can.
func (l *link) down() error {
	if o := l.outage(); o.begun() {
		return o.why
	}
	return nil
}

// cut ends every publish under way, and those to come, with why.
func (l *link) cut(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.next.begun() {
		l.next.why = why
		close(l.next.begins)
	}
}

// restored lets publishes through again.
func (l *link) restored() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = 0
	if l.next.begun() {
		l.next = &outage{begins: make(chan struct{})}
	}
}

func (l *link) answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = 0
}

func (l *link) suspect() {
	l.mu.Lock()
	l.silent++
	l.mu.Unlock()
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

func (l *link) unanswered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent
}

// cancelOn calls cancel when signal comes before the end of ctx, and returns then.
func cancelOn(ctx context.Context, signal <-chan struct{}, cancel func()) {
	select {
	case <-signal:
		cancel()
	case <-ctx.Done():
	}
}
