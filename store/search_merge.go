package store

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math/bits"
	"slices"
	"time"
)

const (
	// maxSegment is how many articles a segment holds: a word that stands in all of them
	// takes 64 KiB, which are read at once.
	maxSegment = 1 << 16
	// fanIn is how many segments of a size make a larger one. A search asks fewer than
	// fanIn of each of five sizes, and the largest ones.
	fanIn = 8
	// mergeBytes is how much a merge writes in one transaction: for some ten
	// milliseconds the sink waits for it.
	mergeBytes = 1 << 20
	// mergePatience is how long somebody else's merge may take before it is held for
	// broken off.
	mergePatience = 10 * time.Minute
)

// errOvertaken is for a merge that another one has made useless.
var errOvertaken = errors.New("another merge was quicker")

// mergeSegments merges the segments that are to be, and deletes what is left of those
// that were. more says that there may be more to do.
func (s *Store) mergeSegments(ctx context.Context) (more bool, err error) {
	var list []*segment
	var broken []int64
	busy := false
	err = s.read(ctx, "read the segments", func(tx session) error {
		if list, err = loadSegments(ctx, tx); err != nil {
			return err
		}
		if broken, err = column[int64](ctx, tx, "SELECT id FROM search_segments WHERE state = 'gone' OR state = 'building' AND begun < ?",
			micro(s.now().Add(-mergePatience))); err != nil {
			return err
		}
		busy, err = isMerging(ctx, tx, s.now())
		return err
	})
	if err != nil {
		return false, err
	}
	for _, id := range broken {
		if err := s.deleteSegment(ctx, id); err != nil {
			return false, err
		}
	}
	sources := toMerge(list)
	if len(sources) == 0 || busy {
		return false, nil
	}
	err = s.merge(ctx, sources)
	if errors.Is(err, errOvertaken) {
		return false, nil
	}
	return err == nil, err
}

// isMerging reports whether some merge is under way, which is not held for broken off.
func isMerging(ctx context.Context, tx session, now time.Time) (bool, error) {
	list, err := column[int64](ctx, tx, "SELECT id FROM search_segments WHERE state = 'building' AND begun >= ?", micro(now.Add(-mergePatience)))
	return len(list) > 0, err
}

// toMerge picks neighbours that are to be merged, nil if none are: fanIn of a size at the
// newer end, with the smaller ones behind them; smaller ones before a larger one, so that
// small ones are only at the newer end; one by itself when one in eight of its articles
// is dead.
func toMerge(list []*segment) []*segment {
	for size := range 5 {
		from, n := len(list), 0
		for from > 0 && list[from-1].size() <= size {
			if from--; list[from].size() == size {
				n++
			}
		}
		if n < fanIn {
			continue
		}
		for list[from].size() != size {
			from++ // too small for the larger one behind it
		}
		sum, to := 0, from
		for to < len(list) && list[to].size() == size && sum+list[to].docs <= maxSegment {
			sum += list[to].docs
			to++
		}
		if to-from > 1 {
			return list[from:to]
		}
	}
	for i := len(list) - 1; i > 0; i-- {
		from, sum := i, list[i].docs
		for from > 0 && list[from-1].size() < list[i].size() {
			from--
			sum += list[from].docs
		}
		if from < i && sum <= maxSegment {
			return list[from : i+1]
		}
	}
	for i, s := range list {
		if s.docs > 64 && len(s.dead) > s.docs/8 {
			return list[i : i+1]
		}
	}
	return nil
}

// size is 0 below 8 articles, 1 below 64 and so on; 5 is of the largest.
func (s *segment) size() int { return min((bits.Len(uint(s.docs))-1)/3, 5) } //nolint:gosec // not negative

// deleteSegment deletes a segment that is asked no more.
func (s *Store) deleteSegment(ctx context.Context, id int64) error {
	for _, of := range []stream{placesStream, pairStream, docsStream} {
		if err := s.deletePages(ctx, id, of); err != nil {
			return err
		}
	}
	return s.write(ctx, "delete a segment", func(ctx context.Context, tx session) error {
		for _, q := range []string{
			"DELETE FROM search_words WHERE segment = ?", "DELETE FROM search_segments WHERE id = ?",
		} {
			if _, err := tx.exec(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// deletePages deletes the pages of a stream of a segment, some at a time.
func (s *Store) deletePages(ctx context.Context, id int64, of stream) error {
	for done := false; !done; {
		err := s.write(ctx, "delete pages of a segment", func(ctx context.Context, tx session) error {
			words, err := column[string](ctx, tx, "SELECT word FROM search_words WHERE segment = ? AND stream = ? ORDER BY word DESC LIMIT 1 OFFSET 250", id, int64(of))
			if err != nil {
				return err
			}
			if len(words) > 0 {
				_, err := tx.exec(ctx, "DELETE FROM search_words WHERE segment = ? AND stream = ? AND word > ?", id, int64(of), words[0])
				return err
			}
			done = true
			_, err = tx.exec(ctx, "DELETE FROM search_words WHERE segment = ? AND stream = ?", id, int64(of))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A merging is a segment that is made of others. What it reads never changes, so that it
// is written in many small transactions; no search asks it before the last one.
type merging struct {
	store   *Store
	sources []*segment
	to      *segment
	begun   int64
	numbers [][]int64  // of each article of each source
	moved   [][]uint32 // where it is in to; none for one that was dead
	at      map[int64]uint32

	rows  [][]any
	bytes int
}

// none is no article.
const none = ^uint32(0)

func (s *Store) merge(ctx context.Context, sources []*segment) error {
	m := &merging{store: s, sources: sources, begun: micro(s.now())}
	all := false
	if err := s.write(ctx, "begin to merge segments", func(ctx context.Context, tx session) (err error) {
		all, err = m.begin(ctx, tx)
		return err
	}); err != nil || all {
		return err
	}
	if err := m.words(ctx); err != nil {
		return err
	}
	if err := m.flush(ctx); err != nil {
		return err
	}
	if err := s.write(ctx, "end the merge of segments", m.end); err != nil {
		return err
	}
	for _, old := range sources {
		if err := s.deleteSegment(ctx, old.id); err != nil {
			return err
		}
	}
	return nil
}

// begin says which article goes where. all says that none is left, and that the sources
// are gone.
func (m *merging) begin(ctx context.Context, tx session) (all bool, err error) {
	if err := m.refresh(ctx, tx); err != nil {
		return false, err
	}
	if busy, err := isMerging(ctx, tx, m.store.now()); err != nil || busy {
		return false, cmp.Or(err, errOvertaken)
	}
	var docs []doc
	for _, s := range m.sources {
		list, err := s.allDocs(ctx, tx)
		if err != nil {
			return false, err
		}
		numbers := make([]int64, len(list))
		for i, d := range list {
			numbers[i] = d.number
			if _, dead := slices.BinarySearch(s.dead, uint32(i)); !dead { //nolint:gosec // a segment has fewer
				docs = append(docs, d)
			}
		}
		m.numbers = append(m.numbers, numbers)
	}
	if len(docs) == 0 {
		return true, m.leave(ctx, tx)
	}
	slices.SortFunc(docs, byNewest)
	m.at = make(map[int64]uint32, len(docs))
	for i, d := range docs {
		m.at[d.number] = uint32(i) //nolint:gosec // a segment has fewer
	}
	for i, numbers := range m.numbers {
		moved := make([]uint32, len(numbers))
		for n, number := range numbers {
			moved[n] = none
			if _, dead := slices.BinarySearch(m.sources[i].dead, uint32(n)); !dead { //nolint:gosec // a segment has fewer
				moved[n] = m.at[number]
			}
		}
		m.moved = append(m.moved, moved)
	}
	id, err := nextSegment(ctx, tx)
	if err != nil {
		return false, err
	}
	m.to = newSegment(id, m.sources[0].first, m.sources[len(m.sources)-1].last, docs)
	return false, insertAll(ctx, tx, []insertion{
		{segmentRows, "", [][]any{m.to.row(building, m.begun)}},
		{wordRows, "", m.to.docRows(docs)},
	})
}

// refresh reads the sources anew, with those of their articles that are dead by now.
func (m *merging) refresh(ctx context.Context, tx session) error {
	list, err := loadSegments(ctx, tx)
	if err != nil {
		return err
	}
	byID := map[int64]*segment{}
	for _, s := range list {
		byID[s.id] = s
	}
	for i, s := range m.sources {
		now := byID[s.id]
		if now == nil {
			return errOvertaken
		}
		m.sources[i] = now
	}
	return nil
}

// flush writes the rows that are ready.
func (m *merging) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil || len(m.rows) == 0 {
		return err
	}
	err := m.store.write(ctx, "write what was merged", func(ctx context.Context, tx session) error {
		if err := m.holds(ctx, tx); err != nil {
			return err
		}
		_, err := tx.insert(ctx, wordRows, "", m.rows)
		return err
	})
	m.rows, m.bytes = nil, 0
	return err
}

// holds fails if somebody took this merge for broken off.
func (m *merging) holds(ctx context.Context, tx session) error {
	list, err := column[int64](ctx, tx, "SELECT id FROM search_segments WHERE id = ? AND state = 'building' AND begun = ?", m.to.id, m.begun)
	if err == nil && len(list) == 0 {
		err = errOvertaken
	}
	return err
}

// end lets the new segment take the place of its sources. What died there meanwhile is
// dead here.
func (m *merging) end(ctx context.Context, tx session) error {
	if err := m.holds(ctx, tx); err != nil {
		return err
	}
	if err := m.refresh(ctx, tx); err != nil {
		return err
	}
	dead := map[uint32]bool{}
	for i, s := range m.sources {
		for _, d := range s.dead {
			if to := m.moved[i][d]; to != none {
				dead[to] = true
			}
		}
	}
	m.to.dead = slices.Sorted(maps.Keys(dead))
	if err := m.leave(ctx, tx); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE search_segments SET state = 'live', dead = ?, begun = 0 WHERE id = ?", packDocs(m.to.dead), m.to.id)
	return err
}

// leave takes the sources out of the index.
func (m *merging) leave(ctx context.Context, tx session) error {
	for _, s := range m.sources {
		if _, err := tx.exec(ctx, "UPDATE search_segments SET state = 'gone' WHERE id = ?", s.id); err != nil {
			return err
		}
	}
	return nil
}
