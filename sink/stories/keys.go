package stories

import (
	"cmp"
	"slices"
)

// A Key is something under which articles on one event meet. Two that report one
// event have with few exceptions a key in common.
type Key int64

// The most keys of each kind.
const (
	bandKeys    = 4
	bandRows    = 3
	tagKeys     = 2
	numberKeys  = 3
	nameKeys    = 3
	titleKeys   = 3
	conceptKeys = 3

	// MaxKeys is the most keys of one article.
	MaxKeys = bandKeys + tagKeys + numberKeys + nameKeys + titleKeys + conceptKeys
)

// strongNumber and strongWord are from what weight on a number or a word of a title
// is a key.
const (
	strongNumber = 9
	strongWord   = 8
	strongPair   = 5 // of Chinese characters
)

// Keys returns the keys of an article, each once: bands of its sketch, which copies
// share whatever they tell; its tags; its weightiest numbers and names; a sample of
// its title's words; and its finest place with the weightiest things of the lexicon,
// which translations share.
func (f *Features) Keys() []Key {
	out := make([]Key, 0, MaxKeys)
	add := func(kind uint64, parts ...uint64) {
		h := mix(kind + 1)
		for _, p := range parts {
			h = mix(h*31 + p)
		}
		if k := Key(h); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	if f.Shingles >= bare {
		for band := range bandKeys {
			var rows [bandRows]uint64
			for r := range rows {
				rows[r] = uint64(f.Sketch.filled(band*bandRows + r))
			}
			add(0, append(rows[:], uint64(band))...)
		}
	}
	for i, t := range f.Tags {
		if i < tagKeys {
			add(1, uint64(t.hash()))
		}
	}
	for _, n := range first(f.Numbers, numberKeys, strongNumber) {
		add(2, uint64(n.hash()))
	}
	for _, n := range first(f.Names, nameKeys, 1) {
		add(3, uint64(n.hash()))
	}
	strong := uint8(strongWord)
	if f.Han {
		strong = strongPair
	}
	// A sample, and not the weightiest: titles that share half of their words then
	// likely share one of the sample.
	var words []Item
	for _, w := range f.Title {
		if w.Weight() >= strong {
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(a, b Item) int { return cmp.Compare(mix(uint64(a.hash())), mix(uint64(b.hash()))) })
	for i, w := range words {
		if i < titleKeys {
			add(4, uint64(w.hash()))
		}
	}
	if finest := first(f.Places, 1, 1); len(finest) > 0 {
		for _, c := range first(f.Concepts, conceptKeys, 6) {
			add(5, uint64(finest[0].hash()), uint64(c.hash()))
		}
	}
	return out
}

// first returns the weightiest items, at most limit, none below least.
func first(list []Item, limit int, least uint8) []Item {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, byWeight)
	n := 0
	for n < len(sorted) && n < limit && sorted[n].Weight() >= least {
		n++
	}
	return sorted[:n]
}

// filled is the value of a bin, or of the next one that is not empty.
func (s *Sketch) filled(bin int) uint16 {
	for i := range bins {
		if v := s[(bin+i)%bins]; v != 0 {
			return v
		}
	}
	return 0
}
