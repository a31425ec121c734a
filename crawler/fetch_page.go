package crawler

import (
	"context"
	"fmt"
	"net/url"

	"edict/news"
)

// Page fetches one page with the same manners as Run: the guard, robots.txt, pace
// and redirects. A page that is not to be had is news.ErrRefused, ErrNotFound,
// ErrInvalid or ErrUnavailable, with the site's own answer.
func (c *Crawler) Page(ctx context.Context, address string) (news.Page, error) {
	defer c.hangUp()
	r, err := c.fetchOne(ctx, address)
	return r.page, err
}

func (c *Crawler) fetchOne(ctx context.Context, address string) (result, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return result{}, fmt.Errorf("fetch %q: it is no web address: %w", address, news.ErrInvalid)
	}
	r := c.through(ctx, &job{url: u, first: address, visit: &news.Visit{URL: address}})
	if r.outcome == news.OK {
		return r, nil
	}
	sentinel := news.ErrUnavailable
	switch r.outcome {
	case news.Disallowed, news.Blocked, news.Guarded:
		sentinel = news.ErrRefused
	case news.Gone:
		sentinel = news.ErrNotFound
	case news.TooLarge, news.NotNews, news.Redirects, news.Nothing:
		sentinel = news.ErrInvalid
	}
	return result{}, fmt.Errorf("fetch %s: %s: %s: %w", address, r.outcome, r.detail, sentinel)
}
