package rules

import (
	"unicode"
	"unicode/utf8"
)

// capitalised begins every word of text with a capital, byte for byte, if text has
// none at all: a feed that lowers its case still names places. Any other text is
// returned as it is.
func capitalised(text string) string {
	letters := false
	for i := range len(text) {
		if text[i] >= 'A' && text[i] <= 'Z' {
			return text
		}
		letters = letters || text[i] >= 'a' && text[i] <= 'z'
	}
	if !letters {
		return text
	}
	out := []byte(text)
	for i, c := range out {
		if c >= 'a' && c <= 'z' && (i == 0 || out[i-1] == ' ' || out[i-1] == '\n' || out[i-1] == '"' || out[i-1] == '(' || out[i-1] == '-') {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

// halfWords counts the words of s: 2 for a word, 1 for a Chinese character, so that
// one limit serves both. It stops past limit.
func halfWords(s string, limit int) int {
	n := 0
	inWord := false
	for i := 0; i < len(s) && n <= limit; {
		if c := s[i]; c < utf8.RuneSelf {
			switch inWords[c] {
			case wordByte:
				if !inWord {
					n += 2
				}
				inWord = true
			case gapByte:
				inWord = false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r >= firstHan && unicode.Is(unicode.Han, r):
			n, inWord = n+1, false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inWord {
				n += 2
			}
			inWord = true
		case r != '’':
			inWord = false
		}
	}
	return n
}

// firstHan lies below the first Han character.
const firstHan = 0x2E80

// What an ASCII byte is among words: no part of any, part of one, or part of the one
// that it stands in.
const (
	gapByte = iota
	wordByte
	innerByte
)

// inWords says it of each.
var inWords = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			t[c] = wordByte
		case c == '\'', c == '.', c == ',':
			t[c] = innerByte
		}
	}
	return t
}()
