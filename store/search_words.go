package store

import (
	"strings"
	"unicode"

	"edict/classifier/match"
)

// indexWords turns a text into what is indexed. Scripts that are written without
// spaces become overlapping pairs of characters, so that a word of two is found by
// one pair and a longer one by pairs in a row; the last character of a run stands
// alone, so that a word of one is found as the beginning of something. Traditional
// characters are indexed as simplified ones. The rest is left to the tokenizer, which
// knows letters and folds case and accents.
func indexWords(s string) string {
	var b strings.Builder
	b.Grow(len(s) * 2)
	writeWords(&b, s, true)
	return b.String()
}

// writeWords writes s as indexWords says. When whole is false, a run that goes to
// the end of s may go on in the text that is looked for, so that its last character
// is written only if it is the run's only one; that is reported as open.
func writeWords(b *strings.Builder, s string, whole bool) (open bool) {
	var before rune // the character of the run that is not written yet
	var length int  // of the run
	for _, r := range s {
		r = match.Simplified(foldWidth(r))
		switch {
		case !unspaced(r):
			if before != 0 {
				b.WriteRune(before)
				b.WriteByte(' ')
				before, length = 0, 0
			}
			b.WriteRune(r)
			continue
		case before == 0:
			b.WriteByte(' ')
		default:
			b.WriteRune(before)
			b.WriteRune(r)
			b.WriteByte(' ')
		}
		before = r
		length++
	}
	if before != 0 && (whole || length == 1) {
		b.WriteRune(before)
		return !whole
	}
	return false
}

// unspaced reports whether r belongs to a script that is written without spaces.
func unspaced(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// foldWidth turns a full-width letter, digit or sign into the usual one, and a
// control character, with which FTS5 cannot do, into a space.
func foldWidth(r rune) rune {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == 0x3000, r < ' ', r == 0x7f:
		return ' '
	}
	return r
}
