package web

import (
	"fmt"
	"time"
)

// A moment is a time as a page shows it. Pages tell UTC and say so; the script
// adds the reader's own time.
type moment struct {
	ISO      string // RFC 3339, for <time datetime>; "" if the time is not known
	Relative string // "5 min ago"
	Full     string // "14 Jul 2021, 11:10 UTC"
	Day      string // "14 Jul 2021"
}

func (s *Server) moment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.UTC()
	return moment{ISO: t.Format(time.RFC3339), Relative: relative(t, s.Now().UTC()), Full: t.Format("2 Jan 2006, 15:04 UTC"), Day: t.Format("2 Jan 2006")}
}

// due is the moment at which something comes next; what should have come already
// comes now.
func (s *Server) due(t time.Time) moment {
	m := s.moment(t)
	if m.ISO != "" && t.Sub(s.Now()) < time.Second {
		m.Relative = "now"
	}
	return m
}

// relative tells how far t is from now, and beyond a week the date. The script
// (times.js) counts on in the same words.
func relative(t, now time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return "in " + lasting(-d)
	}
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < 7*24*time.Hour:
		return lasting(d) + " ago"
	}
	return t.Format("2 Jan 2006")
}

// lasting tells a duration in its largest unit, rounded down.
func lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	case d < 48*time.Hour:
		return "1 day"
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
