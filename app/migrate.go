package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"edict/bus"
	"edict/store"
)

// Migrate makes the schema of the store, the streams and their consumers, or brings
// them up to date. Each program does so at its start, as far as it may: this is for
// a user who may more. It may be repeated, and done by several at once: one does it
// after the other. The streams of a program that runs on the data directory are left
// to it, which has made them.
func Migrate(ctx context.Context, c Config, log *slog.Logger, now func() time.Time) error {
	p := &program{cfg: c, o: Options{Now: now, Log: log}, log: log}
	if !c.isOutside() {
		if err := os.MkdirAll(c.Data, 0o750); err != nil {
			return fmt.Errorf("make the data directory: %w", err)
		}
	}
	s, err := store.Open(ctx, c.storeURL(), log, now)
	if err != nil {
		return err
	}
	defer s.Close()
	log.Info("The schema of the store is up to date")
	if c.Bus.URL == "" {
		if holder, err := bus.Holder(c.busDir()); err != nil || holder != "" {
			return err
		}
	}
	declare := func(ctx context.Context) error {
		b, err := p.openBus(ctx)
		if err != nil {
			return err
		}
		log.Info("Streams and consumers are up to date")
		return b.Close(ctx)
	}
	if !c.isShared() {
		return declare(ctx)
	}
	if err := s.Alone(ctx, "migrate", declare); err != nil {
		return err
	}
	return ctx.Err()
}
