package match

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Fold returns s as the matcher reads it: tokens in their folded form, words
// apart by one space, characters of scripts without word bounds side by side,
// paragraphs apart by one line feed. Fold(Fold(s)) is Fold(s).
func Fold(s string) string {
	sc := scanner{text: s, folding: folding()}
	return string(appendFolded(make([]byte, 0, len(s)), &sc))
}

// appendFolded appends the folded form of the scanner's text to dst. If the scanner
// is cased, upper and lower case stay apart.
func appendFolded(dst []byte, sc *scanner) []byte {
	last := breakToken
	for sc.next() {
		if sc.kind == breakToken {
			if last != breakToken {
				dst = append(dst, '\n')
			}
			last = breakToken
			continue
		}
		if last != breakToken && (last != charToken || sc.kind != charToken) {
			dst = append(dst, ' ')
		}
		switch sc.kind {
		case wordToken:
			if sc.plain {
				dst = appendPlain(dst, sc.text[sc.start:sc.end], sc.cased)
			} else {
				dst = append(dst, sc.buf...)
			}
		case possessiveToken:
			dst = append(dst, '\'', 's')
		case charToken:
			dst = utf8.AppendRune(dst, sc.folding.simplify(sc.r))
		case signToken:
			dst = utf8.AppendRune(dst, sc.r)
		}
		last = sc.kind
	}
	if n := len(dst); n > 0 && dst[n-1] == '\n' {
		dst = dst[:n-1]
	}
	return dst
}

func appendPlain(dst []byte, s string, cased bool) []byte {
	if cased {
		return append(dst, s...)
	}
	for i := range len(s) {
		dst = append(dst, s[i]|0x20) // letters and digits only
	}
	return dst
}

// letterSpan is the range of letters that the table of folded letters covers
// directly; few lie beyond it.
const letterSpan = 0x2200

// hanFirst and hanLast bound the characters that the table of simplified
// characters covers directly.
const (
	hanFirst = 0x3400
	hanLast  = 0x9FFF
)

// A foldTable holds the generated tables in a form to look up in. It does not
// change once it is made.
type foldTable struct {
	letters [letterSpan]uint16 // index into folds; 0: not in the table
	folds   []string
	far     map[rune]string // letters beyond letterSpan
	han     [hanLast - hanFirst + 1]uint16
	rare    map[rune]rune // characters that han cannot hold
}

// folding is made at its first use from constants.
var folding = sync.OnceValue(newFoldTable)

func newFoldTable() *foldTable {
	t := &foldTable{folds: []string{""}, far: map[rune]string{}, rare: map[rune]rune{}}
	for row := range strings.FieldsSeq(foldedLetters) {
		letter, fold, _ := strings.Cut(row, ",")
		r, _ := utf8.DecodeRuneInString(letter)
		if r >= letterSpan {
			t.far[r] = fold
			continue
		}
		t.letters[r] = uint16(len(t.folds))
		t.folds = append(t.folds, fold)
	}
	eachTraditional(func(from, to rune) {
		if from >= hanFirst && from <= hanLast && to < 1<<16 {
			t.han[from-hanFirst] = uint16(to)
		} else {
			t.rare[from] = to
		}
	})
	return t
}

// Simplified returns the simplified form of a traditional character, or the
// character itself. Where one traditional character has several simplified forms,
// it is the usual one.
func Simplified(r rune) rune { return folding().simplify(r) }

// eachTraditional calls f with every traditional character and its simplified
// form.
func eachTraditional(f func(from, to rune)) {
	var from rune
	for _, r := range traditional {
		if from == 0 {
			from = r
			continue
		}
		f(from, r)
		from = 0
	}
}

// simplify returns the simplified form of a character, or the character.
func (t *foldTable) simplify(r rune) rune {
	if r >= hanFirst && r <= hanLast {
		if to := t.han[r-hanFirst]; to != 0 {
			return rune(to)
		}
		if len(t.rare) == 0 {
			return r
		}
	}
	if to, ok := t.rare[r]; ok {
		return to
	}
	return r
}

// appendLetter appends the folded form of r, which is part of a word. With cased,
// a capital stays a capital.
func (t *foldTable) appendLetter(dst []byte, r rune, cased bool) []byte {
	start := len(dst)
	switch {
	case r < letterSpan:
		if i := t.letters[r]; i != 0 {
			dst = append(dst, t.folds[i]...)
		} else {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	default:
		if fold, ok := t.far[r]; ok {
			dst = append(dst, fold...)
		} else {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	if cased && (unicode.IsUpper(r) || unicode.IsTitle(r)) {
		up := strings.ToUpper(string(dst[start:]))
		dst = append(dst[:start], up...)
	}
	return dst
}
