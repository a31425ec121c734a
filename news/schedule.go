package news

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // zones are known where the system has none
)

// A Pace says how often a subscription's alerts leave.
type Pace string

// The paces. What is not sent at once is gathered in digests.
const (
	AtOnce Pace = "now"
	Hourly Pace = "hourly"
	Daily  Pace = "daily"
	Weekly Pace = "weekly"
)

// A Schedule says when a subscription's alerts leave. The zero value is at once, at
// any hour. Clock times are HH:MM by the clock of the zone.
type Schedule struct {
	Every   Pace       `json:"every,omitempty"`   // "": now
	At      string     `json:"at,omitempty"`      // of a daily or weekly digest; "": 08:00
	Weekday string     `json:"weekday,omitempty"` // of a weekly digest, monday to sunday; "": monday
	Zone    string     `json:"zone,omitempty"`    // IANA name, such as Asia/Shanghai; "": UTC
	Quiet   QuietHours `json:"quiet,omitzero"`
}

// QuietHours are when nothing leaves, each day from one clock time to another, over
// midnight where From is the later one. What is due then leaves when they end.
type QuietHours struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// IsZero reports whether there are none.
func (q QuietHours) IsZero() bool { return q == QuietHours{} }

// What holds where a schedule leaves it open.
const (
	defaultAt      = "08:00"
	defaultWeekday = time.Monday
)

// Pace is Every, or AtOnce.
func (s Schedule) Pace() Pace {
	if s.Every == "" {
		return AtOnce
	}
	return s.Every
}

// Clock is the minute of the day at which a daily or weekly digest leaves.
func (s Schedule) Clock() int {
	if s.At == "" {
		return clockMinute(defaultAt)
	}
	return clockMinute(s.At)
}

// Day is the weekday of a weekly digest.
func (s Schedule) Day() time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if weekdays[d] == s.Weekday {
			return d
		}
	}
	return defaultWeekday
}

// Location is the zone. One that is not known, which Validate refuses, is UTC.
func (s Schedule) Location() *time.Location {
	if zone, err := loadZone(s.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// Minutes are the first minute of the quiet hours in a day, and the first one after.
func (q QuietHours) Minutes() (from, to int) { return clockMinute(q.From), clockMinute(q.To) }

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Validate reports the first thing that is wrong with s, as ErrInvalid.
func (s Schedule) Validate() error {
	digest := s.Every == Daily || s.Every == Weekly
	switch {
	case s.Every != "" && !slices.Contains([]Pace{AtOnce, Hourly, Daily, Weekly}, s.Every):
		return fmt.Errorf("every %q is none of now, hourly, daily, weekly: %w", s.Every, ErrInvalid)
	case s.At != "" && !digest:
		return fmt.Errorf("only a daily or weekly digest has a time of the day, and this one is %s: %w", s.Pace(), ErrInvalid)
	case s.At != "" && clockMinute(s.At) < 0:
		return fmt.Errorf("the digest's time %q is not 00:00 to 23:59: %w", s.At, ErrInvalid)
	case s.Weekday != "" && s.Every != Weekly:
		return fmt.Errorf("only a weekly digest has a weekday, and this one is %s: %w", s.Pace(), ErrInvalid)
	case s.Weekday != "" && !slices.Contains(weekdays, s.Weekday):
		return fmt.Errorf("weekday %q is none of monday to sunday: %w", s.Weekday, ErrInvalid)
	}
	if _, err := loadZone(s.Zone); err != nil {
		return err
	}
	if q := s.Quiet; !q.IsZero() {
		switch from, to := q.Minutes(); {
		case from < 0 || to < 0:
			return fmt.Errorf("quiet hours %q to %q are not clock times from 00:00 to 23:59: %w", q.From, q.To, ErrInvalid)
		case from == to:
			return fmt.Errorf("quiet hours from %s to %s leave no time to deliver in: pause the subscription instead: %w", q.From, q.To, ErrInvalid)
		}
	}
	return nil
}

// maxZone bounds the name of a zone, in bytes.
const maxZone = 64

func loadZone(name string) (*time.Location, error) {
	// The zone of the machine may be another one tomorrow, or on another machine.
	if zone, err := time.LoadLocation(name); err == nil && name != "Local" && len(name) <= maxZone {
		return zone, nil
	}
	return nil, fmt.Errorf("zone %q is not known; it is an IANA name such as Europe/Berlin, Asia/Shanghai or UTC: %w", cutName(name), ErrInvalid)
}

func cutName(name string) string {
	if len(name) > maxZone {
		return name[:maxZone]
	}
	return name
}

// clockMinute reads HH:MM as the minute of the day, or returns -1.
func clockMinute(text string) int {
	if len(text) != len("15:04") || text[2] != ':' {
		return -1
	}
	digits := [4]int{}
	for i, at := range [4]int{0, 1, 3, 4} {
		c := text[at]
		if c < '0' || c > '9' {
			return -1
		}
		digits[i] = int(c - '0')
	}
	hour, minute := digits[0]*10+digits[1], digits[2]*10+digits[3]
	if hour > 23 || minute > 59 {
		return -1
	}
	return hour*60 + minute
}
