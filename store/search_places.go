package store

import (
	"context"
	"slices"
)

// A gatherer takes down where words stand in some articles of a segment.
type gatherer struct {
	docs  []uint32 // ascending
	index []uint32 // by article: 1 + its place in docs
	words map[string][][]uint32
	room  []uint32 // for places
}

func newGatherer(s *segment, docs []uint32) *gatherer {
	g := &gatherer{docs: docs, index: make([]uint32, s.docs), words: map[string][][]uint32{}}
	for i, d := range docs {
		g.index[d] = uint32(i + 1) //nolint:gosec // a segment has fewer
	}
	return g
}

// add takes down the places of a word in a group of articles.
func (g *gatherer) add(out [][]uint32, body []byte, group int) error {
	return eachPlaced(body, group, func(doc uint32, body []byte) (err error) {
		if int(doc) >= len(g.index) {
			return errPacked
		}
		i := g.index[doc]
		if i == 0 {
			return nil
		}
		if cap(g.room)-len(g.room) < len(body) {
			g.room = make([]uint32, 0, max(len(body), 1<<14)) // what is full is held by those who use it
		}
		from := len(g.room)
		if g.room, err = unpackPlaces(g.room, body); err != nil {
			return err
		}
		if some := g.room[from:len(g.room):len(g.room)]; len(out[i-1]) == 0 {
			out[i-1] = some
		} else { // of another word with the same beginning
			out[i-1] = append(out[i-1], some...)
		}
		return nil
	})
}

// asks are for the places of a word in the groups of the articles.
func (g *gatherer) asks(asks []pageAsk, segment int64, word string) []pageAsk {
	last := -1
	for _, d := range g.docs {
		if group := int(d >> groupBits); group != last {
			asks = append(asks, pageAsk{segment, placesKey(word, group)})
			last = group
		}
	}
	return asks
}

// places returns where each of terms begins in each of docs of a segment, by term and
// then by article. The terms have been asked for, and docs ascend.
func (a *asker) places(ctx context.Context, s *segment, terms []term, docs []uint32) ([][][]uint32, error) {
	out := make([][][]uint32, len(terms))
	if len(terms) == 0 || len(docs) == 0 {
		return out, nil
	}
	g := newGatherer(s, docs)
	var asks []pageAsk
	for _, t := range terms {
		for i, w := range t.words {
			if t.prefix && i == len(t.words)-1 {
				if err := a.beginningPlaces(ctx, s, w, g); err != nil {
					return nil, err
				}
				continue
			}
			if w = indexWord(w); g.words[w] != nil {
				continue
			}
			g.words[w] = make([][]uint32, len(docs))
			if body, is := a.inline[wordIn{s.id, w}]; is {
				if err := g.add(g.words[w], body, 0); err != nil {
					return nil, err
				}
			} else {
				asks = g.asks(asks, s.id, w)
			}
		}
	}
	err := a.tx.dialect.nearPages(ctx, a.tx, placesStream, asks, func(n int, page []byte) error {
		body, err := entry(page, asks[n].key)
		if err != nil {
			return err
		}
		word, group, err := splitKey(asks[n].key)
		if err != nil {
			return err
		}
		return g.add(g.words[word], body, group)
	})
	for i, t := range terms {
		out[i] = rows(t, g.words, len(docs))
	}
	return out, err
}

// beginningPlaces takes down where any word with a beginning stands, under that
// beginning and a star.
func (a *asker) beginningPlaces(ctx context.Context, s *segment, prefix string, g *gatherer) error {
	if g.words[prefix+"*"] != nil {
		return nil
	}
	out := make([][]uint32, len(g.docs))
	g.words[prefix+"*"] = out
	for _, of := range []stream{docsStream, placesStream} {
		err := a.eachBegun(ctx, []*segment{s}, of, prefix, func(_ *segment, key, body []byte) (err error) {
			group, whole := 0, true
			if of == placesStream {
				_, group, err = splitKey(key)
			} else {
				body, whole = inline(body)
			}
			if err != nil || !whole {
				return err
			}
			return g.add(out, body, group)
		})
		if err != nil {
			return err
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return nil
}

// rows returns where a term begins in each of n articles: where its words stand in a
// row.
func rows(t term, words map[string][][]uint32, n int) [][]uint32 {
	of := func(i int) [][]uint32 {
		if t.prefix && i == len(t.words)-1 {
			return words[t.words[i]+"*"]
		}
		return words[indexWord(t.words[i])]
	}
	if len(t.words) == 1 {
		return of(0)
	}
	out := make([][]uint32, n)
	for d := range n {
		for _, at := range of(0)[d] {
			whole := true
			for i := 1; i < len(t.words) && whole; i++ {
				_, whole = slices.BinarySearch(of(i)[d], at+uint32(i)) //nolint:gosec // a query is short
			}
			if whole {
				out[d] = append(out[d], at)
			}
		}
	}
	return out
}

// phrases are the terms of which the order of words is to be looked at.
func phrases(terms []term) []term {
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool { return len(t.words) == 1 })
}

// inRows returns those of docs in which the phrases stand, and those not that must not.
func (a *asker) inRows(ctx context.Context, s *segment, docs []uint32) ([]uint32, error) {
	terms := phrases(a.terms)
	if len(terms) == 0 || len(docs) == 0 {
		return docs, nil
	}
	at, err := a.places(ctx, s, terms, docs)
	if err != nil {
		return nil, err
	}
	var out []uint32
	for d, doc := range docs {
		if fits(terms, at, d) {
			out = append(out, doc)
		}
	}
	return out, nil
}

func fits(terms []term, at [][][]uint32, d int) bool {
	for i, t := range terms {
		if (len(at[i][d]) > 0) == t.not {
			return false
		}
	}
	return true
}
