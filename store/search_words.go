package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"

	"golang.org/x/text/unicode/norm"
)

// foldText turns a text into what is compared: words of letters and digits, small
// and without accents, and runs of a script that is written without spaces, in
// simplified characters, with one space between each. Signs are left out.
func foldText(s string) string {
	var f folder
	f.out.Grow(len(s))
	for _, r := range s {
		f.add(r)
	}
	return f.out.String()
}

type folder struct {
	out  strings.Builder
	last class // of what was written last
	gap  bool  // something was left out since

	traced bool  // keep sources
	at     int32 // where in the text the character begins that is added
	source []int32
}

// foldTraced is foldText that also returns, for each byte of folded, where in s the
// character begins that it was made of.
func foldTraced(s string) (folded string, source []int32) {
	f := folder{traced: true, source: make([]int32, 0, len(s)+len(s)/8)}
	f.out.Grow(len(s))
	for i, r := range s {
		f.at = int32(i) //nolint:gosec // texts are of half a megabyte at most
		f.add(r)
	}
	return f.out.String(), f.source
}

// A class is what a character is to a search.
type class int

const (
	sign class = iota
	letter
	unspaced // of a script that is written without spaces
)

func (f *folder) add(r rune) {
	if r < utf8.RuneSelf {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			f.write(r, letter)
		case r >= 'A' && r <= 'Z':
			f.write(r+'a'-'A', letter)
		default:
			f.gap = true
		}
		return
	}
	if r >= 0xff01 && r <= 0xff5e { // full width
		f.add(r - 0xff01 + '!')
		return
	}
	switch r = match.Simplified(r); {
	case isUnspaced(r):
		f.write(r, unspaced)
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Co, r):
		f.plain(r)
	case unicode.IsMark(r):
		// An accent on its own is left out like one within a letter; a vowel sign belongs
		// to the word.
		if f.last == letter && !f.gap && !accent(r) {
			f.write(r, letter)
		}
	default:
		f.gap = true
	}
}

// plain writes a letter without its accents, as a small one.
func (f *folder) plain(r rune) {
	var buf [utf8.UTFMax]byte
	parts := norm.NFD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if len(parts) == 0 {
		f.write(unicode.ToLower(r), letter)
		return
	}
	for _, part := range string(parts) {
		if !accent(part) {
			f.write(unicode.ToLower(part), letter)
		}
	}
}

// accent reports whether r is a mark that Latin, Greek or Cyrillic letters wear, or
// chooses between two forms of one character.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0xfe00 && r <= 0xfe0f
}

func (f *folder) write(r rune, c class) {
	if f.last != sign && (f.gap || f.last != c) {
		f.out.WriteByte(' ')
	}
	f.out.WriteRune(r)
	for f.traced && len(f.source) < f.out.Len() {
		f.source = append(f.source, f.at)
	}
	f.last, f.gap = c, false
}

// isUnspaced reports whether r belongs to a script that is written without spaces.
func isUnspaced(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// startsUnspaced reports whether a run of a script without spaces is first in s.
func startsUnspaced(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isUnspaced(r)
}

// cutWords cuts a folded text into what is indexed. A run without spaces becomes
// overlapping pairs of characters, so that a word of two is found by one pair and a
// longer one by pairs in a row; the last character of a run stands alone, so that a
// word of one is found as the beginning of something.
//
// When whole is false, a run at the end may go on in the text that is looked for, so
// that its last character is a word only if it is the run's only one; that is
// reported as open.
func cutWords(folded string, whole bool) (words []string, open bool) {
	for len(folded) > 0 {
		run, rest, _ := strings.Cut(folded, " ")
		folded = rest
		if !startsUnspaced(run) {
			words = append(words, run)
			continue
		}
		at := 0
		for {
			_, size := utf8.DecodeRuneInString(run[at:])
			_, next := utf8.DecodeRuneInString(run[at+size:])
			if next == 0 {
				break
			}
			words = append(words, run[at:at+size+next])
			at += size
		}
		if whole || rest != "" || at == 0 {
			words = append(words, run[at:])
			open = !whole && rest == ""
		}
	}
	return words, open
}
