package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"edict/news"
)

// Sources returns all sources, in the order of their slugs.
func (s *Store) Sources(ctx context.Context) ([]news.Source, error) {
	list, err := decodeColumn[news.Source](ctx, s.readers(), "SELECT body FROM sources ORDER BY slug")
	return list, s.fault("read the sources", err)
}

// Source returns one source, or ErrNotFound.
func (s *Store) Source(ctx context.Context, slug string) (news.Source, error) {
	src, err := findSource(ctx, s.readers(), slug)
	return src, s.fault(fmt.Sprintf("read source %q", slug), err)
}

// LayInSources makes the sources of an origin exactly the list. The configuration
// file and the embedded list take each other's place: laying in one removes what
// the other had laid in. A slug that another origin holds is ErrConflict, and
// nothing is changed. What the crawler remembers of addresses that are gone goes
// too; the visits stay, so that no story is read again should the source return.
func (s *Store) LayInSources(ctx context.Context, origin news.Origin, list []news.Source) error {
	owned := []news.Origin{origin}
	if origin != news.FromUser {
		owned = []news.Origin{news.FromFile, news.FromEmbedded}
	}
	wanted := map[string]bool{}
	for i, src := range list {
		if err := src.Validate(); err != nil {
			return fmt.Errorf("lay in sources: %w", err)
		}
		if wanted[src.Slug] {
			return fmt.Errorf("lay in sources: the slug %q stands twice, in entry %d for the second time: %w", src.Slug, i+1, news.ErrInvalid)
		}
		wanted[src.Slug] = true
	}
	return s.write(ctx, "lay in sources", func(ctx context.Context, tx session) error {
		old, err := decodeColumn[news.Source](ctx, tx, "SELECT body FROM sources ORDER BY slug")
		if err != nil {
			return err
		}
		for _, src := range old {
			switch held := slices.Contains(owned, src.Origin); {
			case !held && wanted[src.Slug]:
				return fmt.Errorf("source %q (%s) is there already, from %s: remove that one, or give this one another name: %w",
					src.Slug, src.Name, src.Origin, news.ErrConflict)
			case held && !wanted[src.Slug]:
				if err := deleteSource(ctx, tx, src.Slug); err != nil {
					return err
				}
			}
		}
		for _, src := range list {
			src.Origin = origin
			i := slices.IndexFunc(old, func(o news.Source) bool { return o.Slug == src.Slug })
			src.Paused = i >= 0 && old[i].Paused // by somebody, who says when it is over
			if err := upsertSource(ctx, tx, src); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveSource adds or changes one source. Without an origin it is the user's. A
// source from the configuration file, or a slug that another origin holds, is
// ErrConflict.
func (s *Store) SaveSource(ctx context.Context, src news.Source) error {
	if src.Origin == "" {
		src.Origin = news.FromUser
	}
	what := fmt.Sprintf("save source %q", src.Slug)
	if err := src.Validate(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return s.write(ctx, what, func(ctx context.Context, tx session) error {
		act := "source.change"
		switch old, err := findSource(ctx, tx, src.Slug); {
		case errors.Is(err, sql.ErrNoRows):
			act = "source.add"
		case err != nil:
			return err
		case old.Origin == news.FromFile:
			return fmt.Errorf("it comes from the configuration file: change it there: %w", news.ErrConflict)
		case old.Origin != src.Origin:
			return fmt.Errorf("the slug is held by %q, from %s: give this one another name: %w", old.Name, old.Origin, news.ErrConflict)
		}
		if err := upsertSource(ctx, tx, src); err != nil {
			return err
		}
		return s.noteAct(ctx, tx, act, src.Slug, src.Name)
	})
}

// PauseSource says whether a source is to be left alone, whoever put it there. It stays,
// with all that is remembered of it.
func (s *Store) PauseSource(ctx context.Context, slug string, paused bool) error {
	return s.write(ctx, fmt.Sprintf("pause or resume source %q", slug), func(ctx context.Context, tx session) error {
		src, err := findSource(ctx, tx, slug)
		if err != nil || src.Paused == paused {
			return err
		}
		src.Paused = paused
		act := "source.resume"
		if paused {
			act = "source.pause"
		}
		if err := upsertSource(ctx, tx, src); err != nil {
			return err
		}
		return s.noteAct(ctx, tx, act, slug, "")
	})
}

// RemoveSource removes a source and what was remembered of its addresses. Its
// records and visits stay. One from the configuration file is ErrConflict.
func (s *Store) RemoveSource(ctx context.Context, slug string) error {
	return s.write(ctx, fmt.Sprintf("remove source %q", slug), func(ctx context.Context, tx session) error {
		old, err := findSource(ctx, tx, slug)
		if err != nil {
			return err
		}
		if old.Origin == news.FromFile {
			return fmt.Errorf("it comes from the configuration file: take it out there: %w", news.ErrConflict)
		}
		if err := deleteSource(ctx, tx, slug); err != nil {
			return err
		}
		return s.noteAct(ctx, tx, "source.remove", slug, old.Name)
	})
}

func findSource(ctx context.Context, q session, slug string) (news.Source, error) {
	list, err := decodeColumn[news.Source](ctx, q, "SELECT body FROM sources WHERE slug = ?", slug)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return news.Source{}, err
	}
	return list[0], nil
}

func upsertSource(ctx context.Context, tx session, src news.Source) error {
	body, err := json.Marshal(src)
	if err != nil {
		return err
	}
	_, err = tx.insert(ctx, sourceRows, "ON CONFLICT (slug) DO UPDATE SET origin = excluded.origin, body = excluded.body",
		[][]any{{src.Slug, src.Origin, string(body)}})
	if err != nil {
		return err
	}
	if err := nextEdition(ctx, tx, sourcesEdition); err != nil {
		return err
	}
	condition, addresses := tx.dialect.in(src.Addresses())
	_, err = tx.exec(ctx, "DELETE FROM polls WHERE source = ? AND NOT address"+condition, append([]any{src.Slug}, addresses...)...)
	return err
}

func deleteSource(ctx context.Context, tx session, slug string) error {
	for _, table := range []string{"polls", "health"} {
		if _, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE source = ?", slug); err != nil {
			return err
		}
	}
	if err := nextEdition(ctx, tx, sourcesEdition); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM sources WHERE slug = ?", slug)
	return err
}

// decodeColumn returns the only column of a query, which holds JSON.
func decodeColumn[T any](ctx context.Context, q session, query string, args ...any) ([]T, error) {
	var out []T
	err := q.each(ctx, func(rows *sql.Rows) error {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("a stored %T cannot be read: %w", v, err)
		}
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}
