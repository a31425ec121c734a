package crawler

import (
	"context"
	"time"

	"edict/news"
)

// looks are when a story of which somebody was told is visited again, each after the
// look before: texts are edited most in their first hours, and withdrawn within days.
// After the last, 40 days after the first, it is let be.
func looks() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{news.FirstLook, 3 * time.Hour, 9 * time.Hour, day, 3 * day, 9 * day, 27 * day}
}

// isLook reports whether a visit is of a story that is stored from its page: it looks
// whether the text is still the same.
func isLook(v news.Visit) bool { return v.Article != "" && !v.Partial }

// nextLook returns v with its next look set, if somebody was told of it.
func (c *Crawler) nextLook(v news.Visit) news.Visit {
	v.Next = time.Time{}
	if list := looks(); !v.Alerted.IsZero() && v.Looks < len(list)-1 {
		v.Looks++
		v.Next = c.config.Now().Add(list[v.Looks])
	}
	return v
}

// goneTwice is after how many looks that find nothing a story counts as withdrawn: one
// may be a mishap of the site.
const goneTwice = 2

// missLook takes a failure to look at a story again. It reports whether that was all:
// else the story is tried again like any other.
func (c *Crawler) missLook(ctx context.Context, v news.Visit, r result) bool {
	switch {
	case r.outcome == news.Gone && v.Attempts >= goneTwice:
		v.Next, v.Withdrawn = time.Time{}, c.config.Now()
		var isNew bool
		err := c.insist(ctx, "saving that a story was withdrawn", func() (err error) {
			isNew, err = c.memory.Withdraw(ctx, v)
			return err
		})
		if err != nil {
			c.config.Log.Error("a withdrawal could not be saved", "source", v.Source, "url", v.URL, "error", err)
		}
		if isNew {
			c.config.Log.Warn("a story was withdrawn by its site", "source", v.Source, "url", v.URL, "detail", v.Detail)
			c.observe(Event{Kind: Withdrew, Source: v.Source, Address: v.URL, Outcome: v.Outcome, Detail: v.Detail})
		}
	case v.Next.IsZero() && r.outcome != news.Gone:
		v.Attempts = 0
		v = c.nextLook(v)
		c.saveVisit(ctx, v)
	default:
		return false
	}
	c.tellVisited(ctx, v, r)
	return true
}
