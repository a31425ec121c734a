package match_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"edict/classifier/match"
)

// The naive matcher reads the rules of the package comment once more, rune by
// rune and without any table of ours, and tries every phrase at every token.

type naiveToken struct {
	form, cased string // "\n" ends a paragraph
	start, end  int
}

type naiveRune struct {
	r          rune
	start, end int
}

func naiveRunes(s string) []naiveRune {
	var out []naiveRune
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		out = append(out, naiveRune{r, i, i + n})
		i += n
	}
	return out
}

const (
	naiveApostrophes = "'‘’ʼʻ´‛"
	naiveQuotes      = "\"“”„‟«»「」『』〝〞〟﹁﹂﹃﹄｢｣"
	naiveHyphens     = "-‐‑‒–−﹣"
	naiveHidden      = "\u00ad\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\ufe0e\ufe0f"
)

func isNaiveChar(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Bopomofo) ||
		r == 'ー' || r == 'ｰ'
}

func isNaiveWord(r rune) bool {
	return !strings.ContainsRune(naiveApostrophes, r) && !isNaiveChar(r) && (unicode.IsLetter(r) || unicode.Is(unicode.Nd, r))
}

func isNaiveMark(r rune) bool { return unicode.IsMark(r) && !isNaiveChar(r) && !isNaiveHidden(r) }

func isNaiveHidden(r rune) bool {
	return strings.ContainsRune(naiveHidden, r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

func isNaiveLine(r rune) bool { return strings.ContainsRune("\n\r\u2028\u2029\u0085", r) }

func isNaiveSpace(r rune) bool {
	return !isNaiveLine(r) && (unicode.IsSpace(r) || unicode.IsControl(r) || r == 0x200B)
}

// naiveFold folds one letter.
func naiveFold(r rune) string {
	const special = "ß:ss ẞ:ss æ:ae œ:oe ø:o đ:d ð:d ħ:h ı:i ł:l þ:th ŋ:n ƒ:f ə:a"
	for pair := range strings.FieldsSeq(special) {
		from, to, _ := strings.Cut(pair, ":")
		if string(unicode.ToLower(r)) == from || string(r) == from {
			return to
		}
	}
	if !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) {
		return string(unicode.ToLower(r))
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if !unicode.In(d, unicode.Mn, unicode.Lm) {
			b.WriteRune(unicode.ToLower(unicode.ToUpper(d)))
		}
	}
	return b.String()
}

func naiveTokens(s string) []naiveToken {
	rs := naiveRunes(s)
	at := func(i int) rune {
		if i < 0 || i >= len(rs) {
			return ' '
		}
		return rs[i].r
	}
	// continues: a word goes on at i.
	continues := func(i int) bool {
		for isNaiveHidden(at(i)) {
			i++
		}
		return isNaiveWord(at(i)) || isNaiveMark(at(i))
	}
	possessive := func(i int) bool {
		return strings.ContainsRune(naiveApostrophes, at(i)) && i+1 < len(rs) && unicode.ToLower(at(i+1)) == 's' && !continues(i+2)
	}
	asciiLetter := func(i int) bool { return at(i) < 0x80 && unicode.IsLetter(at(i)) && rs[i].end-rs[i].start == 1 }
	fullStop := func(i int) bool { return at(i) == '.' && rs[i].end-rs[i].start == 1 }
	var out []naiveToken
	touching := false // nothing but quotation marks since the last word or character
	add := func(from, to int, form, cased string) {
		out = append(out, naiveToken{form, cased, rs[from].start, rs[to-1].end})
	}
	for i := 0; i < len(rs); {
		r := at(i)
		switch {
		case isNaiveLine(r):
			add(i, i+1, "\n", "\n")
			touching = false
			i++
		case isNaiveChar(r):
			form := match.Fold(string(r)) // the table of characters is not what is tried here
			add(i, i+1, form, form)
			touching = true
			i++
		case isNaiveWord(r):
			j, letters := i, ""
			for asciiLetter(j) && fullStop(j+1) {
				letters += string(at(j))
				j += 2
			}
			if asciiLetter(j) && !continues(j+1) && letters != "" {
				letters += string(at(j))
				j++
			}
			if len(letters) >= 2 {
				add(i, j, strings.ToLower(letters), letters)
			} else {
				j = i
				var form, cased strings.Builder
				for {
					c := at(j)
					switch {
					case isNaiveWord(c):
						f := naiveFold(c)
						form.WriteString(f)
						if unicode.IsUpper(c) || unicode.IsTitle(c) {
							f = strings.ToUpper(f)
						}
						cased.WriteString(f)
					case isNaiveMark(c):
						if c < 0x300 || c > 0x36F {
							form.WriteRune(c)
							cased.WriteRune(c)
						}
					case isNaiveHidden(c) && continues(j+1):
					case strings.ContainsRune(naiveApostrophes, c) && continues(j+1) && !possessive(j):
						form.WriteByte('\'')
						cased.WriteByte('\'')
					default:
						c = -1
					}
					if c < 0 || j == len(rs) {
						break
					}
					j++
				}
				add(i, j, form.String(), cased.String())
			}
			touching = true
			i = j
		case possessive(i):
			add(i, i+2, "'s", "'s")
			touching = true
			i += 2
		case strings.ContainsRune(naiveApostrophes+naiveQuotes, r), isNaiveHidden(r), isNaiveMark(r):
			i++
		case isNaiveSpace(r):
			touching = false
			i++
		case strings.ContainsRune(naiveHyphens, r):
			j := i + 1
			for strings.ContainsRune(naiveApostrophes+naiveQuotes, at(j)) || isNaiveHidden(at(j)) {
				j++
			}
			if !touching || !isNaiveWord(at(j)) && !isNaiveChar(at(j)) {
				add(i, i+1, "-", "-")
				touching = false
			}
			i++
		default:
			form := string(r)
			for _, pair := range []string{"·・‧•･", "。｡", "、､", "-—―─︱"} {
				if strings.ContainsRune(pair, r) {
					form = string([]rune(pair)[:1])
				}
			}
			add(i, i+1, form, form)
			touching = false
			i++
		}
	}
	return out
}

func naiveAppend(phrases []match.Phrase, text string) []match.Hit {
	tokens := naiveTokens(text)
	var out []match.Hit
	for n, p := range phrases {
		want := slices.DeleteFunc(naiveTokens(p.Text), func(t naiveToken) bool { return t.form == "\n" })
		for i := range tokens {
			if i+len(want) > len(tokens) {
				break
			}
			same := true
			for k, w := range want {
				t := tokens[i+k]
				same = same && t.form == w.form && (!p.Exact || t.cased == w.cased)
			}
			if same {
				out = append(out, match.Hit{Phrase: n, Start: tokens[i].start, End: tokens[i+len(want)-1].end})
			}
		}
	}
	slices.SortFunc(out, func(a, b match.Hit) int {
		return cmp.Or(a.Start-b.Start, b.End-a.End, a.Phrase-b.Phrase)
	})
	return out
}

// pieces are what texts are made of: letters that meet, every kind of sign, and
// characters in both forms.
var pieces = []string{
	"a", "b", "B", "s", "S", "us", "US", "ban", "Ban", "mining", "é", "É", "e\u0301", "ß", "İ", "ı", "Ж", "ж", "й", "Σ", "ς", "א", "ی", "ि",
	"1", "17", "ａ", "Ｂ", "．", "＇", "counterrevolutionary", "abcdefgh", "abcdefghi", "abcdefghijklmnopq",
	" ", " ", " ", "\u00a0", "\u3000", "\u200b", "\n", "\r", "\t", "-", "-", "‑", "–", "—", ".", ".", ",", "'", "’", "‘", "'s", "’S", "\"", "“", "”", "「", "」",
	"\u00ad", "\u200d", "\ufeff", "&", "$", "·", "•", "。", "，", "挖", "矿", "礦", "國", "国", "の", "ー", "中", "국", "ไ", "𠮷", "😀", "\xff", "\xe4\xb8",
}

func drawText(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, most).Draw(t, "pieces"), "")
	})
}

func checkAgainstNaive(t interface {
	Fatalf(format string, args ...any)
}, phrases []match.Phrase, text string,
) {
	phrases = slices.DeleteFunc(phrases, func(p match.Phrase) bool {
		return len(slices.DeleteFunc(naiveTokens(p.Text), func(t naiveToken) bool { return t.form == "\n" })) == 0
	})
	m, err := match.Compile(phrases)
	if err != nil {
		t.Fatalf("%+v: %v", phrases, err)
	}
	got, want := m.Append(nil, text), naiveAppend(phrases, text)
	if !slices.Equal(got, want) {
		t.Fatalf("phrases %+v\nin %+q\n got %v\nwant %v", phrases, text, got, want)
	}
	for _, h := range got {
		if h.Start < 0 || h.End <= h.Start || h.End > len(text) {
			t.Fatalf("phrases %+v in %+q: hit %v is outside", phrases, text, h)
		}
	}
}

func TestAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(30).Draw(t, "text")
		var phrases []match.Phrase
		for range rapid.IntRange(1, 8).Draw(t, "phrases") {
			p := match.Phrase{Text: drawText(4).Draw(t, "phrase"), Exact: rapid.Bool().Draw(t, "exact")}
			if tokens := naiveTokens(text); len(tokens) > 0 && rapid.Bool().Draw(t, "from the text") {
				i := rapid.IntRange(0, len(tokens)-1).Draw(t, "from")
				j := rapid.IntRange(i, min(i+3, len(tokens)-1)).Draw(t, "to")
				p.Text = text[tokens[i].start:tokens[j].end]
			}
			phrases = append(phrases, p)
		}
		checkAgainstNaive(t, phrases, text)
	})
}

func FuzzAppend(f *testing.F) {
	f.Add("China’s “proof-of-work” ban, U.S.", "proof of work|US|china", true)
	f.Add("整治虛擬貨幣「挖礦」活動", "虚拟货币挖矿|活动", false)
	f.Add("a.b.c.\xff'S ß—é-é\u00ad\u0301", "abc|'s|ss|e e", false)
	f.Fuzz(func(t *testing.T, text, list string, exact bool) {
		var phrases []match.Phrase
		for i, s := range strings.SplitN(list, "|", 9) {
			phrases = append(phrases, match.Phrase{Text: s, Exact: exact && i%2 == 0})
		}
		checkAgainstNaive(t, phrases, text)
	})
}

func FuzzFold(f *testing.F) {
	f.Add("China’s “Proof-of-Work” BAN, U.S. 整治虛擬貨幣「挖礦」活動。")
	f.Add("U.S.'s don’t rock'n'roll Ünï ﬁ ǅ K ſ\u0307İ a-\u00adb")
	f.Fuzz(func(t *testing.T, s string) {
		once := match.Fold(s)
		if twice := match.Fold(once); twice != once {
			t.Fatalf("Fold(%+q) = %+q, but Fold of that is %+q", s, once, twice)
		}
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%+q) = %+q is not valid", s, once)
		}
	})
}

func FuzzSentences(f *testing.F) {
	f.Add("The U.S. Senate voted. \"It\" passed… 关停。”\n\n三！ 。\xff.")
	f.Fuzz(func(t *testing.T, text string) {
		checkSentences(t, text)
	})
}

// checkSentences holds what is promised of every text: sentences are in order,
// inside of paragraphs, trimmed, not empty, and only space lies between them.
func checkSentences(t testing.TB, text string) {
	end := 0
	paragraphs := match.Paragraphs(text)
	for _, s := range match.Sentences(text) {
		if s.Start < end || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("%+q: sentence %v behind %d", text, s, end)
		}
		if gap := text[end:s.Start]; strings.TrimSpace(gap) != "" {
			t.Fatalf("%+q: %+q is in no sentence", text, gap)
		}
		if part := text[s.Start:s.End]; strings.TrimSpace(part) != part {
			t.Fatalf("%+q: sentence %+q is not trimmed", text, part)
		}
		if !slices.ContainsFunc(paragraphs, func(p match.Span) bool { return p.Start <= s.Start && s.End <= p.End }) {
			t.Fatalf("%+q: sentence %v is in no paragraph", text, s)
		}
		end = s.End
	}
	if rest := text[end:]; strings.TrimSpace(rest) != "" {
		t.Fatalf("%+q: %+q is in no sentence", text, rest)
	}
}
