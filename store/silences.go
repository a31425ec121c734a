package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"edict/news"
)

// SaveSilence writes a silence, new or in the place of the one with its id.
func (s *Store) SaveSilence(ctx context.Context, x news.Silence) error {
	if err := x.Validate(); err != nil {
		return fmt.Errorf("save silence %s: %w", x.ID, err)
	}
	x.Held = 0
	body, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("save silence %s: %w: %w", x.ID, err, news.ErrInvalid)
	}
	return s.write(ctx, "save silence "+x.ID, func(ctx context.Context, tx session) error {
		_, err := tx.insert(ctx, silenceRows, "ON CONFLICT (id) DO UPDATE SET until = excluded.until, ended = excluded.ended, body = excluded.body",
			[][]any{{x.ID, micro(x.Until), nil, string(body)}})
		return err
	})
}

// ActiveSilences returns the silences that hold at a time, by their ends, without a count
// of what they hold. That of a story that has become a part of another is of that one.
func (s *Store) ActiveSilences(ctx context.Context, now time.Time) ([]news.Silence, error) {
	return s.silences(ctx, "SELECT body, until, 0 FROM silences WHERE ended IS NULL AND until > ? ORDER BY until, id", micro(now))
}

// Silences returns the silences that hold at a time, and those that are over and hold
// deliveries still, by their ends, with how many each holds.
func (s *Store) Silences(ctx context.Context, now time.Time) ([]news.Silence, error) {
	return s.silences(ctx, `SELECT body, until, held FROM (SELECT s.id, s.until, s.ended, s.body, (SELECT count(*) FROM deliveries d
		WHERE d.state = 'held' AND d.hold = 'silenced' AND d.answer LIKE 'silence ' || s.id || ':%') AS held FROM silences s) AS counted
		WHERE ended IS NULL AND until > ? OR held > 0 ORDER BY until, id`, micro(now))
}

func (s *Store) silences(ctx context.Context, query string, args ...any) (list []news.Silence, err error) {
	err = s.read(ctx, "list silences", func(tx session) error {
		list = []news.Silence{}
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var x news.Silence
			var body sql.RawBytes
			var until, held int64
			if err := rows.Scan(&body, &until, &held); err != nil {
				return err
			}
			if err := json.Unmarshal(body, &x); err != nil {
				return fmt.Errorf("a silence cannot be read: %w", err)
			}
			x.Until, x.Held = fromMicro(until), held
			list = append(list, x)
			return nil
		}, query, args...)
		for i := range list {
			if err == nil && list[i].Story != "" {
				list[i].Story, err = becameOf(ctx, tx, list[i].Story)
			}
		}
		return err
	})
	return list, err
}

// becameOf is the story that a story is a part of now.
func becameOf(ctx context.Context, tx session, story string) (string, error) {
	var became sql.NullString
	err := tx.row(ctx, "SELECT became FROM stories WHERE id = ?", story).Scan(&became)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if became.Valid {
		return became.String, nil
	}
	return story, nil
}

// EndSilence ends a silence now: what it holds is let go if deliver says so, else it
// stays held. It returns how many deliveries it held. One that is not there is
// ErrNotFound.
func (s *Store) EndSilence(ctx context.Context, id string, deliver bool) (held int64, err error) {
	err = s.write(ctx, "end silence "+id, func(ctx context.Context, tx session) error {
		held, err = endSilence(ctx, tx, id, deliver, s.now())
		return err
	})
	return held, err
}

func endSilence(ctx context.Context, tx session, id string, deliver bool, now time.Time) (held int64, err error) {
	done, err := tx.exec(ctx, "UPDATE silences SET ended = ?, until = CASE WHEN until > ? THEN ? ELSE until END WHERE id = ?", micro(now), micro(now), micro(now), id)
	if err != nil {
		return 0, err
	}
	if done == 0 {
		return 0, fmt.Errorf("there is no such silence: %w", news.ErrNotFound)
	}
	const its = " state = 'held' AND hold = 'silenced' AND answer LIKE ? "
	pattern := news.HeldBy(id) + "%"
	if deliver {
		return tx.exec(ctx, "UPDATE deliveries SET state = 'waiting', hold = '', next = ? WHERE"+its, micro(now), pattern)
	}
	err = tx.row(ctx, "SELECT count(*) FROM deliveries WHERE"+its, pattern).Scan(&held)
	return held, err
}

// EndSilences ends the silences whose time is over, lets go what those held that deliver
// it, and returns how many silences and deliveries these were.
func (s *Store) EndSilences(ctx context.Context, now time.Time) (ended, released int64, err error) {
	over, err := column[string](ctx, s.readers(), "SELECT id FROM silences WHERE ended IS NULL AND until <= ? ORDER BY until, id", micro(now))
	if err != nil || len(over) == 0 {
		return 0, 0, s.fault("look which silences are over", err)
	}
	err = s.write(ctx, "end silences", func(ctx context.Context, tx session) error {
		ended, released = 0, 0
		for _, id := range over {
			var body string
			var x news.Silence
			err := tx.row(ctx, "SELECT body FROM silences WHERE id = ? AND ended IS NULL AND until <= ?", id, micro(now)).Scan(&body)
			if errors.Is(err, sql.ErrNoRows) {
				continue // somebody was faster
			}
			if err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(body), &x); err != nil {
				return fmt.Errorf("silence %s cannot be read: %w", id, err)
			}
			n, err := endSilence(ctx, tx, id, x.Deliver, now)
			if err != nil {
				return err
			}
			ended++
			if x.Deliver {
				released += n
			}
		}
		return nil
	})
	return ended, released, err
}

// AddFlag notes that a reader says that an alert is wrong. A second one of the same
// subscription on the same record changes nothing.
func (s *Store) AddFlag(ctx context.Context, f news.Flag) error {
	return s.write(ctx, "flag record "+f.Record, func(ctx context.Context, tx session) error {
		if err := tx.row(ctx, "SELECT coalesce(max(number), 0) + 1 FROM flags").Scan(&f.Number); err != nil {
			return err
		}
		body, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("%w: %w", err, news.ErrInvalid)
		}
		_, err = tx.insert(ctx, flagRows, "ON CONFLICT (subscription, record) DO NOTHING",
			[][]any{{f.Number, f.Subscription, f.Story, f.Record, micro(f.Time), string(body)}})
		return err
	})
}

// Flags returns up to limit of them, the last first; those of a story, if one is named.
func (s *Store) Flags(ctx context.Context, story string, limit int) ([]news.Flag, error) {
	query, args := "SELECT body FROM flags", []any{}
	if story != "" {
		query, args = query+" WHERE story = ?", append(args, story)
	}
	list := []news.Flag{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var body sql.RawBytes
		var f news.Flag
		if err := rows.Scan(&body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &f); err != nil {
			return fmt.Errorf("a flag cannot be read: %w", err)
		}
		list = append(list, f)
		return nil
	}, query+" ORDER BY number DESC LIMIT ?", append(args, limit)...)
	return list, s.fault("list flags", err)
}

// LinkKeys returns what signs links, the last first, which signs the new ones. If that
// was made before a time, or there is none, secret is added first; what was made before
// forget is given up.
func (s *Store) LinkKeys(ctx context.Context, since, forget time.Time, secret func() string) (list []news.LinkKey, err error) {
	if list, err = linkKeys(ctx, s.readers()); err != nil {
		return nil, s.fault("read the keys of links", err)
	}
	if len(list) > 0 && !list[0].Created.Before(since) {
		return list, nil
	}
	err = s.write(ctx, "make a key for links", func(ctx context.Context, tx session) error {
		if list, err = linkKeys(ctx, tx); err != nil || len(list) > 0 && !list[0].Created.Before(since) {
			return err
		}
		number := int64(1)
		if len(list) > 0 {
			number = list[0].Number + 1
		}
		if _, err := tx.insert(ctx, linkKeyRows, "", [][]any{{number, micro(s.now()), secret()}}); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM link_keys WHERE created < ? AND number < ?", micro(forget), number); err != nil {
			return err
		}
		list, err = linkKeys(ctx, tx)
		return err
	})
	return list, err
}

func linkKeys(ctx context.Context, q session) (list []news.LinkKey, err error) {
	err = q.each(ctx, func(rows *sql.Rows) error {
		var k news.LinkKey
		var created int64
		var secret string
		if err := rows.Scan(&k.Number, &created, &secret); err != nil {
			return err
		}
		k.Created, k.Secret = fromMicro(created), []byte(secret)
		list = append(list, k)
		return nil
	}, "SELECT number, created, secret FROM link_keys ORDER BY number DESC")
	return list, err
}
