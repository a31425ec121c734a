package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	seenCookie = "edict_seen"
	// visitGap ends a visit: who looks again within it is on the same one, and what was new
	// stays marked.
	visitGap = 30 * time.Minute
	// keptVisits bounds the cookie, at about 25 bytes for each page.
	keptVisits = 60
)

// A visit is when a reader looked at a page: the last time, and the last time of the visit
// before this one.
type visit struct {
	page         string
	last, before time.Time
}

// readVisits reads the cookie, which is page.last.before, in seconds to base 36, with ~
// between pages. What cannot be read is left out.
func readVisits(r *http.Request) (list []visit) {
	c, err := r.Cookie(seenCookie)
	if err != nil {
		return nil
	}
	for part := range strings.SplitSeq(c.Value, "~") {
		fields := strings.Split(part, ".")
		if len(fields) != 3 || !idForm.MatchString(fields[0]) || len(list) == keptVisits {
			continue
		}
		last, err := strconv.ParseInt(fields[1], 36, 48)
		before, err2 := strconv.ParseInt(fields[2], 36, 48)
		if err == nil && err2 == nil && last > 0 && before >= 0 {
			list = append(list, visit{fields[0], time.Unix(last, 0), time.Unix(before, 0)})
		}
	}
	return list
}

// visited is since when things are new on a page to its reader, zero if he was never there,
// and what the browser should keep.
func (s *Server) visited(r *http.Request, page string) (since time.Time, keep *http.Cookie) {
	if r.Method != http.MethodGet || r.Header.Get("Sec-Purpose") != "" { // nobody looks at it
		return since, nil
	}
	now := s.Now()
	list := readVisits(r)
	at := slices.IndexFunc(list, func(v visit) bool { return v.page == page })
	v := visit{page: page, before: time.Unix(0, 0)}
	if at >= 0 {
		v = list[at]
		list = slices.Delete(list, at, at+1)
		if now.Sub(v.last) > visitGap {
			v.before = v.last
		}
	}
	v.last = now
	list = append(list, v)
	slices.SortStableFunc(list, func(a, b visit) int { return cmp.Compare(b.last.Unix(), a.last.Unix()) })
	parts := make([]string, 0, keptVisits)
	for _, v := range list[:min(len(list), keptVisits)] {
		parts = append(parts, fmt.Sprintf("%s.%s.%s", v.page, strconv.FormatInt(v.last.Unix(), 36), strconv.FormatInt(v.before.Unix(), 36)))
	}
	if v.before.Unix() > 0 {
		since = v.before
	}
	return since, preference(seenCookie, strings.Join(parts, "~"))
}

// A newsView says how much of a page is new since the reader was there.
type newsView struct {
	N     int
	Since moment
}
