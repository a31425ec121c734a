package match

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Phrase is something to find.
type Phrase struct {
	Text string
	// Exact: capitals must stand where the phrase has them and nowhere else, for
	// SEC, US and IT. All else is as without it: "U.S." is found for "US".
	Exact bool
}

// A Hit is a phrase in a text: the phrase's number and its bytes in the text as
// it was given.
type Hit struct {
	Phrase     int
	Start, End int
}

// ErrEmpty is returned by Compile for a phrase in which there is nothing to find.
var ErrEmpty = errors.New("nothing to find")

// A Matcher finds phrases. It does not change once it is made, and may be used by
// many goroutines at once.
type Matcher struct {
	words   vocabulary
	chars   charTable
	trie    trie
	cased   []string // for exact phrases, by number: the folded form with case
	folding *foldTable
	pool    sync.Pool // *scratch
}

// scratch holds the tokens of one text: a symbol for each, 0 for what no phrase
// contains, and its bytes.
type scratch struct {
	scanner scanner
	symbols []uint32
	starts  []int32
	ends    []int32
	caser   scanner // for exact phrases
	cased   []byte
}

// possessiveSymbol is the symbol of a possessive 's. Zero is what no phrase holds.
const possessiveSymbol = 1

// Compile makes a matcher of phrases. A phrase is known by its index. Two phrases
// that are the same once folded are both reported. A phrase without a token is an
// error that names its index and wraps ErrEmpty.
func Compile(phrases []Phrase) (*Matcher, error) {
	m := &Matcher{
		words: newVocabulary(), trie: newTrie(len(phrases)), folding: folding(), cased: make([]string, len(phrases)),
	}
	b := builder{m: m, next: possessiveSymbol, last: make([]uint32, 1, cap(m.trie.nodes)), before: make([]uint32, 0, len(phrases))}
	for i, p := range phrases {
		if !b.add(p.Text) {
			return nil, fmt.Errorf("phrase %d %q: %w", i, p.Text, ErrEmpty)
		}
		if p.Exact {
			m.cased[i] = string(appendFolded(nil, &scanner{text: oneLine(p.Text), cased: true, folding: m.folding}))
		}
	}
	b.finish()
	m.chars.addTraditional()
	m.pool.New = func() any { return new(scratch) }
	return m, nil
}

// oneLine makes spaces of line feeds: a phrase is one line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if classify(r) == lineRune {
			return ' '
		}
		return r
	}, text)
}

// Append appends to dst every place in text where a phrase stands, overlapping
// ones too, and returns the extended slice. Hits are in order of Start, longer
// ones first, and for the same bytes in order of Phrase. It allocates only to
// extend dst. A text is at most 2 GiB.
func (m *Matcher) Append(dst []Hit, text string) []Hit {
	s := m.pool.Get().(*scratch)
	m.read(s, text)
	dst = m.walk(dst, s, text)
	s.scanner.text, s.caser.text = "", ""
	m.pool.Put(s)
	return dst
}

// read cuts text into symbols.
func (m *Matcher) read(s *scratch, text string) {
	sc := &s.scanner
	*sc = scanner{text: text, buf: sc.buf, folding: m.folding}
	s.symbols, s.starts, s.ends = s.symbols[:0], s.starts[:0], s.ends[:0]
	var last uint32
	for sc.next() {
		var symbol uint32
		switch sc.kind {
		case wordToken:
			if sc.plain {
				symbol = m.words.plain(text, sc.start, sc.end, sc.head)
			} else {
				symbol = m.words.folded(sc.buf)
			}
		case charToken, signToken:
			symbol = m.chars.symbol(sc.r)
		case possessiveToken:
			symbol = possessiveSymbol
		}
		if symbol == 0 && last == 0 {
			continue
		}
		last = symbol
		s.symbols = append(s.symbols, symbol)
		s.starts = append(s.starts, int32(sc.start))
		s.ends = append(s.ends, int32(sc.end))
	}
}

// walk follows the trie from every symbol.
func (m *Matcher) walk(dst []Hit, s *scratch, text string) []Hit {
	symbols := s.symbols
	for i, symbol := range symbols {
		if symbol == 0 {
			continue
		}
		node := m.trie.first(symbol)
		from := len(dst)
		for j := i; node != 0; {
			n := &m.trie.nodes[node]
			for _, p := range m.trie.outputs[n.out : n.out+n.outs] {
				start, end := int(s.starts[i]), int(s.ends[j])
				if want := m.cased[p]; want != "" && !m.sameCase(s, text[start:end], want) {
					continue
				}
				dst = append(dst, Hit{Phrase: int(p), Start: start, End: end})
			}
			j++
			if !n.more || j >= len(symbols) || symbols[j] == 0 {
				break
			}
			node = m.trie.next(node, symbols[j])
		}
		if len(dst)-from > 1 {
			slices.Reverse(dst[from:])
		}
	}
	return dst
}

// sameCase reports whether part, folded with its case, is want.
func (m *Matcher) sameCase(s *scratch, part, want string) bool {
	if part == want {
		return true
	}
	s.caser = scanner{text: part, cased: true, buf: s.caser.buf, folding: m.folding}
	s.cased = appendFolded(s.cased[:0], &s.caser)
	return string(s.cased) == want
}
