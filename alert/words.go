package alert

import (
	"fmt"
	"strings"
	"unicode"

	"edict/news"
)

// maxTerms bounds the words and phrases of one query.
const maxTerms = 32

// A term is a word or a phrase that must be in a story, or must not.
type term struct {
	text string
	not  bool
}

// parseWords reads the words of a query: word, "a phrase", -word, -"a phrase". What is
// wrong is news.ErrInvalid.
func parseWords(words string) (terms []term, err error) {
	rest := strings.TrimSpace(words)
	for rest != "" {
		var t term
		if body, found := strings.CutPrefix(rest, "-"); found {
			t.not, rest = true, body
		}
		if closing, size := closes(rest); closing != "" {
			end := strings.Index(rest[size:], closing)
			if end < 0 {
				return nil, fmt.Errorf("the quotation mark in %q is not closed: %w", rest, news.ErrInvalid)
			}
			t.text, rest = rest[size:size+end], rest[size+end+len(closing):]
		} else if end := strings.IndexFunc(rest, unicode.IsSpace); end >= 0 {
			t.text, rest = rest[:end], rest[end:]
		} else {
			t.text, rest = rest, ""
		}
		rest = strings.TrimSpace(rest)
		if !strings.ContainsFunc(t.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			return nil, fmt.Errorf("%q holds nothing to look for: %w", words, news.ErrInvalid)
		}
		if terms = append(terms, t); len(terms) > maxTerms {
			return nil, fmt.Errorf("it names over %d words and phrases: %w", maxTerms, news.ErrInvalid)
		}
	}
	return terms, nil
}

// closes returns the mark that closes a quotation which s opens, and the size of the
// one that opens it.
func closes(s string) (mark string, size int) {
	for _, pair := range [][2]string{{`"`, `"`}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"＂", "＂"}} {
		if strings.HasPrefix(s, pair[0]) {
			return pair[1], len(pair[0])
		}
	}
	return "", 0
}
