package match

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// A kind says what a token is.
type kind uint8

const (
	wordToken       kind = iota
	possessiveToken      // 's at the end of a word
	charToken            // a character of a script without word bounds
	signToken            // punctuation, a symbol
	breakToken           // a line feed
)

// A scanner cuts a text into tokens. Spaces, hyphens inside compounds, quotation
// marks and invisible characters lie between tokens.
type scanner struct {
	text    string
	cased   bool // keep case in buf
	folding *foldTable

	pos        int // where the next token is looked for
	start, end int // the token's bytes in text
	touch      int // how far the text goes on behind the token without a space
	kind       kind
	plain      bool   // a word of ASCII letters and digits only, and not dotted
	head       uint64 // its first 8 bytes in lower case, if plain
	buf        []byte // the folded form of a word that is not plain
	r          rune   // a character (not yet simplified) or a sign (folded)
}

const (
	lowBits  = 0x7f7f7f7f7f7f7f7f
	highBits = 0x8080808080808080
	allOnes  = 0x0101010101010101
	caseBits = 0x2020202020202020
)

// wordMask sets the high bit of each byte of x that is an ASCII letter or digit.
func wordMask(x uint64) uint64 {
	y := x & lowBits
	letter := y | caseBits
	// In each byte, adding 0x80-c carries into the high bit from c upward.
	letters := (letter + (0x80-'a')*allOnes) &^ (letter + (0x80-'z'-1)*allOnes)
	digits := (y + (0x80-'0')*allOnes) &^ (y + (0x80-'9'-1)*allOnes)
	return (letters | digits) & highBits &^ x
}

// load reads eight bytes of s at i, the first one lowest.
func load(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// A byteClass says how a byte that begins something is treated.
type byteClass uint8

const (
	spaceByte byteClass = iota // lies between tokens
	wordByte
	signByte
	hyphenByte
	apostropheByte
	lineByte
	quoteByte
)

// classes is the byteClass of each ASCII byte.
const classes = "" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x05\x00\x00" + // 00: line feed, carriage return
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x02\x06\x02\x02\x02\x02\x04\x02\x02\x02\x02\x02\x03\x02\x02" + // 20: space ! " # $ % & apostrophe ( ) * + , hyphen . /
	"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x02\x02\x02\x02\x02\x02" +
	"\x02\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
	"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x02\x02\x02\x02\x02" +
	"\x02\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01" +
	"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x02\x02\x02\x02\x00"

// next finds the next token and reports whether there is one.
func (s *scanner) next() bool {
	s.touch = s.end
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		if c >= utf8.RuneSelf {
			if s.high() {
				return true
			}
			continue
		}
		switch byteClass(classes[c]) {
		case wordByte:
			s.word()
			return true
		case signByte:
			s.sign(rune(c), 1)
			return true
		case lineByte:
			s.start, s.end, s.kind = s.pos, s.pos+1, breakToken
			s.pos++
			return true
		case hyphenByte:
			if !s.joins(1) {
				s.sign('-', 1)
				return true
			}
			s.skip(1)
		case apostropheByte:
			if n := s.possessive(s.pos); n > 0 {
				s.start, s.end, s.kind = s.pos, s.pos+n, possessiveToken
				s.pos += n
				return true
			}
			s.skip(1)
		case quoteByte:
			s.skip(1)
		default:
			s.pos++
		}
	}
	return false
}

// sign sets the token to the sign r of n bytes.
func (s *scanner) sign(r rune, n int) {
	s.start, s.end, s.kind, s.r = s.pos, s.pos+n, signToken, r
	s.pos += n
}

// high reads what begins at pos with a byte of 0x80 or above. It reports whether
// that is a token.
func (s *scanner) high() bool {
	r, n := utf8.DecodeRuneInString(s.text[s.pos:])
	if r >= 0x4E00 && r <= hanLast {
		s.start, s.end, s.kind, s.r = s.pos, s.pos+n, charToken, r
		s.pos += n
		return true
	}
	r = narrow(r)
	switch classify(r) {
	case spaceRune:
		s.pos += n
		return false
	case charRune:
		s.start, s.end, s.kind, s.r = s.pos, s.pos+n, charToken, r
		s.pos += n
		return true
	case wordRune:
		s.word()
		return true
	case apostropheRune:
		if k := s.possessive(s.pos); k > 0 {
			s.start, s.end, s.kind = s.pos, s.pos+k, possessiveToken
			s.pos += k
			return true
		}
	case hyphenRune:
		if !s.joins(n) {
			s.sign('-', n)
			return true
		}
	case lineRune:
		s.start, s.end, s.kind = s.pos, s.pos+n, breakToken
		s.pos += n
		return true
	case signRune:
		s.sign(foldSign(r), n)
		return true
	}
	s.skip(n)
	return false
}

// skip passes n bytes that are no token and no space.
func (s *scanner) skip(n int) {
	if s.touch == s.pos {
		s.touch += n
	}
	s.pos += n
}

// joins reports whether the n bytes at pos stand between two words without a
// space on either side.
func (s *scanner) joins(n int) bool {
	return s.touch == s.pos && s.end > 0 && s.kind != signToken && s.kind != breakToken && s.wordAt(s.pos+n)
}

// wordAt reports whether a word or a character begins at i, behind quotation
// marks if there are any.
func (s *scanner) wordAt(i int) bool {
	for i < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		switch classify(narrow(r)) {
		case wordRune, charRune:
			return true
		case quoteRune, hiddenRune, apostropheRune:
			i += n
		default:
			return false
		}
	}
	return false
}

// possessive returns the length of an apostrophe and s at i that end a word, or 0.
func (s *scanner) possessive(i int) int {
	r, n := utf8.DecodeRuneInString(s.text[i:])
	if classify(narrow(r)) != apostropheRune || i+n >= len(s.text) {
		return 0
	}
	r, k := utf8.DecodeRuneInString(s.text[i+n:])
	if low := unicode.ToLower(narrow(r)); low != 's' {
		return 0
	}
	if end := i + n + k; !s.letterAt(end) {
		return n + k
	}
	return 0
}

// letterAt reports whether a word would go on at i.
func (s *scanner) letterAt(i int) bool {
	if i >= len(s.text) {
		return false
	}
	if c := s.text[i]; c < utf8.RuneSelf {
		return byteClass(classes[c]) == wordByte
	}
	r, n := utf8.DecodeRuneInString(s.text[i:])
	switch classify(narrow(r)) {
	case wordRune, markRune:
		return true
	case hiddenRune:
		return s.letterAt(i + n)
	}
	return false
}

// word reads the word that begins at pos.
func (s *scanner) word() {
	i := s.pos
	s.start, s.kind, s.plain = i, wordToken, true
	if i+8 <= len(s.text) {
		x := load(s.text, i)
		if m := ^wordMask(x) & highBits; m != 0 {
			n := bits.TrailingZeros64(m) >> 3
			s.head = (x | caseBits) & (1<<(8*n) - 1)
			i += n
		} else {
			s.head = x | caseBits
			i = asciiEnd(s.text, i+8)
		}
	} else {
		i = asciiEnd(s.text, i)
		s.head = 0
		for k := i - 1; k >= s.start; k-- {
			s.head = s.head<<8 | uint64(s.text[k]|0x20)
		}
	}
	s.end, s.pos = i, i
	if i == len(s.text) {
		return
	}
	switch c := s.text[i]; {
	case c >= utf8.RuneSelf, c == '\'':
		if s.goesOn(i) {
			s.slowWord()
		}
	case c == '.' && i == s.start+1:
		s.dotted()
	}
}

// asciiEnd returns the end of the run of ASCII letters and digits at i.
func asciiEnd(t string, i int) int {
	for i+8 <= len(t) {
		if m := ^wordMask(load(t, i)) & highBits; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(t) && t[i] < utf8.RuneSelf && byteClass(classes[t[i]]) == wordByte {
		i++
	}
	return i
}

// goesOn reports whether the word goes on at i, where something other than an
// ASCII letter or digit stands.
func (s *scanner) goesOn(i int) bool {
	r, n := utf8.DecodeRuneInString(s.text[i:])
	switch classify(narrow(r)) {
	case wordRune, markRune:
		return true
	case hiddenRune:
		return s.letterAt(i + n)
	case apostropheRune:
		return s.letterAt(i+n) && s.possessive(i) == 0
	}
	return false
}

// slowWord reads the word at start rune by rune, folding into buf.
func (s *scanner) slowWord() {
	s.plain, s.buf = false, s.buf[:0]
	i := s.start
	for i < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		r = narrow(r)
		switch classify(r) {
		case wordRune:
			s.buf = s.folding.appendLetter(s.buf, r, s.cased)
		case markRune:
			if !dropped(r) {
				s.buf = utf8.AppendRune(s.buf, r)
			}
		case hiddenRune:
			if !s.letterAt(i + n) {
				n = 0
			}
		case apostropheRune:
			if s.letterAt(i+n) && s.possessive(i) == 0 {
				s.buf = append(s.buf, '\'')
			} else {
				n = 0
			}
		default:
			n = 0
		}
		if n == 0 {
			break
		}
		i += n
	}
	s.end, s.pos = i, i
}

// dotted reads letters with full stops between them, such as U.S., as one word.
// The word so far is one ASCII letter with a full stop behind it.
func (s *scanner) dotted() {
	i := s.start
	s.buf = s.buf[:0]
	n := 0
	for i+1 < len(s.text) && isLetter(s.text[i]) && s.text[i+1] == '.' {
		s.buf = append(s.buf, s.text[i])
		i += 2
		n++
	}
	// The last letter may stand without a full stop, but must stand alone.
	if i < len(s.text) && isLetter(s.text[i]) && !s.letterAt(i+1) && s.text[i-1] == '.' {
		s.buf = append(s.buf, s.text[i])
		i++
		n++
	}
	if n < 2 {
		return
	}
	if !s.cased {
		for k := range s.buf {
			s.buf[k] |= 0x20
		}
	}
	s.end, s.pos, s.plain = i, i, false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
