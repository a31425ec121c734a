package rules

import (
	"slices"
	"strings"

	"edict/classifier/places"
	"edict/news"
)

// actorReach is how far, in half-words, a place may stand before an authority
// without a place of its own ("Iran's energy ministry").
const actorReach = 8

// ofReach is how far a place may stand after it ("the parliament of Norway").
const ofReach = 8

// afterReach is how far, in bytes, a place may stand after a match to say where it
// bites.
const afterReach = 80

// bind finds the places of a match: whose authority acts, and where the act bites
// within that. It says how they were found, and whether in another sentence alone.
// The places are d's until the next call.
func (s *Set) bind(d *document, i int, h *hit) (codes []news.Jurisdiction, how string, guessed bool) {
	sen := &d.sentences[i]
	out := d.codes[:0]
	for e := range h.pattern.elements {
		if o := sen.found[h.at[e]]; o.mention >= 0 {
			out, how = with(out, sen.places[o.mention].Code), "the place in the pattern"
		}
	}
	if len(out) == 0 {
		if m, ok := sen.beside(h.first(sen)); ok {
			out, how = with(out, m.Code), "the place beside the authority"
		}
	}
	d.within = sen.reach(d.within[:0], h)
	if len(out) == 0 {
		for _, m := range d.within {
			out, how = with(out, m.Code), "a place within the match"
		}
		if len(out) > 1 && !h.pattern.bites {
			out = related(out)
		}
	}
	if len(out) == 0 {
		code, how := d.elsewhere(sen, h)
		if len(sen.places) == 0 && sen.has(nationwideSymbol) && code != news.Unnamed {
			// "Several provinces" are not the one that was spoken of last.
			code, how = news.Jurisdiction(code.Country()), "several places of the country that is spoken of"
		}
		d.codes = append(out, code)
		return d.codes, how, len(sen.places) == 0
	}
	for _, m := range d.within {
		if h.pattern.bites || divides(m.Code, out) {
			out = with(out, m.Code)
		}
	}
	d.codes = out
	return finest(out), how, false
}

// elsewhere finds the place of a match that has none within reach.
func (d *document) elsewhere(sen *sentence, h *hit) (news.Jurisdiction, string) {
	if m, ok := sen.nearest(h); ok {
		return m.Code, "the nearest place in the sentence"
	}
	if title := d.fields[0]; title.name == news.Title && sen.name != news.Title && len(title.mentions) > 0 {
		return title.mentions[0].Code, "the place in the title"
	}
	if sen.earlier != "" {
		return sen.earlier, "a place in a sentence before"
	}
	if d.first != "" {
		return d.first, "the first place that the story names"
	}
	return news.Unnamed, "the story names no place"
}

// with appends code to codes, unless it is among them.
func with(codes []news.Jurisdiction, code news.Jurisdiction) []news.Jurisdiction {
	if code == "" || slices.Contains(codes, code) {
		return codes
	}
	return append(codes, code)
}

// divides reports whether code is a division of one of codes.
func divides(code news.Jurisdiction, codes []news.Jurisdiction) bool {
	return code.Division() != "" && slices.ContainsFunc(codes, func(c news.Jurisdiction) bool { return c.Country() == code.Country() })
}

// finest drops a country of which a division is named too.
func finest(codes []news.Jurisdiction) []news.Jurisdiction {
	if len(codes) < 2 {
		return codes
	}
	all := slices.Clone(codes)
	return slices.DeleteFunc(codes, func(c news.Jurisdiction) bool {
		return c.Division() == "" && slices.ContainsFunc(all, func(o news.Jurisdiction) bool { return o != c && o.Within(c) })
	})
}

// related keeps, of several places, the first and its divisions or siblings.
func related(codes []news.Jurisdiction) []news.Jurisdiction {
	country := codes[0].Country()
	return slices.DeleteFunc(codes, func(c news.Jurisdiction) bool { return c.Country() != country })
}

// beside returns the place that owns an authority: shortly before it, or after it
// with "of" or "in".
func (s *sentence) beside(o occurrence) (places.Mention, bool) {
	best, ok := places.Mention{}, false
	for _, m := range s.places {
		switch {
		case m.End <= int(o.start) && halfWords(s.text[m.End:o.start], actorReach) <= actorReach:
			best, ok = m, true
		case !ok && m.Start >= int(o.end) && halfWords(s.text[o.end:m.Start], ofReach) <= ofReach:
			between := strings.ToLower(s.text[o.end:m.Start])
			if strings.HasPrefix(between, " of ") || strings.HasPrefix(between, " in ") || strings.HasPrefix(between, " for ") {
				return m, true
			}
		}
	}
	return best, ok
}

// reach appends the places within the match and those that follow it at once.
func (s *sentence) reach(out []places.Mention, h *hit) []places.Mention {
	from, to := h.first(s).start, h.last(s).end
	for _, m := range s.places {
		if m.Start >= int(from) && m.End <= int(to) {
			out = append(out, m)
		} else if m.Start >= int(to) && m.Start <= int(to)+afterReach {
			between := strings.ToLower(s.text[to:m.Start])
			word, _ := lastWord(between)
			if (word == "in" || word == "across" || word == "within" || len(out) > 0 && between == " and ") && halfWords(between, 8) <= 8 && !s.parted(to, int32(m.Start)) {
				out = append(out, m)
			}
		}
	}
	return out
}

// besideReach is how far apart, in bytes, a country and its division stand in one
// name ("Russia's Irkutsk region", "Irkutsk, Russia").
const besideReach = 4

// nearest returns the place of the sentence that is nearest to the act, before it
// rather than after; of a country and its division beside it the division.
func (s *sentence) nearest(h *hit) (places.Mention, bool) {
	act := h.act(s)
	best, ok, least := places.Mention{}, false, 1<<30
	for _, m := range s.places {
		distance := int(act.start) - m.End
		if m.Start >= int(act.end) {
			distance = 2 * (m.Start - int(act.end))
		}
		if distance = max(distance, 0); distance < least {
			best, ok, least = m, true, distance
		}
	}
	if !ok || best.Code.Division() != "" {
		return best, ok
	}
	for _, m := range s.places {
		apart := max(m.Start-best.End, best.Start-m.End)
		if m.Code.Division() != "" && m.Code.Within(best.Code) && apart <= besideReach {
			return m, true
		}
	}
	return best, ok
}
