package rules

import "slices"

// A sieve says of 64 sentences, by set, in which of them the set may stand: bit i of
// a row is the i-th sentence. That a pattern cannot match in most of them is then
// seen for all at once.
type sieve []uint64

// add notes that sets may stand in the sentences of bit.
func (v sieve) add(sets []symbol, bit uint64) {
	for _, set := range sets {
		v[set] |= bit
	}
}

// pass returns the sentences in which p may match: one set of each clause may
// stand there.
func (v sieve) pass(p *pattern) uint64 {
	left := ^uint64(0)
	for _, clause := range p.clauses {
		var any uint64
		for _, set := range clause {
			any |= v[set]
		}
		if left &= any; left == 0 {
			break
		}
	}
	return left
}

// A passed pattern may match in some of 64 sentences.
type passed struct {
	*pattern
	in uint64
}

// sift gives each pattern its clauses, that of the fewest phrases first: most often
// it decides.
func (c *compiler) sift() {
	s := c.set
	weight := make([]int, len(s.names))
	for _, i := range s.roleOf {
		for _, set := range s.roles[i].may {
			weight[set]++
		}
	}
	for _, set := range s.ofAnyPlace {
		weight[set] += placeWeight
	}
	weigh := func(clause []symbol) int {
		n := 0
		for _, set := range clause {
			n += weight[set]
		}
		return n
	}
	for _, l := range s.labels {
		for _, p := range l.patterns {
			for _, e := range p.elements {
				p.clauses = append(p.clauses, e.sets)
			}
			if len(p.needs) > 0 {
				p.clauses = append(p.clauses, p.needs)
			}
			slices.SortStableFunc(p.clauses, func(a, b []symbol) int { return weigh(a) - weigh(b) })
		}
	}
}

// placeWeight makes places as common as a set of so many phrases.
const placeWeight = 5000
