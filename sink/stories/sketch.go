package stories

import (
	"unicode"
	"unicode/utf8"
)

// bins is the number of values of a sketch.
const bins = 64

// A Sketch is a MinHash of a text's shingles, by one permutation: the space of
// hashes is cut into bins, and each bin holds the least hash that fell into it, cut
// to 16 bits, or 0 for none. Two texts agree in a bin about as often as their shingles do.
type Sketch [bins]uint16

// The lengths of shingles, in words or Chinese characters.
const (
	wordShingle = 3
	hanShingle  = 4
)

// sketchOf makes the sketch of a folded text, and counts its shingles.
func sketchOf(folded string) (s Sketch, shingles uint32) {
	var recent [hanShingle]uint64 // hashes of the last tokens
	var least [bins]uint32
	han, n := 0, 0
	eachToken(folded, func(token string, isHan bool) {
		copy(recent[:], recent[1:])
		recent[hanShingle-1] = hash64(token)
		n++
		if isHan {
			han++
		} else {
			han = 0
		}
		size := wordShingle
		if han >= hanShingle {
			size = hanShingle
		}
		if n < size {
			return
		}
		h := uint64(size)
		for _, t := range recent[hanShingle-size:] {
			h = mix(h*31 + t)
		}
		shingles++
		bin, low := h>>32%bins, max(uint32(h), 1)
		if least[bin] == 0 || low < least[bin] {
			least[bin] = low
		}
	})
	for i, low := range least {
		if low != 0 {
			s[i] = max(uint16(mix(uint64(low))), 1)
		}
	}
	return s, shingles
}

// eachToken calls f for the words and the single characters of a folded text.
// Signs are passed over.
func eachToken(folded string, f func(token string, han bool)) {
	for len(folded) > 0 {
		r, size := utf8.DecodeRuneInString(folded)
		switch {
		case isHan(r):
			f(folded[:size], true)
			folded = folded[size:]
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			end := wordEnd(folded)
			f(folded[:end], false)
			folded = folded[end:]
		default:
			folded = folded[size:]
		}
	}
}

// wordEnd is where the letters and digits end with which a text begins.
func wordEnd(text string) int {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || isHan(r) {
			return i
		}
		i += size
	}
	return len(text)
}

// leastEqual is in how many bins texts agree before one is said to hold the other.
const leastEqual = 5

// same estimates how much two texts have in common: of all their shingles, and of
// those of the shorter one.
func same(a, b *Features) (ofAll, ofShorter float64) {
	if a.Shingles == 0 || b.Shingles == 0 {
		return 0, 0
	}
	equal, either := 0, 0
	for i := range a.Sketch {
		x, y := a.Sketch[i], b.Sketch[i]
		if x != 0 || y != 0 {
			either++
			if x == y {
				equal++
			}
		}
	}
	ofAll = float64(equal) / float64(either)
	if equal < leastEqual {
		return ofAll, 0 // chance, which the length of a long text would magnify
	}
	m, n := float64(a.Shingles), float64(b.Shingles)
	both := ofAll / (1 + ofAll) * (m + n)
	return ofAll, min(1, both/min(m, n))
}
