package alert

import (
	"time"

	"edict/news"
)

// BySchedule is the Plan of a subscription with a schedule, and AtOnce for one without.
//
// A digest leaves at its next time, which is strictly after the alert: what comes at the
// very moment of a digest is in the next one. What would leave in quiet hours leaves when
// they end, all of it in one message.
func BySchedule(sub news.Subscription, a news.Alert, last time.Time) (due time.Time, batch string) {
	s := sub.Schedule
	if s.Pace() == news.AtOnce {
		due, batch = AtOnce(sub, a, last)
	} else {
		due, batch = nextDigest(s, a.Time), digest
	}
	// What leaves as quiet hours end leaves together, whether it was due then or held.
	if due = afterQuiet(s, due.UTC()); afterQuiet(s, due.Add(-1)).Equal(due) {
		batch = digest
	}
	if batch == digest {
		batch += due.Format(time.RFC3339Nano)
	}
	return due, batch
}

// digest begins the batch of what leaves together at a time, whatever the story.
const digest = "digest@"

// nextDigest is the first time after t at which a digest leaves.
func nextDigest(s news.Schedule, t time.Time) time.Time {
	zone := s.Location()
	if s.Pace() == news.Hourly {
		return nextHour(zone, t)
	}
	// Days are counted in the calendar, where each has 24 hours. One before today may
	// still be to come where a clock was put back over midnight.
	for day := civil(t.In(zone)).AddDate(0, 0, -1); ; day = day.AddDate(0, 0, 1) {
		if s.Pace() == news.Weekly && day.Weekday() != s.Day() {
			continue
		}
		if at := reaches(zone, day, s.Clock()); at.After(t) {
			return at
		}
	}
}

// afterQuiet is when the quiet hours end in which t lies, or t.
func afterQuiet(s news.Schedule, t time.Time) time.Time {
	if s.Quiet.IsZero() {
		return t
	}
	zone := s.Location()
	from, to := s.Quiet.Minutes()
	end := 0 // of the same day
	if to < from {
		end = 1
	}
	// Two days' quiet hours touch where a zone has left a day out.
	for held := true; held; {
		held = false
		today := civil(t.In(zone))
		for d := -2; d <= 1; d++ {
			day := today.AddDate(0, 0, d)
			begins, ends := reaches(zone, day, from), reaches(zone, day.AddDate(0, 0, end), to)
			if !t.Before(begins) && t.Before(ends) {
				t, held = ends, true
			}
		}
	}
	return t
}

// civil is the date that a local time has, as a day of the calendar.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// reaches is the first moment at which the clock of a zone shows a minute of a day, or
// is past it where a change of the clock leaves that minute out. A minute that a clock
// shows twice is reached the first time.
func reaches(zone *time.Location, day time.Time, minute int) time.Time {
	wall := day.Add(time.Duration(minute) * time.Minute)
	t := wall.Add(-36 * time.Hour) // before it in any zone
	for {
		_, offset := t.In(zone).Zone()
		_, end := t.In(zone).ZoneBounds()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if at.Before(t) {
			return t // the clock was put forward past it
		}
		if end.IsZero() || at.Before(end) {
			return at
		}
		t = end.UTC()
	}
}

// nextHour is the first moment after t at which the clock of a zone shows a full hour.
func nextHour(zone *time.Location, t time.Time) time.Time {
	from := t.Truncate(time.Second).Add(time.Second) // after t
	for {
		_, offset := from.In(zone).Zone()
		_, end := from.In(zone).ZoneBounds()
		at := from
		if past := (from.Unix() + int64(offset)) % 3600; past != 0 {
			at = from.Add(time.Duration(3600-past) * time.Second)
		}
		if end.IsZero() || at.Before(end) {
			return at
		}
		from = end.UTC()
	}
}
