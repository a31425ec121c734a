package web

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// contextBytes is how much of a sentence is shown on either side of a quote: about
// 180 letters or 60 Chinese characters.
const contextBytes = 180

// sentenceAround returns the bytes of the sentence (or sentences) that hold bytes
// start to end of text, within its paragraph. cutFront and cutBack say that a long
// sentence was shortened.
func sentenceAround(text string, start, end int) (from, to int, cutFront, cutBack bool) {
	from = start
	for !sentenceEnds(text, from) {
		if start-from >= contextBytes {
			cutFront = true
			if sp := strings.IndexByte(text[from:start], ' '); sp >= 0 && sp < (start-from)/3 {
				from += sp
			}
			break
		}
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	to = end
	for !sentenceEnds(text, to) {
		if to-end >= contextBytes {
			cutBack = true
			if sp := strings.LastIndexByte(text[end:to], ' '); sp > (to-end)*2/3 {
				to = end + sp
			}
			break
		}
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	for from < start && (text[from] == ' ' || text[from] == '\t' || text[from] == '\n') {
		from++
	}
	return from, to, cutFront, cutBack
}

const (
	stops      = ".!?"
	wideStops  = "。！？；"
	closers    = "\"')]”’」』）》】"
	abbreviate = " mr mrs ms dr st no inc corp ltd co sen rep gov gen vs jan feb mar apr jun jul aug sep sept oct nov dec jr sr "
)

// sentenceEnds reports whether a sentence ends right before byte i of text, which
// must be a character boundary.
func sentenceEnds(text string, i int) bool {
	if i == 0 || i == len(text) || text[i] == '\n' || text[i-1] == '\n' {
		return true
	}
	next, _ := utf8.DecodeRuneInString(text[i:])
	if strings.ContainsRune(closers, next) || strings.ContainsRune(wideStops, next) || strings.ContainsRune(stops, next) {
		return false
	}
	head := text[:i]
	last, size := utf8.DecodeLastRuneInString(head)
	for strings.ContainsRune(closers, last) {
		head = head[:len(head)-size]
		last, size = utf8.DecodeLastRuneInString(head)
		if head == "" {
			return false
		}
	}
	switch {
	case strings.ContainsRune(wideStops, last):
		return true
	case !strings.ContainsRune(stops, last) || !unicode.IsSpace(next):
		return false
	}
	return last != '.' || !abbreviation(head[:len(head)-1])
}

// abbreviation reports whether the word that head ends with is one that a full
// stop follows inside of a sentence: an initial, U.S, Mr.
func abbreviation(head string) bool {
	word := head[strings.LastIndexFunc(head, unicode.IsSpace)+1:]
	word = strings.TrimLeft(word, "(\"“‘'")
	if strings.Contains(word, ".") && !strings.ContainsAny(word, "0123456789") {
		return true
	}
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.IsUpper(r) {
		return true
	}
	return strings.Contains(abbreviate, " "+strings.ToLower(word)+" ")
}
