package store

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"edict/news"
)

// shown is a fragment of a text with its marks in brackets.
func shown(text string, f news.Fragment) string {
	var b strings.Builder
	at := f.Start
	for _, m := range f.Marks {
		b.WriteString(text[at:m.Start] + "[" + text[m.Start:m.End] + "]")
		at = m.End
	}
	return b.String() + text[at:f.End]
}

func query(t testing.TB, words string) []term {
	t.Helper()
	terms, err := parseQuery(words)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

func TestMarksStandOnWhatWasSearched(t *testing.T) {
	for _, test := range []struct{ words, text, want string }{
		{"mines", "The MINES shut; miners and mines' owners left.", "The [MINES] shut; miners and [mines]' owners left."},
		{"min*", "The MINES shut; miners left.", "The [MINES] shut; [miners] left."},
		{"cafe", "Le Café et le cafe\u0301, le cafés.", "Le [Café] et le [cafe\u0301], le cafés."},
		{`"power supply"`, "Power-supply, power; supply. Supply of power.", "[Power-supply], [power; supply]. Supply of power."},
		{"crypto-mining", "Crypto mining and crypto. Mining", "[Crypto mining] and [crypto. Mining]"},
		{"挖矿", "江西关停挖礦项目，挖 矿。", "江西关停[挖礦]项目，挖 矿。"},
		{"區塊鏈 挖礦", "区块链产业与挖矿", "[区块链]产业与[挖矿]"},
		{"比特币ETF矿工", "比特幣ETF礦工離開", "[比特幣ETF礦工]離開"},
		{"矿", "矿矿与挖矿", "[矿矿]与挖[矿]"},
		{"btc", "ＢＴＣ与BTC", "[ＢＴＣ]与[BTC]"},
		{"17.5", "pays 17.5 million, 17,5 and 175", "pays [17.5] million, [17,5] and 175"},
		{"mines -shut", "The mines shut", "The [mines] shut"},
		{"the mines", "The mines shut", "[The] [mines] shut"},
		{`mines "the mines"`, "The mines shut", "[The mines] shut"},
		{"a", "a a a", "[a] [a] [a]"},
		{"कानून", "यह कानून है", "यह [कानून] है"},
		{"nowhere", "The mines shut", "The mines shut"},
	} {
		whole := news.Span{End: len(test.text)}
		f := news.Fragment{Span: whole, Marks: spansOf(findTerms(wanted(query(t, test.words)), test.text), whole)}
		if got := shown(test.text, f); got != test.want {
			t.Errorf("%q in %q:\n got %q\nwant %q", test.words, test.text, got, test.want)
		}
	}
}

// naive finds a term without folding the text as a whole: it tries every piece.
func naive(t term, text string) bool {
	for i := range text {
		for j := i + 1; j <= len(text); j++ {
			if j < len(text) && !utf8.RuneStart(text[j]) || foldText(text[i:j]) != t.folded {
				continue
			}
			before, _ := utf8.DecodeLastRuneInString(text[:i])
			after, _ := utf8.DecodeRuneInString(text[j:])
			first, _ := utf8.DecodeRuneInString(text[i:j])
			last, _ := utf8.DecodeLastRuneInString(text[i:j])
			word := func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !isUnspaced(r) }
			if word(first) && word(before) || word(last) && word(after) && !t.prefix {
				continue
			}
			return true
		}
	}
	return false
}

// TestMarksFindWhatANaiveSearchFinds: in any text, a term has a place exactly where
// trying every piece of the text finds it, and that piece folds to the term.
func TestMarksFindWhatANaiveSearchFinds(t *testing.T) {
	alphabet := []rune("abÄé 　-,.挖矿礦区區\n1ＢtÅ")
	rapid.Check(t, func(rt *rapid.T) {
		text := norm.NFC.String(rapid.StringOfN(rapid.RuneFrom(alphabet), 0, 24, -1).Draw(rt, "text"))
		words := rapid.StringOfN(rapid.RuneFrom(alphabet), 1, 4, -1).Draw(rt, "words")
		terms, err := parseQuery(`"` + words + `"`)
		if err != nil {
			return
		}
		found := findTerms(terms, text)
		if naive(terms[0], text) != (len(found) > 0) {
			rt.Fatalf("%q in %q: %v", words, text, found)
		}
		for _, p := range found {
			if got := foldText(text[p.Start:p.End]); got != terms[0].folded {
				rt.Fatalf("%q in %q: found %q", words, text, got)
			}
		}
	})
}

func TestFragmentsShowWhereMostStands(t *testing.T) {
	filler := strings.Repeat("Nothing of note was said that day. ", 20)
	long := strings.Repeat("and so it went on ", 30)
	for name, test := range map[string]struct{ words, text, want string }{
		"where both are": {
			"mines grants", "Some mines. " + filler + "The grants for mines ended. " + filler,
			"The [grants] for [mines] ended. Nothing of note was said that day. Nothing of note was said that day. Nothing of note was said that day. Nothing of note was said that day.",
		},
		"a whole short text":        {"mines", "The mines shut.", "The [mines] shut."},
		"the paragraph begins":      {"mines", filler + "\n  Old mines shut.\n", "Old [mines] shut."},
		"cut at words":              {"mines", long + "mines " + long, "on and so it went on and so it went on and so it went on and so it went on and so it went on [mines] and so it went on and so it went on and so it went on and so it went on and so it went on and so it"},
		"nothing found":             {"zebra", "  First of all. " + filler, "First of all. Nothing of note was said that day. Nothing of note was said that day. Nothing of note was said that day. Nothing of note was said that day. Nothing of note was said that day."},
		"Chinese":                   {"挖矿", strings.Repeat("今天没有消息。", 30) + "江西关停挖礦项目。" + strings.Repeat("明天再说。", 60), "江西关停[挖礦]项目。" + strings.Repeat("明天再说。", 18)},
		"an endless word is cut":    {"aaa*", strings.Repeat("a", 5000), "[" + strings.Repeat("a", 200) + "]"},
		"characters without a stop": {"挖矿", strings.Repeat("甲", 200) + "挖矿" + strings.Repeat("乙", 200), strings.Repeat("甲", 49) + "[挖矿]" + strings.Repeat("乙", 49)},
	} {
		f, _ := bestFragment(wanted(query(t, test.words)), news.Text, test.text)
		if got := shown(test.text, f); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

// FuzzFragments: whatever the query and the text, fragments and marks lie on
// characters of the text, in order, and each place folds to its term.
func FuzzFragments(f *testing.F) {
	for _, seed := range [][2]string{
		{"mines", "The mines shut. Nobody mines."},
		{"挖礦 -x", "江西关停挖矿项目"},
		{`"a b" c*`, "A b, cd\u0301 e\u0301"},
		{"한*", "한국 하"},
		{"ﬁ ①", "ﬁ①\xff"},
		{"a", strings.Repeat("a\u0301 ", 300)},
		{"x", strings.Repeat("挖x", 200)},
		{"कानून", "कानूनों कानून"},
		{"ガ", "カ\u3099ガ"},
		{"İ", "İi̇I"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, words, text string) {
		terms, err := parseQuery(words)
		if err != nil || len(text) > 1<<16 {
			return
		}
		terms = wanted(terms)
		for _, p := range findTerms(terms, text) {
			onCharacters(t, text, p.Span)
			got, want := foldText(text[p.Start:p.End]), terms[p.term]
			if got != want.folded && !(want.prefix && strings.HasPrefix(got, want.folded)) {
				t.Fatalf("%q in %q: %q folds to %q", words, text, text[p.Start:p.End], got)
			}
		}
		r := news.Record{Content: news.Content{Title: text, Summary: text, Text: text}}
		h := mark(terms, r)
		checkSpans(t, text, h.Title, news.Span{End: len(text)})
		if h.Fragment.Field == "" {
			return
		}
		onCharacters(t, text, h.Fragment.Span)
		checkSpans(t, text, h.Fragment.Marks, h.Fragment.Span)
		if wider(strings.Map(func(r rune) rune {
			if unicode.IsMark(r) {
				return -1
			}
			return r
		}, text[h.Fragment.Start:h.Fragment.End]), fragmentWidth*3/2) {
			t.Fatalf("a fragment of %d bytes", h.Fragment.End-h.Fragment.Start)
		}
		if (len(h.Title) > 0) != (len(h.Fragment.Marks) > 0) {
			t.Fatalf("%q in %q: %d marks in the title and %d in the text, which is the same", words, text, len(h.Title), len(h.Fragment.Marks))
		}
	})
}

func checkSpans(t *testing.T, text string, spans []news.Span, within news.Span) {
	t.Helper()
	at := within.Start
	for _, s := range spans {
		onCharacters(t, text, s)
		if s.Start < at || s.End > within.End {
			t.Fatalf("%v is out of order, or outside of %v", spans, within)
		}
		at = s.End + 1
	}
}

func onCharacters(t *testing.T, text string, s news.Span) {
	t.Helper()
	starts := func(i int) bool {
		if i == len(text) {
			return true
		}
		for at := range text {
			if at >= i {
				return at == i
			}
		}
		return false
	}
	if s.Start < 0 || s.Start >= s.End || s.End > len(text) || !starts(s.Start) || !starts(s.End) {
		t.Fatalf("%v does not lie on characters of %q", s, text)
	}
}
