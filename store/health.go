package store

import (
	"context"
	"encoding/json"
	"fmt"

	"edict/news"
)

// Healths returns how the sources fare, in the order of their slugs. Of one that
// nothing is known of there is none.
func (s *Store) Healths(ctx context.Context) ([]news.Health, error) {
	list, err := decodeColumn[news.Health](ctx, s.readers(), "SELECT body FROM health ORDER BY source")
	return list, s.fault("read how the sources fare", err)
}

// SaveHealth keeps how a source fares. With flagged, it appends a change of kind
// source in the same transaction, with its flags before and after, if they are of
// other kinds than those that were kept.
func (s *Store) SaveHealth(ctx context.Context, h news.Health, flagged bool) error {
	what := "save how source " + h.Source + " fares"
	if !news.ValidSlug(h.Source) {
		return fmt.Errorf("%s: it is no slug: %w", what, news.ErrInvalid)
	}
	body, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
	}
	return s.writeTogether(ctx, what, func(ctx context.Context, tx session) error {
		old, err := decodeColumn[news.Health](ctx, tx, "SELECT body FROM health WHERE source = ?", h.Source)
		if err != nil {
			return err
		}
		if _, err := tx.insert(ctx, healthRows, "ON CONFLICT (source) DO UPDATE SET body = excluded.body", [][]any{{h.Source, string(body)}}); err != nil {
			return err
		}
		var before []news.SourceFlag
		if len(old) > 0 {
			before = old[0].Flags
		}
		if !flagged || sameFlags(before, h.Flags) {
			return nil
		}
		var states [2]string
		for i, flags := range [][]news.SourceFlag{before, h.Flags} {
			state, err := json.Marshal(news.SourceState{Source: h.Source, Flags: append([]news.SourceFlag{}, flags...)})
			if err != nil {
				return err
			}
			states[i] = string(state)
		}
		return insertChanges(ctx, tx, [][]any{{int64(0), micro(s.now()), news.SourceChange, "", "", "", states[0], states[1], 0, ""}})
	})
}

func sameFlags(a, b []news.SourceFlag) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Kind != b[i].Kind {
			return false
		}
	}
	return true
}
