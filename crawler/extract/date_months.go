package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// months are the names of months in the page languages that we meet most, and
// their usual short forms. English is parsed before.
var months = monthTable(
	"januar januari janvier enero gennaio janeiro ocak stycznia января jan janv ene gen oca sty",
	"februar februari février fevrier febrero febbraio fevereiro şubat lutego февраля feb févr fév feb şub lut",
	"märz maart mars marzo março mart marca марта mär mrz mar",
	"april avril abril aprile nisan kwietnia апреля apr avr abr nis",
	"mai mei mayo maggio maio mayıs maja мая may mag",
	"juni juin junio giugno junho haziran czerwca июня jun giu haz",
	"juli juillet julio luglio julho temmuz lipca июля jul juil lug tem",
	"august augustus août agosto ağustos sierpnia августа aug ago ağu",
	"september septembre septiembre settembre setembro eylül września сентября sep sept set eyl",
	"oktober octobre octubre ottobre outubro ekim października октября okt oct ott out eki",
	"november novembre noviembre novembro kasım listopada ноября nov kas",
	"dezember december décembre diciembre dicembre dezembro aralık grudnia декабря dez dec déc dic ara",
)

func monthTable(names ...string) map[string]int {
	out := map[string]int{}
	for i, list := range names {
		for n := range strings.FieldsSeq(list) {
			out[n] = i + 1
		}
	}
	return out
}

var (
	monthDate  = regexp.MustCompile(`\b(\d{1,2})\.?\s+(?:de\s+)?(\p{L}{3,10})\.?,?\s+(?:de\s+)?(\d{4})`)
	clockAfter = regexp.MustCompile(`^\D{0,12}?(\d{1,2})[:.hH](\d{2})(?::(\d{2}))?\b`)
)

// parseMonth reads day, month by name, and year, in languages other than English
// and Chinese.
func parseMonth(s string, _ time.Time, home *time.Location) (moment, bool) {
	for _, loc := range monthDate.FindAllStringSubmatchIndex(s, 4) {
		month, ok := months[strings.ToLower(s[loc[4]:loc[5]])]
		if !ok {
			continue
		}
		hour, minute, second := "", "", ""
		if m := clockAfter.FindStringSubmatch(s[loc[1]:]); m != nil {
			hour, minute, second = m[1], m[2], m[3]
		}
		return makeMoment(s[loc[6]:loc[7]], strconv.Itoa(month), s[loc[2]:loc[3]], hour, minute, second, "", "", home)
	}
	return moment{}, false
}

// parseNumbers reads a date of three numbers with the year at the end. The day
// stands first, as nearly everywhere; where it cannot, the month does.
func parseNumbers(s string, _ time.Time, home *time.Location) (moment, bool) {
	m := numDate.FindStringSubmatch(s)
	if m == nil {
		return moment{}, false
	}
	day, month, year := m[1], m[2], m[3]
	if len(year) == 2 {
		year = "20" + year
	}
	if atoi(month) > 12 {
		day, month = month, day
	}
	return makeMoment(year, month, day, m[4], m[5], m[6], "", "", home)
}
