package extract

import (
	"regexp"
	"strings"
	"time"

	"github.com/markusmobius/go-htmldate"
)

var publishedMetas = []string{
	"article:published_time", "og:published_time", "og:article:published_time", "datepublished", "publishdate", "publish-date", "publish_date", "pubdate",
	"publication_date", "parsely-pub-date", "sailthru.date", "article.published", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "dc.date.created",
	"date", "article:published", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "article_date_original", "og:release_date", "weibo: article:create_at", "_pubtime", "publishedtime", "firstpublishedtime", "article:create_at",
}

var modifiedMetas = []string{
	"article:modified_time", "og:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "article:updated_time", "article.updated", "modified", "revision_date",
}

// pickDates reads when the article came out and when it was changed last. What is
// made for machines comes first; what names a time of day is preferred to what
// names only the day.
func pickDates(s *survey, ld linkedData, fetched time.Time, home *time.Location, title string) (published, modified foundTime) {
	var day foundTime
	take := func(raw, from string) bool {
		m, ok := parseMoment(raw, fetched, home)
		if !ok {
			return false
		}
		f := foundTime{m.time, from}
		if m.clock {
			if !m.zone {
				f.time = zonedAlike(s, m.time, fetched, home)
			}
			published = f
			return true
		}
		if day.from == "" {
			day = f
		}
		return false
	}
	modified = pickModified(s, ld, fetched, home)
	if take(ld.published, "json-ld datePublished") {
		return published, modified
	}
	for _, key := range publishedMetas {
		for _, v := range s.metas[key] {
			if take(v, "meta "+key) {
				return published, modified
			}
		}
	}
	for _, t := range s.times {
		if strings.Contains(t.prop, "datepublished") && take(t.value, "itemprop datePublished") {
			return published, modified
		}
	}
	seen, ok := visibleDate(s, fetched, home, title, day)
	if ok && seen.clock {
		return seen.foundTime, modified
	}
	if day.from == "" {
		day = seen.foundTime
	}
	if f, ok := stateDate(s.scripts, fetched, home, day); ok {
		return f, modified
	}
	if day.from != "" {
		return day, modified
	}
	if f, ok := htmldateOf(s, fetched, home); ok {
		return f, modified
	}
	return published, modified
}

// stateKey is how a date of coming out is named in the state that a page hands to
// its scripts.
var stateKey = regexp.MustCompile(`\\?"(?i:date_?published|publish(?:ed)?_?(?:at|date|time|on)|pub_?(?:date|time)|first_?published_?(?:at|date|time)|display_?date|deploy_?dt|ptime)\\?"\s*:\s*\\?"?([^"\\,}]{8,40})`)

// maxStateDates is how many dates of a page's scripts are looked at.
const maxStateDates = 50

// stateDate reads the date of coming out from the page's scripts: one on the day
// that is known, or the only one there is.
func stateDate(scripts []string, fetched time.Time, home *time.Location, day foundTime) (f foundTime, ok bool) {
	for _, script := range scripts {
		for _, m := range stateKey.FindAllStringSubmatch(script, maxStateDates) {
			t, is := parseMoment(m[1], fetched, home)
			switch {
			case !is || !t.clock:
			case day.from != "":
				if t.time.Sub(day.time).Abs() < 36*time.Hour {
					return foundTime{t.time, "embedded state"}, true
				}
			case ok && t.time.Sub(f.time).Abs() > time.Minute:
				return foundTime{}, false
			default:
				f, ok = foundTime{t.time, "embedded state"}, true
			}
		}
	}
	return f, ok
}

// zonedAlike looks for a date in the markup with the same clock as t, which came
// without a zone, and with one.
func zonedAlike(s *survey, t, fetched time.Time, home *time.Location) time.Time {
	clock := t.In(home).Format(time.DateTime)
	same := func(raw string) (time.Time, bool) {
		m, ok := parseMoment(raw, fetched, home)
		if !ok || !m.zone {
			return t, false
		}
		iso := isoDate.FindStringSubmatch(raw)
		if iso == nil || iso[8] == "" {
			return t, false
		}
		zone := parseZone(iso[8])
		return m.time, zone != nil && m.time.In(zone).Format(time.DateTime) == clock
	}
	for _, key := range publishedMetas {
		for _, v := range s.metas[key] {
			if found, ok := same(v); ok {
				return found
			}
		}
	}
	for _, st := range s.times {
		if found, ok := same(st.value); ok {
			return found
		}
	}
	return t
}

func pickModified(s *survey, ld linkedData, fetched time.Time, home *time.Location) foundTime {
	if m, ok := parseMoment(ld.modified, fetched, home); ok {
		return foundTime{m.time, "json-ld dateModified"}
	}
	for _, key := range modifiedMetas {
		for _, v := range s.metas[key] {
			if m, ok := parseMoment(v, fetched, home); ok {
				return foundTime{m.time, "meta " + key}
			}
		}
	}
	for _, t := range s.times {
		if strings.Contains(t.prop, "modified") || strings.Contains(t.prop, "updated") {
			if m, ok := parseMoment(t.value, fetched, home); ok {
				return foundTime{m.time, "time element"}
			}
		}
	}
	return foundTime{}
}

// nearTitle is how many blocks behind the headline a visible date may stand.
const nearTitle = 12

// nearEnd is how many blocks at the end of a page may hold its date.
const nearEnd = 80

// visibleDate looks for the date that a reader sees: a time element or a line near
// the headline. If the day is known already, only a date on that day (give or take
// the zone) counts.
func visibleDate(s *survey, fetched time.Time, home *time.Location, title string, day foundTime) (shownTime, bool) {
	at := titleBlock(s, title)
	fits := func(m moment) bool {
		return day.from == "" || m.clock && m.time.Sub(day.time).Abs() < 36*time.Hour
	}
	var weak shownTime
	try := func(raw, from string) bool {
		m, ok := parseMoment(raw, fetched, home)
		if !ok || !fits(m) {
			return false
		}
		if m.clock || weak.from == "" {
			weak = shownTime{foundTime{m.time, from}, m.clock}
		}
		return m.clock
	}
	for _, t := range s.times {
		if t.pos >= at-4 && t.pos <= at+nearTitle && !strings.Contains(t.prop, "modif") && !strings.Contains(t.prop, "updat") && try(t.value, "time element") {
			return weak, true
		}
	}
	for i := max(0, at-4); i < len(s.blocks) && i <= at+nearTitle; i++ {
		b := &s.blocks[i]
		if i == at || b.size() > 160 || b.size() > 50 && !fullDate(b.text) {
			continue
		}
		if try(b.text, "visible date") {
			return weak, true
		}
	}
	if weak.from != "" {
		return weak, true
	}
	// Public notices are dated at their end.
	for i := len(s.blocks) - 1; i >= max(0, len(s.blocks)-nearEnd); i-- {
		if b := &s.blocks[i]; b.size() < 100 && fullDate(b.text) && b.marks&(isBad|inChrome|inLink) == 0 && try(b.text, "visible date") {
			return weak, true
		}
	}
	return shownTime{}, false
}

// A shownTime is a date that a reader sees, with a time of day or without.
type shownTime struct {
	foundTime
	clock bool
}

// fullDate reports whether s holds a date with its year, not one that is told from
// today.
func fullDate(s string) bool {
	if !mayDate(s) {
		return false
	}
	for _, re := range []*regexp.Regexp{isoDate, enDate, numDate, monthDate} {
		if re.MatchString(s) {
			return true
		}
	}
	m := hanDate.FindStringSubmatch(s)
	return m != nil && m[1] != ""
}

// titleBlock is the number of the block that holds the headline: the same letters,
// a heading if there is one, else the heading whose words are most alike; 0 when
// there is none.
func titleBlock(s *survey, title string) int {
	key := letters(title)
	if key == "" {
		return 0
	}
	first, alike, best := -1, -1, 0.6
	for i := range s.blocks {
		b := &s.blocks[i]
		heading := b.marks&inHeading != 0
		if b.key != key {
			if heading && len(b.key)*2 > len(key) {
				if l := likeness(b.text, title); l > best {
					alike, best = i, l
				}
			}
			continue
		}
		if heading {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	if first < 0 {
		first = alike
	}
	return max(first, 0)
}

// htmldateOf asks the library that searches the whole page, for the day.
func htmldateOf(s *survey, fetched time.Time, home *time.Location) (f foundTime, ok bool) {
	defer func() {
		if recover() != nil {
			f, ok = foundTime{}, false
		}
	}()
	limit := fetched
	if limit.IsZero() {
		limit = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	r, err := htmldate.FromDocument(s.root, htmldate.Options{
		UseOriginalDate: true, ExtractTime: true, URL: s.base.String(), SkipExtensiveSearch: true,
		MinDate: time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC), MaxDate: limit.Add(24 * time.Hour),
	})
	if err != nil || r.IsZero() {
		return foundTime{}, false
	}
	t := r.DateTime
	if !r.HasTimezone {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, home)
	}
	return foundTime{t.UTC(), "htmldate"}, sensible(t, fetched)
}

// hasDate reports whether s holds a date in any of the forms that are read.
func hasDate(s string) bool {
	return mayDate(s) && (isoDate.MatchString(s) || hanDate.MatchString(s) || enDate.MatchString(s) || numDate.MatchString(s) || monthDate.MatchString(s) || hanAgo.MatchString(s) || enAgo.MatchString(s))
}

// mayDate reports whether a line holds what every date does: a digit, or the word for
// half or ago. Most lines hold none, and one look is far cheaper than seven expressions.
func mayDate(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return strings.Contains(s, "半") || strings.Contains(strings.ToLower(s), "ago")
}

// onlyDate reports whether a line is a date and next to nothing else. One that ends
// in a comma is the beginning of a sentence that is broken into lines.
func onlyDate(s string) bool {
	if len(s) > 80 || strings.HasSuffix(s, "，") || strings.HasSuffix(s, ",") {
		return false
	}
	if !mayDate(s) {
		return false
	}
	for _, re := range []*regexp.Regexp{isoDate, hanDate, enDate, numDate, monthDate, hanAgo, enAgo} {
		if loc := re.FindStringIndex(s); loc != nil {
			rest := letters(enClock.ReplaceAllString(s[:loc[0]]+" "+s[loc[1]:], ""))
			return size(rest) <= 14
		}
	}
	return false
}
