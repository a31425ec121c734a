package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"slices"

	"edict/news"
)

// An asked segment is one in which a query is looked up: which of its articles hold all
// the words of the query and none that must not be there. That the words of a phrase
// stand in a row is found later, and only for articles that are shown.
type asked struct {
	*segment
	left []uint32 // articles not looked at yet, newest first
}

// An asker looks up the terms of a query in segments.
type asker struct {
	tx    session
	terms []term
	marks []string // that the articles must have

	inline map[wordIn][]byte // places that came with the articles of words
}

func newAsker(tx session, f news.Filter, terms []term) asker {
	return asker{tx: tx, terms: terms, marks: filterMarks(f), inline: map[wordIn][]byte{}}
}

// ask looks up the query in segments, with few questions to the database.
func (a *asker) ask(ctx context.Context, segments []*segment) ([]*asked, error) {
	var words, beginnings []string
	for _, t := range a.terms {
		for i, w := range t.words {
			if t.prefix && i == len(t.words)-1 {
				beginnings = append(beginnings, w)
			} else {
				words = append(words, indexWord(w))
			}
		}
	}
	words = append(words, a.marks...)
	found, err := a.wordDocs(ctx, segments, words)
	if err != nil {
		return nil, err
	}
	begun := make(map[string]map[int64][]uint32, len(beginnings))
	for _, w := range beginnings {
		if begun[w], err = a.beginningDocs(ctx, segments, w); err != nil {
			return nil, err
		}
	}
	out := make([]*asked, len(segments))
	for i, s := range segments {
		docs := func(t term) (list []uint32) {
			for i, w := range t.words {
				some := found[wordIn{s.id, indexWord(w)}]
				if t.prefix && i == len(t.words)-1 {
					some = begun[w][s.id]
				}
				if i == 0 {
					list = some
				} else {
					list = both(list, some)
				}
			}
			return list
		}
		out[i] = &asked{s, a.combine(s, docs, found)}
	}
	return out, nil
}

// combine returns the articles that hold the terms, as docs tells, and the marks.
func (a *asker) combine(s *segment, docs func(term) []uint32, found map[wordIn][]uint32) []uint32 {
	var list []uint32
	first := true
	also := func(some []uint32) {
		if first {
			list, first = some, false
		} else {
			list = both(list, some)
		}
	}
	for _, t := range a.terms {
		if !t.not {
			also(docs(t))
		}
	}
	for _, m := range a.marks {
		also(found[wordIn{s.id, m}])
	}
	for _, t := range a.terms {
		if t.not && len(t.words) == 1 && len(list) > 0 {
			list = without(list, docs(t))
		}
	}
	return without(list, s.dead)
}

// A wordIn is a word in a segment.
type wordIn struct {
	segment int64
	word    string
}

// wordDocs returns the articles in which words stand.
func (a *asker) wordDocs(ctx context.Context, segments []*segment, words []string) (map[wordIn][]uint32, error) {
	out := make(map[wordIn][]uint32, len(segments)*len(words))
	var asks []pageAsk
	var sizes []int
	for _, s := range segments {
		for _, w := range words {
			asks, sizes = append(asks, pageAsk{s.id, w}), append(sizes, s.docs)
		}
	}
	err := a.tx.dialect.nearPages(ctx, a.tx, docsStream, asks, func(n int, page []byte) error {
		body, err := entry(page, asks[n].key)
		if err != nil {
			return err
		}
		at := wordIn{asks[n].segment, asks[n].key}
		if places, is := inline(body); is {
			a.inline[at] = bytes.Clone(places)
		}
		out[at], err = unpackDocs(body, sizes[n])
		return err
	})
	return out, err
}

// eachBegun calls do for every entry of a stream whose key begins with prefix.
func (a *asker) eachBegun(ctx context.Context, segments []*segment, of stream, prefix string, do func(s *segment, key, body []byte) error) error {
	asks, ids := make([]pageAsk, len(segments)), make([]int64, len(segments))
	byID := make(map[int64]*segment, len(segments))
	for i, s := range segments {
		asks[i], ids[i], byID[s.id] = pageAsk{s.id, prefix}, s.id, s
	}
	entries := func(s *segment, page []byte) (err error) {
		damage := eachEntry(page, func(key, body []byte) (stop bool) {
			if bytes.HasPrefix(key, []byte(prefix)) {
				err = do(s, key, body)
				return err != nil
			}
			return string(key) > prefix
		})
		return cmp.Or(err, damage)
	}
	// The page in which the first one may stand, and those that begin with one.
	if err := a.tx.dialect.nearPages(ctx, a.tx, of, asks, func(n int, page []byte) error { return entries(segments[n], page) }); err != nil {
		return err
	}
	condition, args := a.tx.dialect.inNumbers(ids)
	return a.tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var page sql.RawBytes
		if err := rows.Scan(&id, &page); err != nil {
			return err
		}
		return entries(byID[id], page)
	}, "SELECT segment, body FROM search_words WHERE segment"+condition+" AND stream = ? AND word > ? AND word < ?",
		append(args, int64(of), prefix, prefix+"\U0010ffff")...)
}

// beginningDocs returns, by segment, the articles in which any word with a beginning
// stands.
func (a *asker) beginningDocs(ctx context.Context, segments []*segment, prefix string) (map[int64][]uint32, error) {
	sets := map[int64][]bool{}
	err := a.eachBegun(ctx, segments, docsStream, prefix, func(s *segment, _, body []byte) error {
		docs, err := unpackDocs(body, s.docs)
		if sets[s.id] == nil {
			sets[s.id] = make([]bool, s.docs)
		}
		for _, d := range docs {
			sets[s.id][d] = true
		}
		return err
	})
	out := make(map[int64][]uint32, len(sets))
	for id, set := range sets {
		for d, is := range set {
			if is {
				out[id] = append(out[id], uint32(d)) //nolint:gosec // a segment has fewer
			}
		}
	}
	return out, err
}

// both returns what is in two ascending lists.
func both(a, b []uint32) []uint32 {
	if len(a) > len(b) {
		a, b = b, a
	}
	out := make([]uint32, 0, len(a))
	if len(b) > 32*len(a) { // a few are looked up one by one
		for _, x := range a {
			i, is := slices.BinarySearch(b, x)
			if is {
				out = append(out, x)
			}
			b = b[i:]
		}
		return out
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch x, y := a[i], b[j]; {
		case x == y:
			out = append(out, x)
			i++
			j++
		case x < y:
			i++
		default:
			j++
		}
	}
	return out
}

// without returns what is in a and not in b, both ascending.
func without(a, b []uint32) []uint32 {
	if len(b) == 0 {
		return a
	}
	out := make([]uint32, 0, len(a))
	j := 0
	for _, x := range a {
		for j < len(b) && b[j] < x {
			j++
		}
		if j == len(b) || b[j] != x {
			out = append(out, x)
		}
	}
	return out
}
