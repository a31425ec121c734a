package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
)

// words merges the words of all sources.
func (m *merging) words(ctx context.Context) error {
	out := newWordPacker(m.to.id, func(row []any) error {
		m.rows = append(m.rows, row)
		if m.bytes += len(row[3].([]byte)); m.bytes < mergeBytes {
			return nil
		}
		return m.flush(ctx)
	})
	var pages []*wordPages // of each source, docs and then places
	read := session{m.store.dialect, m.store.reading}
	for _, s := range m.sources {
		for _, of := range []stream{docsStream, placesStream} {
			p := &wordPages{segment: s.id, stream: of}
			if err := p.advance(ctx, read); err != nil {
				return err
			}
			pages = append(pages, p)
		}
	}
	var word []byte
	var list []placed
	for {
		first := true // word is the first one of all
		for _, p := range pages {
			if w := p.word(); p.key != nil && (first || bytes.Compare(w, word) < 0) {
				word, first = append(word[:0], w...), false
			}
		}
		if first {
			return out.flush()
		}
		list = list[:0]
		for i, p := range pages {
			for p.key != nil && bytes.Equal(p.word(), word) {
				var err error
				if list, err = m.read(list, i/2, p); err != nil {
					return err
				}
				if err := p.advance(ctx, read); err != nil {
					return err
				}
			}
		}
		list = m.sorted(list)
		if err := out.add(string(word), list); err != nil {
			return err
		}
	}
}

// sorted puts a word's articles in order. Those that are named with and without their
// places are there once, with them.
func (m *merging) sorted(list []placed) []placed {
	slices.SortFunc(list, func(a, b placed) int { return cmp.Or(cmp.Compare(a.doc, b.doc), cmp.Compare(len(b.body), len(a.body))) })
	return slices.CompactFunc(list, func(a, b placed) bool { return a.doc == b.doc })
}

// word is the word of the entry that was come to.
func (p *wordPages) word() []byte {
	if p.stream == placesStream {
		word, _, _ := splitKey(p.key) // read looks whether it is one
		return word
	}
	return p.key
}

// read appends the articles of an entry of source i, as the new segment numbers them.
func (m *merging) read(list []placed, i int, p *wordPages) ([]placed, error) {
	moved := m.moved[i]
	group, places, whole := 0, p.body, true
	var err error
	if p.stream == placesStream {
		_, group, err = splitKey(p.key)
	} else {
		places, whole = inline(p.body)
	}
	if err != nil {
		return nil, err
	}
	if !whole {
		docs, err := unpackDocs(p.body, len(moved))
		for _, d := range docs {
			if moved[d] != none {
				list = append(list, placed{moved[d], nil})
			}
		}
		return list, err
	}
	err = eachPlaced(places, group, func(doc uint32, body []byte) error {
		if int(doc) >= len(moved) {
			return errPacked
		}
		if moved[doc] != none {
			list = append(list, placed{moved[doc], body})
		}
		return nil
	})
	return list, err
}
