package rules

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/classifier/places"
)

// build finds the occurrences in the sentence: what the hits stand for, without
// those that an exception covers, one that a longer phrase of the same set holds,
// and the places.
func (s *Set) build(sen *sentence) {
	if sen.built {
		return
	}
	sen.built = true
	var barred []occurrence
	for _, h := range sen.hits {
		if h.Phrase >= s.places {
			for _, set := range s.bars[h.Phrase-s.places] {
				barred = append(barred, occurrence{int32(h.Start), int32(h.End), set, -1})
			}
		}
	}
	out := make([]occurrence, 0, 2*len(sen.hits)+8)
	keep := func(h match.Hit, set symbol) bool {
		for _, b := range barred {
			if b.set == set && int(b.start) <= h.Start && h.End <= int(b.end) && (int(b.start) < h.Start || h.End < int(b.end)) {
				return false
			}
		}
		if !s.subjects.has(set) || !governed(sen.text, h.Start) {
			out = append(out, occurrence{int32(h.Start), int32(h.End), set, -1})
		}
		return true
	}
	for _, h := range sen.hits {
		if h.Phrase < s.places {
			continue
		}
		for _, set := range s.uses[h.Phrase-s.places] {
			if keep(h, set) {
				for _, up := range s.above[set] {
					keep(h, up)
				}
			}
		}
	}
	for i, m := range sen.places() {
		o := occurrence{int32(m.Start), int32(m.End), placeSymbol, int16(i)}
		add := func(set symbol) {
			o.set = set
			out = append(out, o)
			for _, up := range s.above[set] {
				o.set = up
				out = append(out, o)
			}
		}
		add(placeSymbol)
		if m.Kind == places.Actor {
			add(agencySymbol)
		} else if subject(sen.text, m) {
			add(subjectSymbol)
		}
	}
	slices.SortStableFunc(out, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.set, b.set))
	})
	sen.found = longest(out)
	sen.has = symbols{}
	for _, o := range sen.found {
		sen.has.add(o.set)
	}
	sen.mark()
}

// longest drops what stands within a longer one of the same set.
func longest(found []occurrence) []occurrence {
	out := found[:0]
next:
	for _, o := range found {
		for i := len(out) - 1; i >= 0 && o.start-out[i].start < 200; i-- {
			if out[i].set == o.set && out[i].end >= o.end && out[i].mention == o.mention {
				continue next
			}
		}
		out = append(out, o)
	}
	return out
}

// mark adds question marks and semicolons, and finds what is quoted.
func (s *sentence) mark() {
	text := s.text[s.start:s.end]
	open := -1
	for i, r := range text {
		at := s.start + i
		var set symbol
		switch r {
		case '?', '？':
			set = questionSymbol
		case ';', '；':
			set = stopSymbol
		case '“', '"', '「':
			if open < 0 || r != '"' {
				open = at
				continue
			}
			fallthrough
		case '”', '」':
			if open >= 0 && halfWords(s.text[open:at], minQuote+1) > minQuote {
				s.quoted = append(s.quoted, match.Span{Start: open, End: at})
			}
			open = -1
			continue
		default:
			continue
		}
		s.has.add(set)
		o := occurrence{int32(at), int32(at + utf8.RuneLen(r)), set, -1}
		i, _ := slices.BinarySearchFunc(s.found, o, func(a, b occurrence) int { return cmp.Compare(a.start, b.start) })
		s.found = slices.Insert(s.found, i, o)
	}
}

// minQuote is the longest quotation, in half-words, that is taken for a name or a
// so-called, not for speech.
const minQuote = 10
