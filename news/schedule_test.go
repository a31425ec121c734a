package news_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"edict/news"
)

func TestScheduleValidate(t *testing.T) {
	for _, good := range []news.Schedule{
		{},
		{Every: news.AtOnce, Zone: "UTC"},
		{Every: news.Hourly, Quiet: news.QuietHours{From: "00:00", To: "23:59"}},
		{Every: news.Daily, At: "23:59", Zone: "Asia/Shanghai"},
		{Every: news.Weekly, At: "00:00", Weekday: "sunday", Zone: "America/Argentina/Buenos_Aires"},
	} {
		if err := good.Validate(); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	quiet := func(from, to string) news.Schedule { return news.Schedule{Quiet: news.QuietHours{From: from, To: to}} }
	for _, bad := range []news.Schedule{
		{Every: "yearly"},
		{At: "08:00"},
		{Every: news.Hourly, At: "08:00"},
		{Every: news.Daily, At: "8:00"},
		{Every: news.Daily, At: "24:00"},
		{Every: news.Daily, At: "08:60"},
		{Every: news.Daily, At: "08:00:00"},
		{Every: news.Daily, At: "०8:00"},
		{Every: news.Daily, Weekday: "monday"},
		{Every: news.Weekly, Weekday: "Monday"},
		{Every: news.Weekly, Weekday: "someday"},
		{Zone: "Local"},
		{Zone: "Mars/Olympus"},
		{Zone: "../../etc/passwd"},
		{Zone: strings.Repeat("x", 1000)},
		{Zone: "Europe/Berlin\n"},
		quiet("22:00", ""), quiet("", "07:00"), quiet("22:00", "22:00"), quiet("22", "07"),
	} {
		err := bad.Validate()
		if !errors.Is(err, news.ErrInvalid) || len(err.Error()) > 300 {
			t.Errorf("%+v: %v", bad, err)
		}
		sub := news.Subscription{ID: "a", Name: "a", Owner: "o", Query: news.Query{Words: "x"}, Schedule: bad}
		if !errors.Is(sub.Validate(), news.ErrInvalid) {
			t.Errorf("a subscription with %+v is let in", bad)
		}
	}
}

// What a schedule leaves open has a default, and a subscription without a schedule is
// written as it always was.
func TestScheduleDefaults(t *testing.T) {
	var s news.Schedule
	if s.Pace() != news.AtOnce || s.Clock() != 8*60 || s.Day() != time.Monday || s.Location() != time.UTC {
		t.Errorf("%s, minute %d, %s, %s", s.Pace(), s.Clock(), s.Day(), s.Location())
	}
	body, err := json.Marshal(news.Subscription{ID: "a"})
	if err != nil || strings.Contains(string(body), "schedule") {
		t.Errorf("%s %v", body, err)
	}
	if s = (news.Schedule{Weekday: "saturday", At: "23:05"}); s.Day() != time.Saturday || s.Clock() != 23*60+5 {
		t.Errorf("%s, minute %d", s.Day(), s.Clock())
	}
}
