package extract

import "strings"

// A wordSearch looks for any of some words, each of two bytes at least, in one pass:
// nearly every place of a text is passed by one look at two bytes.
type wordSearch struct {
	pairs [1 << 10]uint64     // a bit for the first two bytes of each word
	words map[uint16][]string // by those
}

func newWordSearch(words ...string) *wordSearch {
	s := &wordSearch{words: map[uint16][]string{}}
	for _, w := range words {
		pair := uint16(w[0])<<8 | uint16(w[1])
		s.pairs[pair>>6] |= 1 << (pair & 63)
		s.words[pair] = append(s.words[pair], w)
	}
	return s
}

// in reports whether text holds one of the words.
func (s *wordSearch) in(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		pair := uint16(text[i])<<8 | uint16(text[i+1])
		if s.pairs[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		for _, w := range s.words[pair] {
			if strings.HasPrefix(text[i:], w) {
				return true
			}
		}
	}
	return false
}
