package web_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"edict/news"
	"edict/web"
)

func TestMarksAreMergedAndCutSafely(t *testing.T) {
	ev := func(start, end int) news.Evidence { return news.Evidence{Start: start, End: end, Rule: "r"} }
	for _, c := range []struct {
		name, text string
		evidence   map[string][]news.Evidence
		want       string
		classes    []string
	}{
		{"none", "abc", nil, "abc", nil},
		{"apart", "abcdef", map[string][]news.Evidence{"pro": {ev(0, 1)}, "crack": {ev(4, 6)}}, "[a]bcd[ef]", []string{"pro", "crack"}},
		{"overlapping", "abcdef", map[string][]news.Evidence{"pro": {ev(0, 3)}, "crack": {ev(2, 5)}}, "[abcde]f", []string{"pro crack"}},
		{"inside", "abcdef", map[string][]news.Evidence{"pro": {ev(1, 5), ev(2, 3), ev(2, 3)}}, "a[bcde]f", []string{"pro"}},
		{"touching", "abcdef", map[string][]news.Evidence{"pro": {ev(0, 2), ev(2, 4)}}, "[ab][cd]ef", []string{"pro", "pro"}},
		{"chinese", "关停矿场", map[string][]news.Evidence{"crack": {ev(0, 6)}}, "[关停]矿场", []string{"crack"}},
		{"within a character", "关停矿场", map[string][]news.Evidence{"crack": {ev(1, 6), ev(0, 5)}}, "关停矿场", nil},
		{"outside", "abc", map[string][]news.Evidence{"pro": {ev(-1, 2), ev(1, 9), ev(2, 1), ev(1, 1)}}, "abc", nil},
	} {
		got, classes := web.Marked(c.text, c.evidence)
		if got != c.want || !slices.Equal(classes, c.classes) {
			t.Errorf("%s: %q %q, want %q %q", c.name, got, classes, c.want, c.classes)
		}
	}
}

func TestSentenceAround(t *testing.T) {
	long := strings.Repeat("many words that go on and on ", 20)
	for _, c := range []struct{ text, quote, want string }{
		{"One. Two bans mining. Three.", "bans", "Two bans mining."},
		{"One.\nTwo bans mining\nThree.", "bans", "Two bans mining"},
		{"The U.S. Treasury and Mr. Smith paid $2.7 million to ban it. Next.", "ban it", "The U.S. Treasury and Mr. Smith paid $2.7 million to ban it."},
		{"He said: \"We ban it.\" Then he left.", "ban it", "He said: \"We ban it.\""},
		{"会议昨日召开。会议要求关停矿场！随后通过。", "关停", "会议要求关停矿场！"},
		{"他说：“立即关停。”记者报道。", "关停", "他说：“立即关停。”"},
		{"A ban. B ban.", "ban. B", "A ban. B ban."},
		{"ban", "ban", "ban"},
		{"First! ban ends here? Yes.", "ban ends here?", "ban ends here?"},
	} {
		start := strings.Index(c.text, c.quote)
		from, to, _, _ := web.SentenceAround(c.text, start, start+len(c.quote))
		if got := c.text[from:to]; got != c.want {
			t.Errorf("%q: %q, want %q", c.quote, got, c.want)
		}
	}
	text := long + "the ban " + long
	start := strings.Index(text, "the ban")
	from, to, front, back := web.SentenceAround(text, start, start+7)
	if !front || !back || to-from > 2*185+7 || text[from-1] != ' ' || text[to] != ' ' {
		t.Errorf("a long sentence: %d to %d, cut %v and %v: %q", from, to, front, back, text[from:to])
	}
}

// FuzzMarks holds for any text and any evidence, also such as no classifier makes:
// marking neither loses nor changes a byte, and sentences lie around their quote.
func FuzzMarks(f *testing.F) {
	f.Add("One. Two bans mining. 关停矿场。", 5, 9, 10, 20)
	f.Add("关停", 0, 3, 1, 4)
	f.Add("a\n\nb.\"” c", -1, 3, 2, 99)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "[]") {
			return
		}
		marked, _ := web.Marked(text, map[string][]news.Evidence{"pro": {{Start: a, End: b}}, "crack": {{Start: c, End: d}}})
		if got := strings.NewReplacer("[", "", "]", "").Replace(marked); got != text {
			t.Fatalf("marking made %q of %q", got, text)
		}
		if a < 0 || b <= a || b > len(text) || !utf8.ValidString(text[:a]) || !utf8.ValidString(text[a:b]) {
			return
		}
		from, to, _, _ := web.SentenceAround(text, a, b)
		if from < 0 || from > a || to < b || to > len(text) || !utf8.ValidString(text[from:to]) {
			t.Fatalf("the sentence of %d:%d is %d:%d", a, b, from, to)
		}
	})
}
