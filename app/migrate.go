package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"edict/bus"
	"edict/news"
	"edict/store"
)

// migratePatience is how long Migrate waits for servers that have just been started.
const migratePatience = time.Minute

// Migrate makes the schema of the store, the streams and their consumers, or brings
// them up to date. Each program does so at its start, as far as it may: this is for
// a user who may more. It may be repeated, and done by several at once: one does it
// after the other. The streams of a program that runs on the data directory are left
// to it, which has made them. Servers that do not answer yet are waited for, a minute
// at most.
func Migrate(ctx context.Context, c Config, log *slog.Logger, now func() time.Time) error {
	waiting, cancel := context.WithTimeout(ctx, migratePatience)
	defer cancel()
	told := false
	return whileAway(waiting, func() error {
		err := migrate(ctx, c, log, now)
		if errors.Is(err, news.ErrUnavailable) && !told {
			told = true
			log.Warn("Not yet; trying again for a while", "error", err)
		}
		return err
	})
}

func migrate(ctx context.Context, c Config, log *slog.Logger, now func() time.Time) error {
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
		p := &program{cfg: c, o: Options{Now: now, Log: log}, log: log}
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
