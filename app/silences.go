package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"edict/alert"
	"edict/news"
)

// silencer knows which silences hold. It may be asked at once from many goroutines.
type silencer struct {
	store *Archive
	now   func() time.Time

	mu   sync.Mutex // guards what follows
	list []news.Silence
	read time.Time
}

// silencesAge is how old what is known of silences may be.
const silencesAge = time.Second

func (x *silencer) active(ctx context.Context) ([]news.Silence, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.now()
	if age := now.Sub(x.read); x.list == nil || age < 0 || age >= silencesAge {
		list, err := x.store.ActiveSilences(ctx, now)
		if err != nil {
			return nil, err
		}
		x.list, x.read = list, now
	}
	return x.list, nil
}

// silenced reports whether a silence holds a delivery now, and whose it is and why.
func (x *silencer) silenced(ctx context.Context, d news.Delivery) (reason string, silenced bool, err error) {
	list, err := x.active(ctx)
	if err != nil || len(list) == 0 {
		return "", false, err
	}
	s, err := alert.SilenceOf(list, d, func() (news.Record, error) { return recordOf(ctx, x.store, d) })
	if err != nil {
		return "", false, fmt.Errorf("look whether delivery %s is silenced: %w", d.ID, err)
	}
	// The list may be of a second ago.
	if s == nil || !s.Until.After(x.now()) {
		return "", false, nil
	}
	return s.Line(), true, nil
}

// recordOf is the record of which a delivery tells. One of an archive that was restored
// in part is empty.
func recordOf(ctx context.Context, s *Archive, d news.Delivery) (news.Record, error) {
	changes, err := s.Changes(ctx, d.Change-1, 1)
	if err != nil || len(changes) == 0 || changes[0].Sequence != d.Change || changes[0].Record == "" {
		return news.Record{}, err
	}
	r, err := s.Record(ctx, changes[0].Record)
	if errors.Is(err, news.ErrNotFound) {
		return news.Record{}, nil
	}
	return r, err
}

// endSilencesEvery is how often silences are looked for whose time is over.
const endSilencesEvery = 5 * time.Second

// endSilences lets go what a snooze has held, when it is over.
func (p *program) endSilences(ctx context.Context) error {
	for {
		ended, released, err := p.store.EndSilences(ctx, p.o.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			p.log.Warn("Silences that are over could not be ended; they will be tried again", "error", err)
		case ended > 0:
			p.log.Info("Silences are over", "silences", ended, "deliveries_let_go", released)
			p.due.all()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(endSilencesEvery):
		}
	}
}
