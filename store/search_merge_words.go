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
	var pages []mergedPages // of each source
	read := session{m.store.dialect, m.store.reading}
	for _, s := range m.sources {
		p := mergedPages{&wordPages{segment: s.id, stream: docsStream}, &wordPages{segment: s.id, stream: placesStream}}
		if err := p.docs.advance(ctx, read); err != nil {
			return err
		}
		if err := p.places.advance(ctx, read); err != nil {
			return err
		}
		pages = append(pages, p)
	}
	var word []byte
	var list []placed
	for {
		first := true // word is the first one of all
		for _, p := range pages {
			if p.docs.key != nil && (first || bytes.Compare(p.docs.key, word) < 0) {
				word, first = append(word[:0], p.docs.key...), false
			}
		}
		if first {
			return out.flush()
		}
		list = list[:0]
		for i, p := range pages {
			if p.docs.key == nil || !bytes.Equal(p.docs.key, word) {
				continue
			}
			var err error
			if list, err = m.read(ctx, read, list, i, p); err != nil {
				return err
			}
			if err := p.docs.advance(ctx, read); err != nil {
				return err
			}
		}
		slices.SortFunc(list, func(a, b placed) int { return cmp.Compare(a.doc, b.doc) })
		if err := out.add(string(word), list); err != nil {
			return err
		}
	}
}

// Merged pages are those of a source.
type mergedPages struct{ docs, places *wordPages }

// read appends the articles of the word that was come to in source i, as the new segment
// numbers them.
func (m *merging) read(ctx context.Context, tx session, list []placed, i int, p mergedPages) ([]placed, error) {
	moved := m.moved[i]
	l, err := unpackList(p.docs.body, len(moved))
	if err != nil {
		return nil, err
	}
	if l.heads == nil { // a mark
		for _, d := range l.docs {
			if moved[d] != none {
				list = append(list, placed{doc: moved[d]})
			}
		}
		return list, nil
	}
	if err := l.open(); err != nil {
		return nil, err
	}
	for n := range l.blocks {
		if l.blocks[n].packed != nil {
			continue
		}
		if word, err := placesWord(p.places.key); err != nil || !bytes.Equal(word, p.docs.key) {
			return nil, errPacked
		}
		if err := l.hold(n, p.places.body); err != nil {
			return nil, err
		}
		if err := p.places.advance(ctx, tx); err != nil {
			return nil, err
		}
	}
	heads := l.heads
	for n, d := range l.docs {
		h, rest, ok := nextHead(heads)
		if !ok {
			return nil, errPacked
		}
		if heads = rest; moved[d] == none {
			continue
		}
		title, err := h.titles()
		if err != nil {
			return nil, err
		}
		list = append(list, placed{moved[d], h.lead, title, l.behind(uint32(n)).list()}) //nolint:gosec // a segment has fewer
	}
	return list, nil
}
