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
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
			if letter && !inWord {
				n += 2
			}
			inWord = letter || inWord && (r == '\'' || r == '.' || r == ',')
		case unicode.Is(unicode.Han, r):
			n, inWord = n+1, false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inWord {
				n += 2
			}
			inWord = true
		case r == '’':
		default:
			inWord = false
		}
		if n > limit {
			return n
		}
	}
	return n
}
