package crawler

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"edict/news"
)

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

func at(now time.Time) *Crawler {
	return &Crawler{config: Config{Now: func() time.Time { return now }}}
}

// The longer a source has been silent, the more rarely it is asked.
func TestInterval(t *testing.T) {
	feed := news.Source{Feed: "http://a.test/feed"}
	both := news.Source{Feed: "http://a.test/feed", Listing: "http://a.test/"}
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	for _, c := range []struct {
		name   string
		source news.Source
		poll   news.Poll
		fresh  time.Duration
		want   time.Duration
	}{
		{"never read", feed, news.Poll{}, 0, time.Minute},
		{"a story just now", feed, news.Poll{NewStory: noon}, 0, time.Minute},
		{"silent for half an hour", feed, news.Poll{NewStory: ago(30 * time.Minute)}, 0, time.Minute},
		{"silent for a day", feed, news.Poll{NewStory: ago(24 * time.Hour)}, 0, 30 * time.Minute},
		{"silent for a week", feed, news.Poll{NewStory: ago(7 * 24 * time.Hour)}, 0, 210 * time.Minute},
		{"silent for a year", feed, news.Poll{NewStory: ago(365 * 24 * time.Hour)}, 0, 24 * time.Hour},
		{"nothing new since the first poll", feed, news.Poll{First: ago(24 * time.Hour)}, 0, 30 * time.Minute},
		{"fresh for ten minutes", feed, news.Poll{NewStory: noon}, 10 * time.Minute, 10 * time.Minute},
		{"fresh for a week", feed, news.Poll{NewStory: noon}, 7 * 24 * time.Hour, time.Hour},
		{"a listing beside a feed", both, news.Poll{Address: both.Listing, NewStory: noon}, 0, 5 * time.Minute},
		{"its own interval", news.Source{Every: 2 * time.Second}, news.Poll{}, time.Hour, 2 * time.Second},
	} {
		if c.poll.Address == "" {
			c.poll.Address = c.source.Feed
		}
		got := at(noon).interval(c.source, c.poll, c.fresh)
		if low, high := c.want*9/10, c.want*11/10; got < low || got > high || got > maxInterval || c.source.Every > 0 && got != c.want {
			t.Errorf("%s: %s, want %s within a tenth", c.name, got, c.want)
		}
	}
	every := at(noon)
	every.config.Every = time.Hour
	if got := every.interval(feed, news.Poll{}, 0); got != time.Hour {
		t.Errorf("the interval of the configuration: %s", got)
	}
}

func TestBackoff(t *testing.T) {
	c := at(noon)
	for _, e := range []struct {
		every    time.Duration
		failures int
		r        result
		want     time.Duration
	}{
		{0, 1, result{outcome: news.ServerError}, time.Minute},
		{0, 2, result{outcome: news.ServerError}, 2 * time.Minute},
		{0, 6, result{outcome: news.Gone}, 32 * time.Minute},
		{0, 30, result{outcome: news.NotNews}, 24 * time.Hour},
		{0, 30, result{outcome: news.Unreachable}, 15 * time.Minute},
		{0, 1, result{outcome: news.Busy, retryAfter: 90 * time.Minute}, 90 * time.Minute},
		{0, 1, result{outcome: news.Busy, retryAfter: 900 * time.Hour}, 24 * time.Hour},
		{0, 1, result{outcome: news.Gone, page: news.Page{Status: http.StatusGone}}, 24 * time.Hour},
		{2 * time.Second, 1, result{outcome: news.ServerError}, 2 * time.Second},
		{2 * time.Second, 3, result{outcome: news.ServerError}, 8 * time.Second},
		{48 * time.Hour, 5, result{outcome: news.ServerError}, 48 * time.Hour},
	} {
		if got := c.backoff(news.Source{Every: e.every}, news.Poll{Failures: e.failures}, e.r); got != e.want {
			t.Errorf("every %s, %d failures, %s: %s, want %s", e.every, e.failures, e.r.outcome, got, e.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"2": 2 * time.Second, " 120 ": 2 * time.Minute, "-5": 0, "": 0, "soon": 0, "99999999999999": 0,
		"Wed, 01 May 2024 12:10:00 GMT": 10 * time.Minute, "Wed, 01 May 2024 11:00:00 GMT": 0,
	} {
		if got := retryAfter(value, noon); got != want {
			t.Errorf("Retry-After %q: %s, want %s", value, got, want)
		}
	}
	for value, want := range map[string]time.Duration{
		"max-age=300": 5 * time.Minute, "public, MAX-AGE=60, must-revalidate": time.Minute, "no-store": 0, "max-age=-1": 0, "s-maxage=9": 0, `max-age="7"`: 7 * time.Second,
	} {
		if got := maxAge(value); got != want {
			t.Errorf("Cache-Control %q: %s, want %s", value, got, want)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("2", "max-age=1", "/a")
	f.Add("Wed, 01 May 2024 12:10:00 GMT", "", "//b:c@d/%zz")
	f.Fuzz(func(t *testing.T, after, cache, location string) {
		h := http.Header{"Retry-After": {after}, "Cache-Control": {cache}, "Location": {location}, "Etag": {after}}
		for _, status := range []int{200, 302, 503} {
			var r result
			r.read(status, h, &url.URL{Scheme: "http", Host: "a.test", Path: "/"}, noon)
			if r.retryAfter < 0 || r.maxAge < 0 {
				t.Errorf("%d: %+v", status, r)
			}
			if l := r.location; l != nil && (l.Hostname() == "" || l.User != nil || l.Scheme != "http" && l.Scheme != "https") {
				t.Errorf("it leads to %q", l)
			}
			if (r.outcome == "") != (r.location != nil) {
				t.Errorf("%d: outcome %q, location %v", status, r.outcome, r.location)
			}
		}
	})
}

func TestDomainOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.news.com/a":       "news.com",
		"https://a.b.news.co.uk:8443/": "news.co.uk",
		"http://NEWS.com./":            "news.com",
		"http://a.github.io/":          "a.github.io",
		"http://www.nea.gov.cn/":       "nea.gov.cn",
		"http://127.0.1.9:8100/":       "127.0.1.9",
		"http://[2001:db8::1]:80/":     "2001:db8::1",
		"http://localhost/":            "localhost",
		"http://co.uk/":                "co.uk",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := domainOf(u); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
