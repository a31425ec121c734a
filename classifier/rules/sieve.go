package rules

import (
	"slices"

	"edict/classifier/match"
)

// A sieve says of 64 sentences, by set, in which of them the set may stand: bit i of
// a row is the i-th sentence. That a pattern cannot match in most of them is then
// seen for all at once.
type sieve struct {
	rows []uint64 // by set; for every 64 sentences so many, side by side

	// The 64 sentences that are being read. A story has few roles, each in many
	// places: only what they stand for is noted by set.
	roles  []uint64 // by role
	stand  []uint32 // the roles that stand in one of them
	places uint64   // in which of them a place stands
}

// add notes that a phrase of a role stands in the sentences of bit.
func (v *sieve) add(role uint32, bit uint64) {
	if v.roles[role] == 0 {
		v.stand = append(v.stand, role)
	}
	v.roles[role] |= bit
}

// settle fills a row for the sentences that were read.
func (s *Set) settle(v *sieve) {
	from, sets := len(v.rows), len(s.names)
	v.rows = slices.Grow(v.rows, sets)[:from+sets]
	row := v.rows[from:]
	clear(row)
	for _, role := range v.stand {
		in := v.roles[role]
		v.roles[role] = 0
		for _, set := range s.roles[role].sifted {
			row[set] |= in
		}
	}
	for _, set := range s.ofAnyPlace {
		row[set] |= v.places
	}
	v.stand, v.places = v.stand[:0], 0
}

// A row is a sieve's of 64 sentences.
type row []uint64

// any returns the sentences in which one of sets may stand.
func (r row) any(sets []symbol) uint64 {
	var in uint64
	for _, set := range sets {
		in |= r[set]
	}
	return in
}

// pass returns the sentences of left in which p may match: one set of each clause
// may stand there.
func (r row) pass(p *pattern, left uint64) uint64 {
	for _, clause := range p.clauses {
		if left &= r.any(clause); left == 0 {
			break
		}
	}
	return left
}

// A gate is a clause, and the patterns that have it as the rarest of theirs: where
// none of its sets stands, they are not looked at.
type gate struct {
	sets     []symbol
	patterns []*pattern
}

// A key is a set and the gate that it opens. Most open none in a story: they lie
// side by side, those of a gate together.
type key struct {
	set  symbol
	gate uint16
}

// A passed pattern may match in some of 64 sentences.
type passed struct {
	*pattern
	in uint64
}

// sift appends the patterns of l that may match in the sentences of r, in order.
func (l *labelRules) sift(out []passed, r row) []passed {
	opened := -1
	for _, k := range l.keys {
		if r[k.set] == 0 || int(k.gate) == opened {
			continue
		}
		opened = int(k.gate)
		g := &l.gates[opened]
		left := r.any(g.sets)
		for _, p := range g.patterns {
			if in := r.pass(p, left); in != 0 {
				out = append(out, passed{p, in})
			}
		}
	}
	slices.SortFunc(out, func(a, b passed) int { return a.index - b.index })
	return out
}

// raiseGates gives each pattern its clauses, that of the rarest phrases first, and
// each label the gates that those make.
func (c *compiler) raiseGates() {
	s := c.set
	weight := make([]int, len(s.names))
	for phrase, i := range s.roleOf {
		often := commonness(c.table[phrase])
		for _, set := range s.roles[i].may {
			weight[set] += often
		}
	}
	for _, set := range s.ofAnyPlace {
		weight[set] += anyPlace
	}
	weigh := func(clause []symbol) int {
		n := 0
		for _, set := range clause {
			n += weight[set]
		}
		return n
	}
	asked := make([]bool, len(s.names))
	for _, l := range s.labels {
		for _, p := range l.patterns {
			for _, e := range p.elements {
				p.clauses = append(p.clauses, e.sets)
			}
			if len(p.needs) > 0 {
				p.clauses = append(p.clauses, p.needs)
			}
			slices.SortStableFunc(p.clauses, func(a, b []symbol) int { return weigh(a) - weigh(b) })
			for _, clause := range p.clauses {
				for _, set := range clause {
					asked[set] = true
				}
			}
			l.raiseGate(p)
		}
		for i, g := range l.gates {
			for _, set := range g.sets {
				l.keys = append(l.keys, key{set, uint16(i)})
			}
		}
		for _, set := range append(l.context, l.against...) {
			asked[set] = true
		}
		for _, g := range l.guards {
			asked[g.set] = asked[g.set] || g.at == inOpening
		}
	}
	for i := range s.roles {
		r := &s.roles[i]
		r.sifted = slices.DeleteFunc(slices.Clone(r.may), func(set symbol) bool { return !asked[set] })
	}
}

// raiseGate puts p behind the gate that is its first clause.
func (l *labelRules) raiseGate(p *pattern) {
	sets := p.clauses[0]
	p.clauses = p.clauses[1:]
	i := slices.IndexFunc(l.gates, func(g gate) bool { return slices.Equal(g.sets, sets) })
	if i < 0 {
		i = len(l.gates)
		l.gates = append(l.gates, gate{sets: sets})
	}
	l.gates[i].patterns = append(l.gates[i].patterns, p)
}

// commonness is a guess how often a phrase stands in a text: the longer, the less.
func commonness(p match.Phrase) int {
	const longest = 24
	return 1 << max(0, longest-len(p.Text))
}

// anyPlace is how often a place stands in a text, by the same measure.
const anyPlace = 1 << 24
