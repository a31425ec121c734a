package places

import (
	"slices"
	"strings"

	"edict/news"
)

// resolve appends what the chosen name number i means.
func (r *resolver) resolve(out []Mention, i int) []Mention {
	f := &r.chosen[i]
	if f.stop {
		return out
	}
	var list [8]*meaning
	means := r.meanings(list[:0], f)
	if len(means) == 0 || means[0].kind == Demonym && r.ofPeople(f.end) {
		return out
	}
	if code := r.abroad(f, means); code != "" {
		return r.mention(out, f, code, City)
	}
	m := means[0]
	for _, x := range means {
		if x.kind == Capital {
			return r.capital(out, f, means, x)
		}
	}
	if before := r.before(out, f); before != nil {
		if own := owned(f.name.means, means, before); own != nil {
			m = own
			if m.local {
				return r.mention(out, f, m.of(before.Code), Actor)
			}
			return r.each(out, f, m)
		}
	}
	if len(means) > 1 {
		m = r.best(f, means)
	}
	if m.local {
		code := r.localPlace(out, f, m)
		if code == "" {
			return out
		}
		return r.mention(out, f, code, m.kind)
	}
	return r.each(out, f, m)
}

func (r *resolver) mention(out []Mention, f *found, code news.Jurisdiction, kind Kind) []Mention {
	return append(out, Mention{Code: code, Kind: kind, Start: f.start, End: f.end, Name: r.text[f.start:f.end]})
}

// each appends a mention for each code of m.
func (r *resolver) each(out []Mention, f *found, m *meaning) []Mention {
	for _, code := range m.codes {
		out = r.mention(out, f, code, m.kind)
	}
	return out
}

// abroad returns the division right behind the name of a city of another country:
// "Paris, Texas" and "London, Ontario".
func (r *resolver) abroad(f *found, means []*meaning) news.Jurisdiction {
	if !strings.HasPrefix(r.text[f.end:], ", ") {
		return ""
	}
	for _, e := range r.known {
		if e.start != f.end+2 || e.cue || !divided(e.code) {
			continue
		}
		for _, m := range means {
			own := m.kind == City || m.kind == Capital || m.kind == Division && !r.listed(e.end)
			if !own || m.government || country(m.codes[0]) == country(e.code) {
				return ""
			}
		}
		return e.code
	}
	return ""
}

// peoples are what follows the hyphen of an adjective that tells who lives
// somewhere, or who owns something there: "the Serb-majority north of Kosovo".
var peoples = []string{"-majority", "-minority", "-speaking", "-language", "-dominated", "-populated", "-owned", "-born"}

// ofPeople reports whether the adjective that ends at a byte of the text tells of
// people and not of a place.
func (r *resolver) ofPeople(end int) bool {
	return slices.ContainsFunc(peoples, func(p string) bool { return strings.HasPrefix(r.text[end:], p) })
}

// listed reports whether another place follows at a byte of the text, as in a list.
func (r *resolver) listed(end int) bool {
	for _, sep := range []string{", ", " and ", ", and ", " or "} {
		if strings.HasPrefix(r.text[end:], sep) && slices.ContainsFunc(r.known, func(e evidence) bool { return e.start == end+len(sep) && !e.cue }) {
			return true
		}
	}
	return false
}

// before returns the mention that f belongs to: right before it, with no more than
// a possessive between them.
func (r *resolver) before(out []Mention, f *found) *Mention {
	if len(out) == 0 {
		return nil
	}
	m := &out[len(out)-1]
	if m.Kind == Actor || m.End > f.start {
		return nil
	}
	switch strings.TrimSpace(r.text[m.End:f.start]) {
	case "", "'s", "’s", "'", "’", "的":
		return m
	}
	return nil
}

// owned returns the meaning that fits the place before: a body whose country it
// is, or a body by kind.
func owned(all []meaning, means []*meaning, before *Mention) *meaning {
	for i := range all {
		if m := &all[i]; m.kind == Actor && !m.local && country(m.codes[0]) == country(before.Code) {
			return m
		}
	}
	for _, m := range means {
		if m.local {
			return m
		}
	}
	if before.Kind == Demonym && means[0].kind == Actor {
		return foreign
	}
	return nil
}

// foreign is a body that is named like one known elsewhere: "the Indian Law
// Commission".
var foreign = &meaning{kind: Actor, local: true}

// best weighs meanings by what else the text names: first by places within the
// meaning's own area, then by its country, then by their order.
func (r *resolver) best(f *found, means []*meaning) *meaning {
	var best *meaning
	var bestSpecific, bestGeneral int
	for _, m := range means {
		specific, general := r.weigh(f, m)
		switch {
		case best == nil,
			m.last && bestSpecific == 0 && !best.last,
			!m.last && best.last && specific > 0,
			!m.last && !best.last && (specific > bestSpecific || specific == bestSpecific && general > bestGeneral):
			best, bestSpecific, bestGeneral = m, specific, general
		}
	}
	return best
}

// near is how far, in bytes, another name lies within the same sentence as a rule;
// beside, how far with no more than "in", a comma or a possessive between.
const (
	near   = 120
	beside = 5
)

// weigh counts what else the text names in the area of m: specific what is in it,
// general what is only in its country. Closer names count more.
func (r *resolver) weigh(f *found, m *meaning) (specific, general int) {
	for _, e := range r.known {
		if e.start < f.end && f.start < e.end {
			continue
		}
		w := 1
		if e.cue {
			// A hint counts where it stands close by, and never alone far away.
			if gap := max(e.start-f.end, f.start-e.end); gap > near/2 {
				continue
			}
		}
		if e.paragraph == f.paragraph {
			w = 2
			if gap := max(e.start-f.end, f.start-e.end); gap <= beside {
				w = 6
			} else if gap < near {
				w = 4
			}
		}
		for _, code := range m.codes {
			switch {
			case e.code == code, !divided(code) && country(e.code) == string(code):
				specific += w
			case country(e.code) == country(code):
				general += w
			}
		}
	}
	if m.last {
		specific = 0
	}
	return specific, general
}

// of returns whose body m is when it stands with the place code.
func (m *meaning) of(code news.Jurisdiction) news.Jurisdiction {
	if m.national {
		return code[:2]
	}
	return code
}

// maxBefore is how many mentions before a name are looked at, to find whose body it
// is.
const maxBefore = 64

// localPlace returns whose body a name by kind is that stands alone: the nearest
// place named before it in the paragraph, else the table's, if that country or
// none is named, else that of the country that the article spoke of before this text.
func (r *resolver) localPlace(out []Mention, f *found, m *meaning) news.Jurisdiction {
	home := m.codes[0]
	for _, o := range slices.Backward(out[max(0, len(out)-maxBefore):]) {
		if strings.Contains(r.text[o.End:f.start], "\n") {
			break
		}
		switch {
		case o.Kind == Actor:
		case m.several:
			return o.Code[:2]
		default:
			return m.of(o.Code)
		}
	}
	foreign := false
	for _, e := range r.known {
		if country(e.code) == country(home) {
			return home
		}
		foreign = foreign || !e.cue
	}
	switch {
	case foreign:
		return ""
	case r.spoken != "" && country(r.spoken) != country(home):
		return r.spoken[:2]
	}
	return home
}

// capital decides between a capital as a government, as a city, and other places of
// the same name.
func (r *resolver) capital(out []Mention, f *found, means []*meaning, government *meaning) []Mention {
	var others []*meaning
	for _, m := range means {
		if m != government && m.kind != Actor {
			others = append(others, m)
		}
	}
	if government.government {
		return r.each(out, f, government)
	}
	// Washington: a state too, if the text speaks of that state.
	for _, m := range others {
		if specific, _ := r.weigh(f, m); specific > 0 && divided(m.codes[0]) && r.distinct(m) {
			return r.each(out, f, m)
		}
	}
	place := government.codes[0]
	kind := City
	for _, m := range others {
		if country(m.codes[0]) == country(place) && !r.distinct(m) {
			place, kind = m.codes[0], m.kind
		}
	}
	if f.name.han || r.asCity(out, f, government.codes[0]) {
		return r.mention(out, f, place, kind)
	}
	return r.mention(out, f, government.codes[0], Capital)
}

// distinct reports whether m is another place than the capital of that name: the
// state of Washington, not the city.
func (r *resolver) distinct(m *meaning) bool { return m.codes[0] == "US-WA" }
