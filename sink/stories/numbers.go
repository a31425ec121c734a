package stories

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A word is a token of a text as numbers are read: a number, a word in lower case,
// or one character of another script.
type word struct {
	text   string
	value  float64
	number bool
	year   bool // four digits and nothing else
	joined bool // no space before it
}

// readNumbers adds what a text counts and dates, in one form for all languages:
// 17.5 million, 1750万 and 一千七百五十万 are one number, 1,800 MW and 180万千瓦 another.
// published is in microseconds; its own day says little.
func readNumbers(text string, published int64, set *itemSet) {
	own := time.UnixMicro(published).UTC()
	words := wordsOf(text)
	for i := 0; i < len(words); {
		if words[i].text == otherWord || words[i].text == stopWord {
			i++
			continue
		}
		if month, day, n := dateAt(words[i:]); n > 0 {
			weight := uint8(10)
			if month == int(own.Month()) && day == own.Day() {
				weight = 2
			}
			set.add(newItem("date", strconv.Itoa(month)+"-"+strconv.Itoa(day), weight))
			i += n
			continue
		}
		value, n := numberAt(words[i:])
		if n == 0 {
			i++
			continue
		}
		year := n == 1 && words[i].year
		kind, scale, m := unitAt(words[i+n:])
		i += n + m
		if kind == "" && year && value >= 1900 && value <= 2100 {
			set.add(newItem("number", strconv.Itoa(int(value)), 3))
			continue
		}
		add(set, kind, value*scale)
	}
}

func add(set *itemSet, kind string, value float64) {
	if value <= 0 {
		return
	}
	text := strconv.FormatFloat(value, 'e', 3, 64)
	mantissa, _, _ := strings.Cut(text, "e")
	digits := len(strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0"))
	var weight uint8
	switch {
	case value < 10:
		weight = 1
	case value < 100:
		weight = 6
	case digits == 1:
		weight = 9
	case digits == 2:
		weight = 12
	case digits == 3:
		weight = 17
	default:
		weight = 22
	}
	if kind != "" {
		weight += 2
	}
	set.add(newItem("number"+kind, text, weight))
}

// unitAt reads the unit behind a number: its kind, and by what the number is
// multiplied to be in the unit of that kind.
func unitAt(w []word) (kind string, scale float64, n int) {
	at := func(i int) string {
		if i < len(w) {
			return w[i].text
		}
		return ""
	}
	switch at(0) {
	case "%", "percent", "pc", "％":
		return "%", 1, 1
	case "per":
		if at(1) == "cent" {
			return "%", 1, 2
		}
	case "成":
		return "%", 10, 1
	case "mw", "megawatt", "megawatts":
		return "mw", 1, 1
	case "gw", "gigawatt", "gigawatts":
		return "mw", 1000, 1
	case "kw", "kilowatt", "kilowatts":
		return "mw", 0.001, 1
	case "兆":
		if at(1) == "瓦" {
			return "mw", 1, 2
		}
	case "吉":
		if at(1) == "瓦" {
			return "mw", 1000, 2
		}
	case "千":
		if at(1) == "瓦" && at(2) != "时" && at(2) != "時" {
			return "mw", 0.001, 2
		}
	}
	return "", 1, 0
}

var englishNumbers = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var scales = map[string]float64{
	"hundred": 100, "thousand": 1e3, "million": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
	"百": 100, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
}

// attachedScales stand right behind a number: $612M.
var attachedScales = map[string]float64{"m": 1e6, "mn": 1e6, "b": 1e9, "k": 1e3}

// numberAt reads the number that w begins with, in figures or words.
func numberAt(w []word) (value float64, n int) {
	switch first := w[0]; {
	case first.number:
		value, n = first.value, 1
		if n < len(w) && w[n].joined && !first.year {
			if scale := attachedScales[w[n].text]; scale > 0 {
				return value * scale, 2
			}
		}
	case englishNumbers[first.text] > 0:
		value, n = englishNumbers[first.text], 1
		if value >= 20 && n < len(w) {
			if unit := englishNumbers[w[n].text]; unit > 0 && unit < 10 {
				value, n = value+unit, 2
			}
		}
	default:
		if value, n = hanNumber(w); n == 0 {
			return 0, 0
		}
	}
	for n < len(w) && scales[w[n].text] > 0 {
		value *= scales[w[n].text]
		n++
	}
	if n+1 < len(w) && w[n].text == "千" && w[n+1].text != "瓦" {
		value, n = value*1000, n+1
		for n < len(w) && scales[w[n].text] > 0 {
			value, n = value*scales[w[n].text], n+1
		}
	}
	return value, n
}

const hanDigits = "零一二三四五六七八九"

var hanTens = map[string]float64{"十": 10, "百": 100, "千": 1000}

// hanNumber reads a number below ten thousand in Chinese characters. One of a
// single character says nothing.
func hanNumber(w []word) (value float64, n int) {
	digit, any := 0.0, false
	for ; n < len(w); n++ {
		c := w[n].text
		if c == "两" || c == "兩" {
			c = "二"
		}
		if i := strings.Index(hanDigits, c); i >= 0 && len(c) == 3 {
			digit, any = float64(i/3), true
			continue
		}
		ten := hanTens[c]
		if ten == 0 || c == "千" && n+1 < len(w) && w[n+1].text == "瓦" {
			break
		}
		if digit == 0 {
			digit = 1
		}
		value, digit, any = value+digit*ten, 0, true
	}
	value += digit
	if n == 1 && (len(w) < 2 || scales[w[1].text] == 0) && !(len(w) > 1 && (w[1].text == "成" || w[1].text == "月")) || !any {
		return 0, 0
	}
	return value, n
}

var months = map[string]int{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
	"november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// dateAt reads a day of a month: June 16, 16 June, 6月16日, 六月十六日.
func dateAt(w []word) (month, day, n int) {
	isDay := func(i int) bool { return i < len(w) && w[i].number && w[i].value >= 1 && w[i].value <= 31 }
	if m := months[w[0].text]; m > 0 && isDay(1) {
		return m, int(w[1].value), 2
	}
	if isDay(0) && len(w) > 1 && months[w[1].text] > 0 {
		return months[w[1].text], int(w[0].value), 2
	}
	read := func(w []word) (int, int) {
		if len(w) == 0 {
			return 0, 0
		}
		if w[0].number {
			return int(w[0].value), 1
		}
		v, n := hanNumber(w)
		if n == 0 {
			if i := strings.Index(hanDigits, w[0].text); i > 0 && len(w[0].text) == 3 {
				return i / 3, 1
			}
			if w[0].text == "十" {
				return 10, 1
			}
		}
		return int(v), n
	}
	if !w[0].number && w[0].text[0] < 0x80 {
		return 0, 0, 0 // neither a number nor Chinese
	}
	m, used := read(w)
	if used == 0 || m < 1 || m > 12 || used >= len(w) || w[used].text != "月" {
		return 0, 0, 0
	}
	d, more := read(w[used+1:])
	end := used + 1 + more
	if more == 0 || d < 1 || d > 31 || end >= len(w) || w[end].text != "日" && w[end].text != "号" && w[end].text != "號" {
		return 0, 0, 0
	}
	return m, d, end + 1
}

// wordsOf cuts a text into the tokens that numbers are read from.
func wordsOf(text string) []word {
	out := make([]word, 0, len(text)/5)
	space := true
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r >= '0' && r <= '9':
			w, n := figures(text)
			w.joined = !space
			out = append(out, w)
			size = n
		case isHan(r) || r == '%' || r == '％':
			out = append(out, word{text: text[:size], joined: !space})
		case unicode.IsLetter(r):
			size = lettersEnd(text)
			// Of words that have to do with no number one is as good as several.
			if w := numberWord(text[:size]); w != otherWord || len(out) == 0 || out[len(out)-1].text != otherWord {
				out = append(out, word{text: w, joined: !space})
			}
		case r == ' ' || r == '-' || r == '\u00a0':
		default: // nothing reaches over another sign
			out = append(out, word{text: stopWord})
		}
		space = r == ' ' || r == '\u00a0' || r == '\n'
		text = text[size:]
	}
	return out
}

// otherWord stands for words that have to do with no number, stopWord for a sign over
// which none reaches.
const (
	otherWord = "~"
	stopWord  = "|"
)

// lettersEnd is where the letters end with which a text begins.
func lettersEnd(text string) int {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c|0x20 < 'a' || c|0x20 > 'z' {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) || isHan(r) {
			return i
		}
		i += size
	}
	return len(text)
}

// numberWord returns the lower case of a word that may belong to a number or a date.
func numberWord(w string) string {
	var buf [longestNumberWord]byte
	if len(w) > len(buf) {
		return otherWord
	}
	for i := range len(w) {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	if known, ok := numberWords[string(buf[:len(w)])]; ok {
		return known
	}
	return otherWord
}

const longestNumberWord = len("september")

// numberWords are the words in Latin letters that this file knows, by themselves.
var numberWords = func() map[string]string {
	out := map[string]string{}
	for _, w := range []string{"percent", "pc", "per", "cent", "mw", "megawatt", "megawatts", "gw", "gigawatt", "gigawatts", "kw", "kilowatt", "kilowatts"} {
		out[w] = w
	}
	for w := range months {
		out[w] = w
	}
	for _, list := range []map[string]float64{englishNumbers, scales, attachedScales} {
		for w := range list {
			out[w] = w
		}
	}
	return out
}()

// figures reads a number in digits, with commas between thousands and a decimal
// point.
func figures(text string) (w word, n int) {
	digits := func(s string) int {
		end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			return len(s)
		}
		return end
	}
	n = digits(text)
	var plain strings.Builder
	plain.WriteString(text[:n])
	w.year = n == 4
	for n < len(text) && text[n] == ',' && digits(text[n+1:]) == 3 {
		plain.WriteString(text[n+1 : n+4])
		n += 4
		w.year = false
	}
	if n < len(text) && text[n] == '.' {
		if d := digits(text[n+1:]); d > 0 {
			plain.WriteString(text[n : n+1+d])
			n += 1 + d
			w.year = false
		}
	}
	w.number = true
	w.value, _ = strconv.ParseFloat(plain.String(), 64) // digits: it can only be too large, and is infinite then
	return w, n
}
