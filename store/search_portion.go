package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// A portion is some articles of a segment, newest first.
type portion struct {
	*asked
	docs []uint32
}

// between returns those of ascending docs that are in the chunks from first to before last.
func between(docs []uint32, first, last int) []uint32 {
	from, _ := slices.BinarySearch(docs, uint32(max(first, 0)*chunkDocs)) //nolint:gosec // a segment has fewer
	to, _ := slices.BinarySearch(docs, uint32(max(last, 0)*chunkDocs))    //nolint:gosec // a segment has fewer
	return docs[from:max(from, to)]
}

// until is the position behind which no article of a chunk lies.
func (s *segment) until(chunk int) int64 {
	if chunk+1 < len(s.newest) {
		return s.newest[chunk+1]
	}
	return s.oldest
}

// doc returns what is known of an article that was described.
func (s *asked) doc(n uint32) doc { return s.chunks[int64(n/chunkDocs)][n%chunkDocs] }

// describe reads what is known of articles, for all segments at once.
func (a *asker) describe(ctx context.Context, list []portion) error {
	type chunkOf struct {
		*asked
		chunk int64
	}
	var chunks []chunkOf
	var asks []pageAsk
	for _, p := range list {
		for _, n := range p.docs {
			chunk := int64(n / chunkDocs)
			if _, is := p.chunks[chunk]; is {
				continue
			}
			p.chunks[chunk] = nil
			chunks, asks = append(chunks, chunkOf{p.asked, chunk}), append(asks, pageAsk{p.id, chunkKey(chunk)})
		}
	}
	if len(asks) == 0 {
		return nil
	}
	err := a.tx.dialect.nearPages(ctx, a.tx, chunkStream, asks, func(n int, page []byte) error {
		c := chunks[n]
		docs, err := unpackChunk(page)
		if err == nil && (len(docs) != min(chunkDocs, c.segment.docs-int(c.chunk)*chunkDocs) || docs[0].position != c.newest[c.chunk]) {
			err = errPacked
		}
		c.chunks[c.chunk] = docs
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range chunks {
		if c.chunks[c.chunk] == nil {
			return fmt.Errorf("segment %d lacks chunk %d: %w", c.id, c.chunk, errPacked)
		}
	}
	return nil
}

// A group is what of a portion lies in one chunk: how much, and between which positions.
type group struct {
	portion, size int
	newest, until int64
}

func groups(list []portion) (out []group) {
	for n, p := range list {
		for docs := p.docs; len(docs) > 0; {
			chunk := int(docs[0] / chunkDocs)
			here := between(docs, chunk, chunk+1)
			out = append(out, group{n, len(here), p.newest[chunk], p.until(chunk)})
			docs = docs[len(here):]
		}
	}
	return out
}

// newestOf cuts portions to the newest n of all their articles. Only chunks are read of
// which it cannot be told otherwise.
func (a *asker) newestOf(ctx context.Context, list []portion, n int) ([]portion, error) {
	all, total := groups(list), 0
	for _, g := range all {
		total += g.size
	}
	if total <= n {
		return list, nil
	}
	// Article n lies between two positions.
	bound := func(of func(g group) int64) int64 {
		sorted := slices.Clone(all)
		slices.SortFunc(sorted, func(a, b group) int { return cmp.Compare(of(b), of(a)) })
		sum := 0
		for _, g := range sorted {
			if sum += g.size; sum >= n {
				return of(g)
			}
		}
		return of(sorted[len(sorted)-1])
	}
	earliest, latest := bound(func(g group) int64 { return g.until }), bound(func(g group) int64 { return g.newest })
	sizes, unsure := make([]int, len(list)), make([]portion, len(list))
	at := make([]int, len(list)) // where the next group of each portion begins
	for _, g := range all {
		p := list[g.portion]
		here := p.docs[at[g.portion] : at[g.portion]+g.size]
		at[g.portion] += g.size
		switch {
		case g.until > latest:
			sizes[g.portion] += g.size
			n -= g.size
		case g.newest >= earliest:
			some := unsure[g.portion].docs
			unsure[g.portion] = portion{p.asked, append(slices.Clip(some), here...)}
		}
	}
	if err := a.describe(ctx, unsure); err != nil {
		return nil, err
	}
	type placedAt struct {
		portion  int
		position int64
	}
	var rest []placedAt
	for i, p := range unsure {
		for _, d := range p.docs {
			rest = append(rest, placedAt{i, p.doc(d).position})
		}
	}
	slices.SortStableFunc(rest, func(a, b placedAt) int { return cmp.Compare(b.position, a.position) })
	for _, r := range rest[:min(max(n, 0), len(rest))] {
		sizes[r.portion]++
	}
	out := make([]portion, len(list))
	for i, p := range list {
		out[i] = portion{p.asked, p.docs[:sizes[i]]}
	}
	return out, nil
}
