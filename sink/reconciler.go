package sink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"edict/news"
)

// A Ledger is what the reconciler compares with the streams.
type Ledger interface {
	// Unfinished returns rows that are neither stored nor dead and were entered before
	// or at a time, at most limit, in the order of their keys, behind the key after.
	Unfinished(ctx context.Context, enteredBefore time.Time, limit int, after news.Key) ([]news.LedgerRow, error)
	// Republished counts one more attempt and returns its number, durably. A row that
	// is stored or dead by now is ErrConflict.
	Republished(ctx context.Context, key news.Key) (attempt int, err error)
}

// Streams tells what is on its way.
type Streams interface {
	// Held returns the article versions that a stream before the store holds, acknowledged
	// by nobody yet. A story that moves from one stream to the next meanwhile is in it.
	Held(ctx context.Context) (map[news.Key]bool, error)
}

// A Reconciler publishes again what the ledger holds as waiting and no stream does:
// what was entered and never published because of a kill, and what a stream has
// lost. An article may come twice by it, never not at all.
type Reconciler struct {
	Ledger  Ledger
	Streams Streams
	// Publish publishes an article once more. The attempt must be part of the message
	// id, or the bus drops it as a repeat. It returns nil when the article is on the
	// bus's disk, ErrFull and ErrUnavailable when it cannot be now.
	Publish func(ctx context.Context, a news.Article, attempt int) error
	Log     *slog.Logger
	Now     func() time.Time

	Every    time.Duration // between passes; 0: 5 minutes
	Age      time.Duration // rows younger than this are left alone; 0: 10 minutes
	StartAge time.Duration // the same for the pass at the start, when nothing is under way yet

	// Observe, if set, is told of every pass: how many were published again, and why
	// it ended early or nil.
	Observe func(republished int, err error)
}

const (
	reconcileEvery = 5 * time.Minute
	reconcileAge   = 10 * time.Minute
	reconcileRetry = 15 * time.Second // after a pass that ended early
	reconcilePage  = 100              // articles in memory at a time
)

// Run makes a pass at once and then every so often, until ctx ends; it returns nil
// then.
func (r *Reconciler) Run(ctx context.Context) error {
	every, age := r.Every, r.Age
	if every <= 0 {
		every = reconcileEvery
	}
	if age <= 0 {
		age = reconcileAge
	}
	for next := r.StartAge; ctx.Err() == nil; {
		n, err := r.Pass(ctx, next)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			r.Log.Warn("the ledger could not be reconciled; it will be tried again", "published", n, "err", err)
			sleep(ctx, min(every, reconcileRetry), nil)
		default:
			next = age
			sleep(ctx, every, nil)
		}
	}
	return nil
}

// Pass publishes again what has waited for at least age and is in no stream, and
// returns how many. It ends at the first failure.
func (r *Reconciler) Pass(ctx context.Context, age time.Duration) (republished int, err error) {
	defer func() {
		if republished > 0 {
			r.Log.Warn("articles were in the ledger and in no stream; they were published again", "articles", republished)
		}
		if r.Observe != nil {
			r.Observe(republished, err)
		}
	}()
	before := r.Now().Add(-age)
	var held map[news.Key]bool
	var after news.Key
	for {
		rows, err := r.Ledger.Unfinished(ctx, before, reconcilePage, after)
		if err != nil || len(rows) == 0 {
			return republished, err
		}
		// After the ledger, not before: what is stored in between is found out by
		// Republished, while what is published in between would be missed here.
		if held == nil {
			if held, err = r.Streams.Held(ctx); err != nil {
				return republished, fmt.Errorf("ask what the streams hold: %w", err)
			}
		}
		for _, row := range rows {
			after = row.Article.Key()
			if held[after] {
				continue
			}
			attempt, err := r.Ledger.Republished(ctx, after)
			if errors.Is(err, news.ErrConflict) || errors.Is(err, news.ErrNotFound) {
				continue // stored or dead by now
			}
			if err != nil {
				return republished, err
			}
			if err := r.Publish(ctx, row.Article, attempt); err != nil {
				return republished, fmt.Errorf("publish article %s again, attempt %d: %w", row.Article.URL, attempt, err)
			}
			republished++
		}
	}
}
