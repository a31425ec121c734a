package rules

import "math"

// An outline says of one sentence, by set, where the set stands at the earliest and
// at the latest, before it is known what an exception or a longer phrase takes away.
// It costs a fraction of what building the sentence does, and most patterns that
// pass the sieve fail by it: what they ask for stands in another order.
type outline struct {
	of   []extent // by set
	mark int32    // of the extents that are of this sentence
}

// An extent is where a set begins, in bytes of the field.
type extent struct{ mark, first, last int32 }

// draw outlines sen.
func (s *Set) draw(o *outline, sen *sentence) {
	if o.mark++; o.mark == math.MaxInt32 {
		clear(o.of)
		o.mark = 1
	}
	for _, h := range sen.hits {
		if phrase := h.Phrase - s.places; phrase >= 0 {
			o.note(s.roles[s.roleOf[phrase]].sifted, int32(h.Start))
		}
	}
	for _, m := range sen.places {
		o.note(s.ofAnyPlace, int32(m.Start))
	}
	// What the signs of a sentence stand for is told when it is built.
	o.of[questionSymbol] = extent{o.mark, 0, math.MaxInt32}
	o.of[stopSymbol] = extent{o.mark, 0, math.MaxInt32}
}

// note notes that sets stand at a byte.
func (o *outline) note(sets []symbol, at int32) {
	for _, set := range sets {
		e := &o.of[set]
		if e.mark != o.mark {
			*e = extent{o.mark, at, at}
			continue
		}
		e.first, e.last = min(e.first, at), max(e.last, at)
	}
}

// ordered reports whether the elements of p may stand one behind the other.
func (o *outline) ordered(p *pattern) bool {
	behind := int32(-1)
	for i := range p.elements {
		first, last := int32(math.MaxInt32), int32(-1)
		for _, set := range p.elements[i].sets {
			if e := &o.of[set]; e.mark == o.mark {
				first, last = min(first, e.first), max(last, e.last)
			}
		}
		if last <= behind {
			return false
		}
		behind = max(behind+1, first)
	}
	return true
}

// mayMatch reports whether one of the patterns that have passed the sieve for
// sentence i may match in it. It holds back the others.
func (s *Set) mayMatch(d *document, sen *sentence, i int) bool {
	s.draw(&d.outline, sen)
	may := false
	for k := range d.passed {
		p := &d.passed[k]
		switch {
		case p.in>>i&1 == 0:
		case d.outline.ordered(p.pattern):
			may = true
		default:
			p.in &^= 1 << i
		}
	}
	return may
}
