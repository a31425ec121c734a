package store

import (
	"context"
	"sync"
	"time"
)

// A shift gathers writes of many callers into one transaction: each commit waits for
// the disk, and a crawl has many small writes at once. While one transaction is on
// its way, those that come meanwhile wait for the next.
type shift struct {
	mu      sync.Mutex
	waiting []*errand // guarded by mu
	working bool      // guarded by mu
	workers sync.WaitGroup
}

// An errand is one caller's write.
type errand struct {
	what string
	do   func(ctx context.Context, tx session) error
	done chan error // holds one
}

const (
	maxShift = 64 // how many writes one transaction takes
	// gathering is how long a transaction waits for more writes where several have just
	// come at once, so that many do not each cost a commit. A lone write never waits.
	gathering = 4 * time.Millisecond
)

// writeTogether runs f in a transaction that writes, together with what others write
// at the same time. f may be run twice: when one of a transaction fails, each is done
// again alone, so that it fails alone. Waiting ends with ctx, and f is not run then
// unless it was begun.
func (s *Store) writeTogether(ctx context.Context, what string, f func(ctx context.Context, tx session) error) error {
	if err := ctx.Err(); err != nil {
		return s.fault(what, err)
	}
	e := &errand{what, f, make(chan error, 1)}
	s.shift.mu.Lock()
	s.shift.waiting = append(s.shift.waiting, e)
	if !s.shift.working {
		s.shift.working = true
		s.shift.workers.Go(s.workShift)
	}
	s.shift.mu.Unlock()
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
	}
	if s.shift.drop(e) {
		return s.fault(what, ctx.Err())
	}
	return <-e.done
}

// workShift works until nothing waits.
func (s *Store) workShift() {
	for last := 0; ; {
		if last > 1 {
			time.Sleep(gathering)
		}
		// The connection comes first: while another transaction has it, more gather.
		ctx := context.Background()
		conn, err := s.writing.Conn(ctx)
		batch := s.shift.take()
		if last = len(batch); last == 0 {
			if err == nil {
				_ = conn.Close() // gives it back to the pool
			}
			return
		}
		if err == nil {
			err = s.writeOn(ctx, conn, "write together", func(ctx context.Context, tx session) error {
				for _, e := range batch {
					if err := e.do(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for _, e := range batch {
			alone := err
			if err != nil {
				alone = s.write(ctx, e.what, e.do)
			}
			e.done <- alone
		}
	}
}

// take takes what is to be written next; nothing ends the work.
func (x *shift) take() []*errand {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := min(len(x.waiting), maxShift)
	batch := x.waiting[:n:n]
	if x.waiting = x.waiting[n:]; n == 0 {
		x.waiting, x.working = nil, false
	}
	return batch
}

// drop takes out what has not been begun.
func (x *shift) drop(e *errand) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, other := range x.waiting {
		if other == e {
			x.waiting = append(x.waiting[:i:i], x.waiting[i+1:]...)
			return true
		}
	}
	return false
}
