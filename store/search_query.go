package store

import (
	"fmt"
	"strings"
	"unicode"

	"edict/news"

	"golang.org/x/text/unicode/norm"
)

// maxTerms bounds the words and phrases of one query.
const maxTerms = 32

// A term is one word or phrase of a query.
type term struct {
	folded string   // as foldText makes it
	words  []string // as cutWords makes them
	prefix bool     // the last one may go on
	not    bool
}

// parseQuery reads what a user types: words that must all be there, "phrases" in
// quotation marks of any kind, -word or -"phrase" for what must not, word* for a
// beginning. Case, accents and the width of letters do not matter.
func parseQuery(query string) ([]term, error) {
	var terms []term
	wanted := 0
	rest := []rune(strings.TrimSpace(norm.NFC.String(query)))
	for len(rest) > 0 {
		var t term
		if rest[0] == '-' || rest[0] == '－' {
			t.not = true
			rest = rest[1:]
		}
		var text string
		if len(rest) > 0 && closing(rest[0]) != 0 {
			end := indexRune(rest[1:], closing(rest[0]))
			if end < 0 {
				return nil, fmt.Errorf("the quotation mark before %q is not closed: %w", string(rest[1:min(len(rest), 21)]), news.ErrInvalid)
			}
			text, rest = string(rest[1:1+end]), rest[1+end+1:]
		} else {
			end := 0
			for end < len(rest) && !unicode.IsSpace(rest[end]) && closing(rest[end]) == 0 {
				end++
			}
			text, rest = string(rest[:end]), rest[end:]
			t.prefix = strings.HasSuffix(text, "*")
		}
		for len(rest) > 0 && unicode.IsSpace(rest[0]) {
			rest = rest[1:]
		}
		if t.folded = foldText(text); t.folded == "" {
			continue // a sign on its own is in no index
		}
		words, open := cutWords(t.folded, false)
		if last := words[len(words)-1]; t.prefix && len(last) > maxWordBytes {
			return nil, fmt.Errorf("the beginning %q… is longer than %d bytes, as long words are indexed: %w", last[:20], maxWordBytes, news.ErrInvalid)
		}
		t.words, t.prefix = words, t.prefix || open
		if terms = append(terms, t); !t.not {
			wanted++
		}
	}
	switch {
	case len(terms) == 0:
		return nil, fmt.Errorf("the query %q has no word to look for: %w", query, news.ErrInvalid)
	case wanted == 0:
		return nil, fmt.Errorf("the query %q only says what must not be there: add a word to look for: %w", query, news.ErrInvalid)
	case len(terms) > maxTerms:
		return nil, fmt.Errorf("the query has %d words and phrases: at most %d are looked for: %w", len(terms), maxTerms, news.ErrInvalid)
	}
	return terms, nil
}

// closing returns the mark that closes a quotation which r opens, or 0.
func closing(r rune) rune {
	switch r {
	case '"', '＂':
		return r
	case '“':
		return '”'
	case '「':
		return '」'
	case '『':
		return '』'
	}
	return 0
}

func indexRune(list []rune, r rune) int {
	for i, x := range list {
		if x == r {
			return i
		}
	}
	return -1
}
