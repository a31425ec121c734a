package alert

import (
	"slices"
	"strings"

	"edict/news"
)

// wants are what subscriptions ask for, one behind the other, as numbers: counts, the
// least score, labels, places, sources, languages, then phrases. Names are numbers of
// Index.names.
type wants []uint32

// Bits of the first number beside the counts of what follows.
const (
	wantsTag = 1 << iota
	wantsReviewed
	stageBits = 4 // from here on, one for each stage
)

var stages = []news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}

// scoreUnit is the least difference between two scores.
const scoreUnit = 1e-6

// head is how many numbers stand before the lists.
const head = 7

// name returns the number of a name, which it gives it if it has none.
func (x *Index) name(s string) uint32 {
	n, known := x.names[s]
	if !known {
		n = uint32(len(x.names)) + 1
		x.names[s] = n
	}
	return n
}

// write appends what a subscription asks for, and returns where it is. Of places, those
// that a country includes under the query are named too.
func (x *Index) write(q news.Query, terms []int32) (at int32) {
	at = int32(len(x.asks))
	flags := uint32(0)
	if q.NeedsTag() {
		flags |= wantsTag
	}
	if q.Reviewed {
		flags |= wantsReviewed
	}
	for _, s := range q.Stages {
		flags |= 1 << (stageBits + slices.Index(stages, s))
	}
	places := q.Jurisdictions
	if q.AllDivisions && slices.Contains(places, "CN") {
		places = append(slices.Clone(places), "HK", "MO", "TW")
	}
	x.asks = append(x.asks, flags, uint32(q.MinScore/scoreUnit),
		uint32(len(q.Labels)), uint32(len(places)), uint32(len(q.Sources)), uint32(len(q.Languages)), uint32(len(terms)))
	for _, l := range q.Labels {
		x.asks = append(x.asks, x.name(string(l)))
	}
	for _, p := range places {
		x.asks = append(x.asks, x.name(string(p)))
	}
	for _, list := range [][]string{q.Sources, q.Languages} {
		for _, s := range list {
			x.asks = append(x.asks, x.name(s))
		}
	}
	for _, n := range terms {
		x.asks = append(x.asks, uint32(n))
	}
	return at
}

// A want is what one subscription asks for.
type want struct {
	flags, score                       uint32
	labels, places, sources, languages []uint32
	terms                              []uint32
}

func (w wants) at(at int32) want {
	h, rest := w[at:at+head], w[at+head:]
	take := func(n uint32) (list []uint32) {
		list, rest = rest[:n:n], rest[n:]
		return list
	}
	return want{h[0], h[1], take(h[2]), take(h[3]), take(h[4]), take(h[5]), take(h[6])}
}

// read returns what write was given, as far as it alters what fits.
func (x *Index) read(at int32) (q news.Query, terms []int32) {
	names := make([]string, len(x.names)+1)
	for s, n := range x.names {
		names[n] = s
	}
	w := x.asks.at(at)
	for _, n := range w.labels {
		q.Labels = append(q.Labels, news.Label(names[n]))
	}
	for _, n := range w.places {
		q.Jurisdictions = append(q.Jurisdictions, news.Jurisdiction(names[n]))
	}
	for _, n := range w.sources {
		q.Sources = append(q.Sources, names[n])
	}
	for _, n := range w.languages {
		q.Languages = append(q.Languages, names[n])
	}
	for i, s := range stages {
		if w.flags&(1<<(stageBits+i)) != 0 {
			q.Stages = append(q.Stages, s)
		}
	}
	q.MinScore, q.Reviewed = float64(w.score)*scoreUnit, w.flags&wantsReviewed != 0
	for _, n := range w.terms {
		terms = append(terms, int32(n))
	}
	return q, terms
}

// A had is what a story has to be asked for, as numbers; 0 is a name that nobody asks
// for.
type had struct {
	source    uint32
	languages [3]uint32 // zh-Hans-CN, zh-Hans, zh
	tags      []hadTag
}

type hadTag struct {
	label, place, country uint32
	score                 uint32
	stage                 uint32 // its bit
	accepted              bool
}

// look reads a story. It alters no name.
func (x *Index) look(s Story) (h had) {
	h.source = x.names[s.Source]
	for i, l := 0, s.Language; i < len(h.languages) && l != ""; i++ {
		h.languages[i] = x.names[l]
		cut := strings.LastIndexByte(l, '-')
		l = l[:max(cut, 0)]
	}
	for _, t := range s.Tags {
		if t.State.Counts() {
			h.tags = append(h.tags, hadTag{
				label: x.names[string(t.Label)], place: x.names[string(t.Jurisdiction)], country: x.names[t.Jurisdiction.Country()],
				score: uint32(t.Score / scoreUnit), stage: 1 << (stageBits + max(slices.Index(stages, t.Stage), 0)), accepted: t.State == news.Accepted,
			})
		}
	}
	return h
}

// fits reports whether a subscription asks for the story that was read and whose
// phrases are marked.
func (x *Index) fits(at int32, h had) bool {
	w := x.asks.at(at)
	for _, term := range w.terms {
		if n := int32(term); n >= 0 && x.seen[n] != x.turn || n < 0 && x.seen[^n] == x.turn {
			return false
		}
	}
	return (len(w.sources) == 0 || slices.Contains(w.sources, h.source)) &&
		(len(w.languages) == 0 || slices.ContainsFunc(h.languages[:], func(l uint32) bool { return l != 0 && slices.Contains(w.languages, l) })) &&
		(w.flags&wantsTag == 0 || slices.ContainsFunc(h.tags, w.fitsTag))
}

func (w want) fitsTag(t hadTag) bool {
	const anyStage = 1<<(stageBits+4) - 1<<stageBits
	return t.score >= w.score && (w.flags&wantsReviewed == 0 || t.accepted) &&
		(w.flags&anyStage == 0 || w.flags&t.stage != 0) &&
		(len(w.labels) == 0 || slices.Contains(w.labels, t.label)) &&
		(len(w.places) == 0 || slices.Contains(w.places, t.place) || slices.Contains(w.places, t.country))
}
