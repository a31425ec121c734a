package match

import "unicode"

// A runeClass says what a character is to the scanner.
type runeClass uint8

const (
	spaceRune  runeClass = iota // lies between tokens
	wordRune                    // a letter or digit of a script with word bounds
	charRune                    // a character of a script without them
	markRune                    // a combining mark: part of a word, if one stands before it
	hiddenRune                  // not seen: soft hyphen, joiners, direction marks
	apostropheRune
	hyphenRune
	lineRune
	quoteRune
	signRune
)

// narrow returns the half-width form of a full-width character.
func narrow(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E {
		return r - 0xFEE0
	}
	if r == 0x3000 {
		return ' '
	}
	return r
}

// classify says what r, already narrow, is.
func classify(r rune) runeClass {
	switch {
	case r < 0x80:
		return [...]runeClass{spaceRune, wordRune, signRune, hyphenRune, apostropheRune, lineRune, quoteRune}[classes[r]]
	case r >= 0x4E00 && r <= hanLast, r >= 0x3041 && r <= 0x30FA, r >= 0xAC00 && r <= 0xD7A3:
		return charRune
	case r >= 0xC0 && r < 0x250:
		if r == 0xD7 || r == 0xF7 {
			return signRune
		}
		return wordRune
	}
	switch r {
	case '‘', '’', 'ʼ', 'ʻ', '´', '‛':
		return apostropheRune
	case '“', '”', '„', '‟', '«', '»', '「', '」', '『', '』', '〝', '〞', '〟', '﹁', '﹂', '﹃', '﹄', '｢', '｣':
		return quoteRune
	case '‐', '‑', '‒', '–', '−', '﹣':
		return hyphenRune
	case 0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F, 0x061C, 0xFE0E, 0xFE0F:
		return hiddenRune
	case 0x200B:
		return spaceRune
	case 0x2028, 0x2029, 0x85:
		return lineRune
	}
	return classifyRare(r)
}

// classifyRare asks the Unicode tables.
func classifyRare(r rune) runeClass {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return hiddenRune
	case unicode.IsSpace(r), unicode.IsControl(r):
		return spaceRune
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Bopomofo),
		r == 0x30FC, r == 0xFF70: // the long vowel sign belongs to both kana
		return charRune
	case unicode.IsLetter(r), unicode.Is(unicode.Nd, r):
		return wordRune
	case unicode.IsMark(r):
		return markRune
	}
	return signRune
}

// dropped reports whether folding drops the combining mark r.
func dropped(r rune) bool { return r >= 0x300 && r <= 0x36F }

// foldSign makes one sign of several that mean the same.
func foldSign(r rune) rune {
	switch r {
	case '—', '―', '─', '︱':
		return '-'
	case '・', '‧', '•', '･':
		return '·'
	case '｡':
		return '。'
	case '､':
		return '、'
	}
	return r
}
