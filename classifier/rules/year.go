package rules

import (
	"strings"
	"time"
)

// goneDays is for how many days after its end a year is still as good as this one: in
// January a story of December names it.
const goneDays = 45

// markYears adds to the occurrences since from the years in s that were long over when
// the story was published. What an act is dated by one of them for lies behind the story.
func (d *document) markYears(s *sentence, from int) {
	if d.published.IsZero() {
		return
	}
	gone := d.published.Add(-goneDays * 24 * time.Hour).Year()
	text := s.text[:s.end]
	for at, marks := s.start, 0; marks < maxMarks; marks++ {
		i := strings.Index(text[at:], "20")
		if i < 0 {
			return
		}
		at += i
		if year, ok := yearAt(text, at); ok && year < gone && !strings.HasSuffix(text[:at], "至") && !strings.HasSuffix(text[:at], " to ") {
			d.insert(from, occurrence{int32(at), int32(at + 4), goneYearSymbol, -1, 0})
		}
		at += 2
	}
}

// yearAt reads a number of four digits at text[at:] that may be a year.
func yearAt(text string, at int) (int, bool) {
	if at+4 > len(text) || at > 0 && (digit(text[at-1]) || strings.IndexByte("$#.,-/", text[at-1]) >= 0) {
		return 0, false
	}
	year := 0
	for _, c := range []byte(text[at : at+4]) {
		if !digit(c) {
			return 0, false
		}
		year = 10*year + int(c-'0')
	}
	if rest := text[at+4:]; rest != "" && (digit(rest[0]) || rest[0] == '-' || len(rest) > 1 && strings.IndexByte(".,", rest[0]) >= 0 && digit(rest[1])) {
		return 0, false
	}
	return year, true
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
