package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"slices"

	"edict/news"
)

// An asked segment is one in which a query was looked up.
type asked struct {
	*segment
	left  []uint32 // the articles that hold what is asked for, newest first
	maybe []uint32 // those that hold it if the words of phrases stand in a row there
	words map[string]*wordList
	begun map[string]*beginning
	runs  map[int]*runs // of phrases, by term

	chunks map[int64][]doc // that were read
}

// A beginning is what a segment says of the words that begin in some way.
type beginning struct {
	all   *wordList // without places
	parts []namedList
}

type namedList struct {
	word string
	list *wordList
}

// list is what the segment says of a term of one word.
func (s *asked) list(t term) *wordList {
	if t.prefix {
		return s.begun[t.words[0]].all
	}
	return s.words[indexWord(t.words[0])]
}

// docs are the articles that hold word i of a term.
func (s *asked) docs(t term, i int) []uint32 {
	if t.prefix && i == len(t.words)-1 {
		return s.begun[t.words[i]].all.docs
	}
	return s.words[indexWord(t.words[i])].docs
}

// An asker looks up the terms of a query in segments.
type asker struct {
	tx    session
	terms []term
	marks []string // that the articles must have
}

func newAsker(tx session, f news.Filter, terms []term) asker {
	return asker{tx: tx, terms: terms, marks: filterMarks(f)}
}

// ask looks up the query in segments, with few questions to the database, and the marks
// also in those.
func (a *asker) ask(ctx context.Context, segments []*segment, also ...string) ([]*asked, error) {
	words := append(slices.Clone(a.marks), also...)
	var beginnings []string
	for _, t := range a.terms {
		for i, w := range t.words {
			if t.prefix && i == len(t.words)-1 {
				beginnings = append(beginnings, w)
			} else {
				words = append(words, indexWord(w))
			}
		}
	}
	list := make([]*asked, len(segments))
	for i, s := range segments {
		list[i] = &asked{segment: s, words: map[string]*wordList{}, begun: map[string]*beginning{}, runs: map[int]*runs{}, chunks: map[int64][]doc{}}
	}
	slices.Sort(words)
	if err := a.askWords(ctx, list, slices.Compact(words)); err != nil {
		return nil, err
	}
	slices.Sort(beginnings)
	for _, w := range slices.Compact(beginnings) {
		if err := a.askBeginning(ctx, list, w); err != nil {
			return nil, err
		}
	}
	return list, together(len(list), func(n int) error {
		a.combine(list[n])
		return nil
	})
}

// combine finds the articles that hold the words of the query and the marks, and none of
// the words that must not be there. That the words of a phrase stand in a row is seen
// later.
func (a *asker) combine(s *asked) {
	var lists [][]uint32
	for _, t := range a.terms {
		for i := range t.words {
			if !t.not {
				lists = append(lists, s.docs(t, i))
			}
		}
	}
	for _, m := range a.marks {
		lists = append(lists, s.words[m].docs)
	}
	slices.SortStableFunc(lists, func(a, b []uint32) int { return cmp.Compare(len(a), len(b)) })
	s.left = lists[0]
	for _, some := range lists[1:] {
		s.left = both(s.left, some)
	}
	for _, t := range a.terms {
		if t.not && len(t.words) == 1 && len(s.left) > 0 {
			s.left = without(s.left, s.docs(t, 0))
		}
	}
	s.left = without(s.left, s.dead)
}

// askWords reads the lists of words.
func (a *asker) askWords(ctx context.Context, list []*asked, words []string) error {
	asks := make([]pageAsk, 0, len(list)*len(words))
	for _, s := range list {
		for _, w := range words {
			s.words[w] = new(wordList)
			asks = append(asks, pageAsk{s.id, w})
		}
	}
	return a.tx.dialect.nearPages(ctx, a.tx, docsStream, asks, func(n int, page []byte) error {
		s, w := list[n/len(words)], words[n%len(words)]
		body, err := entry(page, w)
		if err != nil {
			return err
		}
		s.words[w], err = unpackList(bytes.Clone(body), s.segment.docs)
		return err
	})
}

// askBeginning reads the lists of all words with a beginning.
func (a *asker) askBeginning(ctx context.Context, list []*asked, prefix string) error {
	asks, ids := make([]pageAsk, len(list)), make([]int64, len(list))
	byID := make(map[int64]*asked, len(list))
	unions := make(map[*asked]*union, len(list))
	for i, s := range list {
		asks[i], ids[i], byID[s.id] = pageAsk{s.id, prefix}, s.id, s
		s.begun[prefix], unions[s] = new(beginning), newUnion(s.segment.docs)
	}
	places := slices.ContainsFunc(a.terms, func(t term) bool {
		return t.prefix && len(t.words) > 1 && t.words[len(t.words)-1] == prefix
	})
	entries := func(s *asked, page []byte) (err error) {
		damage := eachEntry(page, func(key, body []byte) (stop bool) {
			if !bytes.HasPrefix(key, []byte(prefix)) {
				return string(key) > prefix
			}
			if places {
				body = bytes.Clone(body)
			}
			var l *wordList
			if l, err = unpackList(body, s.segment.docs); err == nil {
				err = unions[s].add(l)
			}
			if places {
				s.begun[prefix].parts = append(s.begun[prefix].parts, namedList{string(key), l})
			}
			return err != nil
		})
		return cmp.Or(err, damage)
	}
	// The page in which the first one may stand, and those that begin with one.
	if err := a.tx.dialect.nearPages(ctx, a.tx, docsStream, asks, func(n int, page []byte) error { return entries(list[n], page) }); err != nil {
		return err
	}
	condition, args := a.tx.dialect.inNumbers(ids)
	err := a.tx.each(ctx, func(rows *sql.Rows) error {
		var id int64
		var page sql.RawBytes
		if err := rows.Scan(&id, &page); err != nil {
			return err
		}
		return entries(byID[id], page)
	}, "SELECT segment, body FROM search_words WHERE segment"+condition+" AND stream = ? AND word > ? AND word < ?",
		append(args, int64(docsStream), prefix, prefix+"\U0010ffff")...)
	for s, u := range unions {
		s.begun[prefix].all = u.list()
	}
	return err
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
