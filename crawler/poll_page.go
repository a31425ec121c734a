package crawler

import (
	"context"

	"edict/news"
)

// isPage reports whether an address of a source is a story itself.
func isPage(s news.Source, address string) bool {
	return address == s.Page && address != s.Feed && address != s.Sitemap && address != s.Listing
}

// savePage takes a page that is a story itself: each of its texts is a version of one
// article. The poll is its visit.
func (c *Crawler) savePage(ctx context.Context, d *dispatcher, j *job, r result) {
	now := c.config.Now()
	p := j.poll.poll
	content, err := c.extract(r.page, j.source)
	isNew := false
	if err == nil {
		content.CanonicalURL = p.Address // it is this article, whatever the page says of itself
		v := news.Visit{URL: news.NormalizeURL(p.Address), Source: j.source.Slug, Quiet: p.First.IsZero(), Found: now, Last: now}
		r.anyAge = true // a page that is watched may be years old
		if isNew, err = c.enterWhole(ctx, d, v, content, r); err == nil && ctx.Err() != nil {
			return // it may not have been entered: the page is asked for again
		}
	}
	if err != nil {
		r.outcome, r.detail = misreading(err)
		c.failPoll(ctx, d, j, r)
		return
	}
	p.ETag, p.LastModified = r.etag, r.lastModified
	p.Last, p.Success, p.Failures = j.poll.began, now, 0
	p.Outcome, p.Detail, p.Entries, p.New = news.OK, "", 1, 0
	if p.First.IsZero() {
		p.First = now
	}
	if isNew {
		p.New, p.NewStory = 1, now
	}
	p.Next = p.Last.Add(c.interval(j.source, p, r.maxAge))
	c.tellPolled(ctx, d, j, p, c.rememberPoll(ctx, p))
}
