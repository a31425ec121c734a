package rules

import (
	"slices"

	"edict/classifier/match"
)

// A role is what a phrase stands for. Tens of thousands of phrases share some
// hundred roles.
type role struct {
	uses   []symbol // the sets that have the phrase
	may    []symbol // with all sets above: what it stands for where nothing bars it
	sifted []symbol // those of them that the sieve is asked for
	bars   []symbol // the sets of which it is an exception
}

// A claim says that a phrase is of a set, or an exception of it. It is a number, so
// that sorting claims brings those of a phrase side by side.
type claim uint64

func newClaim(phrase int, set symbol, bars bool) claim {
	c := claim(phrase)<<32 | claim(set)
	if bars {
		c |= 1 << 31
	}
	return c
}

func (c claim) phrase() int { return int(c >> 32) }
func (c claim) set() symbol { return symbol(c) }
func (c claim) bars() bool  { return c>>31&1 != 0 }

// foresee gives each phrase its role, and says what a place may stand for.
func (c *compiler) foresee() {
	s := c.set
	slices.Sort(c.claims)
	claims := slices.Compact(c.claims)
	s.roleOf = make([]uint32, len(c.table))
	known := map[string]uint32{}
	var key []byte
	for len(claims) > 0 {
		phrase, n := claims[0].phrase(), 0
		key = key[:0]
		for n < len(claims) && claims[n].phrase() == phrase {
			low := uint32(claims[n])
			key = append(key, byte(low>>24), byte(low>>8), byte(low))
			n++
		}
		i, ok := known[string(key)]
		if !ok {
			i = uint32(len(s.roles))
			known[string(key)] = i
			s.roles = append(s.roles, s.newRole(claims[:n]))
		}
		s.roleOf[phrase], claims = i, claims[n:]
	}
	s.subject = make([]bool, len(s.names))
	for _, set := range c.subject {
		s.subject[set] = true
	}
	s.ofPlace = s.withAbove(placeSymbol)
	s.ofSubject = s.withAbove(placeSymbol, subjectSymbol)
	s.ofAgency = s.withAbove(placeSymbol, agencySymbol)
	s.ofAnyPlace = s.withAbove(placeSymbol, subjectSymbol, agencySymbol)
}

// newRole makes the role of a phrase of which claims are made.
func (s *Set) newRole(claims []claim) role {
	var r role
	for _, c := range claims {
		if c.bars() {
			r.bars = append(r.bars, c.set())
		} else {
			r.uses = append(r.uses, c.set())
		}
	}
	r.may = s.withAbove(r.uses...)
	return r
}

// withAbove returns sets and all that hold them, in order.
func (s *Set) withAbove(sets ...symbol) []symbol {
	out := slices.Clone(sets)
	for _, set := range sets {
		out = append(out, s.above[set]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// role is what the phrase of h, one of ours, stands for.
func (s *Set) role(h match.Hit) *role { return &s.roles[s.roleOf[h.Phrase-s.places]] }
