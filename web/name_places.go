package web

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"edict/classifier/places"
	"edict/news"
)

// placeBook finds places by what a person writes: a code, or a name in English or
// Chinese. It is made when it is asked first.
type placeBook struct {
	once   sync.Once
	byName map[string][]news.Jurisdiction
}

// named returns the place that raw means, or ErrInvalid, which says what to write instead.
func (b *placeBook) named(g *places.Gazetteer, raw string) (news.Jurisdiction, error) {
	if j, err := news.ParseJurisdiction(raw); err == nil && (j == news.Unnamed || g.Known(j)) {
		return j, nil
	}
	b.once.Do(func() { b.read(g) })
	list := b.byName[strings.ToLower(strings.TrimSpace(raw))]
	switch {
	case len(list) == 1:
		return list[0], nil
	case len(list) > 1 && len(list) <= 4:
		return "", fmt.Errorf("%q may be any of %s; write the code: %w", cut(raw, 60), strings.Trim(fmt.Sprint(list), "[]"), news.ErrInvalid)
	case len(list) > 1:
		return "", fmt.Errorf("%q is the name of several places; write a code, such as CN-SC: %w", cut(raw, 60), news.ErrInvalid)
	}
	return "", fmt.Errorf("no place is called %q; write a name such as Kazakhstan, or a code such as KZ or CN-SC: %w", cut(raw, 60), news.ErrInvalid)
}

// read notes the names of all countries and of their divisions. A country comes before a
// division of the same name.
func (b *placeBook) read(g *places.Gazetteer) {
	b.byName = map[string][]news.Jurisdiction{}
	isCountry := map[string]bool{}
	add := func(j news.Jurisdiction, country bool) {
		for _, lang := range []string{"en", "zh-Hans", "zh-Hant"} {
			name := strings.ToLower(g.Name(j, lang))
			if name == "" || isCountry[name] && !country || slices.Contains(b.byName[name], j) {
				continue
			}
			isCountry[name] = country
			b.byName[name] = append(b.byName[name], j)
		}
	}
	var countries []news.Jurisdiction
	for a := 'A'; a <= 'Z'; a++ {
		for z := 'A'; z <= 'Z'; z++ {
			if j := news.Jurisdiction([]rune{a, z}); g.Known(j) {
				countries = append(countries, j)
				add(j, true)
			}
		}
	}
	for _, c := range countries {
		for _, d := range g.Divisions(string(c)) {
			add(d, false)
		}
	}
}
