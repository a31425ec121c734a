package crawler

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"edict/news"
)

// work does one job on a worker's goroutine: one request, if one may be made, and
// then what the answer asks for.
func (c *Crawler) work(ctx context.Context, d *dispatcher, j *job) {
	done := func() { d.tell(func() { d.finished(j) }) }
	defer func() {
		if x := recover(); x != nil {
			c.config.Log.Error("a page brought the crawler to panic; it goes on", "address", j.url.String(), "panic", x, "stack", string(debug.Stack()))
			c.spoil(ctx, d, j)
			done()
		}
	}()
	var r result
	if j.refused != nil {
		r = refusal(j)
	} else {
		r = c.request(ctx, j)
		c.manners.release(j.url, r)
		domain := domainOf(j.url)
		d.tell(func() { d.released(domain) })
		if r.stopped || ctx.Err() != nil && r.outcome != news.OK {
			if j.host != "" {
				c.manners.unlearn(j.host)
			}
			done()
			return
		}
		c.observe(Event{
			Kind: Fetched, Source: j.source.Slug, Address: j.url.String(), Outcome: r.outcome, Detail: r.detail,
			Bytes: int64(len(r.page.Body)), Duration: r.took, Read: r.page.Fetched,
		})
	}
	if r.location != nil {
		if r = j.follow(r); r.outcome == "" {
			d.tell(func() { d.resume(j) })
			return
		}
	}
	save, cancel := outlive(ctx)
	defer cancel()
	switch {
	case j.host != "":
		c.manners.learn(j.host, r)
	case j.poll != nil:
		if c.polled(save, d, j, r) {
			d.tell(func() { d.resume(j) })
			return
		}
	default:
		c.visited(save, d, j, r)
	}
	done()
}

// request makes the job's next request.
func (c *Crawler) request(ctx context.Context, j *job) result {
	q := request{url: j.url, first: j.first, limit: c.config.MaxBody}
	switch {
	case j.host != "":
		q.accept, q.limit, q.keepCut = "text/plain,*/*;q=0.8", maxRobots, true
	case j.poll != nil:
		p := j.poll.poll
		q.accept = acceptOf(j.source, p.Address)
		if !j.poll.index && p.Links == linksOf(j.source, p.Address) { // read by another selector, the same page has other links
			q.etag, q.lastModified = p.ETag, p.LastModified
		}
	case j.visit.Article != "" && !j.visit.Partial:
		q.etag, q.lastModified = j.visit.ETag, j.visit.LastModified
	}
	return c.fetcher.get(ctx, q)
}

// refusal is the result of a job for which no request was made.
func refusal(j *job) result {
	r := result{outcome: j.refused.refused, detail: j.refused.why}
	r.page.URL, r.page.Address = j.first, j.url.String()
	return r
}

// follow sets the job on the address that a redirect leads to, or says why it does
// not go on. Without cookies, the same address gives the same answer.
func (j *job) follow(r result) result {
	from, to := j.url, r.location
	j.hops++
	j.via = append(j.via, from.String())
	j.fixed = j.fixed && r.permanent
	switch {
	case j.hops > maxRedirects:
		r.outcome, r.detail = news.Redirects, fmt.Sprintf("more than %d redirects, the last to %s", maxRedirects, to)
	case slices.Contains(j.via, to.String()):
		r.outcome, r.detail = news.Redirects, "it redirects in a circle, back to "+to.String()
	case j.visit != nil && isFront(to) && !isFront(from):
		r.outcome, r.detail = news.Gone, "it redirects to the front page"
	default:
		j.url = to
	}
	return r
}

// spoil marks a job whose page made us panic, so that it is not tried at once for
// ever.
func (c *Crawler) spoil(ctx context.Context, d *dispatcher, j *job) {
	save, cancel := outlive(ctx)
	defer cancel()
	r := result{outcome: news.NotNews, detail: "reading it failed inside the program"}
	switch {
	case j.host != "":
		c.manners.unlearn(j.host)
	case j.poll != nil:
		c.failPoll(save, d, j, r)
	default:
		v := *j.visit
		v.Last, v.Outcome, v.Detail = c.config.Now(), r.outcome, r.detail
		v.Attempts++
		v.Next = c.retryAt(v, false, 0)
		c.saveVisit(save, v)
	}
}

// acceptOf says which formats are wanted of an address of a source.
func acceptOf(s news.Source, address string) string {
	if isListing(s, address) {
		return ""
	}
	return "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.8"
}
