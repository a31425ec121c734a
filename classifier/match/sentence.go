package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// Paragraphs returns the lines of text that hold more than space, without the
// space around them, in order.
func Paragraphs(text string) []Span { return AppendParagraphs(nil, text) }

// AppendParagraphs appends the paragraphs of text to out.
func AppendParagraphs(out []Span, text string) []Span {
	for start := 0; start <= len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		if s := trim(text, start, end); s.Start < s.End {
			out = append(out, s)
		}
		start = end + 1
	}
	return out
}

// trim takes space off both ends of text[start:end].
func trim(text string, start, end int) Span {
	part := text[start:end]
	left := strings.TrimLeftFunc(part, unicode.IsSpace)
	start = end - len(left)
	return Span{start, start + len(strings.TrimRightFunc(left, unicode.IsSpace))}
}

// Sentences returns the sentences of text in order, each with the signs that end
// it and the quotation marks and brackets closed behind them. None reaches over
// the end of a paragraph, and together they hold all that is not space. A full
// stop in a number, an abbreviation or an initial ends no sentence.
func Sentences(text string) []Span {
	var out []Span
	for _, p := range Paragraphs(text) {
		out = AppendSentences(out, text, p)
	}
	return out
}

// AppendSentences appends the sentences of p, a paragraph of text, to out.
func AppendSentences(out []Span, text string, p Span) []Span {
	start := p.Start
	for i := p.Start; i < p.End; {
		at := nextSign(text, i, p.End)
		if at == p.End {
			break
		}
		end := endOfSigns(text, at, p.End)
		i = end
		if end >= p.End || !endsSentence(text, start, at, end, p.End) {
			continue
		}
		if s := trim(text, start, end); s.Start < s.End {
			out = append(out, s)
		}
		start = end
	}
	if s := trim(text, start, p.End); s.Start < s.End {
		out = append(out, s)
	}
	return out
}

// endSign reports whether r may end a sentence.
func endSign(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '。', '！', '？', '；', '．', '｡':
		return true
	}
	return false
}

// beginsSign marks the first bytes of such signs.
var beginsSign = [256]bool{'.': true, '!': true, '?': true, 0xE2: true, 0xE3: true, 0xEF: true}

// mayEnd reports whether one of eight bytes may begin such a sign: it is a full stop,
// an exclamation or question mark, or no ASCII.
func mayEnd(x uint64) bool {
	const stops, exclamations, questions = '.' * allOnes, '!' * allOnes, '?' * allOnes
	// A byte of y is zero where x has the sign; taking one away then borrows into its
	// high bit. What it borrows further up is wrong only beside a sign.
	zero := func(y uint64) uint64 { return (y - allOnes) &^ y }
	return (x|zero(x^stops)|zero(x^exclamations)|zero(x^questions))&highBits != 0
}

// nextSign returns where the next such sign stands in text[i:limit], or limit.
func nextSign(text string, i, limit int) int {
	for ; i < limit; i++ {
		for i+8 <= limit && !mayEnd(load(text, i)) {
			i += 8
		}
		if i == limit {
			break
		}
		if !beginsSign[text[i]] {
			continue
		}
		if text[i] < utf8.RuneSelf {
			return i
		}
		if r, _ := utf8.DecodeRuneInString(text[i:limit]); endSign(r) {
			return i
		}
	}
	return limit
}

// endOfSigns returns where the enders at i, and what is closed behind them, end.
func endOfSigns(text string, i, limit int) int {
	for i < limit {
		r, n := utf8.DecodeRuneInString(text[i:limit])
		if !endSign(r) {
			break
		}
		i += n
	}
	for i < limit {
		r, n := utf8.DecodeRuneInString(text[i:limit])
		if !closes(r) {
			break
		}
		// A quotation mark that opens the next sentence has a space before it.
		i += n
	}
	return i
}

// closes reports whether r closes what was quoted or put in brackets.
func closes(r rune) bool {
	switch r {
	case '"', '\'', '”', '’', '»', '」', '』', ')', ']', '）', '】', '〕':
		return true
	}
	return false
}

// maxAhead is how far behind a sign the next word is looked for, in bytes: a text of
// signs alone must not be read to its end for each of them.
const maxAhead = 400

// endsSentence reports whether the signs at text[at:end] end the sentence that
// began at start. There is more behind them.
func endsSentence(text string, start, at, end, limit int) bool {
	sign, n := utf8.DecodeRuneInString(text[at:])
	next, _ := utf8.DecodeRuneInString(text[end:limit])
	if next == '》' || next == '〉' || next == '，' || next == '、' || next == ',' || next == '：' {
		return false // inside a title, or the sentence goes on
	}
	switch sign {
	case '。', '！', '？', '；', '｡':
		return !said(text[at+n:end], text[end:limit])
	case '．':
		return !unicode.IsDigit(next)
	case '…':
		if strings.HasPrefix(text[at+n:], "…") {
			return true // the Chinese form
		}
	}
	if ideographic(next) {
		before, _ := utf8.DecodeLastRuneInString(text[start:at])
		return sign != '.' || ideographic(before)
	}
	if !unicode.IsSpace(next) {
		return false
	}
	ahead := text[end:min(limit, end+maxAhead)]
	if after := strings.TrimLeftFunc(ahead, unicode.IsSpace); sign == '.' && (strings.HasPrefix(after, "—") || strings.HasPrefix(after, "–") || strings.HasPrefix(after, "-")) {
		return false // a dateline: "MASSENA, N.Y. — The plant"
	}
	word, first := nextWord(ahead)
	if first == 0 || unicode.IsLower(first) {
		return false
	}
	if sign != '.' || end-at > 1 {
		return true
	}
	return !abbreviated(text[start:at], word, first)
}

// saidWords mark the rest of a Chinese sentence behind a quotation: who said it.
var saidWords = []string{"说", "說", "表示", "透露", "称", "稱", "指出", "坦言", "强调", "強調", "认为", "認為", "告诉", "告訴", "写道", "寫道"}

// maxSaid is how long that rest is at most, in bytes: about thirty characters.
const maxSaid = 90

// said reports whether signs close a quotation and rest goes on with who said it.
func said(signs, rest string) bool {
	if !strings.ContainsAny(signs, "”』」\"") {
		return false
	}
	rest = rest[:nextSign(rest, 0, len(rest))]
	if len(rest) > maxSaid {
		return false
	}
	for _, w := range saidWords {
		if strings.Contains(rest, w) {
			return true
		}
	}
	return false
}

// ideographic reports whether r is written without spaces between sentences.
func ideographic(r rune) bool {
	return r >= 0x3000 && r <= hanLast && !unicode.IsSpace(r) || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x3FFFF
}

// nextWord returns the first word of s, and its first letter or digit.
func nextWord(s string) (word string, first rune) {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if s == "" {
		return "", 0
	}
	first, _ = utf8.DecodeRuneInString(s)
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); i >= 0 {
		s = s[:i]
	}
	return s, first
}

// abbreviated reports whether the full stop behind before belongs to an
// abbreviation or an initial, given the word behind it.
func abbreviated(before, next string, first rune) bool {
	word := before[wordStart(before):]
	if r, n := utf8.DecodeRuneInString(word); n == len(word) && unicode.IsUpper(r) {
		return !starters[strings.ToLower(next)] // an initial
	}
	low := strings.ToLower(word)
	var kind abbreviation
	if len(low) <= longestAbbreviation {
		kind = abbreviations[low]
	}
	switch {
	case kind == beforeName:
		return true
	case kind == beforeNumber:
		return unicode.IsDigit(first)
	case kind == atEnd, strings.Contains(word, ".") && shortParts(word):
		return unicode.IsDigit(first) || !starters[strings.ToLower(next)]
	}
	return false
}

// wordStart returns where the last word of s, with full stops inside, begins.
func wordStart(s string) int {
	i := len(s)
	for i > 0 {
		if c := s[i-1]; c < utf8.RuneSelf {
			if c != '.' && byteClass(classes[c]) != wordByte {
				break
			}
			i--
			continue
		}
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !unicode.IsLetter(r) {
			break
		}
		i -= n
	}
	return i
}

// shortParts reports whether word is of one or two letters between full stops, as
// in U.S and Ph.D.
func shortParts(word string) bool {
	for part := range strings.SplitSeq(word, ".") {
		if n := utf8.RuneCountInString(part); n == 0 || n > 2 {
			return false
		}
		for _, r := range part {
			if !unicode.IsLetter(r) {
				return false
			}
		}
	}
	return true
}
