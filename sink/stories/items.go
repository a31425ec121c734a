package stories

import (
	"cmp"
	"slices"
	"unicode"
)

// hash64 is FNV-1a over parts, mixed at the end.
func hash64(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return mix(h)
}

// mix spreads a number over all bits.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// An Item is something that an article holds: the upper bits are a hash of it, the
// lowest five how much it tells, in tenths.
type Item uint32

const weightMask = 31

func newItem(kind, what string, weight uint8) Item {
	return Item(uint32(hash64(kind, what)>>32)&^weightMask | min(uint32(weight), weightMask))
}

// Weight is how much an item tells, in tenths.
func (i Item) Weight() uint8 { return uint8(i & weightMask) }

func (i Item) hash() uint32 { return uint32(i) &^ weightMask }

// An itemSet keeps each item once, with its highest weight.
type itemSet struct{ list []Item }

func (s *itemSet) add(i Item) {
	if i.Weight() > 0 {
		s.list = append(s.list, i)
	}
}

// items returns the weightiest, at most limit, sorted.
func (s *itemSet) items(limit int) []Item {
	list := sortItems(s.list)
	if len(list) > limit {
		slices.SortFunc(list, byWeight)
		list = sortItems(list[:limit])
	}
	return list
}

func byWeight(a, b Item) int { return cmp.Or(-cmp.Compare(a.Weight(), b.Weight()), cmp.Compare(a, b)) }

// sortItems sorts by hash and keeps of equal ones the weightiest.
func sortItems(list []Item) []Item {
	// With its weight turned round an item is a number in that order, and numbers are
	// sorted much faster than by a function.
	turn := func() {
		for i := range list {
			list[i] ^= weightMask
		}
	}
	turn()
	slices.Sort(list)
	list = slices.CompactFunc(list, func(a, b Item) bool { return a.hash() == b.hash() })
	turn()
	return list
}

func total(list []Item) float64 {
	n := 0
	for _, i := range list {
		n += int(i.Weight())
	}
	return float64(n) / 10
}

// shared is the weight of what two lists both hold.
func shared(a, b []Item) float64 {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0].hash(), b[0].hash(); {
		case x < y:
			a = a[1:]
		case x > y:
			b = b[1:]
		default:
			n += int(min(a[0].Weight(), b[0].Weight()))
			a, b = a[1:], b[1:]
		}
	}
	return float64(n) / 10
}

// jaccard is what two lists share, of all that they hold.
func jaccard(a, b []Item) float64 {
	both := shared(a, b)
	all := total(a) + total(b) - both
	if all <= 0 {
		return 0
	}
	return both / all
}

// contained is what two lists share, of the lighter one.
func contained(a, b []Item) float64 {
	least := min(total(a), total(b))
	if least <= 0 {
		return 0
	}
	return min(1, shared(a, b)/least)
}

// isHan is unicode.Is(unicode.Han, r), quick for what most texts are made of.
func isHan(r rune) bool { return r >= 0x2e80 && unicode.Is(unicode.Han, r) }
