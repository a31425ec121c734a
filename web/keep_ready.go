package web

import (
	"context"
	"fmt"
	"time"

	"edict/news"
)

// readyEvery is how often KeepReady looks for changes where nothing wakes it.
const readyEvery = time.Second

// KeepReady makes what the pages show of the whole archive before somebody asks for it,
// once at the beginning and again after changes, until ctx ends. Without it the first
// reader waits for it. It rests between, so that it takes a thirtieth of a processor at
// most for each thing.
func (s *Server) KeepReady(ctx context.Context) error {
	begun := false
	for failed := ""; ; {
		woken := s.woken()
		err := s.prepare(ctx, &begun)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			failed = ""
		case err.Error() != failed:
			failed = err.Error()
			s.Log.Warn("What the pages show of the whole archive could not be made; it is tried again", "error", err)
		}
		pause := time.NewTimer(lagAge)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil
		case <-pause.C:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-woken:
		case <-time.After(readyEvery):
		}
	}
}

// woken is closed at the next change; without Wake it is nil.
func (s *Server) woken() <-chan struct{} {
	if s.Wake == nil {
		return nil
	}
	return s.Wake()
}

func (s *Server) prepare(ctx context.Context, begun *bool) error {
	last, err := s.Reader.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the last change: %w", err)
	}
	if !*begun { // an atlas may have to read all changes for its first earlier map, of which it makes all others then
		if _, err := s.readMap(ctx, news.MapTime{Known: s.Now().Add(-settled)}); err != nil {
			return err
		}
		*begun = true
	}
	if err := s.totals.prepare(ctx, s, [2]int64{}, s.countTotals); err != nil {
		return err
	}
	if s.Review != nil {
		if err := s.pending.prepare(ctx, s, s.queueKey(last), s.makeQueue); err != nil {
			return err
		}
		if err := s.rules.prepare(ctx, s, [2]int64{last}, s.makeRuleBook); err != nil {
			return err
		}
	}
	return nil
}
