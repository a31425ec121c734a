package rules

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/classifier/places"
)

// An occurrence is a set, or a place, at some bytes of a field.
type occurrence struct {
	start, end int32
	set        symbol
	mention    int16 // index into the sentence's places, or -1
	next       int32 // where in found the set stands next, and 1; 0: nowhere
}

// has reports whether a set stands in s.
func (s *sentence) has(set symbol) bool { return s.first[set] != 0 }

// hasAny reports whether one of sets does.
func (s *sentence) hasAny(sets []symbol) bool { return slices.ContainsFunc(sets, s.has) }

// before is the order of occurrences: by start, longer ones first, then by set.
func (o occurrence) before(p occurrence) bool {
	if o.start != p.start {
		return o.start < p.start
	}
	if o.end != p.end {
		return o.end > p.end
	}
	return o.set < p.set
}

// build finds the occurrences in the sentence: what the hits stand for, without
// those that an exception covers, one that a longer phrase of the same set holds,
// and the places.
func (s *Set) build(d *document, sen *sentence) {
	if sen.first != nil {
		return
	}
	d.barred = d.barred[:0]
	for _, h := range sen.hits {
		if h.Phrase >= s.places {
			for _, set := range s.role(h).bars {
				d.barred = append(d.barred, occurrence{int32(h.Start), int32(h.End), set, -1, 0})
			}
		}
	}
	from, place := len(d.found), 0
	for _, h := range sen.hits {
		if h.Phrase < s.places {
			continue
		}
		for place < len(sen.places) && sen.places[place].Start < h.Start {
			s.addPlace(d, sen, from, place)
			place++
		}
		s.addHit(d, sen, from, h)
	}
	for ; place < len(sen.places); place++ {
		s.addPlace(d, sen, from, place)
	}
	d.dropShorter(from)
	d.mark(sen, from)
	sen.found = d.found[from:]
	sets := len(s.names)
	d.firsts = slices.Grow(d.firsts, sets)[:len(d.firsts)+sets]
	sen.first = d.firsts[len(d.firsts)-sets:]
	clear(sen.first)
	for i := len(sen.found) - 1; i >= 0; i-- {
		o := &sen.found[i]
		o.next, sen.first[o.set] = sen.first[o.set], int32(i)+1
	}
}

// addHit adds what h stands for to the occurrences since from.
func (s *Set) addHit(d *document, sen *sentence, from int, h match.Hit) {
	o := occurrence{int32(h.Start), int32(h.End), 0, -1, 0}
	asked, is := false, false
	for _, o.set = range s.standsFor(d, o, s.role(h)) {
		if s.subject[o.set] {
			if !asked {
				asked, is = true, governed(sen.text, h.Start)
			}
			if is {
				continue
			}
		}
		d.insert(from, o)
	}
}

// standsFor returns the sets of r where o is: all, but where it is part of an
// exception.
func (s *Set) standsFor(d *document, o occurrence, r *role) []symbol {
	if len(d.barred) == 0 {
		return r.may
	}
	barred := func(set symbol) bool {
		return slices.ContainsFunc(d.barred, func(b occurrence) bool {
			return b.set == set && b.start <= o.start && o.end <= b.end && b.end-b.start > o.end-o.start
		})
	}
	if !slices.ContainsFunc(r.may, barred) {
		return r.may
	}
	var out []symbol
	for _, set := range r.uses {
		if !barred(set) {
			out = append(out, set)
			for _, up := range s.above[set] {
				if !barred(up) {
					out = append(out, up)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// addPlace adds what place number i of the sentence stands for.
func (s *Set) addPlace(d *document, sen *sentence, from, i int) {
	m := sen.places[i]
	sets := s.ofPlace
	if m.Kind == places.Actor {
		sets = s.ofAgency
	} else if subject(sen.text, m) {
		sets = s.ofSubject
	}
	o := occurrence{int32(m.Start), int32(m.End), 0, int16(i), 0}
	for _, o.set = range sets {
		d.insert(from, o)
	}
}

// insert adds o to the occurrences since from, in their order. They come almost in
// that order.
func (d *document) insert(from int, o occurrence) {
	d.found = append(d.found, o)
	i := len(d.found) - 1
	for ; i > from && o.before(d.found[i-1]); i-- {
		d.found[i] = d.found[i-1]
	}
	d.found[i] = o
}

// maxPhrase is how long a phrase is at most, in bytes, to hold another.
const maxPhrase = 200

// dropShorter drops from the occurrences since from what stands within a longer one
// of the same set. That is the one before it of that set, since those that are left
// end ever later.
func (d *document) dropShorter(from int) {
	kept := from
	for _, o := range d.found[from:] {
		if o.mention < 0 {
			if at := int(d.last[o.set]) - 1; at >= from && d.found[at].end >= o.end && o.start-d.found[at].start < maxPhrase {
				continue
			}
			d.last[o.set] = int32(kept) + 1
		}
		d.found[kept] = o
		kept++
	}
	d.found = d.found[:kept]
}

// maxMarks is how many question marks and semicolons of a sentence are looked at.
const maxMarks = 500

// beginsMark marks the first bytes of the signs that mark looks for.
var beginsMark = [256]bool{'?': true, ';': true, '"': true, 0xE2: true, 0xE3: true, 0xEF: true}

// mark adds question marks and semicolons to the occurrences since from, and finds
// what is quoted.
func (d *document) mark(s *sentence, from int) {
	quoted := len(d.quoted)
	open, marks := -1, 0
	for at := s.start; at < s.end; at++ {
		if !beginsMark[s.text[at]] {
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[at:s.end])
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
				d.quoted = append(d.quoted, match.Span{Start: open, End: at})
			}
			open = -1
			continue
		default:
			continue
		}
		if marks++; marks > maxMarks {
			continue
		}
		o := occurrence{int32(at), int32(at + size), set, -1, 0}
		i, _ := slices.BinarySearchFunc(d.found[from:], o, func(a, b occurrence) int { return cmp.Compare(a.start, b.start) })
		d.found = slices.Insert(d.found, from+i, o)
	}
	s.quoted = d.quoted[quoted:]
	d.markYears(s, from)
}

// minQuote is the longest quotation, in half-words, that is taken for a name or a
// so-called, not for speech.
const minQuote = 10
