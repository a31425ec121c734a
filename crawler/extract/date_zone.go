package extract

import (
	"strings"
	"time"
)

// china is the zone of Chinese pages that name none.
var china = time.FixedZone("UTC+8", 8*60*60)

// zoneOfLanguage are the zones of pages that name none, where a language has one
// country's press to itself, with one zone and no summer time. English, Spanish and
// most others have many, so their dates without a zone stay UTC.
var zoneOfLanguage = map[string]*time.Location{
	"zh": china, "ja": time.FixedZone("UTC+9", 9*60*60), "ko": time.FixedZone("UTC+9", 9*60*60),
}

// homeZone is the zone of the page's dates that name none: the offset that another
// of its dates has, or else the one that its language tells.
func homeZone(s *survey, ld linkedData, title string) *time.Location {
	if z := declaredZone(s, ld); z != nil {
		return z
	}
	text := title + sampleText(s)
	if !mayEastern(text) && strings.ContainsFunc(text, isLetter) {
		return time.UTC // only languages of the East have a zone, and it is none of them
	}
	base, _, _ := strings.Cut(languageOf(text, s.lang), "-")
	if z := zoneOfLanguage[base]; z != nil {
		return z
	}
	return time.UTC
}

// mayEastern reports whether text may hold a letter of Chinese, Japanese or Korean:
// from U+1000 on, UTF-8 begins with this byte or a higher one.
func mayEastern(text string) bool {
	for i := range len(text) {
		if text[i] >= 0xE1 {
			return true
		}
	}
	return false
}

// declaredZone is the first offset other than zero in the page's dates for
// machines, or nil. Zero says little: programs write it without knowing.
func declaredZone(s *survey, ld linkedData) *time.Location {
	dates := []string{ld.published, ld.modified}
	for _, keys := range [][]string{publishedMetas, modifiedMetas} {
		for _, key := range keys {
			dates = append(dates, s.metas[key]...)
		}
	}
	for _, t := range s.times {
		if !t.text {
			dates = append(dates, t.value)
		}
	}
	for _, d := range dates {
		m := isoDate.FindStringSubmatch(d)
		if m == nil || m[8] == "" {
			continue
		}
		z := parseZone(m[8])
		if z == nil {
			continue
		}
		if _, offset := time.Unix(0, 0).In(z).Zone(); offset != 0 {
			return z
		}
	}
	return nil
}
