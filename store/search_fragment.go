package store

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/news"
)

// fragmentWidth is how wide a fragment is: 200 letters, or 100 Chinese characters, each
// of which is as wide as two.
const fragmentWidth = 200

func runeWidth(r rune) int {
	if r >= 0x2e80 {
		return 2
	}
	return 1
}

// wider reports whether s is wider than limit.
func wider(s string, limit int) bool {
	for _, r := range s {
		if limit -= runeWidth(r); limit < 0 {
			return true
		}
	}
	return false
}

// bestFragment cuts the part out of a field in which most different terms stand, and
// of such parts most occurrences, and of those the first one. It says how many
// different terms are in it; without one it is the beginning of the field.
func bestFragment(terms []term, f news.Field, text string) (fragment news.Fragment, distinct int) {
	places := findTerms(terms, text)
	core, distinct := densest(places, text)
	span := around(text, core)
	if span.Start == span.End {
		return news.Fragment{}, 0
	}
	return news.Fragment{Field: f, Span: span, Marks: spansOf(places, span)}, distinct
}

// densest returns the window from one place to the end of another, and how many
// different terms stand in it. Without places it is where the text begins.
func densest(places []place, text string) (core news.Span, distinct int) {
	best := 0
	for i, first := range places {
		var seen uint64
		end := first.Start
		n := 0
		for _, p := range places[i:] {
			if n > 0 && p.End > end && wider(text[first.Start:p.End], fragmentWidth) {
				break
			}
			seen |= 1 << p.term
			end = max(end, p.End)
			n++
		}
		if score := bits.OnesCount64(seen)<<16 + n; score > best {
			best, distinct, core = score, bits.OnesCount64(seen), news.Span{Start: first.Start, End: end}
		}
	}
	if best == 0 {
		start := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		core = news.Span{Start: start, End: start}
	}
	return core, distinct
}

// around widens core to a fragment: back to where its sentence begins, or a word if
// that is too far, and on to where a sentence ends, or a word.
func around(text string, core news.Span) news.Span {
	from := back(text, core)
	room := fragmentWidth
	if core.Start-from > 0 && wider(text[from:core.End], fragmentWidth) {
		room += fragmentWidth / 4 // the sentence begins that near
	}
	to := from
	for to < len(text) {
		r, size := utf8.DecodeRuneInString(text[to:])
		if room -= runeWidth(r); room < 0 && !unicode.IsMark(r) {
			break
		}
		to += size
	}
	if to < len(text) && to > core.End {
		to = cutBehind(text, from, core.End, to)
	}
	return news.Span{Start: from, End: from + len(strings.TrimRightFunc(text[from:to], unicode.IsSpace))}
}

// back returns where a fragment around core begins.
func back(text string, core news.Span) int {
	limit, left := core.Start, fragmentWidth // as far back as is looked
	for limit > 0 && left > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:limit])
		left -= runeWidth(r)
		limit -= size
	}
	paragraph := limit + strings.LastIndexByte(text[limit:core.Start], '\n') + 1
	sentence := paragraph
	for _, s := range match.AppendSentences(nil, text, match.Span{Start: paragraph, End: core.End}) {
		if s.Start <= core.Start {
			sentence = s.Start
		}
	}
	begins := sentence > limit || limit == 0 || text[limit-1] == '\n'
	if begins && !wider(text[sentence:core.End], fragmentWidth*5/4) {
		return skipSpace(text, sentence, core.Start)
	}
	spare := fragmentWidth
	for _, r := range text[core.Start:core.End] {
		if spare -= runeWidth(r); spare <= 0 {
			return core.Start
		}
	}
	from := core.Start
	for spare /= 2; from > limit; {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if spare -= runeWidth(r); spare < 0 {
			break
		}
		from -= size
	}
	return wordFrom(text, from, core.Start)
}

// wordFrom returns where the first whole word begins in text[from:limit].
func wordFrom(text string, from, limit int) int {
	if from == 0 {
		return skipSpace(text, 0, limit)
	}
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	for from < limit {
		r, size := utf8.DecodeRuneInString(text[from:])
		if !unicode.IsMark(r) && (unicode.IsSpace(before) || isUnspaced(before) || isUnspaced(r)) {
			break
		}
		before = r
		from += size
	}
	return skipSpace(text, from, limit)
}

func skipSpace(text string, from, limit int) int {
	return limit - len(strings.TrimLeftFunc(text[from:limit], unicode.IsSpace))
}

// cutBehind returns where a fragment that begins at from ends, between least and to.
func cutBehind(text string, from, least, to int) int {
	sentences := match.AppendSentences(nil, text[:to], match.Span{Start: from, End: to})
	for i := len(sentences) - 2; i >= 0; i-- { // the last one ends with the span
		if end := sentences[i].End; end >= least && end-from >= (to-from)/2 {
			return end
		}
	}
	next, _ := utf8.DecodeRuneInString(text[to:])
	last, _ := utf8.DecodeLastRuneInString(text[:to])
	if unicode.IsSpace(next) || isUnspaced(next) || isUnspaced(last) {
		return to
	}
	if i := strings.LastIndexFunc(text[least:to], func(r rune) bool { return unicode.IsSpace(r) || isUnspaced(r) }); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[least+i:])
		return least + i + size
	}
	return to
}
