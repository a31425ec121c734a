package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"edict/news"
)

// A hit is an article in which the words of a query stand, as a segment knows it.
type hit struct {
	doc
	in *segment
	n  uint32 // its number there
}

// A walk goes through what a query finds, newest first. It asks the newest segments
// first and no more than it needs, and looks only at as many articles as are taken.
type walk struct {
	asker
	from, to int64          // positions, both included
	only     map[int64]bool // numbers of articles; nil: any
	unasked  []*segment     // the newest one first
	open     []*walked
	atOnce   int // how many segments are asked next
}

// A walked segment is one that is asked, with some articles looked at.
type walked struct {
	*asked
	ready  []hit
	atOnce int // how many articles are looked at next
}

// newWalk begins a walk of which about n hits will be taken.
func newWalk(ctx context.Context, tx session, f news.Filter, terms []term, n int) (*walk, error) {
	w := &walk{asker: newAsker(tx, f, terms), from: math.MinInt64, to: math.MaxInt64, atOnce: 4}
	if !f.Since.IsZero() {
		w.from = micro(f.Since)
	}
	if !f.Until.IsZero() {
		w.to = micro(f.Until) - 1
	}
	if !f.After.IsZero() {
		w.to = min(w.to, micro(f.After.Time))
	}
	if f.Story != "" {
		if err := w.within(ctx, f.Story); err != nil {
			return nil, err
		}
	}
	list, err := loadSegments(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.oldest <= w.to && s.newest[0] >= w.from {
			w.unasked = append(w.unasked, s)
		}
	}
	slices.SortFunc(w.unasked, func(a, b *segment) int { return cmp.Compare(b.newest[0], a.newest[0]) })
	w.atOnce = max(w.atOnce, min(n/256, 16))
	return w, nil
}

// within keeps the walk to the articles of a story.
func (w *walk) within(ctx context.Context, story string) error {
	w.only = map[int64]bool{}
	from, to := int64(math.MaxInt64), int64(math.MinInt64)
	err := w.tx.each(ctx, func(rows *sql.Rows) error {
		var number, position int64
		err := rows.Scan(&number, &position)
		w.only[number] = true
		from, to = min(from, position), max(to, position)
		return err
	}, "SELECT number, position FROM articles WHERE story = ?", story)
	w.from, w.to = max(w.from, from), min(w.to, to)
	return err
}

// bound is the position at or behind which the next hit of s lies, and whether it lies
// right there.
func (s *walked) bound() (position int64, exact bool) {
	if len(s.ready) > 0 {
		return s.ready[0].position, true
	}
	return s.newest[s.left[0]/chunkDocs], false
}

// take returns the next n hits, and those at the position of the last one; fewer at the
// end.
func (w *walk) take(ctx context.Context, n int) (hits []hit, err error) {
	for {
		best := w.best()
		var at int64
		exact := false
		if best != nil {
			at, exact = best.bound()
		}
		if len(w.unasked) > 0 && (best == nil || w.unasked[0].newest[0] >= at) {
			if err := w.askMore(ctx); err != nil {
				return nil, err
			}
			continue
		}
		switch {
		case best == nil:
			return hits, nil
		case !exact:
			if err := w.look(ctx, best, n); err != nil {
				return nil, err
			}
		case len(hits) >= n && hits[len(hits)-1].position != at:
			return hits, nil
		default:
			hits, best.ready = append(hits, best.ready[0]), best.ready[1:]
		}
	}
}

// best is the segment that has the next hit, nil if none has one.
func (w *walk) best() (best *walked) {
	var most int64
	w.open = slices.DeleteFunc(w.open, func(s *walked) bool { return len(s.ready)+len(s.left) == 0 })
	for _, s := range w.open {
		if at, _ := s.bound(); best == nil || at > most {
			best, most = s, at
		}
	}
	return best
}

func (w *walk) askMore(ctx context.Context) error {
	n := min(w.atOnce, len(w.unasked))
	w.atOnce *= 2
	list, err := w.ask(ctx, w.unasked[:n])
	w.unasked = w.unasked[n:]
	for _, s := range list {
		// Whole chunks that lie outside of the time are not looked at.
		first, last := 0, len(s.newest)
		for first+1 < last && s.newest[first+1] > w.to {
			first++
		}
		for last > 0 && s.newest[last-1] < w.from {
			last--
		}
		from, _ := slices.BinarySearch(s.left, uint32(first*chunkDocs)) //nolint:gosec // a segment has fewer
		to, _ := slices.BinarySearch(s.left, uint32(last*chunkDocs))    //nolint:gosec // a segment has fewer
		s.left = s.left[from:max(from, to)]
		w.open = append(w.open, &walked{asked: s})
	}
	return err
}

// look looks at the next articles of a segment, of which about n are asked for.
func (w *walk) look(ctx context.Context, s *walked, n int) error {
	if s.atOnce == 0 {
		s.atOnce = n
	}
	some := s.left[:min(s.atOnce, len(s.left))]
	s.left = s.left[len(some):]
	s.atOnce = min(4*s.atOnce, maxSegment)
	some, err := w.inRows(ctx, s.segment, some)
	if err != nil {
		return err
	}
	var chunks []int64
	for _, d := range some {
		if c := int64(d / chunkDocs); len(chunks) == 0 || chunks[len(chunks)-1] != c {
			chunks = append(chunks, c)
		}
	}
	if len(chunks) == 0 {
		return nil
	}
	docs, err := s.loadDocs(ctx, w.tx, chunks)
	if err != nil {
		return err
	}
	for _, n := range some {
		chunk := docs[int64(n/chunkDocs)]
		if int(n%chunkDocs) >= len(chunk) {
			return errPacked
		}
		d := chunk[n%chunkDocs]
		if d.position >= w.from && d.position <= w.to && (w.only == nil || w.only[d.number]) {
			s.ready = append(s.ready, hit{d, s.segment, n})
		}
	}
	return nil
}

// A foundRow is a record that a search found.
type foundRow struct {
	position int64
	record   string
}

// current returns the records of hits that f selects by now, by number: what the index
// says may be some moments old.
func current(ctx context.Context, tx session, f news.Filter, hits []hit) (map[int64]foundRow, error) {
	numbers := make([]int64, len(hits))
	for i, h := range hits {
		numbers[i] = h.number
	}
	out := make(map[int64]foundRow, len(hits))
	var records []string
	for _, some := range chunks(numbers) {
		condition, args := tx.dialect.inNumbers(some)
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var r foundRow
			var source, language, story string
			if err := rows.Scan(&number, &r.position, &r.record, &source, &language, &story); err != nil {
				return err
			}
			if admits(f, r, source, language, story) {
				out[number] = r
				records = append(records, r.record)
			}
			return nil
		}, "SELECT number, position, record, source, language, story FROM articles WHERE number"+condition, args...)
		if err != nil {
			return nil, err
		}
	}
	if f.Label == "" && f.Jurisdiction == "" && f.Stage == "" && !f.Tagged {
		return out, nil
	}
	tagged := map[string]bool{}
	err := eachTag(ctx, tx, records, func(record string, t news.Tag) {
		tagged[record] = tagged[record] || fitsTag(f, t)
	})
	for number, r := range out {
		if !tagged[r.record] {
			delete(out, number)
		}
	}
	return out, err
}

// admits reports whether f selects an article, its tags and words aside.
func admits(f news.Filter, r foundRow, source, language, story string) bool {
	if f.Source != "" && source != f.Source || f.Story != "" && story != f.Story || !speaks(language, f.Language) {
		return false
	}
	if !f.Since.IsZero() && r.position < micro(f.Since) || !f.Until.IsZero() && r.position >= micro(f.Until) {
		return false
	}
	return f.After.IsZero() || newerFirst(foundRow{micro(f.After.Time), f.After.ID}, r) < 0
}

// newerFirst is the order of lists.
func newerFirst(a, b foundRow) int {
	return cmp.Or(cmp.Compare(b.position, a.position), cmp.Compare(b.record, a.record))
}

// wordsPage returns the ids of a page of the records of f in which the terms stand, and
// the position of the last one.
func wordsPage(ctx context.Context, tx session, f news.Filter, terms []term) (ids []string, last news.Position, err error) {
	w, err := newWalk(ctx, tx, f, terms, f.Limit)
	if err != nil {
		return nil, last, err
	}
	for len(ids) < f.Limit {
		hits, err := w.take(ctx, f.Limit-len(ids)+1)
		if err != nil || len(hits) == 0 {
			return ids, last, err
		}
		rows, err := current(ctx, tx, f, hits)
		if err != nil {
			return nil, last, err
		}
		list := make([]foundRow, 0, len(rows))
		for _, r := range rows {
			list = append(list, r)
		}
		slices.SortFunc(list, newerFirst)
		for _, r := range list[:min(len(list), f.Limit-len(ids))] {
			ids = append(ids, r.record)
			last = news.Position{Time: fromMicro(r.position), ID: r.record}
		}
	}
	return ids, last, nil
}
