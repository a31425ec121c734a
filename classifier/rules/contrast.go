package rules

import (
	"slices"
	"strings"
)

// What sets one half of a sentence against the other. Behind an opening word the
// halves are parted by the next comma.
var (
	contrasts = []string{" while ", " While ", " whereas ", " Whereas ", ", but ", ", But ", "，而", "，但", "，同时"}
	openings  = []string{"while ", "whereas ", "although ", "虽然", "尽管"}
)

// halves returns where in the field the halves of a sentence part that sets one
// thing against another: "Nine provinces closed mines while 14 give grants".
func (s *sentence) halves() []int32 {
	if !s.halved {
		s.parts, s.halved = s.halve(), true
	}
	return s.parts
}

func (s *sentence) halve() (at []int32) {
	text := s.text[s.start:s.end]
	for _, word := range contrasts {
		for i := 0; ; {
			n := strings.Index(text[i:], word)
			if n < 0 {
				break
			}
			i += n + len(word)
			at = append(at, int32(s.start+i)) //nolint:gosec // a field is at most 512 KiB
		}
	}
	opening := strings.ToLower(text[:min(len(text), 16)])
	if slices.ContainsFunc(openings, func(word string) bool { return strings.HasPrefix(opening, word) }) {
		if n := strings.IndexAny(text, ",，"); n > 0 {
			at = append(at, int32(s.start+n)) //nolint:gosec // likewise
		}
	}
	return at
}

// searchHalf adds the matches of p in a sentence that holds what p must not stand
// with, where that is in the other half.
func (s *Set) searchHalf(d *document, sen *sentence, p *pattern) {
	n := len(d.search.hits)
	d.search.find(p)
	kept := d.search.hits[:n]
	if n == len(d.search.hits) {
		return
	}
	parts := sen.halves()
	if len(parts) == 0 {
		d.search.hits = kept
		return
	}
	for _, h := range d.search.hits[n:] {
		if !sen.spoilt(&h, p.unless, parts) {
			kept = append(kept, h)
		}
	}
	d.search.hits = kept
}

// spoilt reports whether one of sets stands in the same half of the sentence as h.
func (s *sentence) spoilt(h *hit, sets []symbol, parts []int32) bool {
	from, to := h.act(s).start, h.last(s).end // who acts may be named in the first half alone
	for _, set := range sets {
		for i := s.first[set]; i > 0; i = s.found[i-1].next {
			o := &s.found[i-1]
			apart := slices.ContainsFunc(parts, func(at int32) bool { return o.end <= at && at <= from || to <= at && at <= o.start })
			if !apart {
				return true
			}
		}
	}
	return false
}

// withinHalves leaves out of hits those whose actor stands in one half and its act in
// the other, where the other has an actor of its own: "While Sichuan shuts mines, Hainan
// offers subsidies".
func (s *sentence) withinHalves(hits []hit) []hit {
	if len(hits) == 0 {
		return hits
	}
	parts := s.halves()
	if len(parts) == 0 {
		return hits
	}
	return slices.DeleteFunc(hits, func(h hit) bool {
		actor, act := h.first(s), h.act(s)
		return slices.ContainsFunc(parts, func(at int32) bool {
			return actor.end <= at && at <= act.start && s.between(h.pattern.elements[0].sets, at, act.start)
		})
	})
}
