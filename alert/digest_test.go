package alert_test

import (
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/news"

	"pgregory.net/rapid"
)

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	ok(t, err)
	return at
}

// Digests leave by the user's clock, whatever is done to it: a time that a clock leaves
// out is the moment at which it jumps, and one that it shows twice is the first.
func TestDigestsKeepTheUsersClock(t *testing.T) {
	daily := func(zone, at string) news.Schedule { return news.Schedule{Every: news.Daily, Zone: zone, At: at} }
	weekly := func(zone, day, at string) news.Schedule {
		return news.Schedule{Every: news.Weekly, Zone: zone, Weekday: day, At: at}
	}
	hourly := func(zone string) news.Schedule { return news.Schedule{Every: news.Hourly, Zone: zone} }
	for name, test := range map[string]struct {
		schedule news.Schedule
		at, want string
	}{
		"an ordinary day":                 {daily("Asia/Shanghai", "08:00"), "2026-11-28T01:00:00Z", "2026-11-29T00:00:00Z"},
		"the default is eight o'clock":    {news.Schedule{Every: news.Daily}, "2026-11-28T07:59:59Z", "2026-11-28T08:00:00Z"},
		"at the very moment":              {daily("", "08:00"), "2026-11-28T08:00:00Z", "2026-11-29T08:00:00Z"},
		"before the clock goes forward":   {daily("Europe/Berlin", "08:00"), "2026-03-28T08:00:00Z", "2026-03-29T06:00:00Z"},
		"before it goes back":             {daily("Europe/Berlin", "08:00"), "2026-10-24T07:00:00Z", "2026-10-25T07:00:00Z"},
		"left out":                        {daily("Europe/Berlin", "02:30"), "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		"and on the day after":            {daily("Europe/Berlin", "02:30"), "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		"shown twice":                     {daily("Europe/Berlin", "02:30"), "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		"between the two":                 {daily("Europe/Berlin", "02:30"), "2026-10-25T01:00:00Z", "2026-10-26T01:30:00Z"},
		"left out in America":             {daily("America/New_York", "02:30"), "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z"},
		"shown twice in America":          {daily("America/New_York", "01:30"), "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z"},
		"a midnight that is left out":     {daily("Africa/Cairo", "00:00"), "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"},
		"the south":                       {daily("Australia/Sydney", "02:30"), "2026-10-03T05:00:00Z", "2026-10-03T16:00:00Z"},
		"half an hour":                    {daily("Australia/Lord_Howe", "02:15"), "2026-10-03T05:00:00Z", "2026-10-03T15:30:00Z"},
		"a quarter of an hour off":        {daily("Asia/Kathmandu", "08:00"), "2026-11-28T00:00:00Z", "2026-11-28T02:15:00Z"},
		"monday":                          {weekly("", "", ""), "2026-11-28T00:00:00Z", "2026-11-30T08:00:00Z"},
		"of the user":                     {weekly("Pacific/Auckland", "monday", "07:00"), "2026-11-28T00:00:00Z", "2026-11-29T18:00:00Z"},
		"sunday, the day of the gap":      {weekly("Europe/Berlin", "sunday", "02:00"), "2026-03-23T00:00:00Z", "2026-03-29T01:00:00Z"},
		"a day that a zone left out":      {weekly("Pacific/Apia", "friday", "08:00"), "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z"},
		"and the day after it":            {daily("Pacific/Apia", "08:00"), "2011-12-30T10:00:00Z", "2011-12-30T18:00:00Z"},
		"the full hour":                   {hourly(""), "2026-11-28T08:00:00Z", "2026-11-28T09:00:00Z"},
		"of a clock with half hours":      {hourly("Asia/Kolkata"), "2026-11-28T08:00:00Z", "2026-11-28T08:30:00Z"},
		"an hour that is left out":        {hourly("Europe/Berlin"), "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
		"an hour that comes twice":        {hourly("Europe/Berlin"), "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"},
		"half an hour forward, then on":   {hourly("Australia/Lord_Howe"), "2026-10-03T15:10:00Z", "2026-10-03T16:00:00Z"},
		"held until the night is over":    {news.Schedule{Every: news.Hourly, Quiet: news.QuietHours{From: "22:00", To: "07:00"}}, "2026-11-28T21:10:00Z", "2026-11-29T07:00:00Z"},
		"a digest that is due in quiet":   {news.Schedule{Every: news.Daily, At: "06:00", Quiet: news.QuietHours{From: "22:00", To: "07:00"}}, "2026-11-28T05:00:00Z", "2026-11-28T07:00:00Z"},
		"the end of a digest's own quiet": {news.Schedule{Every: news.Daily, At: "07:00", Quiet: news.QuietHours{From: "22:00", To: "07:00"}}, "2026-11-28T05:00:00Z", "2026-11-28T07:00:00Z"},
	} {
		ok(t, test.schedule.Validate())
		due, batch := alert.BySchedule(news.Subscription{Schedule: test.schedule}, news.Alert{Time: moment(t, test.at), Story: "s"}, time.Time{})
		if !due.Equal(moment(t, test.want)) || !strings.HasPrefix(batch, "digest@") {
			t.Errorf("%s: due %s, want %s", name, due.Format(time.RFC3339), test.want)
		}
	}
}

// Quiet hours hold what comes, and then it leaves as one message.
func TestQuietHoursHoldAndDeliver(t *testing.T) {
	sub := news.Subscription{Schedule: news.Schedule{Zone: "Europe/Berlin", Quiet: news.QuietHours{From: "22:00", To: "07:00"}}}
	plan := func(at, story string, last time.Time) (string, string) {
		due, batch := alert.BySchedule(sub, news.Alert{Time: moment(t, at), Story: story}, last)
		return due.Format(time.RFC3339), batch
	}
	morning := "2026-03-29T05:00:00Z" // the clock goes forward in this night
	before, _ := plan("2026-03-28T20:59:59Z", "a", time.Time{})
	evening, one := plan("2026-03-28T21:00:00Z", "a", time.Time{})
	night, two := plan("2026-03-29T03:00:00Z", "b", time.Time{})
	again, three := plan("2026-03-29T04:00:00Z", "a", moment(t, morning))
	// Its window ends in quiet hours.
	window, four := plan("2026-03-28T20:59:30Z", "c", moment(t, "2026-03-28T20:59:00Z"))
	next, five := plan("2026-03-28T20:59:40Z", "c", moment(t, morning))
	for what, got := range map[string][2]string{
		"before": {before, "2026-03-28T20:59:59Z"}, "in the evening": {evening, morning}, "in the night": {night, morning},
		"the same story again": {again, morning}, "a window": {window, morning}, "and what follows it": {next, morning},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: due %s, want %s", what, got[0], got[1])
		}
	}
	for _, batch := range []string{two, three, four, five} {
		if batch != one {
			t.Errorf("%q and %q are two messages of one morning", one, batch)
		}
	}
	if due, _ := plan("2026-03-29T05:00:00Z", "d", time.Time{}); due != morning {
		t.Errorf("as the quiet hours end: due %s", due)
	}
	// A gap swallows quiet hours; those that a clock would show twice end the first time.
	sub.Schedule.Quiet = news.QuietHours{From: "02:00", To: "03:00"}
	if due, _ := plan("2026-03-29T01:00:00Z", "a", time.Time{}); due != "2026-03-29T01:00:00Z" {
		t.Errorf("quiet hours that did not happen hold until %s", due)
	}
	if due, _ := plan("2026-10-25T00:10:00Z", "a", time.Time{}); due != "2026-10-25T02:00:00Z" {
		t.Errorf("quiet hours that last two hours hold until %s", due)
	}
}

var zones = []string{
	"", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Australia/Sydney", "Africa/Cairo",
	"Africa/Casablanca", "Asia/Kathmandu", "Asia/Tehran", "America/St_Johns", "Pacific/Apia", "Pacific/Chatham", "Europe/Dublin", "Antarctica/Troll",
}

func randomSchedule(r *rapid.T) news.Schedule {
	clock := rapid.Custom(func(r *rapid.T) string {
		return time.Time{}.Add(time.Duration(rapid.IntRange(0, 24*60-1).Draw(r, "minute")) * time.Minute).Format("15:04")
	})
	s := news.Schedule{
		Every: rapid.SampledFrom([]news.Pace{"", news.AtOnce, news.Hourly, news.Daily, news.Weekly}).Draw(r, "every"),
		Zone:  rapid.SampledFrom(zones).Draw(r, "zone"),
	}
	if s.Every == news.Daily || s.Every == news.Weekly {
		s.At = clock.Draw(r, "at")
	}
	if s.Every == news.Weekly {
		s.Weekday = rapid.SampledFrom([]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}).Draw(r, "day")
	}
	if rapid.Bool().Draw(r, "quiet") {
		if s.Quiet = (news.QuietHours{From: clock.Draw(r, "from"), To: clock.Draw(r, "to")}); s.Quiet.From == s.Quiet.To {
			s.Quiet = news.QuietHours{}
		}
	}
	return s
}

// The longest that anything waits: a week, a day that a zone has left out, and quiet
// hours of a day.
const longest = 10 * 24 * time.Hour

// However alerts come, each is in exactly one message, which is due after it and
// before long; and what comes later is never in an earlier digest.
func TestPlanLosesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sub := news.Subscription{ID: "s", Name: "s", Owner: "o", Query: news.Query{Words: "x"}, Schedule: randomSchedule(r)}
		if err := sub.Validate(); err != nil {
			r.Fatal(err)
		}
		s := sub.Schedule
		at := time.Date(2011, 12, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 15*rapid.IntRange(0, 400).Draw(r, "day"))
		batches, last := map[string]time.Time{}, time.Time{}
		sent := map[string]time.Time{} // by story
		for range rapid.IntRange(1, 30).Draw(r, "alerts") {
			at = at.Add(time.Duration(rapid.IntRange(0, 12*3600).Draw(r, "seconds")) * time.Second)
			story := rapid.SampledFrom([]string{"a", "b"}).Draw(r, "story")
			due, batch := alert.BySchedule(sub, news.Alert{Time: at, Story: story}, sent[story])
			switch {
			case due.Before(at) || s.Pace() != news.AtOnce && !due.After(at):
				r.Fatalf("%+v: the alert of %s was due at %s", s, at, due)
			case due.Sub(at) > longest:
				r.Fatalf("%+v: the alert of %s waits until %s", s, at, due)
			case s.Pace() != news.AtOnce && due.Before(last):
				r.Fatalf("%+v: due at %s, after one due at %s", s, due, last)
			}
			sent[story] = due
			if !strings.HasPrefix(batch, "digest@") {
				if s.Pace() != news.AtOnce {
					r.Fatalf("%+v: %q is no digest", s, batch)
				}
				continue
			}
			if other, known := batches[batch]; known && !other.Equal(due) {
				r.Fatalf("%+v: batch %q is due at %s and %s", s, batch, other, due)
			}
			for other, when := range batches {
				if other != batch && when.Equal(due) {
					r.Fatalf("%+v: two digests, %q and %q, at %s", s, other, batch, due)
				}
			}
			batches[batch], last = due, due
		}
	})
}
