package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
)

// pairs are the keys of the words of a phrase and those behind them. Of what the last
// word begins there are none.
func (t term) pairs() (keys []string) {
	n := len(t.words) - 1
	if t.prefix {
		n--
	}
	for i := range max(n, 0) {
		keys = append(keys, pairName(indexWord(t.words[i]), indexWord(t.words[i+1])))
	}
	return keys
}

// askPairs reads what segments say of the pairs of phrases.
func (a *asker) askPairs(ctx context.Context, list []*asked) error {
	var keys []string
	for _, t := range a.terms {
		keys = append(keys, t.pairs()...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var asks []pageAsk
	var of []*asked
	for _, s := range list {
		if s.segment.pairs <= 0 {
			continue
		}
		for _, key := range keys {
			asks, of = append(asks, pageAsk{s.id, key}), append(of, s)
		}
	}
	if len(asks) == 0 {
		return nil
	}
	return a.tx.dialect.nearPages(ctx, a.tx, pairStream, asks, func(n int, page []byte) error {
		body, err := entry(page, asks[n].key)
		if err == nil && body != nil {
			of[n].pairs[asks[n].key], err = unpackList(bytes.Clone(body), of[n].segment.docs)
		}
		return err
	})
}

// inPairs are the articles in which all pairs stand that are known of the phrases, and
// whether any is known.
func (a *asker) inPairs(s *asked) (docs []uint32, known bool) {
	var lists [][]uint32
	for _, t := range a.terms {
		for _, key := range t.pairs() {
			if pair := s.pairs[key]; pair != nil && !t.not {
				lists = append(lists, pair.docs)
			}
		}
	}
	return inAll(lists), len(lists) > 0
}

// neverInRow notes the pairs of common words of which the segment has no list: they
// stand in a row nowhere.
func (a *asker) neverInRow(s *asked) {
	if s.segment.pairs <= 0 {
		return
	}
	for _, t := range a.terms {
		for i, key := range t.pairs() {
			if s.pairs[key] != nil {
				continue
			}
			one, other := s.words[indexWord(t.words[i])], s.words[indexWord(t.words[i+1])]
			if min(len(one.docs), len(other.docs)) >= s.segment.pairs {
				s.pairs[key] = new(wordList)
			}
		}
	}
}

// inAll returns what is in each of some ascending lists.
func inAll(lists [][]uint32) []uint32 {
	if len(lists) == 0 {
		return nil
	}
	slices.SortStableFunc(lists, func(a, b []uint32) int { return cmp.Compare(len(a), len(b)) })
	out := lists[0]
	for _, some := range lists[1:] {
		out = both(out, some)
	}
	return out
}
