package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A moment is a date as a page gives it.
type moment struct {
	time  time.Time
	clock bool // it has a time of day
	zone  bool // it names its zone, or is relative to now
}

var (
	isoDate  = regexp.MustCompile(`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:\s*[T ,|]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?`)
	compact  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$`)
	unixTime = regexp.MustCompile(`^\d{10}(\d{3})?$`)
	numDate  = regexp.MustCompile(`\b(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2}\b)(?:(?:\s*[T ,|–-]*\s*(?:um|at|às|ore|alle|klo|kl\.?)?\s*)(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?`)
	hanDate  = regexp.MustCompile(`(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?(?:[\s,，|（(]*(?:星期.|周.|週.)?[)）]?\s*(?:香港|北京|台北)?(?:時間|时间)?\s*(上午|下午|晚上|凌晨|早上|中午|AM|PM)?\s*(\d{1,2})\s*[:：时時]\s*(\d{2})(?:\s*[:：分]\s*(\d{2}))?)?`)
	hanClock = regexp.MustCompile(`(今天|今日|昨天|昨日|前天)\s*(?:(\d{1,2})[:：](\d{2}))?`)
	hanAgo   = regexp.MustCompile(`(\d{1,3}|半)\s*(?:个|個)?\s*(秒|分钟|分鐘|分|小时|小時|天|日|周|週|星期|月|年)(?:钟|鐘)?\s*(?:以)?前`)
	enAgo    = regexp.MustCompile(`(?i)\b(\d{1,3}|an?)\s*(seconds?|secs?|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|months?)\s+ago\b`)
	enDate   = regexp.MustCompile(`(?i)\b(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s*(\d{1,2})?(?:st|nd|rd|th)?\s*,?\s+(\d{4})\b`)
	enClock  = regexp.MustCompile(`(?i)\b(\d{1,2})[:.](\d{2})(?::(\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?\s*(?:\(?\s*(utc|gmt|z|est|edt|et|cst|cdt|ct|mst|mdt|pst|pdt|pt|bst|cet|cest|ist|hkt|sgt|jst|kst|aest|aedt|msk)\b)?\s*([+-]\d{1,2}(?::?\d{2})?)?`)
)

// zones are the abbreviations that news pages write. CST is American here; Chinese
// pages do not write it. ET and the like are taken as standard or summer time by
// the date.
var zones = map[string]int{
	"utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"bst": 1, "cet": 1, "cest": 2, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "msk": 3,
}

// parseMoment reads the first date in s. fetched is what relative dates count
// from; home is the zone of dates without one.
func parseMoment(s string, fetched time.Time, home *time.Location) (moment, bool) {
	s = strings.TrimSpace(Clean(s))
	if s == "" || len(s) > 400 {
		return moment{}, false
	}
	for _, f := range []func(string, time.Time, *time.Location) (moment, bool){
		parseUnix, parseCompact, parseISO, parseHan, parseEnglish, parseMonth, parseNumbers, parseAgo,
	} {
		if m, ok := f(s, fetched, home); ok && sensible(m.time, fetched) {
			return m, true
		}
	}
	return moment{}, false
}

// sensible refuses what no news page means: before the web, or more than two days
// after it was fetched.
func sensible(t, fetched time.Time) bool {
	return t.Year() >= 1990 && (fetched.IsZero() && t.Year() < 2100 || t.Before(fetched.Add(48*time.Hour)))
}

func parseUnix(s string, _ time.Time, _ *time.Location) (moment, bool) {
	if !unixTime.MatchString(s) {
		return moment{}, false
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	if len(s) == 13 {
		return moment{time.UnixMilli(n).UTC(), true, true}, true
	}
	return moment{time.Unix(n, 0).UTC(), true, true}, true
}

func parseCompact(s string, _ time.Time, home *time.Location) (moment, bool) {
	m := compact.FindStringSubmatch(s)
	if m == nil {
		return moment{}, false
	}
	return makeMoment(m[1], m[2], m[3], m[4], m[5], m[6], "", m[7], home)
}

func parseISO(s string, _ time.Time, home *time.Location) (moment, bool) {
	m := isoDate.FindStringSubmatch(s)
	if m == nil {
		return moment{}, false
	}
	return makeMoment(m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], home)
}

func parseHan(s string, fetched time.Time, home *time.Location) (moment, bool) {
	m := hanDate.FindStringSubmatch(s)
	if m == nil {
		return parseHanClock(s, fetched, home)
	}
	year := m[1]
	if year == "" {
		if fetched.IsZero() {
			return moment{}, false
		}
		year = strconv.Itoa(fetched.In(home).Year())
	}
	out, ok := makeMoment(year, m[2], m[3], afternoon(m[5], m[4]), m[6], m[7], "", "", home)
	if ok && m[1] == "" && out.time.After(fetched.Add(24*time.Hour)) {
		out.time = out.time.AddDate(-1, 0, 0)
	}
	return out, ok
}

// afternoon makes hours of twelve into hours of twenty-four.
func afternoon(hour, half string) string {
	n, err := strconv.Atoi(hour)
	if err != nil {
		return hour
	}
	switch half = strings.ToLower(strings.ReplaceAll(half, ".", "")); {
	case (half == "下午" || half == "晚上" || half == "pm") && n < 12:
		n += 12
	case (half == "上午" || half == "凌晨" || half == "am") && n == 12:
		n = 0
	}
	return strconv.Itoa(n)
}

func parseHanClock(s string, fetched time.Time, home *time.Location) (moment, bool) {
	m := hanClock.FindStringSubmatch(s)
	if m == nil || fetched.IsZero() {
		return moment{}, false
	}
	day := fetched.In(home)
	switch m[1] {
	case "昨天", "昨日":
		day = day.AddDate(0, 0, -1)
	case "前天":
		day = day.AddDate(0, 0, -2)
	}
	y, mo, d := day.Date()
	return makeMoment(strconv.Itoa(y), strconv.Itoa(int(mo)), strconv.Itoa(d), m[2], m[3], "", "", "", home)
}

func parseEnglish(s string, _ time.Time, home *time.Location) (moment, bool) {
	loc := enDate.FindStringSubmatchIndex(s)
	if loc == nil {
		return moment{}, false
	}
	part := func(i int) string {
		if loc[2*i] < 0 {
			return ""
		}
		return s[loc[2*i]:loc[2*i+1]]
	}
	day := part(1)
	if day == "" {
		day = part(3)
	}
	month := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(part(2))[:3])/3 + 1
	if day == "" {
		return moment{}, false
	}
	// The clock stands behind the date, or just before it.
	around := s[loc[1]:]
	m := enClock.FindStringSubmatch(around)
	if m == nil {
		m = enClock.FindStringSubmatch(s[:loc[0]])
	}
	if m == nil {
		return makeMoment(part(4), strconv.Itoa(month), day, "", "", "", "", "", home)
	}
	zone := m[6]
	if name := strings.ToLower(m[5]); name != "" && name != "z" {
		d := time.Date(atoi(part(4)), time.Month(month), atoi(day), 12, 0, 0, 0, time.UTC)
		if !(name == "utc" || name == "gmt") || zone == "" {
			zone = zoneOffset(name, d)
		}
	} else if zone == "" && name == "z" {
		zone = "Z"
	}
	return makeMoment(part(4), strconv.Itoa(month), day, afternoon(m[1], m[4]), m[2], m[3], "", zone, home)
}

// zoneOffset is the offset of a zone's abbreviation on a day, as +hh:mm.
func zoneOffset(name string, day time.Time) string {
	hours, ok := zones[name]
	if name == "ist" {
		return "+05:30"
	}
	if !ok {
		hours = map[string]int{"et": -5, "ct": -6, "mt": -7, "pt": -8}[name]
		if americanSummer(day) {
			hours++
		}
	}
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.FixedZone("", hours*3600)).Format("-07:00")
}

// americanSummer reports whether day is between the second Sunday of March and the
// first Sunday of November, as since 2007.
func americanSummer(day time.Time) bool {
	sunday := func(month time.Month, nth int) time.Time {
		d := time.Date(day.Year(), month, 1, 0, 0, 0, 0, time.UTC)
		return d.AddDate(0, 0, (7-int(d.Weekday()))%7+7*(nth-1))
	}
	return !day.Before(sunday(time.March, 2)) && day.Before(sunday(time.November, 1))
}

func parseAgo(s string, fetched time.Time, _ *time.Location) (moment, bool) {
	if fetched.IsZero() {
		return moment{}, false
	}
	var count, unit string
	if m := hanAgo.FindStringSubmatch(s); m != nil {
		count, unit = m[1], m[2]
	} else if m := enAgo.FindStringSubmatch(s); m != nil {
		count, unit = m[1], strings.ToLower(m[2])
	} else if strings.Contains(s, "刚刚") || strings.Contains(s, "剛剛") || strings.EqualFold(s, "just now") {
		return moment{fetched.UTC(), true, true}, true
	} else {
		return moment{}, false
	}
	n := atoi(count)
	var step time.Duration
	clock := true
	switch {
	case strings.HasPrefix(unit, "s") || unit == "秒":
		step = time.Second
	case strings.HasPrefix(unit, "month") || unit == "月":
		step, clock = 30*24*time.Hour, false
	case strings.HasPrefix(unit, "m") || strings.HasPrefix(unit, "分"):
		step = time.Minute
	case strings.HasPrefix(unit, "h") || strings.HasPrefix(unit, "小"):
		step = time.Hour
	case strings.HasPrefix(unit, "w") || unit == "周" || unit == "週" || unit == "星期":
		step, clock = 7*24*time.Hour, false
	case unit == "年":
		step, clock = 365*24*time.Hour, false
	default:
		step, clock = 24*time.Hour, false
	}
	if count == "半" {
		return moment{fetched.Add(-step / 2).UTC().Truncate(time.Minute), clock, true}, true
	}
	if n == 0 && (count == "a" || strings.EqualFold(count, "an")) {
		n = 1
	}
	return moment{fetched.Add(-time.Duration(n) * step).UTC().Truncate(time.Minute), clock, true}, true
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// makeMoment checks the parts of a date and puts them together. Without a zone it
// is home's.
func makeMoment(year, month, day, hour, minute, second, fraction, zone string, home *time.Location) (moment, bool) {
	y, mo, d, h, mi, sec := atoi(year), atoi(month), atoi(day), atoi(hour), atoi(minute), atoi(second)
	if y < 1900 || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 24 || mi > 59 || sec > 60 {
		return moment{}, false
	}
	loc := home
	if zone != "" {
		if loc = parseZone(zone); loc == nil {
			return moment{}, false
		}
	}
	nano := 0
	if fraction != "" {
		nano = atoi((fraction + "000000000")[:9])
	}
	t := time.Date(y, time.Month(mo), d, h, mi, sec, nano, loc)
	if t.Day() != d && h < 24 {
		return moment{}, false
	}
	return moment{t.UTC(), hour != "", zone != ""}, true
}

func parseZone(s string) *time.Location {
	if strings.EqualFold(s, "z") {
		return time.UTC
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	var h, m int
	if len(digits) <= 2 {
		h = atoi(digits)
	} else {
		h, m = atoi(digits[:len(digits)-2]), atoi(digits[len(digits)-2:])
	}
	if h > 14 || m > 59 {
		return nil
	}
	return time.FixedZone("", sign*(h*60+m)*60)
}
