package sink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"edict/news"
)

// A Store keeps records.
type Store interface {
	// Keep writes all of the records or none, with everything that belongs to them, in
	// one transaction that is on the disk when it returns nil. A record that is held
	// already changes nothing. ErrInvalid: one of them is wrong in itself, and trying
	// again cannot help. ErrUnavailable: the store is away, and trying again does.
	Keep(ctx context.Context, records []news.Record) error
}

// A Stage keeps batches of records.
type Stage struct {
	Store Store
	Log   *slog.Logger
	Now   func() time.Time // for Observe; the clock

	// Observe, if set, is told of every transaction that was tried: how many records
	// it held, how long it took, and its error or nil.
	Observe func(records int, took time.Duration, err error)
}

// HandleBatch keeps the records, in one transaction if it can, and returns an error
// or nil for each, in their order. When one is wrong, the batch is halved until that
// one stands alone with ErrInvalid, and all others are kept. Any other failure is
// the store's: the records that it meets are ErrUnavailable, to be tried again, and
// none is given up for it.
func (s *Stage) HandleBatch(ctx context.Context, records []news.Record) []error {
	errs := make([]error, len(records))
	if len(records) > 0 {
		_ = s.keep(ctx, records, errs) // it is in errs
	}
	return errs
}

// keep fills errs for records. When the store is away it returns why, so that the
// other half is not tried in vain.
func (s *Stage) keep(ctx context.Context, records []news.Record, errs []error) (away error) {
	begin := s.Now()
	err := s.Store.Keep(ctx, records)
	if s.Observe != nil {
		s.Observe(len(records), s.Now().Sub(begin), err)
	}
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, news.ErrInvalid) || errors.Is(err, news.ErrUnavailable):
		s.Log.Warn("records could not be stored; they will be tried again", "records", len(records), "err", err)
		if !errors.Is(err, news.ErrUnavailable) {
			err = fmt.Errorf("%w: %w", err, news.ErrUnavailable)
		}
		fill(errs, err)
		return err
	case len(records) == 1:
		s.Log.Error("a record is wrong and cannot be stored", "record", records[0].ID, "url", records[0].URL, "err", err)
		errs[0] = err
		return nil
	}
	half := len(records) / 2
	if away := s.keep(ctx, records[:half], errs[:half]); away != nil {
		fill(errs[half:], away)
		return away
	}
	return s.keep(ctx, records[half:], errs[half:])
}

func fill(errs []error, err error) {
	for i := range errs {
		errs[i] = err
	}
}
