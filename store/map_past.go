package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"edict/news"
)

// A keptBook is the book of the map and where it is written. Changes are only appended, so
// that they are read once, and then those that came since.
type keptBook struct {
	ready atomic.Bool // the book was begun
	mu    sync.Mutex  // guards the book, also while it is written
	book  *mapBook

	early sync.Mutex // guards the rest, also while it is made
	now   news.Map   // before there is a book
	nowOf [2]int64   // the change after which it was made, and one; where its weeks begin
}

// currentMap adds up the tags in the database, once for all who ask before there is a book.
func (s *Store) currentMap(ctx context.Context) (news.Map, error) {
	k := &s.past
	k.early.Lock()
	defer k.early.Unlock()
	err := s.read(ctx, "read the map", func(tx session) error {
		last, err := lastChange(ctx, tx)
		since := s.mapSince(news.MapTime{})
		of := [2]int64{last + 1, micro(since)}
		if err != nil || k.nowOf == of {
			return err
		}
		m := news.NewMapMaker()
		if err := addCurrent(ctx, tx, m, since); err != nil {
			return err
		}
		k.now, k.nowOf = m.Map(), of
		return nil
	})
	return news.Map{Cells: slices.Clone(k.now.Cells), Weeks: slices.Clone(k.now.Weeks), Reported: slices.Clone(k.now.Reported)}, err
}

// withBook calls f with the book as the database is now. The first call reads all changes
// of articles that ever had a tag.
func (s *Store) withBook(ctx context.Context, f func(*mapBook)) error {
	k := &s.past
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.read(ctx, "read the changes that the map is made of", k.read(ctx)); err != nil {
		k.book = nil // a half-read page of changes is read again from the beginning
		k.ready.Store(false)
		return err
	}
	k.ready.Store(true)
	f(k.book)
	return nil
}

// read takes up what has changed.
func (k *keptBook) read(ctx context.Context) func(tx session) error {
	return func(tx session) error {
		last, err := lastChange(ctx, tx)
		if err != nil || k.book != nil && last == k.book.last {
			return err
		}
		if k.book == nil || last < k.book.last { // another archive was restored
			k.book = newMapBook()
		}
		steps, err := readSteps(ctx, tx, k.book.last)
		if err != nil {
			return err
		}
		if err := k.book.readCounts(ctx, tx, steps); err != nil {
			return err
		}
		for _, step := range steps {
			k.book.write(step)
		}
		k.book.last = last
		return nil
	}
}

// readSteps reads the changes behind one that left an article with other tags.
func readSteps(ctx context.Context, tx session, after int64) (steps []bookStep, err error) {
	const tagged = " AND c.kind IN " + tagChanges + " AND (c.after <> '[]' OR c.before <> '[]') ORDER BY "
	where, order := "c.sequence > ?", "c.sequence"
	if after == 0 { // by the index of just these changes
		where, order = "c.sequence > ? - 1", "c.article, c.sequence"
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var tags string
		var step bookStep
		if err := rows.Scan(&step.sequence, &step.article, &step.record, &step.at, &step.position, &tags); err != nil {
			return err
		}
		step.tags, err = bookTags(step.article, tags)
		steps = append(steps, step)
		return err
	}, "SELECT c.sequence, c.article, c.record, c.time, r.position, c.after FROM changes c JOIN records r ON r.id = c.record WHERE "+where+tagged+order, after)
	slices.SortFunc(steps, func(a, b bookStep) int { return cmp.Compare(a.sequence, b.sequence) })
	for i := len(steps) - 2; i >= 0; i-- { // what came before had happened by then, whatever the clock said
		steps[i].at = min(steps[i].at, steps[i+1].at)
	}
	return steps, err
}

// bookTags returns those of an article's tags that count or wait.
func bookTags(article, after string) (keys []bookKey, err error) {
	if after == "[]" {
		return nil, nil
	}
	var tags []struct { // what a map needs of news.Tag
		Label        news.Label        `json:"label"`
		Jurisdiction news.Jurisdiction `json:"jurisdiction"`
		Stage        news.Stage        `json:"stage"`
		State        news.State        `json:"state"`
	}
	if err := json.Unmarshal([]byte(after), &tags); err != nil {
		return nil, fmt.Errorf("the tags in a change of article %s cannot be read: %w", article, err)
	}
	for _, t := range tags {
		if t.State != news.Rejected {
			keys = append(keys, bookKey{t.Label, t.Jurisdiction, t.Stage, !t.State.Counts()})
		}
	}
	return keys, nil
}

// readCounts takes up what is reported in the records of steps.
func (b *mapBook) readCounts(ctx context.Context, tx session, steps []bookStep) error {
	ids := make([]string, len(steps))
	for i, step := range steps {
		ids[i] = step.record
	}
	slices.Sort(ids)
	fresh := map[string]bool{}
	return tx.eachIn(ctx, func(rows *sql.Rows) error {
		r, err := scanCount(rows)
		if err != nil {
			return err
		}
		if fresh[r.Record] || !b.counts[r.Record] {
			b.report(r)
			b.counts[r.Record], fresh[r.Record] = true, true
		}
		return nil
	}, `SELECT c.value, c.whole, c.unit, c.label, r.id, a.source, r.position FROM counts c JOIN records r ON r.id = c.record JOIN articles a ON a.id = r.article
		WHERE c.record`, " ORDER BY c.record, c.n", slices.Compact(ids))
}

// pastMap makes the map as it was known at a moment, or by what was published until one.
func (s *Store) pastMap(ctx context.Context, when news.MapTime) (m news.Map, err error) {
	if !when.Known.IsZero() && !when.Until.IsZero() {
		return s.mapOfBoth(ctx, when)
	}
	err = s.withBook(ctx, func(b *mapBook) { m = b.mapOf(when, s.mapSince(when)) })
	return m, err
}

// mapOfBoth makes the map of what was published until a moment, as it was known at
// another, out of the changes themselves.
func (s *Store) mapOfBoth(ctx context.Context, when news.MapTime) (out news.Map, err error) {
	err = s.read(ctx, "read an earlier map", func(tx session) error {
		b := newMapBook()
		var steps []bookStep
		err := asOf(ctx, tx, when.Known, true, func(p Past) error {
			step := bookStep{article: p.Article, record: p.Record, position: micro(p.Position.Time)}
			for _, t := range p.Tags {
				if t.State.Counts() {
					step.tags = append(step.tags, bookKey{t.Label, t.Jurisdiction, t.Stage, false})
				}
			}
			steps = append(steps, step)
			return nil
		})
		if err != nil {
			return err
		}
		err = b.readCounts(ctx, tx, steps)
		for _, step := range steps {
			b.write(step)
		}
		out = b.mapOf(news.MapTime{Until: when.Until}, s.mapSince(when))
		return err
	})
	return out, err
}
