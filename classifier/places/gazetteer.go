// Package places knows jurisdictions: their codes, what contains them, what they
// are called in English and Chinese, and which of several places a name means in
// a text. It finds names only where a matcher of package match found its phrases.
//
// It does not judge what a place has to do with a story: that is for the
// classifier.
package places

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"edict/classifier/match"
	"edict/news"
)

// A Kind says what a name stands for.
type Kind uint8

// The kinds of mention.
const (
	Country  Kind = iota + 1
	Division      // a state, province, region
	City          // a city or county: the code is that of its division
	Demonym       // Chinese, Texan: the people, or an adjective
	Capital       // a capital that stands for its government: "Beijing bans"
	Actor         // a public authority by name, such as the PBOC
)

// String returns the kind's name in the data files.
func (k Kind) String() string {
	names := [...]string{"none", "country", "division", "city", "demonym", "capital", "actor"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[0]
}

// A Mention is a jurisdiction at a place in a text, in bytes.
type Mention struct {
	Code       news.Jurisdiction
	Kind       Kind
	Start, End int
	Name       string // the slice of the text
}

// data holds the tables that Default reads.
//
//go:embed data/*.tsv
var data embed.FS

// A Gazetteer holds names and codes. It does not change once it is made, and may
// be used by many goroutines at once.
type Gazetteer struct {
	names     []name // by number of phrase
	display   map[news.Jurisdiction]displayName
	divisions map[string][]news.Jurisdiction // by country, ascending
	pool      sync.Pool                      // *resolver
}

// A name is something to find, with all that it may mean.
type name struct {
	phrase match.Phrase
	latin  bool // begins with a Latin letter: must be a capital in the text
	han    bool // begins with a Han character
	means  []meaning
}

// A meaning is what a name may stand for. Most have one code; 京津冀 has three.
type meaning struct {
	codes       []news.Jurisdiction
	kind        Kind
	comma       bool // only behind a comma: "Rockdale, TX"
	need        bool // only where its country or division is named otherwise
	person      bool // a name of persons too
	local       bool // a body by kind: belongs to the place before it
	national    bool // local, but of the whole country
	several     bool // local, for several places at once: not beside one it is the whole country's
	last        bool // only where no other meaning is named otherwise
	government  bool // a capital's name that never means the city
	traditional bool // only where it is written in traditional characters
	beside      bool // only right behind its place: "Thailand's SEC"
}

// stop and cue are kinds of names that are no mentions: in a stop a place does not
// stand for itself ("Washington Post"); a cue is a hint at a place.
const (
	stop Kind = 100 + iota
	cue
)

type displayName struct{ en, hans, hant string }

// Default returns the gazetteer that is built into the program. Making it takes
// some milliseconds: callers make it once and pass it on.
func Default() (*Gazetteer, error) {
	g := &Gazetteer{display: map[news.Jurisdiction]displayName{}, divisions: map[string][]news.Jurisdiction{}}
	g.pool.New = func() any { return new(resolver) }
	if err := g.load(); err != nil {
		return nil, fmt.Errorf("read the table of places: %w", err)
	}
	return g, nil
}

// Phrases returns what to look for. Callers compile them with their own, and hand
// the hits to Mentions with the number of the first of these subtracted.
func (g *Gazetteer) Phrases() []match.Phrase {
	out := make([]match.Phrase, len(g.names))
	for i, n := range g.names {
		out[i] = n.phrase
	}
	return out
}

// Name returns what code is called in lang (en, zh-Hans, zh-Hant; others get
// English), or code itself when it is not known.
func (g *Gazetteer) Name(code news.Jurisdiction, lang string) string {
	d, ok := g.display[code]
	if !ok {
		return string(code)
	}
	switch {
	case lang == "zh-Hant" || lang == "zh-TW" || lang == "zh-HK" || lang == "zh-MO":
		if d.hant != "" {
			return d.hant
		}
		fallthrough
	case lang == "zh" || strings.HasPrefix(lang, "zh-"):
		if d.hans != "" {
			return d.hans
		}
	}
	return d.en
}

// Parent returns the country of a division, or "" for a country.
func (g *Gazetteer) Parent(code news.Jurisdiction) news.Jurisdiction {
	if code.Division() == "" {
		return ""
	}
	return news.Jurisdiction(code.Country())
}

// Divisions returns the divisions of a country in order of their codes. For CN
// they are the 34 with HK, MO and TW.
func (g *Gazetteer) Divisions(country string) []news.Jurisdiction {
	return slices.Clone(g.divisions[country])
}

// Known reports whether code is a country or division that exists.
func (g *Gazetteer) Known(code news.Jurisdiction) bool {
	_, ok := g.display[code]
	return ok
}
