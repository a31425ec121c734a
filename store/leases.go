package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// Claim gives a tag to an owner until a time, or longer if it is his already. One that
// another has is ErrConflict, and the lease that stands is returned, unless force: then
// it is taken from him. A lease that has ended is nobody's.
func (s *Store) Claim(ctx context.Context, ref news.TagRef, owner string, until time.Time, force bool) (lease news.Lease, err error) {
	what := fmt.Sprintf("claim tag %s %s of article %s", ref.Label, ref.Jurisdiction, ref.Article)
	if owner == "" || len(owner) > 200 || !until.After(s.now()) {
		return lease, fmt.Errorf("%s: a lease needs a name of up to 200 bytes and an end to come: %w", what, news.ErrInvalid)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		now := micro(s.now())
		if _, err := tx.exec(ctx, "DELETE FROM leases WHERE until <= ?", now); err != nil {
			return err
		}
		if err := hasTag(ctx, tx, ref); err != nil {
			return err
		}
		held, err := leaseOn(ctx, tx, ref)
		if err != nil {
			return err
		}
		if held.Owner != "" && held.Owner != owner && !force {
			lease = held
			return fmt.Errorf("%s has it until %s: %w", held.Owner, held.Until.Format(time.RFC3339), news.ErrConflict)
		}
		lease = news.Lease{TagRef: ref, Owner: owner, Since: fromMicro(now), Until: until.UTC()}
		if held.Owner == owner {
			lease.Since = held.Since
		}
		_, err = tx.insert(ctx, leaseRows, `ON CONFLICT (article, label, jurisdiction) DO UPDATE SET
			owner = excluded.owner, since = excluded.since, until = excluded.until`,
			[][]any{{ref.Article, ref.Label, ref.Jurisdiction, owner, micro(lease.Since), micro(until)}})
		return err
	})
	return lease, err
}

// Release gives up an owner's lease. One that is not his is left as it is.
func (s *Store) Release(ctx context.Context, ref news.TagRef, owner string) error {
	return s.write(ctx, "release a tag", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "DELETE FROM leases WHERE article = ? AND label = ? AND jurisdiction = ? AND owner = ?", ref.Article, ref.Label, ref.Jurisdiction, owner)
		return err
	})
}

// Extend lets all leases of an owner that still run last until a time, if they would
// end before it.
func (s *Store) Extend(ctx context.Context, owner string, until time.Time) error {
	return s.write(ctx, "extend leases", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "UPDATE leases SET until = ? WHERE owner = ? AND until > ? AND until < ?", micro(until), owner, micro(s.now()), micro(until))
		return err
	})
}

// LeaseOn returns who has a tag now: Owner is "" if nobody has.
func (s *Store) LeaseOn(ctx context.Context, ref news.TagRef) (news.Lease, error) {
	l, err := leaseOn(ctx, s.readers(), ref)
	if err == nil && !l.Until.After(s.now()) {
		l = news.Lease{}
	}
	return l, s.fault("read a lease", err)
}

func leaseOn(ctx context.Context, tx session, ref news.TagRef) (news.Lease, error) {
	l := news.Lease{TagRef: ref}
	var since, until int64
	err := tx.row(ctx, "SELECT owner, since, until FROM leases WHERE article = ? AND label = ? AND jurisdiction = ?", ref.Article, ref.Label, ref.Jurisdiction).
		Scan(&l.Owner, &since, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return news.Lease{}, nil
	}
	l.Since, l.Until = fromMicro(since), fromMicro(until)
	return l, err
}

// hasTag is ErrNotFound if an article's current record has no such tag.
func hasTag(ctx context.Context, tx session, ref news.TagRef) error {
	var state news.State
	err := tx.row(ctx, "SELECT t.state FROM articles a JOIN tags t ON t.record = a.record WHERE a.id = ? AND t.label = ? AND t.jurisdiction = ?",
		ref.Article, ref.Label, ref.Jurisdiction).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("there is no such tag: %w", news.ErrNotFound)
	}
	return err
}

// Snooze lets a tag not ask to be decided on before a time; the zero time lets it ask
// at once. A lease on it ends.
func (s *Store) Snooze(ctx context.Context, ref news.TagRef, who string, until time.Time) error {
	what := fmt.Sprintf("snooze tag %s %s of article %s", ref.Label, ref.Jurisdiction, ref.Article)
	if who == "" || len(who) > 200 {
		return fmt.Errorf("%s: it needs a name of up to 200 bytes: %w", what, news.ErrInvalid)
	}
	return s.write(ctx, what, func(ctx context.Context, tx session) error {
		if _, err := tx.exec(ctx, "DELETE FROM snoozes WHERE until <= ? OR article = ? AND label = ? AND jurisdiction = ?", micro(s.now()), ref.Article, ref.Label, ref.Jurisdiction); err != nil {
			return err
		}
		if until.IsZero() {
			return nil
		}
		if err := hasTag(ctx, tx, ref); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM leases WHERE article = ? AND label = ? AND jurisdiction = ?", ref.Article, ref.Label, ref.Jurisdiction); err != nil {
			return err
		}
		_, err := tx.insert(ctx, snoozeRows, "", [][]any{{ref.Article, ref.Label, ref.Jurisdiction, who, micro(until)}})
		return err
	})
}

// AddNote appends a note and returns it with its number, time and story. An article
// that is not there is ErrNotFound.
func (s *Store) AddNote(ctx context.Context, n news.Note) (news.Note, error) {
	what := "write a note on article " + n.Article
	n.Text = strings.TrimSpace(strings.ReplaceAll(n.Text, "\r\n", "\n"))
	if err := n.Validate(); err != nil {
		return n, fmt.Errorf("%s: %w", what, err)
	}
	err := s.write(ctx, what, func(ctx context.Context, tx session) error {
		err := tx.row(ctx, "SELECT story FROM articles WHERE id = ?", n.Article).Scan(&n.Story)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("there is no such article: %w", news.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if err := tx.row(ctx, "SELECT coalesce(max(number), 0) + 1 FROM notes").Scan(&n.Number); err != nil {
			return err
		}
		n.Time = s.now().UTC()
		_, err = tx.insert(ctx, noteRows, "", [][]any{{n.Number, micro(n.Time), n.Who, n.Story, n.Article, n.Text}})
		return err
	})
	return n, err
}

// Notes returns the notes on articles, the oldest first.
func (s *Store) Notes(ctx context.Context, articles []string) ([]news.Note, error) {
	list := []news.Note{}
	err := s.readers().eachIn(ctx, func(rows *sql.Rows) error {
		n, err := scanNote(rows)
		list = append(list, n)
		return err
	}, "SELECT number, time, who, story, article, text FROM notes WHERE article", " ORDER BY number", articles)
	return list, s.fault("list notes", err)
}

// NotesAfter returns the notes behind a number, at most limit, in their order.
func (s *Store) NotesAfter(ctx context.Context, after int64, limit int) ([]news.Note, error) {
	list := []news.Note{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		n, err := scanNote(rows)
		list = append(list, n)
		return err
	}, "SELECT number, time, who, story, article, text FROM notes WHERE number > ? ORDER BY number LIMIT ?", after, limit)
	return list, s.fault("list notes", err)
}

func scanNote(rows *sql.Rows) (n news.Note, err error) {
	var at int64
	err = rows.Scan(&n.Number, &at, &n.Who, &n.Story, &n.Article, &n.Text)
	n.Time = fromMicro(at)
	return n, err
}
