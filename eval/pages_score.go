package eval

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// shingleLength is the number of words, or Chinese characters, that are compared
// at once: that of the article-extraction benchmark of ScrapingHub (2020).
const shingleLength = 4

// words splits s into words of letters, marks, digits and underscores in lower
// case and normal form C; each Chinese or Japanese character is a word.
func words(s string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, string(cur))
			cur = cur[:0]
		}
	}
	for _, r := range strings.ToLower(norm.NFC.String(s)) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_':
			cur = append(cur, r)
		case r == '\u00ad' || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff':
			// They are not seen, and part no words.
		default:
			flush()
		}
	}
	flush()
	return out
}

func shingles(s string) map[string]int {
	w := words(s)
	out := map[string]int{}
	if len(w) == 0 {
		return out
	}
	for i := 0; i+shingleLength <= len(w) || i == 0; i++ {
		out[strings.Join(w[i:min(i+shingleLength, len(w))], " ")]++
	}
	return out
}

// overlap gives precision and recall of got against want, by shingles, each
// counted as often as it stands. An empty got has precision 0.
func overlap(got, want string) (precision, recall float64) {
	a, b := shingles(got), shingles(want)
	hit, nA, nB := 0, 0, 0
	for k, n := range a {
		nA += n
		hit += min(n, b[k])
	}
	for _, n := range b {
		nB += n
	}
	if nA > 0 {
		precision = float64(hit) / float64(nA)
	}
	if nB > 0 {
		recall = float64(hit) / float64(nB)
	}
	return precision, recall
}

func f1(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// plain keeps the letters and digits of s, in lower case.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func sameTitle(got, want string) bool { return plain(got) == plain(want) }

// sameMoment reports whether two dates are within a minute. A reference without a
// zone is read as UTC.
func sameMoment(got time.Time, want string) bool {
	t, ok := referenceTime(want)
	return ok && !got.IsZero() && got.Sub(t).Abs() <= time.Minute
}

func sameDay(got time.Time, want string) bool {
	t, ok := referenceTime(want)
	if !ok || got.IsZero() {
		return false
	}
	return got.In(t.Location()).Format(time.DateOnly) == t.Format(time.DateOnly)
}

func referenceTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// sameAuthors compares sets of names, without case and order.
func sameAuthors(got, want []string) bool {
	set := func(names []string) []string {
		out := make([]string, 0, len(names))
		for _, n := range names {
			out = append(out, plain(n))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(set(got), set(want))
}

// scriptOf names the script that most of the letters of s are in.
func scriptOf(s string) string {
	counts := map[string]int{}
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r):
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			counts["Japanese"] += 3 // Japanese is written mostly in Han characters
		case unicode.Is(unicode.Han, r):
			counts["Han"]++
		case unicode.Is(unicode.Hangul, r):
			counts["Hangul"]++
		case unicode.Is(unicode.Latin, r):
			counts["Latin"]++
		default:
			counts["other"]++
		}
	}
	best := "none"
	for _, k := range []string{"Latin", "Han", "Japanese", "Hangul", "other"} {
		if counts[k] > counts[best] {
			best = k
		}
	}
	return best
}
