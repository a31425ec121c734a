package store

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// runs are where the words of a phrase stand in a row, in articles of a segment: where
// the first of them stands. A place behind the title is told as bodyAt and its number.
type runs struct {
	docs   []uint32
	ends   []uint32 // where the starts in each of docs end among those of all
	starts []uint32
}

// of returns the starts in docs[i].
func (r *runs) of(i int) []uint32 {
	if i == 0 {
		return r.starts[:r.ends[0]]
	}
	return r.starts[r.ends[i-1]:r.ends[i]]
}

// add adds an article with what was appended to starts for it.
func (r *runs) add(doc uint32) {
	if from := len(r.ends); from == 0 && len(r.starts) > 0 || from > 0 && len(r.starts) > int(r.ends[from-1]) {
		r.docs, r.ends = append(r.docs, doc), append(r.ends, uint32(len(r.starts))) //nolint:gosec // below 1<<31 places
	}
}

// join adds runs of later articles.
func (r *runs) join(more *runs) {
	from := uint32(len(r.starts)) //nolint:gosec // below 1<<31 places
	r.docs, r.starts = append(r.docs, more.docs...), append(r.starts, more.starts...)
	for _, end := range more.ends {
		r.ends = append(r.ends, from+end)
	}
}

// A reach is a word at a place of a phrase in some articles of a segment.
type reach struct {
	segment  int // which of those that are asked
	word     string
	list     *wordList
	docs, at []uint32 // the articles, and which ones of the list they are
}

// inRows looks at the next n articles of each segment that maybe hold what is asked
// for: those in which the phrases stand do, and those not that must not.
func (a *asker) inRows(ctx context.Context, list []*asked, n int) error {
	some := make(map[*asked][]uint32, len(list))
	for _, s := range list {
		some[s] = s.maybe[:min(n, len(s.maybe))]
		s.maybe = s.maybe[len(some[s]):]
	}
	for i, t := range a.terms {
		var unsure []*asked
		var docs [][]uint32
		for _, s := range list {
			if s.list(t) == nil && len(some[s]) > 0 {
				unsure, docs = append(unsure, s), append(docs, some[s])
			}
		}
		if len(unsure) == 0 {
			continue
		}
		found, err := a.phrase(ctx, t, unsure, docs)
		if err != nil {
			return err
		}
		for n, s := range unsure {
			if t.not {
				some[s] = without(some[s], found[n].docs)
				continue
			}
			some[s] = found[n].docs
			if s.runs[i] == nil {
				s.runs[i] = new(runs)
			}
			s.runs[i].join(found[n])
		}
	}
	for _, s := range list {
		s.left = append(slices.Clip(s.left), some[s]...)
	}
	return nil
}

// phrase finds out in which of some articles of each segment a phrase stands. It asks
// for all segments at once, for the two rarest words first, and for the others only
// where those are in their places.
func (a *asker) phrase(ctx context.Context, t term, list []*asked, some [][]uint32) ([]*runs, error) {
	order := rarestFirst(t, list)
	out := make([]*runs, len(list))
	first, err := a.reaches(ctx, t, order[0], list, some)
	if err != nil {
		return nil, err
	}
	for step, i := range order[1:] {
		if step > 0 {
			for n, r := range out {
				some[n] = r.docs
			}
		}
		next, err := a.reaches(ctx, t, i, list, some)
		if err != nil {
			return nil, err
		}
		err = together(len(list), func(n int) (err error) {
			switch {
			case step > 0:
				out[n], err = out[n].narrow(next[n], i)
			case t.prefix && i == len(t.words)-1:
				if out[n], err = begin(first[n], order[0]); err == nil {
					out[n], err = out[n].narrow(next[n], i)
				}
			default:
				out[n], err = meet(first[n], next[n], order[0], i)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reaches reads where word i of a phrase stands in some articles of each segment.
func (a *asker) reaches(ctx context.Context, t term, i int, list []*asked, some [][]uint32) ([][]reach, error) {
	out := make([][]reach, len(list))
	err := together(len(list), func(n int) error {
		s := list[n]
		parts := []namedList{{indexWord(t.words[i]), s.words[indexWord(t.words[i])]}}
		if t.prefix && i == len(t.words)-1 {
			parts = s.begun[t.words[i]].parts
		}
		for _, p := range parts {
			docs, at := p.list.positions(some[n])
			if len(docs) == 0 {
				continue
			}
			if err := p.list.open(); err != nil {
				return err
			}
			out[n] = append(out[n], reach{n, p.word, p.list, docs, at})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, a.readPlaces(ctx, list, slices.Concat(out...))
}

// together calls f for each of n segments, on all processors.
func together(n int, f func(n int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				errs[i] = f(int(i))
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// rarestFirst is the order in which the words of a phrase are looked at. A beginning
// comes last.
func rarestFirst(t term, list []*asked) []int {
	order, docs := make([]int, len(t.words)), make([]int, len(t.words))
	for i := range t.words {
		order[i] = i
		for _, s := range list {
			docs[i] += len(s.docs(t, i))
		}
		if t.prefix && i == len(t.words)-1 {
			docs[i] = 1 << 62
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(docs[i], docs[j]) })
	return order
}

// readPlaces reads the blocks that reaches need.
func (a *asker) readPlaces(ctx context.Context, list []*asked, reaches []reach) error {
	var asks []pageAsk // for the first block of each run
	var ranges []pageRange
	type run struct {
		list *wordList
		keys map[string]int // the blocks that are missing
	}
	var near, between []run
	for _, r := range reaches {
		missing, id := r.list.missing(r.at), list[r.segment].id
		for len(missing) > 0 {
			n := 1
			for n < len(missing) && missing[n]-missing[n-1] <= nearBlocks {
				n++
			}
			one := run{r.list, make(map[string]int, n)}
			for _, block := range missing[:n] {
				one.keys[placesKey(r.word, block)] = block
			}
			first, last := placesKey(r.word, missing[0]), placesKey(r.word, missing[n-1])
			asks, near = append(asks, pageAsk{id, first}), append(near, one)
			if n > 1 {
				ranges, between = append(ranges, pageRange{id, first, last}), append(between, one)
			}
			missing = missing[n:]
		}
	}
	if len(asks) == 0 {
		return nil
	}
	hold := func(r run, page []byte) (err error) {
		damage := eachEntry(page, func(key, body []byte) bool {
			if block, is := r.keys[string(key)]; is {
				err = r.list.hold(block, body)
			}
			return err != nil
		})
		return cmp.Or(err, damage)
	}
	if err := a.tx.dialect.nearPages(ctx, a.tx, placesStream, asks, func(n int, page []byte) error { return hold(near[n], page) }); err != nil {
		return err
	}
	if len(ranges) > 0 {
		err := a.tx.dialect.pagesBetween(ctx, a.tx, placesStream, ranges, func(n int, page []byte) error { return hold(between[n], page) })
		if err != nil {
			return err
		}
	}
	for _, r := range near {
		for _, block := range r.keys {
			if r.list.blocks[block].packed == nil {
				return errPacked
			}
		}
	}
	return nil
}

// nearBlocks is how far apart blocks are at most that are read as one run: those between
// cost less than another question does.
const nearBlocks = 3

// titles returns where the word stands in the title of docs[i]; i ascends, and next goes
// along.
func (r *reach) titles(i int, next *int) ([]uint32, error) {
	titled, at := r.list.titled, r.at[i]
	n := *next
	for n < len(titled) && titled[n].at < at {
		n++
	}
	*next = n
	if n == len(titled) || titled[n].at != at {
		return nil, nil
	}
	return r.list.titles(titled[n])
}

// begin returns where a phrase may begin that has a word at place i.
func begin(reaches []reach, i int) (*runs, error) {
	out := new(runs)
	before := uint32(i) //nolint:gosec // a query is short
	for _, r := range reaches {
		next := 0
		for n, doc := range r.docs {
			title, err := r.titles(n, &next)
			if err != nil {
				return nil, err
			}
			for _, p := range title {
				if p >= before {
					out.starts = append(out.starts, p-before)
				}
			}
			for _, p := range r.list.behind(r.at[n]).list() {
				if p >= before {
					out.starts = append(out.starts, bodyAt+p-before)
				}
			}
			out.add(doc)
		}
	}
	return out, nil
}

// meet returns where a phrase may begin that has one word at place i and another at
// place j.
func meet(first, second []reach, i, j int) (*runs, error) {
	out := new(runs)
	if len(first) == 0 || len(second) == 0 {
		return out, nil
	}
	a, b := &first[0], &second[0]
	before, toA, toB := uint32(i), uint32(max(0, j-i)), uint32(max(0, i-j)) //nolint:gosec // a query is short
	pairs := func(x, y packedPlaces, from uint32) {
		for i, j, n, m := 0, 0, x.len(), y.len(); i < n && j < m; {
			p, q := x.at(i)+toA, y.at(j)+toB
			if p == q && p-toA >= before {
				out.starts = append(out.starts, from+p-toA-before)
			}
			if p <= q {
				i++
			}
			if q <= p {
				j++
			}
		}
	}
	m, nextA, nextB := 0, 0, 0
	for n, doc := range a.docs {
		for m < len(b.docs) && b.docs[m] < doc {
			m++
		}
		if m == len(b.docs) {
			break
		}
		if b.docs[m] != doc {
			continue
		}
		x, err := a.titles(n, &nextA)
		if err == nil && x != nil {
			var y []uint32
			y, err = b.titles(m, &nextB)
			pairs(widePlaces(x), widePlaces(y), 0)
		}
		if err != nil {
			return nil, err
		}
		pairs(a.list.behind(a.at[n]), b.list.behind(b.at[m]), bodyAt)
		out.add(doc)
	}
	return out, nil
}

// narrow leaves the runs that have one of the words at place i.
func (r *runs) narrow(reaches []reach, i int) (*runs, error) {
	behind := uint32(i) //nolint:gosec // a query is short
	there := make([]bool, len(r.starts))
	for _, w := range reaches {
		n, nextTitle := 0, 0
		for m, doc := range w.docs {
			title, err := w.titles(m, &nextTitle)
			if err != nil {
				return nil, err
			}
			body := w.list.behind(w.at[m])
			for n < len(r.docs) && r.docs[n] < doc {
				n++
			}
			if n == len(r.docs) || r.docs[n] != doc {
				continue
			}
			from := 0
			if n > 0 {
				from = int(r.ends[n-1])
			}
			at := 0 // in body
			for k := from; k < int(r.ends[n]); k++ {
				next := r.starts[k] + behind
				if r.starts[k] < bodyAt {
					_, is := slices.BinarySearch(title, next)
					there[k] = there[k] || is
					continue
				}
				for next -= bodyAt; at < body.len() && body.at(at) < next; {
					at++
				}
				there[k] = there[k] || at < body.len() && body.at(at) == next
			}
		}
	}
	out := new(runs)
	k := 0
	for n, doc := range r.docs {
		for ; k < int(r.ends[n]); k++ {
			if there[k] {
				out.starts = append(out.starts, r.starts[k])
			}
		}
		out.add(doc)
	}
	return out, nil
}
