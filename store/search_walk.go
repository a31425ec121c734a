package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"edict/news"
)

// A hit is an article that a query finds, as a segment knows it.
type hit struct {
	doc
	in *asked
	n  uint32 // its number there
}

// A walk goes through what a query finds. It asks the newest segments first and no more
// than it needs, and looks only at as many articles as are taken.
type walk struct {
	asker
	from, to int64          // positions, both included
	only     map[int64]bool // numbers of articles; nil: any
	unasked  []*segment     // the newest one first
	open     []*walked
	atOnce   int // segments with how many articles are asked next
	phrases  int // in how many articles of each segment phrases are looked for next
}

// A walked segment is one that is asked, with some articles looked at.
type walked struct {
	*asked
	ready  []hit
	atOnce int // how many articles are looked at next
}

// newWalk begins a walk that asks segments with about atOnce articles first.
func newWalk(ctx context.Context, tx session, f news.Filter, terms []term, atOnce int) (*walk, error) {
	w := &walk{asker: newAsker(tx, f, terms), from: math.MinInt64, to: math.MaxInt64, atOnce: atOnce, phrases: atOnce / 8}
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
	if len(s.left) == 0 {
		return s.newest[s.maybe[0]/chunkDocs], false
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
			list, err := w.askMore(ctx)
			if err != nil {
				return nil, err
			}
			for _, s := range list {
				w.open = append(w.open, &walked{asked: s})
			}
			continue
		}
		switch {
		case best == nil:
			return hits, nil
		case !exact && len(best.left) == 0:
			var some []*asked
			for _, s := range w.open {
				some = append(some, s.asked)
			}
			if err := w.moreRows(ctx, some); err != nil {
				return nil, err
			}
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
	w.open = slices.DeleteFunc(w.open, func(s *walked) bool { return len(s.ready)+len(s.left)+len(s.maybe) == 0 })
	for _, s := range w.open {
		if at, _ := s.bound(); best == nil || at > most {
			best, most = s, at
		}
	}
	return best
}

// askMore asks the next segments.
func (w *walk) askMore(ctx context.Context, also ...string) ([]*asked, error) {
	n := 0
	for docs := 0; n < len(w.unasked) && docs < w.atOnce; n++ {
		docs += w.unasked[n].docs
	}
	w.atOnce *= 4
	list, err := w.ask(ctx, w.unasked[:n], also...)
	if err != nil {
		return nil, err
	}
	w.unasked = w.unasked[n:]
	if err := w.inTime(ctx, list); err != nil {
		return nil, err
	}
	for _, s := range list {
		if w.unsure(s) {
			s.left, s.maybe = nil, s.left
		}
	}
	return list, nil
}

// moreRows looks for phrases in more articles of all segments that are open: where they
// are rare all have to be looked at, and each question to the database costs.
func (w *walk) moreRows(ctx context.Context, list []*asked) error {
	err := w.inRows(ctx, list, w.phrases)
	w.phrases *= 3
	return err
}

// inTime leaves the articles that lie in the time of the walk.
func (w *walk) inTime(ctx context.Context, list []*asked) error {
	var unsure []portion
	for _, s := range list {
		// Chunks that lie outside as a whole are not looked at.
		first, last := 0, len(s.newest)
		for first+1 < last && s.newest[first+1] > w.to {
			first++
		}
		for last > first && s.newest[last-1] < w.from {
			last--
		}
		s.left = between(s.left, first, last)
		for _, chunk := range []int{first, last - 1} {
			if chunk < first || s.newest[chunk] <= w.to && s.until(chunk) >= w.from && w.only == nil {
				continue
			}
			unsure = append(unsure, portion{s, between(s.left, chunk, chunk+1)})
		}
		if w.only != nil {
			unsure = append(unsure, portion{s, s.left})
		}
	}
	if err := w.describe(ctx, unsure); err != nil {
		return err
	}
	out := map[*asked]map[uint32]bool{}
	for _, p := range unsure {
		for _, n := range p.docs {
			if d := p.doc(n); d.position < w.from || d.position > w.to || w.only != nil && !w.only[d.number] {
				if out[p.asked] == nil {
					out[p.asked] = map[uint32]bool{}
				}
				out[p.asked][n] = true
			}
		}
	}
	for s, not := range out {
		left := make([]uint32, 0, len(s.left))
		for _, n := range s.left {
			if !not[n] {
				left = append(left, n)
			}
		}
		s.left = left
	}
	return nil
}

// look looks at the next articles of a segment, of which about n are asked for.
func (w *walk) look(ctx context.Context, s *walked, n int) error {
	if s.atOnce == 0 {
		s.atOnce = n
	}
	some := s.left[:min(s.atOnce, len(s.left))]
	s.left = s.left[len(some):]
	s.atOnce = min(4*s.atOnce, maxSegment)
	if err := w.describe(ctx, []portion{{s.asked, some}}); err != nil {
		return err
	}
	for _, n := range some {
		s.ready = append(s.ready, hit{s.doc(n), s.asked, n})
	}
	return nil
}
