package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"edict/news"
)

// An asked segment is one in which a query was looked up.
type asked struct {
	*segment
	left  []uint32 // the articles that hold what is asked for, newest first
	maybe []uint32 // those that hold it if the words of phrases stand in a row there
	words map[string]*wordList
	pairs map[string]*wordList // of words in a row; of others the segment does not tell
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

// list is what the segment says of a term of one word, or of two that are a pair. Of
// another phrase it is nil: where its words stand has to be looked at.
func (s *asked) list(t term) *wordList {
	switch {
	case len(t.words) == 1 && t.prefix:
		return s.begun[t.words[0]].all
	case len(t.words) == 1:
		return s.words[indexWord(t.words[0])]
	case len(t.words) == 2 && !t.prefix:
		return s.pairs[t.pairs()[0]]
	}
	return nil
}

// unsure reports whether the segment does not tell of some phrase where it stands.
func (a *asker) unsure(s *asked) bool {
	return slices.ContainsFunc(a.terms, func(t term) bool { return s.list(t) == nil })
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

// ask looks up the query in segments, with few questions to the database, and also reads
// other marks there. It leaves out segments that surely hold nothing.
func (a *asker) ask(ctx context.Context, segments []*segment, also ...string) ([]*asked, error) {
	list := make([]*asked, len(segments))
	for i, s := range segments {
		list[i] = &asked{
			segment: s, words: map[string]*wordList{}, pairs: map[string]*wordList{}, begun: map[string]*beginning{},
			runs: map[int]*runs{}, chunks: map[int64][]doc{},
		}
	}
	if err := a.askPairs(ctx, list); err != nil {
		return nil, err
	}
	// Where pairs stand in no article together nothing more is read.
	list = slices.DeleteFunc(list, func(s *asked) bool {
		docs, known := a.inPairs(s)
		return known && len(docs) == 0
	})
	if err := a.askWords(ctx, list, append(slices.Clone(a.marks), also...)); err != nil {
		return nil, err
	}
	for _, w := range a.beginnings() {
		if err := a.askBeginning(ctx, list, w); err != nil {
			return nil, err
		}
	}
	return list, together(len(list), func(n int) error {
		a.neverInRow(list[n])
		a.combine(list[n])
		return nil
	})
}

// beginnings are what words begin with that are asked for.
func (a *asker) beginnings() (list []string) {
	for _, t := range a.terms {
		if t.prefix {
			list = append(list, t.words[len(t.words)-1])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// combine finds the articles that hold the words of the query and the marks, and none of
// the words that must not be there. That the words of a phrase stand in a row is seen
// later.
func (a *asker) combine(s *asked) {
	var lists [][]uint32
	for _, t := range a.terms {
		switch l := s.list(t); {
		case t.not:
		case l != nil:
			lists = append(lists, l.docs)
		default:
			for i := range t.words {
				lists = append(lists, s.docs(t, i))
			}
		}
	}
	if docs, known := a.inPairs(s); known {
		lists = append(lists, docs)
	}
	for _, m := range a.marks {
		lists = append(lists, s.words[m].docs)
	}
	s.left = inAll(lists)
	for _, t := range a.terms {
		if l := s.list(t); t.not && l != nil {
			s.left = without(s.left, l.docs)
		}
	}
	s.left = without(s.left, s.dead)
}

// askWords reads the lists of marks, and of the words that are needed in each segment.
func (a *asker) askWords(ctx context.Context, list []*asked, marks []string) error {
	var asks []pageAsk
	var of []*asked
	for _, s := range list {
		words := slices.Clone(marks)
		for _, t := range a.terms {
			if len(t.words) == 2 && s.list(t) != nil {
				continue // a pair, of which all is known
			}
			for i, w := range t.words {
				if !t.prefix || i < len(t.words)-1 {
					words = append(words, indexWord(w))
				}
			}
		}
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			s.words[w] = new(wordList)
			asks, of = append(asks, pageAsk{s.id, w}), append(of, s)
		}
	}
	return a.tx.dialect.nearPages(ctx, a.tx, docsStream, asks, func(n int, page []byte) error {
		s, w := of[n], asks[n].key
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
	asks, ranges := make([]pageAsk, len(list)), make([]pageRange, len(list))
	unions := make(map[*asked]*union, len(list))
	for i, s := range list {
		asks[i], ranges[i] = pageAsk{s.id, prefix}, pageRange{s.id, prefix, prefix + "\U0010ffff"}
		s.begun[prefix], unions[s] = new(beginning), newUnion(s.segment.docs)
	}
	places := slices.ContainsFunc(a.terms, func(t term) bool {
		return t.prefix && len(t.words) > 1 && t.words[len(t.words)-1] == prefix
	})
	entries := func(n int, page []byte) (err error) {
		s := list[n]
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
	if err := a.tx.dialect.nearPages(ctx, a.tx, docsStream, asks, entries); err != nil {
		return err
	}
	err := a.tx.dialect.pagesBetween(ctx, a.tx, docsStream, ranges, entries)
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
