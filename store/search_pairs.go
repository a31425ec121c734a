package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
)

const (
	// pairedDocs is how many articles a segment holds that has pairs: in a smaller one
	// places are read as quickly.
	pairedDocs = 4096
	// commonShare says which words are common: those that stand in one of so many
	// articles of a segment.
	commonShare = 8
	// maxCommon bounds the common words of a segment.
	maxCommon = 512
	// gatheredDocs is of how many articles pairs are gathered at once.
	gatheredDocs = 2048
)

// pairName is under which the pair of two words is found. No word has a space in it.
func pairName(one, other string) string { return one + " " + other }

// Refine does one thing of those that make searches quicker and change nothing of what
// is found: it packs a segment anew that an earlier program packed, or makes the pairs
// of one. It reports whether there was something to do. It takes as long as a merge, some
// ten seconds for a large segment, and is for when Index has caught up. Like Index it
// holds the lock that the sink needs for some milliseconds at a time.
func (s *Store) Refine(ctx context.Context) (done bool, err error) {
	const what = "make pairs for the search index"
	var list []*segment
	var busy []int64
	idle := micro(s.now().Add(-mergePatience))
	err = s.read(ctx, what, func(tx session) error {
		if list, err = loadSegments(ctx, tx); err != nil {
			return err
		}
		busy, err = column[int64](ctx, tx, "SELECT id FROM search_segments WHERE state <> 'gone' AND begun >= ?", idle)
		return err
	})
	if err != nil || len(busy) > 0 { // somebody else is at it
		return false, err
	}
	for _, old := range slices.Backward(list) { // the newest articles are looked for most
		switch {
		case old.docs < pairedDocs || old.pairs > 0:
			continue
		case old.pairs == oldPacking:
			err = s.merge(ctx, []*segment{old})
		default:
			err = (&pairing{store: s, segment: old, begun: micro(s.now()), share: commonShare}).make(ctx)
		}
		if errors.Is(err, errOvertaken) {
			return false, nil
		}
		return err == nil, s.fault(what, err)
	}
	return false, nil
}

// A pairing makes the pairs of a segment. What it reads never changes, so that it is
// written in many small transactions; no search asks for pairs before the last one.
type pairing struct {
	store   *Store
	segment *segment
	begun   int64
	share   int // commonShare, but in tests

	words  []commonWord // by their names
	least  int          // in how many articles each stands
	leads  []byte
	made   map[pair]*pairList
	tokens []uint64
}

// A commonWord is a word with what its page says of it.
type commonWord struct {
	name string
	body []byte
	docs int
}

// A pair is which of the common words stands before which.
type pair struct{ one, other uint16 }

func (p *pairing) make(ctx context.Context) error {
	err := p.claim(ctx)
	if err == nil {
		err = p.store.deletePages(ctx, p.segment.id, pairStream) // of one that was broken off
	}
	if err == nil {
		err = p.gather(ctx)
	}
	if err != nil {
		// What is read of a segment that was merged meanwhile is not damage.
		return cmp.Or(p.store.write(ctx, "look after a segment", p.holds), err)
	}
	return p.write(ctx)
}

// claim keeps others from making the same pairs.
func (p *pairing) claim(ctx context.Context) error {
	return p.store.write(ctx, "begin to make pairs", func(ctx context.Context, tx session) error {
		n, err := tx.exec(ctx, "UPDATE search_segments SET begun = ? WHERE id = ? AND state = 'live' AND pairs = 0 AND begun < ?",
			p.begun, p.segment.id, micro(p.store.now().Add(-mergePatience)))
		if err == nil && n == 0 {
			err = errOvertaken
		}
		return err
	})
}

// holds fails if the segment was merged, or somebody took this for broken off.
func (p *pairing) holds(ctx context.Context, tx session) error {
	list, err := column[int64](ctx, tx, "SELECT id FROM search_segments WHERE id = ? AND state = 'live' AND begun = ?", p.segment.id, p.begun)
	if err == nil && len(list) == 0 {
		err = errOvertaken
	}
	return err
}

// gather finds the pairs.
func (p *pairing) gather(ctx context.Context) error {
	tx := session{p.store.dialect, p.store.reading}
	if err := p.common(ctx, tx); err != nil {
		return err
	}
	err := tx.dialect.nearPages(ctx, tx, leadStream, []pageAsk{{p.segment.id, ""}}, func(_ int, page []byte) error {
		p.leads = bytes.Clone(page)
		return nil
	})
	if err == nil && len(p.leads) != 2*p.segment.docs {
		err = errPacked
	}
	p.made = map[pair]*pairList{}
	for from := 0; from < p.segment.docs && err == nil; from += gatheredDocs {
		err = p.gatherPart(ctx, tx, from, from+gatheredDocs)
	}
	return err
}

// common finds the common words.
func (p *pairing) common(ctx context.Context, tx session) error {
	p.least = max(1, p.segment.docs/p.share)
	pages := &wordPages{segment: p.segment.id, stream: docsStream}
	for {
		if err := pages.advance(ctx, tx); err != nil {
			return err
		}
		if pages.key == nil {
			break
		}
		if len(pages.body) < p.least { // each article takes a byte
			continue
		}
		l, err := unpackList(pages.body, p.segment.docs)
		if err != nil {
			return err
		}
		if l.heads != nil && len(l.docs) >= p.least {
			p.words = append(p.words, commonWord{string(pages.key), bytes.Clone(pages.body), len(l.docs)})
		}
	}
	if len(p.words) > maxCommon {
		counts := make([]int, len(p.words))
		for i, w := range p.words {
			counts[i] = w.docs
		}
		slices.Sort(counts)
		p.least = counts[len(counts)-maxCommon-1] + 1
		p.words = slices.DeleteFunc(p.words, func(w commonWord) bool { return w.docs < p.least })
	}
	return nil
}

// A token is a common word at its place in an article; as a number, so that those that
// are sorted stand as in the text, and the next place is the next greater number.
const (
	tokenWord  = 16 // bits for which word it is
	tokenPlace = 24 // bits for its place, the title's from 0, the others from bodyAt
)

// gatherPart finds the pairs in some articles.
func (p *pairing) gatherPart(ctx context.Context, tx session, from, to int) error {
	p.tokens = p.tokens[:0]
	a := &asker{tx: tx}
	for n, w := range p.words {
		l, err := unpackList(w.body, p.segment.docs)
		if err == nil {
			err = l.open()
		}
		if err != nil {
			return err
		}
		first, _ := slices.BinarySearch(l.docs, uint32(from)) //nolint:gosec // a segment has fewer
		last, _ := slices.BinarySearch(l.docs, uint32(to))    //nolint:gosec // a segment has fewer
		r := reach{word: w.name, list: l, docs: l.docs[first:last]}
		for i := first; i < last; i++ {
			r.at = append(r.at, uint32(i)) //nolint:gosec // a segment has fewer
		}
		if err := a.readPlaces(ctx, []*asked{{segment: p.segment}}, []reach{r}); err != nil {
			return err
		}
		next := 0
		for i, doc := range r.docs {
			title, err := r.titles(i, &next)
			if err != nil {
				return err
			}
			begin := uint64(doc) << tokenPlace
			for _, at := range title {
				p.tokens = append(p.tokens, (begin+uint64(at))<<tokenWord+uint64(n)) //nolint:gosec // of a few hundred
			}
			behind := l.behind(r.at[i])
			for k := range behind.len() {
				p.tokens = append(p.tokens, (begin+bodyAt+uint64(behind.at(k)))<<tokenWord+uint64(n)) //nolint:gosec // of a few hundred
			}
		}
	}
	slices.Sort(p.tokens)
	for i := 1; i < len(p.tokens); i++ {
		one, other := p.tokens[i-1], p.tokens[i]
		if other>>tokenWord == one>>tokenWord+1 {
			p.stand(one, other)
		}
	}
	for _, l := range p.made {
		l.end()
	}
	return nil
}

// stand notes that two words stand in a row.
func (p *pairing) stand(one, other uint64) {
	key := pair{uint16(one), uint16(other)} //nolint:gosec // the bits of the words
	l := p.made[key]
	if l == nil {
		l = &pairList{last: -1, doc: -1}
		p.made[key] = l
	}
	place := one >> tokenWord
	doc, at := int64(place>>tokenPlace), uint32(place&(1<<tokenPlace-1)) //nolint:gosec // as they were put there
	if doc != l.doc {
		l.end()
		l.doc = doc
	}
	if at < bodyAt {
		l.title = append(l.title, at)
		return
	}
	if l.body == 0 {
		l.lead = at-bodyAt < uint32(binary.LittleEndian.Uint16(p.leads[2*doc:]))
	}
	l.body++
}

// A pairList is the articles in which a pair stands, being packed.
type pairList struct {
	docs, heads []byte
	last        int64 // the article that was packed last

	doc   int64 // the one in which the pair was seen last; the rest is of it
	body  uint32
	lead  bool
	title []uint32
}

// end packs what was seen of an article.
func (l *pairList) end() {
	if l.body == 0 && len(l.title) == 0 {
		return
	}
	l.docs = binary.AppendUvarint(l.docs, uint64(l.doc-l.last)) //nolint:gosec // they ascend
	l.heads = appendHead(l.heads, l.body, l.lead, l.title)
	l.last, l.body, l.lead, l.title = l.doc, 0, false, l.title[:0]
}

// write puts the pairs into the index.
func (p *pairing) write(ctx context.Context) error {
	type named struct {
		key  string
		list *pairList
	}
	list := make([]named, 0, len(p.made))
	for k, l := range p.made {
		list = append(list, named{pairName(p.words[k.one].name, p.words[k.other].name), l})
	}
	slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.key, b.key) })
	var rows [][]any
	size := 0
	flush := func() error {
		err := p.store.write(ctx, "write pairs", func(ctx context.Context, tx session) error {
			if err := p.holds(ctx, tx); err != nil {
				return err
			}
			_, err := tx.insert(ctx, wordRows, "", rows)
			return err
		})
		rows, size = nil, 0
		return cmp.Or(err, ctx.Err())
	}
	out := pagePacker{segment: p.segment.id, stream: pairStream, limit: pageBytes, emit: func(row []any) error {
		rows = append(rows, row)
		if size += len(row[3].([]byte)); size < mergeBytes {
			return nil
		}
		return flush()
	}}
	for _, n := range list {
		body := appendLengthed([]byte{byte(headsList)}, n.list.docs)
		if err := out.add(n.key, append(body, n.list.heads...)); err != nil {
			return err
		}
	}
	if err := cmp.Or(out.flush(), flush()); err != nil {
		return err
	}
	return p.store.write(ctx, "end the making of pairs", func(ctx context.Context, tx session) error {
		if err := p.holds(ctx, tx); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "UPDATE search_segments SET pairs = ?, begun = 0 WHERE id = ?", p.least, p.segment.id)
		return err
	})
}
