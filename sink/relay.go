package sink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"edict/news"
)

// RelayCursor is the name of the relay's cursor in the store.
const RelayCursor = "relay"

// A ChangeLog is what the relay follows.
type ChangeLog interface {
	// Changes returns the changes behind a sequence number, at most limit, in order.
	// None appears later with a smaller number.
	Changes(ctx context.Context, after int64, limit int) ([]news.Change, error)
	// Record returns a record with its tags as they are now, or ErrNotFound.
	Record(ctx context.Context, id string) (news.Record, error)
	// Cursor returns how far a reader has come, 0 for a new one.
	Cursor(ctx context.Context, name string) (int64, error)
	// MoveCursor moves it forward, durably, and never back.
	MoveCursor(ctx context.Context, name string, to int64) error
}

// A Publisher brings announcements to outside programs.
type Publisher interface {
	// Publish returns nil when the announcement is on the disk of the bus. A second
	// one with the same message id is dropped there. ErrInvalid: this one cannot be
	// published, however often it is tried. ErrFull and ErrUnavailable: not now.
	Publish(ctx context.Context, a news.Announcement) error
}

// A Relay announces every change of the store, one message for each tag that counts
// or waits for review. Its cursor moves after all messages of a change are out: each
// is published at least once, and a repeat carries the same message id. One relay
// works at a time.
type Relay struct {
	Changes   ChangeLog
	Publisher Publisher
	Log       *slog.Logger

	// Wake, if set, returns a channel on which the next change is told; it is asked for
	// a channel again before each look. The relay looks every second in any case.
	Wake func() <-chan struct{}
	// Observe, if set, is told of every message: nil when it is out, ErrInvalid when
	// it had to be left out, or why it must be tried again.
	Observe func(a news.Announcement, err error)
}

const (
	lookEvery  = time.Second      // when nothing wakes the relay
	relayPage  = 50               // changes read at a time, and after a kill announced again at most
	retryFirst = time.Second      // wait after a failure, doubled each time
	retryLast  = 30 * time.Second // up to this
)

// Run relays until ctx ends, and returns nil then. While the store or the bus is
// away it waits and tries again.
func (r *Relay) Run(ctx context.Context) error {
	var wait time.Duration
	for ctx.Err() == nil {
		var woken <-chan struct{}
		if r.Wake != nil {
			woken = r.Wake()
		}
		done, more, err := r.step(ctx)
		if done > 0 {
			wait = 0
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			wait = min(max(2*wait, retryFirst), retryLast)
			r.Log.Warn("changes could not be announced; it will be tried again", "in", wait, "err", err)
			sleep(ctx, wait, nil)
			continue
		}
		wait = 0
		if !more {
			sleep(ctx, lookEvery, woken)
		}
	}
	return nil
}

// step announces one page of changes. It returns how many are done, and whether
// there may be more.
func (r *Relay) step(ctx context.Context) (done int, more bool, err error) {
	from, err := r.Changes.Cursor(ctx, RelayCursor)
	if err != nil {
		return 0, false, err
	}
	changes, err := r.Changes.Changes(ctx, from, relayPage)
	if err != nil {
		return 0, false, err
	}
	for _, c := range changes {
		if err = r.announce(ctx, c); err != nil {
			err = fmt.Errorf("announce change %d: %w", c.Sequence, err)
			break
		}
		done++
	}
	if done > 0 {
		// What is out is out, even when the program is being stopped.
		moved := r.Changes.MoveCursor(context.WithoutCancel(ctx), RelayCursor, changes[done-1].Sequence)
		err = errors.Join(err, moved)
	}
	return done, len(changes) == relayPage, err
}

// announce publishes what one change has to say. What can never be published is
// left out, and said, so that it does not keep the rest waiting.
func (r *Relay) announce(ctx context.Context, c news.Change) error {
	if c.Record == "" || string(c.After) == "[]" {
		return nil // most have no tag: the record need not be read for that
	}
	record, err := r.Changes.Record(ctx, c.Record)
	if errors.Is(err, news.ErrNotFound) {
		r.Log.Error("a change names a record that is not there", "change", c.Sequence, "record", c.Record)
		return nil
	}
	if err != nil {
		return err
	}
	for _, tag := range record.Tags {
		if !tag.State.Counts() && tag.State != news.Review {
			continue
		}
		a := news.NewAnnouncement(c, record, tag)
		err := r.Publisher.Publish(ctx, a)
		if r.Observe != nil {
			r.Observe(a, err)
		}
		if errors.Is(err, news.ErrInvalid) {
			r.Log.Error("an announcement cannot be published and is left out", "message", a.MessageID(), "url", record.URL, "err", err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sleep waits for d, for woken, or for the end of ctx.
func sleep(ctx context.Context, d time.Duration, woken <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-woken:
	case <-ctx.Done():
	}
}
