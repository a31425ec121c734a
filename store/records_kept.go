package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"edict/news"
)

const (
	// shelfSize is how many bytes of records a shelf keeps, twice: about a thousand of
	// two pages of text.
	shelfSize = 8 << 20
	// shelfPage is how many records may be asked for at once: who reads more reads the
	// archive, and each but once.
	shelfPage = 200
	// shelfAge is how long a record is kept: another process may give up texts by age,
	// which is no change.
	shelfAge = 10 * time.Minute
	// shelfChanged is how many articles may have changed since it was last looked at, or
	// all is read again.
	shelfChanged = 1000
)

// A shelf keeps the records that were asked for lately: readers look at the newest
// stories again and again. What alters one is a change, so that the changes say which to
// read again. The zero value is empty.
type shelf struct {
	mu   sync.Mutex // guards the rest
	last int64      // the change up to which altered records were taken off
	made time.Time
	new  map[string]shelved
	old  map[string]shelved // those that were on it when it was last full
	size int                // of new
}

type shelved struct {
	article string
	news.Record
}

// loadKept is loadRecords, for readers of a few.
func (s *Store) loadKept(ctx context.Context, tx session, ids []string) ([]news.Record, error) {
	if len(ids) == 0 || len(ids) > shelfPage {
		return loadRecords(ctx, tx, ids)
	}
	last, err := lastChange(ctx, tx)
	if err != nil {
		return nil, err
	}
	if from := s.shelf.seen(); last > from {
		changed, err := column[string](ctx, tx, "SELECT article FROM changes WHERE sequence > ? LIMIT ?", from, shelfChanged)
		if err != nil {
			return nil, err
		}
		s.shelf.turn(last, changed)
	}
	have, lacks := s.shelf.take(last, s.now(), ids)
	if len(lacks) > 0 {
		read, err := loadRecords(ctx, tx, lacks)
		if err != nil {
			return nil, err
		}
		s.shelf.put(last, read)
		for _, r := range read {
			have[r.ID] = r
		}
	}
	out := make([]news.Record, 0, len(ids))
	for _, id := range ids {
		if r, there := have[id]; there {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *shelf) seen() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// turn takes off what changes up to one have altered.
func (s *shelf) turn(last int64, changed []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, last)
	if len(changed) >= shelfChanged {
		s.new, s.old, s.size = nil, nil, 0
		return
	}
	slices.Sort(changed)
	for _, list := range []map[string]shelved{s.new, s.old} {
		for id, r := range list {
			if _, is := slices.BinarySearch(changed, r.article); is {
				delete(list, id)
			}
		}
	}
}

// take returns those that are on the shelf, as they were after a change, and which are not.
func (s *shelf) take(last int64, now time.Time, ids []string) (have map[string]news.Record, lacks []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := now.Sub(s.made); age < 0 || age > shelfAge {
		s.new, s.old, s.size, s.made = nil, nil, 0, now
	}
	have = make(map[string]news.Record, len(ids))
	if s.last != last { // what is asked for was before
		return have, ids
	}
	for _, id := range ids {
		r, there := s.new[id]
		if !there {
			if r, there = s.old[id]; there {
				s.add(r)
			}
		}
		if there {
			have[id] = ownRecord(r.Record)
		} else {
			lacks = append(lacks, id)
		}
	}
	return have, lacks
}

// put lays records on the shelf, if they are as they were after the last change.
func (s *shelf) put(last int64, records []news.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != last {
		return
	}
	for _, r := range records {
		s.add(shelved{r.Key().Article, ownRecord(r)})
	}
}

func (s *shelf) add(r shelved) {
	if s.new == nil {
		s.new = map[string]shelved{}
	}
	s.new[r.ID] = r
	if s.size += len(r.Text) + len(r.Summary) + 2048; s.size > shelfSize {
		s.new, s.old, s.size = nil, s.new, 0
	}
}

// clear takes off all.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.new, s.old, s.size = nil, nil, 0
}

// ownRecord returns a record that shares nothing with r that its owner might alter.
func ownRecord(r news.Record) news.Record {
	r.Authors, r.Twins = slices.Clone(r.Authors), slices.Clone(r.Twins)
	r.Tags, r.Near, r.Amounts, r.Counts = slices.Clone(r.Tags), slices.Clone(r.Near), slices.Clone(r.Amounts), slices.Clone(r.Counts)
	for i := range r.Tags {
		r.Tags[i].Evidence = slices.Clone(r.Tags[i].Evidence)
	}
	for i := range r.Near {
		r.Near[i].Missing = slices.Clone(r.Near[i].Missing)
	}
	for i := range r.Amounts {
		r.Amounts[i].Evidence = slices.Clone(r.Amounts[i].Evidence)
	}
	for i := range r.Counts {
		r.Counts[i].Evidence = slices.Clone(r.Counts[i].Evidence)
	}
	return r
}
