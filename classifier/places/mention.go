package places

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/news"
)

// Mentions returns the jurisdictions that text names, in order, given the hits of
// a matcher that was made with Phrases. Hits of other phrases are passed over. Of
// names that overlap the longest that begins first counts. What a name means is
// decided by what stands around it and by the other places that text names; a name
// that may mean a place or something else is left out where nothing speaks for the
// place. A name for several places (京津冀) gives one mention for each, on the
// same bytes.
func (g *Gazetteer) Mentions(text string, hits []match.Hit) []Mention {
	return g.AppendMentions(nil, text, hits, "")
}

// AppendMentions appends the jurisdictions that text names to dst. before is the place
// that the article speaks of before this text, "" if none: bodies that are named by their
// kind alone are taken for that country's.
func (g *Gazetteer) AppendMentions(dst []Mention, text string, hits []match.Hit, before news.Jurisdiction) []Mention {
	r := g.pool.Get().(*resolver)
	defer g.pool.Put(r)
	r.reset(text)
	r.spoken = before
	r.find(g, hits)
	r.choose()
	if len(r.chosen) == 0 && len(r.all) == 0 {
		return dst
	}
	r.remember()
	r.needy()
	// What is named before decides what is named next: that of this text alone.
	dst = slices.Grow(dst, len(r.chosen)+4)
	out := dst[len(dst):]
	for i := range r.chosen {
		out = r.resolve(out, i)
	}
	r.text = ""
	return append(dst, out...)
}

// reset makes r ready for text and keeps its room.
func (r *resolver) reset(text string) {
	clear(r.all)
	clear(r.chosen)
	clear(r.merged)
	*r = resolver{text: text, lower: !hasUpper(text), all: r.all[:0], chosen: r.chosen[:0], merged: r.merged[:0], known: r.known[:0]}
}

// hasUpper reports whether text has a capital letter.
func hasUpper(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 'A' && c <= 'Z' {
			return true
		}
	}
	for _, r := range text {
		if unicode.IsUpper(r) {
			return true
		}
	}
	return false
}

// A found name stands somewhere in the text, with the meanings that it may have
// there.
type found struct {
	name       *name
	start, end int
	paragraph  int
	allowed    uint32 // bit i: meaning i may stand here
	firm       bool   // a meaning counts without anything else being named
	stop       bool
}

// maxMeanings is how many meanings a name may have: the bits of allowed.
const maxMeanings = 32

// A resolver decides what the names in one text mean.
type resolver struct {
	text   string
	spoken news.Jurisdiction // what the article spoke of before the text
	lower  bool              // the text has no capitals at all, so none are asked for
	all    []found
	chosen []found
	merged []found    // room for needy
	known  []evidence // what the text names beyond doubt, in order
}

// evidence is a place that the text names, or a cue.
type evidence struct {
	code       news.Jurisdiction
	start, end int
	paragraph  int
	cue        bool
}

// country is code.Country, of a code of our own tables.
func country(code news.Jurisdiction) string { return string(code[:2]) }

// divided reports whether code, of our own tables, has a division.
func divided(code news.Jurisdiction) bool { return len(code) > 2 }

// find keeps the hits that stand where their name may stand.
func (r *resolver) find(g *Gazetteer, hits []match.Hit) {
	paragraph, at := 0, 0
	for _, h := range hits {
		if h.Phrase < 0 || h.Phrase >= len(g.names) {
			continue
		}
		paragraph += strings.Count(r.text[at:h.Start], "\n")
		at = h.Start
		n := &g.names[h.Phrase]
		if n.means[0].kind == cue {
			r.note(evidence{code: n.means[0].codes[0], start: h.Start, end: h.End, paragraph: paragraph, cue: true})
			if len(n.means) == 1 {
				continue
			}
		}
		if n.latin && !n.phrase.Exact && !r.lower {
			if first, _ := utf8.DecodeRuneInString(r.text[h.Start:]); unicode.IsLower(first) {
				continue
			}
		}
		f := found{name: n, start: h.Start, end: h.End, paragraph: paragraph}
		if n.means[0].kind == stop {
			f.stop, f.firm = true, true
		} else if !r.admit(&f) {
			continue
		}
		r.all = append(r.all, f)
	}
}

// maxKnown is how much of what a text names is remembered: every name that may mean
// several places is held against all of it. A text that names more is a list.
const maxKnown = 512

// note remembers e.
func (r *resolver) note(e evidence) {
	if len(r.known) < maxKnown {
		r.known = append(r.known, e)
	}
}

// admit reports whether f may mean a place where it stands, and notes which of its
// meanings, and whether one of them needs no help.
func (r *resolver) admit(f *found) bool {
	for i := range f.name.means {
		m := &f.name.means[i]
		switch {
		case m.kind == cue, m.beside,
			m.comma && !r.behindComma(f.start),
			m.person && r.namesPerson(f.start, f.end),
			m.traditional && !traditional(r.text[f.start:f.end]):
			continue
		}
		f.allowed |= 1 << i
		f.firm = f.firm || !m.need
	}
	return f.allowed != 0
}

// traditional reports whether a Chinese name is written in traditional characters.
func traditional(name string) bool { return match.Fold(name) != name }

// meanings appends the meanings that f may have.
func (r *resolver) meanings(dst []*meaning, f *found) []*meaning {
	for i := range f.name.means {
		if m := &f.name.means[i]; f.allowed>>i&1 != 0 && (!m.need || r.supported(f, m)) {
			dst = append(dst, m)
		}
	}
	return dst
}

// choose takes the longest of names that overlap, among those that count without
// help.
func (r *resolver) choose() {
	end := 0
	for _, f := range r.all {
		if !f.firm || f.start < end {
			continue
		}
		end = f.end
		r.chosen = append(r.chosen, f)
	}
}

// remember notes what the chosen names mean where that is beyond doubt: one code,
// or a country that all meanings share.
func (r *resolver) remember() {
	for i := range r.chosen {
		if f := &r.chosen[i]; !f.stop {
			if code := f.shared(); code != "" {
				r.note(evidence{code: code, start: f.start, end: f.end, paragraph: f.paragraph})
			}
		}
	}
}

// shared returns the code that all meanings of f have, or the country that they
// share, or "".
func (f *found) shared() news.Jurisdiction {
	var code news.Jurisdiction
	for i := range f.name.means {
		m := &f.name.means[i]
		if f.allowed>>i&1 == 0 {
			continue
		}
		if m.local {
			return "" // whoever's it is
		}
		for _, c := range m.codes {
			switch {
			case code == "":
				code = c
			case country(code) != country(c):
				return ""
			case code != c:
				code = code[:2]
			}
		}
	}
	return code
}

// needy adds the names that count only because the text names their place
// otherwise, where they overlap no other.
func (r *resolver) needy() {
	var list [8]*meaning
	merged := r.merged
	i, end := 0, 0
	for _, f := range r.all {
		for i < len(r.chosen) && r.chosen[i].start <= f.start {
			merged, end = append(merged, r.chosen[i]), max(end, r.chosen[i].end)
			i++
		}
		if f.firm || f.start < end || i < len(r.chosen) && r.chosen[i].start < f.end {
			continue
		}
		if len(r.meanings(list[:0], &f)) > 0 {
			merged, end = append(merged, f), f.end
		}
	}
	merged = append(merged, r.chosen[i:]...)
	r.merged, r.chosen = r.chosen, merged
}

// supported reports whether the text names the place of m in another name than f:
// for a city of China in Chinese its division, else its country or division.
func (r *resolver) supported(f *found, m *meaning) bool {
	for _, code := range m.codes {
		strict := f.name.han && country(code) == "CN" && divided(code)
		for _, e := range r.known {
			if e.cue || e.start < f.end && f.start < e.end {
				continue
			}
			if e.code == code || !strict && country(e.code) == country(code) {
				return true
			}
		}
	}
	return false
}
