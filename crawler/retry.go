package crawler

import (
	"net/http"
	"time"

	"edict/news"
)

// After how long a story is tried again, by the number of failures. What may pass by
// itself is tried soon; what will not (a wall, a 404, a bomb) rarely. After the last
// the crawler gives up and says so.
func patience(soon bool) []time.Duration {
	if soon {
		return []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}
	}
	return []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}
}

// partialAfter is the number of failures of a passing kind after which the feed's
// own words are published: a reader should not wait for a site that stays busy.
const partialAfter = 2

// retryAt returns when a visit that failed for the v.Attempts'th time is due again,
// or zero when it is given up.
func (c *Crawler) retryAt(v news.Visit, soon bool, retryAfter time.Duration) time.Time {
	steps := patience(soon)
	if v.Attempts > len(steps) {
		return time.Time{}
	}
	return c.config.Now().Add(max(steps[max(v.Attempts, 1)-1], min(retryAfter, maxRetryAfter)))
}

// What bounds the interval between two polls.
const (
	minInterval = time.Minute
	maxInterval = 24 * time.Hour
	// besideFeed is the least interval of a sitemap or listing whose source has a
	// feed: most have no ETag, so each poll of one reads it whole.
	besideFeed = 5 * time.Minute
	// maxUnreachable is the longest interval of an address that gives no answer at
	// all: it may be us who were without a network, and nobody is burdened.
	maxUnreachable = 15 * time.Minute
	// maxFresh is the longest Cache-Control max-age that is kept to. Some sites give
	// a day for a feed that changes each hour.
	maxFresh = time.Hour
)

// silenceShare sets the rhythm: an address is polled after a 48th of the time for
// which nothing new was in it. A busy feed is read each minute; one that is silent
// for a day each half hour, for a month each 15 hours. A new story brings the minute
// back, and what a reader waits for it is about 2 % of the silence before it.
const silenceShare = 48

// interval returns the time between polls of an address that answers.
func (c *Crawler) interval(s news.Source, p news.Poll, fresh time.Duration) time.Duration {
	switch {
	case s.Every > 0:
		return s.Every
	case c.config.Every > 0:
		return c.config.Every
	}
	since := p.NewStory
	if since.IsZero() {
		since = p.First
	}
	d := minInterval
	if !since.IsZero() {
		d = c.config.Now().Sub(since) / silenceShare
	}
	floor := minInterval
	if s.Feed != "" && p.Address != s.Feed {
		floor = besideFeed
	}
	d = max(d, floor, min(fresh, maxFresh))
	if d > floor {
		d += d / 100 * jitter(p.Address)
	}
	return min(d, maxInterval)
}

// jitter spreads addresses apart by up to a tenth either way, each always by the
// same percentage.
func jitter(address string) time.Duration {
	h := uint32(2166136261) // FNV-1a
	for _, b := range []byte(address) {
		h = (h ^ uint32(b)) * 16777619
	}
	return time.Duration(h%21) - 10
}

// backoff returns the time until an address that failed p.Failures times in a row is
// polled again: it doubles up to a day, and never ends.
// d<<20 of the longest interval that a source can have fits a Duration.
func (c *Crawler) backoff(s news.Source, p news.Poll, r result) time.Duration {
	d := minInterval
	if s.Every > 0 {
		d = s.Every
	} else if c.config.Every > 0 {
		d = c.config.Every
	}
	longest := maxInterval
	if r.outcome == news.Unreachable {
		longest = maxUnreachable
	}
	d = max(d, min(d<<min(p.Failures-1, 20), longest))
	if r.page.Status == http.StatusGone {
		d = maxInterval
	}
	return max(d, min(r.retryAfter, maxRetryAfter))
}
