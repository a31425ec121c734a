package rules

import (
	"cmp"
	"math/bits"
	"slices"
)

// foresee notes what each phrase, and a place, may stand for, and files every
// pattern under its rarest element: a sentence without that needs no look.
func (c *compiler) foresee() {
	s := c.set
	s.may = make([]symbols, len(s.uses))
	weight := make([]int, len(s.names))
	for i, sets := range s.uses {
		for _, set := range sets {
			s.may[i].add(set)
			for _, up := range s.above[set] {
				s.may[i].add(up)
			}
		}
		for set := range s.names {
			if s.may[i].has(symbol(set)) {
				weight[set]++
			}
		}
	}
	for _, set := range []symbol{placeSymbol, subjectSymbol, agencySymbol} {
		s.mayPlace.add(set)
		weight[set] += placeWeight
		for _, up := range s.above[set] {
			s.mayPlace.add(up)
			weight[up] += placeWeight
		}
	}
	for _, l := range s.labels {
		l.byKey = make([][]*pattern, len(s.names))
		for _, p := range l.patterns {
			key, least := 0, -1
			for i, e := range p.elements {
				n := 0
				for set := range s.names {
					if e.sets.has(symbol(set)) {
						n += weight[set]
					}
				}
				if least < 0 || n < least {
					key, least = i, n
				}
			}
			for set := range s.names {
				if p.elements[key].sets.has(symbol(set)) {
					l.byKey[set] = append(l.byKey[set], p)
					l.keys.add(symbol(set))
				}
			}
		}
	}
}

// placeWeight makes places as common as a set of so many phrases.
const placeWeight = 5000

// candidates appends the patterns that may match in sen, in their own order.
func (l *labelRules) candidates(dst []*pattern, sen *sentence, seen []bool) []*pattern {
	if !sen.has.meets(&l.keys) {
		return dst
	}
	from := len(dst)
	for word := range sen.has {
		left := sen.has[word] & l.keys[word]
		for left != 0 {
			set := word*64 + bits.TrailingZeros64(left)
			left &= left - 1
			for _, p := range l.byKey[set] {
				if !seen[p.index] && p.possible(sen) {
					seen[p.index] = true
					dst = append(dst, p)
				}
			}
		}
	}
	for _, p := range dst[from:] {
		seen[p.index] = false
	}
	slices.SortFunc(dst[from:], func(a, b *pattern) int { return cmp.Compare(a.index, b.index) })
	return dst
}
