package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes s fit to be kept and to be pointed into: valid UTF-8 in normal form
// C, no control characters but line feed and tab, no characters that cannot be
// seen (zero-width, bidirectional controls, soft hyphens, tags), no private-use
// characters, which are icons. Line ends become line feeds. Entities are the
// caller's to decode. Every text passes here before an offset is taken; Clean of a
// clean text is that text.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(cleanRune, s)
	if norm.NFC.IsNormalString(s) {
		return s
	}
	return norm.NFC.String(s)
}

// isPlain reports whether s is ASCII text that needs no cleaning: most lines of
// most English pages.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func cleanRune(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return -1
	case r < 0x300:
		switch r {
		case 0xa0:
			return ' '
		case 0xad:
			return -1
		}
		return r
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xF0000, r >= 0xE0000 && r <= 0xE0FFF && !unicode.Is(unicode.Variation_Selector, r):
		return -1
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return -1
	case unicode.Is(unicode.Cf, r), r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return -1
	}
	return r
}

// Truncate cuts text to at most limit bytes, at the end of a paragraph where there
// is one and else between characters, and reports whether it cut.
func Truncate(text string, limit int) (string, bool) {
	if len(text) <= limit {
		return text, false
	}
	if limit <= 0 {
		return "", true
	}
	if i := strings.LastIndexByte(text[:limit+1], '\n'); i > 0 {
		return strings.TrimRight(text[:i], "\n"), true
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit], true
}

// squeeze cleans s and makes every run of white space one space.
func squeeze(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// letters keeps what two writings of the same words have in common: letters and
// digits in lower case.
func letters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isCJK reports whether r is written without spaces between words and takes the
// place of a whole syllable or word.
func isCJK(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// size is the length of s in letters of an alphabet: a Chinese character says as
// much as about two and a half of them.
func size(s string) int {
	if !mayEastern(s) {
		return utf8.RuneCountInString(s)
	}
	n, wide := 0, 0
	for _, r := range s {
		if r >= 0x2E80 && (isCJK(r) || unicode.Is(unicode.Hangul, r)) {
			wide++
		} else {
			n++
		}
	}
	return n + wide*5/2
}

// isWide reports whether at least three letters in ten of s are Chinese, Japanese
// or Korean.
func isWide(s string) bool {
	n, wide := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
			if r >= 0x1100 && (isCJK(r) || unicode.Is(unicode.Hangul, r)) {
				wide++
			}
		}
	}
	return wide*10 >= n*3 && n > 0
}
