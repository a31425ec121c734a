package web

import (
	"slices"
	"strings"
	"unicode"
)

// A diffLine is a paragraph of two texts: in both, only in the old or only in the new.
type diffLine struct {
	Kind  string // "", "gone", "come"
	Parts []diffPart
}

// A diffPart is a stretch of a paragraph; Changed is what is not in the other text.
type diffPart struct {
	Text    string
	Changed bool
}

const (
	diffParagraphs = 1500 // of a text: beyond it one is shown after the other
	diffWords      = 700  // of a paragraph
)

// diffText compares two texts by paragraphs, and paragraphs that took each other's place
// by words.
func diffText(before, after string) []diffLine {
	a, b := paragraphsOf(before), paragraphsOf(after)
	var out []diffLine
	var gone, come []string
	flush := func() {
		n := min(len(gone), len(come))
		for i := range n {
			old, fresh := diffParagraph(gone[i], come[i])
			out = append(out, diffLine{"gone", old}, diffLine{"come", fresh})
		}
		for _, p := range gone[n:] {
			out = append(out, diffLine{"gone", []diffPart{{p, true}}})
		}
		for _, p := range come[n:] {
			out = append(out, diffLine{"come", []diffPart{{p, true}}})
		}
		gone, come = nil, nil
	}
	walkDiff(a, b, diffParagraphs, func(p string, inOld, inNew bool) {
		switch {
		case inOld && inNew:
			flush()
			out = append(out, diffLine{"", []diffPart{{p, false}}})
		case inOld:
			gone = append(gone, p)
		default:
			come = append(come, p)
		}
	})
	flush()
	return out
}

func paragraphsOf(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// diffParagraph compares two paragraphs by words.
func diffParagraph(before, after string) (old, fresh []diffPart) {
	add := func(list []diffPart, word string, changed bool) []diffPart {
		if n := len(list); n > 0 && list[n-1].Changed == changed {
			list[n-1].Text += word
			return list
		}
		return append(list, diffPart{word, changed})
	}
	walkDiff(wordsOf(before), wordsOf(after), diffWords, func(w string, inOld, inNew bool) {
		if inOld {
			old = add(old, w, !inNew)
		}
		if inNew {
			fresh = add(fresh, w, !inOld)
		}
	})
	return old, fresh
}

// wordsOf cuts a text into runs of letters and digits and the runs between them; of
// scripts without spaces each character is a word.
func wordsOf(text string) (out []string) {
	begin, kind := 0, -1
	for i, r := range text {
		k := 1
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			k = 2
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			k = 0
		}
		if i > begin && (k != kind || k == 2) {
			out = append(out, text[begin:i])
			begin = i
		}
		kind = k
	}
	if begin < len(text) {
		out = append(out, text[begin:])
	}
	return out
}

// walkDiff calls step for each item of two lists along a longest common subsequence. Of
// lists over limit the common beginning and end are found, and what is between is taken
// for changed.
func walkDiff(a, b []string, limit int, step func(item string, inOld, inNew bool)) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		step(a[head], true, true)
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if max(len(x), len(y)) <= limit {
		walkCommon(x, y, step)
	} else {
		for _, item := range x {
			step(item, true, false)
		}
		for _, item := range y {
			step(item, false, true)
		}
	}
	for _, item := range a[len(a)-tail:] {
		step(item, true, true)
	}
}

func walkCommon(x, y []string, step func(item string, inOld, inNew bool)) {
	width := len(y) + 1
	longest := make([]uint16, (len(x)+1)*width) // of the rests from i and j on
	for i, old := range slices.Backward(x) {
		for j, fresh := range slices.Backward(y) {
			if old == fresh {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			step(x[i], true, true)
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && longest[(i+1)*width+j] >= longest[i*width+j+1]:
			step(x[i], true, false)
			i++
		default:
			step(y[j], false, true)
			j++
		}
	}
}
