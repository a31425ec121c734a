package rules

import "strings"

// maxMatches is the most matches of one pattern in one sentence that are looked
// at. A sentence with more is a list, and the first say what it says.
const maxMatches = 12

// maxSteps bounds the work for one pattern in one sentence: a text without a full
// stop must not hold up the rest. An ordinary sentence takes a few dozen.
const maxSteps = 4000

// maxElements is the most elements of a pattern.
const maxElements = 8

// A hit is a pattern that matched: the occurrence of each element, by index into
// the sentence's found.
type hit struct {
	pattern *pattern
	at      [maxElements]int16
}

func (h *hit) first(s *sentence) occurrence { return s.found[h.at[0]] }
func (h *hit) act(s *sentence) occurrence   { return s.found[h.at[h.pattern.act]] }
func (h *hit) last(s *sentence) occurrence {
	return s.found[h.at[len(h.pattern.elements)-1]]
}

// possible reports whether every element of p stands somewhere in s, which is built.
func (p *pattern) possible(s *sentence) bool {
	for i := range p.elements {
		if !s.has.meets(&p.elements[i].sets) {
			return false
		}
	}
	return (!p.hasNeeds || s.has.meets(&p.needs)) && !s.has.meets(&p.unless)
}

// A search looks for one pattern in one sentence.
type search struct {
	*sentence
	pattern *pattern
	hit     hit   // as far as it is known
	hits    []hit // what was found is added to them
	most    int   // how long they may become
	steps   int
}

// search appends the matches of p in s.
func (p *pattern) search(dst []hit, s *sentence) []hit {
	x := search{sentence: s, pattern: p, hits: dst, most: len(dst) + maxMatches}
	x.hit.pattern = p
	x.extend(0, 0)
	return x.hits
}

// extend looks for the element, and those behind it, from an occurrence on.
func (x *search) extend(element, from int) {
	if element == len(x.pattern.elements) {
		x.hits = append(x.hits, x.hit)
		return
	}
	e := &x.pattern.elements[element]
	for i := from; i < len(x.found) && len(x.hits) < x.most; i++ {
		if x.steps++; x.steps > maxSteps {
			return
		}
		o := x.found[i]
		if !e.sets.has(o.set) {
			continue
		}
		if element > 0 {
			before := x.found[x.hit.at[element-1]]
			if o.start < before.end {
				continue
			}
			if e.gap < noLimit && halfWords(x.text[before.end:o.start], e.gap) > e.gap {
				return
			}
			if x.parted(before.end, o.start) {
				return
			}
			if element == 1 && x.between(&x.pattern.bar, before.end, o.start) {
				return
			}
		}
		x.hit.at[element] = int16(i)
		x.extend(element+1, i+1)
	}
}

// parted reports whether a stop stands between two bytes of the field.
func (s *sentence) parted(from, to int32) bool {
	for _, at := range s.stops {
		if at >= from {
			return at < to
		}
	}
	return false
}

// between reports whether one of sets stands wholly between two bytes.
func (s *sentence) between(sets *symbols, from, to int32) bool {
	if !s.has.meets(sets) {
		return false
	}
	for _, o := range s.found {
		if o.start >= to {
			return false
		}
		if o.start >= from && o.end <= to && sets.has(o.set) {
			return true
		}
	}
	return false
}

// stands returns the occurrence of set that stands at the position as seen from h,
// if there is one.
func (s *sentence) stands(h *hit, set symbol, at position, words int, title *sentence) (occurrence, bool) {
	if at == inTitle {
		if title == nil {
			return occurrence{}, false
		}
		for _, o := range title.found {
			if o.set == set {
				return o, true
			}
		}
		return occurrence{}, false
	}
	if !s.has.has(set) {
		return occurrence{}, false
	}
	act, first, last := h.act(s), h.first(s), h.last(s)
	limit := 2 * words
	if words == 0 {
		limit = noLimit
	}
	near := func(from, to int32) bool {
		return (limit == noLimit || halfWords(s.text[from:to], limit) <= limit) && !s.parted(from, to)
	}
	for _, o := range s.found {
		if o.set != set {
			continue
		}
		ok := false
		switch at {
		case anywhere:
			ok = true
		case before:
			ok = o.end <= act.start && near(o.end, act.start)
		case touching:
			ok = o.end <= act.start && strings.TrimSpace(s.text[o.end:act.start]) == ""
		case after:
			ok = o.start >= act.end && near(act.end, o.start)
		case around:
			ok = o.end <= act.start && near(o.end, act.start) || o.start >= act.end && near(act.end, o.start) || o.start < act.end && act.start < o.end
		case inside:
			ok = o.start >= first.start && o.end <= last.end
		case atStart:
			ok = limit == noLimit && int(o.start) == s.start || limit != noLimit && halfWords(s.text[s.start:o.start], limit) <= limit
		}
		if ok {
			return o, true
		}
	}
	return occurrence{}, false
}
