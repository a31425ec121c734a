package classifier

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/rules"
	"edict/news"
)

// A number is a number in a text, in digits or words, with its multiplier.
type number struct {
	start, end int
	value      float64
	scaled     bool // "million", 万 and the like stand with it
}

var numberWords = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
	"eighty": 80, "ninety": 90, "hundred": 100,
}

// longestNumber is the length of the longest of those words.
const longestNumber = len("seventeen")

var multipliers = map[string]float64{
	"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
	"b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9, "tn": 1e12, "trillion": 1e12,
}

var hanDigits = map[rune]float64{
	'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '兩': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
}

var hanUnits = map[rune]float64{'十': 10, '百': 100, '千': 1000}

var hanScales = map[rune]float64{'万': 1e4, '萬': 1e4, '亿': 1e8, '億': 1e8}

// A proof is the sentences that prove verdicts, each with its numbers. Several
// verdicts rest on the same few sentences: each is read once.
type proof struct {
	content   news.Content
	sentences []numbered
}

// A numbered sentence is one with its numbers.
type numbered struct {
	field   news.Field
	start   int
	text    string
	numbers []number
}

// sentence is the one that f was found in.
func (p *proof) sentence(f rules.Finding) numbered {
	for _, s := range p.sentences {
		if s.field == f.Field && s.start == f.Start {
			return s
		}
	}
	text := p.content.Field(f.Field)[f.Start:f.End]
	s := numbered{f.Field, f.Start, text, numbers(text)}
	p.sentences = append(p.sentences, s)
	return s
}

// numbers finds the numbers of s, in order.
func numbers(s string) []number {
	var out []number
	for i := 0; i < len(s); {
		// Most of a text is no beginning of a number: that is told by the byte and the
		// one before it.
		if c := s[i]; c < utf8.RuneSelf && (!beginsNumber[c] || i > 0 && isLetter(s[i-1]) || isLetter(c) && !beginsWord(s[i:])) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		previous, _ := utf8.DecodeLastRuneInString(s[:i])
		var n number
		ok := false
		switch {
		case digit(r) >= 0 && !latin(previous):
			n, ok = readDigits(s, i)
		case r < utf8.RuneSelf && digit(r) < 0 && !latin(previous) && !unicode.IsDigit(previous):
			n, ok = readWords(s, i)
		case isHanNumber(r):
			n, ok = readHan(s, i)
		}
		if ok {
			out = append(out, n)
			i = n.end
		} else {
			i += size
		}
	}
	return out
}

// beginsNumber marks the ASCII bytes that a number in digits or words begins with.
var beginsNumber = [utf8.RuneSelf]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'o': true, 't': true, 'f': true, 's': true, 'e': true, 'n': true, 'h': true,
	'O': true, 'T': true, 'F': true, 'S': true, 'E': true, 'N': true, 'H': true,
}

// beginsWord reports whether s may begin with a number in words, by its first two
// letters.
func beginsWord(s string) bool {
	if len(s) < 2 {
		return false
	}
	switch [2]byte{s[0] | 0x20, s[1] | 0x20} {
	case [2]byte{'o', 'n'}, [2]byte{'t', 'w'}, [2]byte{'t', 'h'}, [2]byte{'t', 'e'}, [2]byte{'f', 'o'}, [2]byte{'f', 'i'}, [2]byte{'s', 'i'},
		[2]byte{'s', 'e'}, [2]byte{'e', 'i'}, [2]byte{'e', 'l'}, [2]byte{'n', 'i'}, [2]byte{'h', 'u'}:
		return true
	}
	return false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// digit is the value of an ASCII or full-width digit, or -1.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// firstHan is below every Chinese character for a number.
const firstHan = 0x3000

func latin(r rune) bool { return r < 0x250 && unicode.IsLetter(r) }

func isHanNumber(r rune) bool {
	if r < firstHan {
		return false
	}
	_, d := hanDigits[r]
	_, u := hanUnits[r]
	return d || u
}

// readDigits reads "1,750", "17.5 million", "1750万".
func readDigits(s string, at int) (number, bool) {
	var plain strings.Builder
	i := at
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[min(i+size, len(s)):])
		switch {
		case digit(r) >= 0:
			plain.WriteByte(byte('0' + digit(r)))
		case (r == '.' || r == '．') && digit(next) >= 0:
			plain.WriteByte('.')
		case (r == ',' || r == '，') && grouped(s[i+size:]):
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		i += size
	}
	v, err := strconv.ParseFloat(plain.String(), 64)
	if err != nil {
		return number{}, false
	}
	n := number{start: at, end: i, value: v}
	n.scale(s)
	return n, true
}

// grouped reports whether s begins with exactly three digits, as after a comma
// within a number.
func grouped(s string) bool {
	n := 0
	for _, r := range s {
		if digit(r) < 0 {
			break
		}
		n++
	}
	return n == 3
}

// readWords reads "fourteen", "thirty-three", "two million".
func readWords(s string, at int) (number, bool) {
	n := number{start: at, end: at}
	for i := at; i < len(s); {
		end := i
		for end < len(s) && latin(rune(s[end])) {
			end++
		}
		if end-i > longestNumber {
			break
		}
		v, ok := numberWords[strings.ToLower(s[i:end])]
		if !ok {
			break
		}
		if v == 100 && n.value > 0 {
			n.value *= v
		} else {
			n.value += v
		}
		n.end = end
		i = end
		if i < len(s) && (s[i] == '-' || s[i] == ' ') {
			i++
		}
	}
	if n.end == at {
		return number{}, false
	}
	n.scale(s)
	return n, true
}

// readHan reads 十四, 三十三, 一千七百五十万.
func readHan(s string, at int) (number, bool) {
	total, section, current := 0.0, 0.0, 0.0
	i := at
	scaled := false
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if d, ok := hanDigits[r]; ok {
			current = current*10 + d
		} else if u, ok := hanUnits[r]; ok {
			section += max(current, 1) * u
			current = 0
		} else if w, ok := hanScales[r]; ok {
			total = (total + section + current) * w
			section, current, scaled = 0, 0, true
		} else {
			break
		}
		i += size
	}
	n := number{start: at, end: i, value: total + section + current, scaled: scaled}
	return n, n.value > 0
}

// scale takes in a multiplier that follows n.
func (n *number) scale(s string) {
	rest := s[n.end:]
	for {
		r, size := utf8.DecodeRuneInString(rest)
		f, ok := hanScales[r]
		if !ok {
			if u, unit := hanUnits[r]; unit && (r == '千' || r == '百') {
				f, ok = u, true
			}
		}
		if !ok {
			break
		}
		n.value *= f
		n.end += size
		n.scaled = true
		rest = rest[size:]
	}
	word := strings.TrimLeft(rest, " -\u00a0")
	gap := len(rest) - len(word)
	if gap > 3 {
		return
	}
	end := 0
	for end < len(word) && latin(rune(word[end])) && word[end] < utf8.RuneSelf {
		end++
	}
	w := strings.ToLower(word[:end])
	f, ok := multipliers[w]
	if !ok || len(w) == 1 && gap > 0 {
		return
	}
	n.value *= f
	n.end += gap + end
	n.scaled = true
}
