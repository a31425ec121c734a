package web

import (
	"fmt"
	"strings"
	"time"
)

// A moment is a time as a page shows it: by the clock that the reader chose, else in UTC.
// The script puts the browser's clock in the place of the latter.
type moment struct {
	ISO      string // RFC 3339 in UTC, for <time datetime>; "" if the time is not known
	Relative string // "5 min ago"
	Full     string // "14 Jul 2021, 11:10 UTC"
	Day      string // "14 Jul 2021"
}

func (s *Server) moment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	return moment{ISO: t.UTC().Format(time.RFC3339), Relative: s.relative(t, s.Now()), Full: s.full(t), Day: s.day(t)}
}

// due is the moment at which something comes next; what should have come already
// comes now.
func (s *Server) due(t time.Time) moment {
	m := s.moment(t)
	if m.ISO != "" && t.Sub(s.Now()) < time.Second {
		m.Relative = s.say("time.due")
	}
	return m
}

// relative tells how far t is from now, and beyond a week the date. The script
// (times.js) counts on in the same words.
func (p speaker) relative(t, now time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return p.say("time.in", "span", p.lasting(-d))
	}
	switch {
	case d < 5*time.Second:
		return p.say("time.now")
	case d < 7*24*time.Hour:
		return p.say("time.ago", "span", p.lasting(d))
	}
	return p.day(t)
}

// lasting tells a duration in its largest unit, rounded down.
func (p speaker) lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return p.say("time.seconds", "n", int(d.Seconds()))
	case d < time.Hour:
		return p.say("time.minutes", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return p.say("time.hours", "n", int(d.Hours()))
	}
	return p.say("time.days", "n", int(d.Hours()/24))
}

// day writes the day of t by the reader's clock.
func (p speaker) day(t time.Time) string { return p.date("time.day", t.In(p.zone)) }

// full writes the minute of t by the reader's clock, with what the clock is.
func (p speaker) full(t time.Time) string {
	t = t.In(p.zone)
	return p.date("time.full", t, "clock", t.Format("15:04"), "zone", offset(t))
}

// utcDay writes a day that begins and ends in UTC, whatever the reader's clock.
func (p speaker) utcDay(t time.Time) string { return p.date("time.day", t.UTC()) }

func (p speaker) date(key string, t time.Time, more ...any) string {
	months := strings.Fields(p.say("time.months"))
	return p.say(key, append(more, "year", fmt.Sprint(t.Year()), "month", months[t.Month()-1], "day", fmt.Sprint(t.Day()))...)
}

// offset says how a clock differs from UTC: "UTC+8", "UTC−3:30".
func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign, minutes := "+", seconds/60
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	if minutes%60 == 0 {
		return fmt.Sprintf("UTC%s%d", sign, minutes/60)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, minutes/60, minutes%60)
}
