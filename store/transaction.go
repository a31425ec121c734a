package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"edict/news"
)

// sentinels are the errors of package news: an error that wraps one needs no other.
var sentinels = []error{news.ErrInvalid, news.ErrNotFound, news.ErrConflict, news.ErrUnavailable, news.ErrFull}

// fault wraps err with what was being done and with what it means.
func (s *Store) fault(what string, err error) error {
	if err == nil {
		return nil
	}
	for _, known := range sentinels {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	var meaning error
	switch {
	case errors.Is(err, context.Canceled):
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, news.ErrNotFound)
	case s.closed.Load():
		meaning = news.ErrUnavailable
	default:
		meaning = s.dialect.sentinel(err)
	}
	if meaning == nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, err, meaning)
}

// write runs f in the one transaction that writes. Waiting for it ends with ctx;
// once begun it runs to its end, so that a caller never wonders how much was done.
func (s *Store) write(ctx context.Context, what string, f func(ctx context.Context, tx session) error) error {
	conn, err := s.writing.Conn(ctx)
	if err != nil {
		return s.fault(what, err)
	}
	return s.writeOn(ctx, conn, what, f)
}

// writeOn is write on a connection that it gives back.
func (s *Store) writeOn(ctx context.Context, conn *sql.Conn, what string, f func(ctx context.Context, tx session) error) error {
	defer func() { _ = conn.Close() }() // gives it back to the pool
	ctx, cancel := s.bounded(context.WithoutCancel(ctx))
	defer cancel()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return s.fault(what, err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	in := session{s.dialect, tx}
	if err := s.dialect.lock(ctx, in); err != nil {
		return s.fault(what, err)
	}
	if err := f(ctx, in); err != nil {
		return s.fault(what, err)
	}
	return s.fault(what, tx.Commit())
}

// bounded bounds a transaction that writes, where the database is another machine that
// can go without a word.
func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.patience <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.patience)
}

// readers ask outside of a transaction.
func (s *Store) readers() session { return session{s.dialect, s.reading} }

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, what string, f func(tx session) error) error {
	tx, err := s.beginReading(ctx)
	if err != nil {
		return s.fault(what, err)
	}
	defer func() { _ = tx.Rollback() }() // there is nothing to commit
	return s.fault(what, f(session{s.dialect, tx}))
}

// beginReading passes over connections that turn out to be broken, as all are that were
// there before the database was restarted: nothing has been asked yet.
func (s *Store) beginReading(ctx context.Context) (tx *sql.Tx, err error) {
	for range maxReaders + 1 {
		tx, err = s.reading.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot()})
		if err == nil || ctx.Err() != nil || !s.dialect.broken(err) {
			break
		}
	}
	return tx, err
}

// asidePatience is how long a transaction that writes waits for a connection that reads.
const asidePatience = 20 * time.Millisecond

// aside runs f on what was committed before the transaction that writes, while that goes
// on; its result is when f is done. Where no connection that reads is free and whole,
// f runs in the transaction, when its result is asked for: storing waits for no reader.
func (s *Store) aside(ctx context.Context, tx session, f func(tx session) error) (result func() error) {
	soon, cancel := context.WithTimeout(ctx, asidePatience)
	defer cancel()
	conn, err := s.reading.Conn(soon)
	if err != nil {
		return func() error { return f(tx) }
	}
	own, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot()})
	if err != nil {
		_ = conn.Close()
		return func() error { return f(tx) }
	}
	done := make(chan error, 1)
	go func() {
		err := f(session{s.dialect, own})
		_ = own.Rollback() // there is nothing to commit
		_ = conn.Close()   // gives it back to the pool
		done <- err
	}()
	return sync.OnceValue(func() error { return <-done })
}

// micro is how a time is kept: microseconds since 1970.
func micro(t time.Time) int64 { return t.UnixMicro() }

// due is how a time that may be unset is kept.
func due(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micro(t)
}

func fromMicro(us int64) time.Time { return time.UnixMicro(us).UTC() }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
