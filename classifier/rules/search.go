package rules

import (
	"slices"
	"strings"
)

// maxMatches is the most matches of one pattern in one sentence that are looked
// at. A sentence with more is a list, and the first say what it says.
const maxMatches = 12

// maxSteps bounds the work for one pattern in one sentence: a text without a full
// stop must not hold up the rest. An ordinary sentence takes a few.
const maxSteps = 4000

// maxElements is the most elements of a pattern.
const maxElements = 8

// A hit is a pattern that matched: the occurrence of each element, by index into
// the sentence's found.
type hit struct {
	pattern *pattern
	at      [maxElements]int32
}

func (h *hit) first(s *sentence) occurrence { return s.found[h.at[0]] }
func (h *hit) act(s *sentence) occurrence   { return s.found[h.at[h.pattern.act]] }
func (h *hit) last(s *sentence) occurrence {
	return s.found[h.at[len(h.pattern.elements)-1]]
}

// A search looks for one pattern after the other in a sentence.
type search struct {
	*sentence
	hits []hit // what was found

	hit   hit                  // as far as it is known
	where [maxElements][]int32 // by element, the occurrences that it may be, in order
	room  []int32              // for those
	most  int                  // how many hits there may be
	steps int
}

// begin makes x ready to search s.
func (x *search) begin(s *sentence) { x.sentence, x.hits = s, x.hits[:0] }

// find adds the matches of p.
func (x *search) find(p *pattern) {
	if !x.locate(p) {
		return
	}
	x.hit.pattern, x.most, x.steps = p, len(x.hits)+maxMatches, 0
	x.extend(0, 0)
}

// locate notes where each element of p stands. It reports whether they stand
// somewhere in their order, whatever lies between.
func (x *search) locate(p *pattern) bool {
	x.room = x.room[:0]
	behind := int32(-1)
	for e := range p.elements {
		from := len(x.room)
		sets := p.elements[e].sets
		for _, set := range sets {
			for i := x.first[set]; i > 0; i = x.found[i-1].next {
				x.room = append(x.room, i-1)
			}
		}
		where := x.room[from:]
		if len(sets) > 1 {
			slices.Sort(where)
		}
		i := slices.IndexFunc(where, func(at int32) bool { return at > behind })
		if i < 0 {
			return false
		}
		x.where[e], behind = where, where[i]
	}
	return true
}

// extend looks for the element, and those behind it, from an occurrence on.
func (x *search) extend(element int, from int32) {
	p := x.hit.pattern
	if element == len(p.elements) {
		x.hits = append(x.hits, x.hit)
		return
	}
	e := &p.elements[element]
	for _, i := range x.where[element] {
		if i < from {
			continue
		}
		if x.steps++; x.steps > maxSteps || len(x.hits) >= x.most {
			return
		}
		if element == 0 && p.begins < noLimit && halfWords(x.text[x.sentence.start:x.found[i].start], p.begins) > p.begins {
			return
		}
		if element > 0 {
			o, before := &x.found[i], &x.found[x.hit.at[element-1]]
			if o.start < before.end {
				continue
			}
			from := before.end
			if element == 1 {
				from = x.behindAside(from, o.start)
			}
			if e.gap < noLimit && halfWords(x.text[from:o.start], e.gap) > e.gap {
				return
			}
			if x.parted(before.end, o.start) {
				return
			}
			if element == 1 && x.between(p.bar, from, o.start) {
				return
			}
		}
		x.hit.at[element] = i
		x.extend(element+1, i+1)
	}
}

// longestAside is the longest apposition behind an actor, in half-words.
const longestAside = 40

// behindAside returns where what is said of an actor, between commas or in brackets
// right behind it, ends ("Gansu, in the north-west of China, has ordered"): from, if
// nothing is, or if it is who says so. What follows must begin before limit.
func (s *sentence) behindAside(from, limit int32) int32 {
	rest := s.text[from:limit]
	i := 0
	if strings.HasPrefix(rest, " ") {
		i = 1
	}
	if i >= len(rest) {
		return from
	}
	var closing string
	switch {
	case rest[i] == ',' && i+1 < len(rest) && rest[i+1] == ' ':
		closing = ", "
	case rest[i] == '(':
		closing = ")"
	case strings.HasPrefix(rest[i:], "（"):
		closing = "）"
	default:
		return from
	}
	n := strings.Index(rest[i+1:], closing)
	if n < 0 {
		return from
	}
	aside := rest[i+1 : i+1+n]
	if halfWords(aside, longestAside) > longestAside || saysSo(aside) {
		return from
	}
	return from + int32(i+1+n+len(closing))
}

// saysSo reports whether an aside tells who says what it stands in.
func saysSo(aside string) bool {
	for word := range strings.FieldsSeq(aside) {
		switch word {
		case "say", "says", "said", "told", "according", "reported", "reports", "added", "wrote", "warned", "argued":
			return true
		}
	}
	return false
}

// parted reports whether a stop stands between two bytes of the field.
func (s *sentence) parted(from, to int32) bool {
	for i := s.first[stopSymbol]; i > 0; i = s.found[i-1].next {
		if at := s.found[i-1].start; at >= from {
			return at < to
		}
	}
	return false
}

// between reports whether one of sets stands wholly between two bytes.
func (s *sentence) between(sets []symbol, from, to int32) bool {
	for _, set := range sets {
		for i := s.first[set]; i > 0; i = s.found[i-1].next {
			if o := &s.found[i-1]; o.start >= from && o.end <= to {
				return true
			}
		}
	}
	return false
}

// stands returns the occurrence of set that stands at the position as seen from h,
// if there is one.
func (s *sentence) stands(h *hit, set symbol, at position, words int, clause bool, title *sentence) (occurrence, bool) {
	if at == inTitle {
		if title == nil || !title.has(set) {
			return occurrence{}, false
		}
		return title.found[title.first[set]-1], true
	}
	for i := s.first[set]; i > 0; i = s.found[i-1].next {
		if o := s.found[i-1]; s.positioned(h, o, at, words, clause) {
			return o, true
		}
	}
	return occurrence{}, false
}

// positioned reports whether o stands at the position as seen from h.
func (s *sentence) positioned(h *hit, o occurrence, at position, words int, clause bool) bool {
	act, first, last := h.act(s), h.first(s), h.last(s)
	limit := 2 * words
	if words == 0 {
		limit = noLimit
	}
	near := func(from, to int32) bool {
		return (limit == noLimit || halfWords(s.text[from:to], limit) <= limit) && !s.parted(from, to) &&
			(!clause || !strings.ContainsAny(s.text[from:to], ",，:："))
	}
	switch at {
	case anywhere:
		return true
	case before:
		return o.end <= act.start && near(o.end, act.start)
	case touching:
		return o.end <= act.start && strings.TrimSpace(s.text[o.end:act.start]) == ""
	case after:
		return o.start >= act.end && near(act.end, o.start)
	case around:
		return o.end <= act.start && near(o.end, act.start) || o.start >= act.end && near(act.end, o.start) || o.start < act.end && act.start < o.end
	case atAct:
		return o.start < act.end && act.start < o.end
	case inside:
		return o.start >= first.start && o.end <= last.end
	case atStart:
		return limit == noLimit && int(o.start) == s.start || limit != noLimit && halfWords(s.text[s.start:o.start], limit) <= limit
	}
	return false
}
