package crawler

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"edict/crawler/extract"
	"edict/crawler/feed"
	"edict/news"
)

// maxChildren is how many sitemaps of an index one poll reads, the newest first.
const maxChildren = 3

// futureBy is how far ahead a feed's clock may be. What is dated later has no date.
const futureBy = 24 * time.Hour

// polled takes what came of a request for an address of a source. It reports whether
// the job goes on with a sitemap of an index.
func (c *Crawler) polled(ctx context.Context, d *dispatcher, j *job, r result) (goesOn bool) {
	p := j.poll
	if p.began.IsZero() {
		p.began = c.config.Now().Add(-r.took)
	}
	if r.outcome == news.Nothing && !p.index && !isPage(j.source, p.poll.Address) { // HTTP 204: a reading with nothing in it
		c.savePoll(ctx, d, j, r)
		return false
	}
	if r.outcome == news.OK && isPage(j.source, p.poll.Address) {
		c.savePage(ctx, d, j, r)
		return false
	}
	if r.outcome == news.OK {
		doc, err := c.read(j, r)
		switch {
		case err != nil:
			r.outcome, r.detail = news.NotNews, cutText(err.Error(), 500)
		case len(doc.Sitemaps) > 0 && !p.index:
			p.index, p.children = true, doc.Sitemaps[:min(len(doc.Sitemaps), maxChildren)]
		default:
			p.entries = append(p.entries, doc.Entries...)
			if doc.Cut {
				r.detail = fmt.Sprintf("only the first %d entries were read", len(doc.Entries))
			}
		}
		if !p.index {
			p.etag, p.modified = r.etag, r.lastModified
		}
	}
	// A child that cannot be read does not spoil those that can.
	for len(p.children) > 0 {
		child, err := url.Parse(p.children[0])
		p.children = p.children[1:]
		if err == nil {
			j.url, j.hops, j.via, j.refused = child, 0, nil, nil
			return true
		}
	}
	if p.index && len(p.entries) > 0 && r.outcome != news.OK {
		r.outcome = news.OK
		r.detail = "one of its sitemaps could not be read: " + r.detail
	}
	switch r.outcome {
	case news.OK:
		c.savePoll(ctx, d, j, r)
	case news.Unchanged:
		c.keepPoll(ctx, d, j, r)
	default:
		c.failPoll(ctx, d, j, r)
	}
	return false
}

// read parses the document that was fetched.
func (c *Crawler) read(j *job, r result) (feed.Document, error) {
	text, _ := extract.Decode(r.page)
	if isListing(j.source, j.poll.poll.Address) {
		return feed.Listing(r.page.Address, []byte(text), j.source.Select.Links)
	}
	return feed.Parse(r.page.Address, []byte(text))
}

// isListing reports whether an address of a source is read as a page with links.
func isListing(s news.Source, address string) bool {
	return address == s.Listing && address != s.Feed && address != s.Sitemap
}

// linksOf is the selector that an address of a source is read by; "" for none.
func linksOf(s news.Source, address string) string {
	if isListing(s, address) {
		return s.Select.Links
	}
	return ""
}

// isFirst reports whether what a poll finds was there before we came. One that was read
// and had nothing in it counts: what comes into it later is news. But where a selector
// has found nothing and another one takes its place, the first was a mistake.
func isFirst(p news.Poll, links string) bool {
	return p.First.IsZero() || p.Entries == 0 && p.Links != links
}

// savePoll keeps a poll that was read, with the stories in it.
func (c *Crawler) savePoll(ctx context.Context, d *dispatcher, j *job, r result) {
	now := c.config.Now()
	p := j.poll.poll
	links := linksOf(j.source, p.Address)
	first := isFirst(p, links)
	found := c.visits(j, now, first)
	p.ETag, p.LastModified, p.Links = j.poll.etag, j.poll.modified, links
	p.Last, p.Success, p.Failures = j.poll.began, now, 0
	p.Outcome, p.Detail, p.Entries, p.New = news.OK, r.detail, len(found), 0
	if j.fixed && j.hops > 0 {
		p.Detail = strings.TrimPrefix(p.Detail+"; it has moved to "+j.url.String()+" for good: change the address", "; ")
	}
	if len(found) == 0 {
		p.Outcome, p.Detail = news.Nothing, "it was read, and lists no stories"
		if isListing(j.source, p.Address) {
			p.Detail = "no links to stories were found on it; a selector for them may help"
			if links != "" {
				p.Detail = fmt.Sprintf("select.links %q gives no link on it; mend it or take it away, and try 'edict sources check'", links)
			}
		}
	}
	if p.First.IsZero() {
		p.First = now
	}
	p.Next = p.Last.Add(c.interval(j.source, p, r.maxAge))
	added := 0
	err := c.insist(ctx, "saving a poll", func() (err error) {
		added, err = c.memory.SavePoll(ctx, p, found)
		return err
	})
	if err == nil && added > 0 {
		p.New, p.NewStory = added, now
		if newest := found[0].Published; first && !newest.IsZero() && newest.Before(now) {
			p.NewStory = newest // its rhythm is known from the first poll on
		}
		p.Next = p.Last.Add(c.interval(j.source, p, r.maxAge))
		if added > 1 && added == len(found) && !first {
			p.Detail = strings.TrimPrefix(p.Detail+"; everything in it is new, so stories may have been missed since the last poll", "; ")
			if soon := p.Last.Add(minInterval); soon.Before(p.Next) {
				p.Next = soon
			}
			d.tell(func() { d.catchUp(p) })
		}
		_, err = c.memory.SavePoll(ctx, p, nil)
	}
	c.tellPolled(ctx, d, j, p, err)
	if added > 0 {
		d.tell(func() { d.nextVisits, d.idle = time.Time{}, visitsEvery })
	}
}

// keepPoll keeps a poll whose document has not changed.
func (c *Crawler) keepPoll(ctx context.Context, d *dispatcher, j *job, r result) {
	p := j.poll.poll
	p.Last, p.Success, p.Failures = j.poll.began, c.config.Now(), 0
	p.Outcome, p.Detail, p.New = news.Unchanged, "", 0
	p.Next = p.Last.Add(c.interval(j.source, p, r.maxAge))
	c.tellPolled(ctx, d, j, p, c.rememberPoll(ctx, p))
}

// failPoll keeps a poll that failed.
func (c *Crawler) failPoll(ctx context.Context, d *dispatcher, j *job, r result) {
	p := j.poll.poll
	now := c.config.Now()
	p.Last, p.New = now, 0
	p.Failures++
	p.Outcome, p.Detail = r.outcome, r.detail
	p.Next = now.Add(c.backoff(j.source, p, r))
	if j.refused != nil && j.refused.until.After(p.Next) {
		p.Next = j.refused.until
	}
	c.tellPolled(ctx, d, j, p, c.rememberPoll(ctx, p))
}

func (c *Crawler) rememberPoll(ctx context.Context, p news.Poll) error {
	return c.insist(ctx, "saving a poll", func() error {
		_, err := c.memory.SavePoll(ctx, p, nil)
		return err
	})
}

// tellPolled says what came of a poll: to the log once when it is new or different,
// to the dispatcher when it is due again.
func (c *Crawler) tellPolled(ctx context.Context, d *dispatcher, j *job, p news.Poll, err error) {
	if err != nil {
		c.config.Log.Error("a poll could not be saved", "source", p.Source, "address", p.Address, "error", err)
		if p.Next.Before(c.config.Now().Add(10 * time.Second)) {
			p.Next = c.config.Now().Add(10 * time.Second)
		}
	}
	c.observe(Event{Kind: Polled, Source: p.Source, Address: p.Address, Outcome: p.Outcome, Detail: p.Detail, Entries: p.Entries, New: p.New})
	h, flagged, save := c.ward.polled(p, c.manners.delayOf(j.url))
	c.tellHealth(ctx, h, flagged, save)
	line := []any{
		"source", p.Source, "address", p.Address, "outcome", string(p.Outcome), "entries", p.Entries, "new", p.New,
		"next", p.Next.Sub(c.config.Now()).Round(time.Second).String(),
	}
	if p.Detail != "" {
		line = append(line, "detail", p.Detail)
	}
	failed := p.Failures > 0
	switch before := j.poll.poll; {
	case failed && (before.Failures == 0 || before.Outcome != p.Outcome || p.Failures%10 == 0):
		c.config.Log.Warn("a source cannot be read", append(line, "failures", p.Failures)...)
	case !failed && (p.New > 0 || before.Failures > 0 || before.Last.IsZero() || p.Outcome == news.Nothing && before.Outcome != news.Nothing):
		c.config.Log.Info("a source was read", line...)
	default:
		c.config.Log.Debug("a source was polled", line...)
	}
	item := j.poll.item
	d.tell(func() { item.poll = p })
}

// visits makes a visit of each entry that is a story's.
func (c *Crawler) visits(j *job, now time.Time, first bool) []news.Visit {
	address := j.poll.poll.Address
	guessed := isListing(j.source, address) && j.source.Select.Links == ""
	entries := j.poll.entries
	if address == j.source.Sitemap && address != j.source.Feed {
		// The protocol lets a sitemap speak for its own site only.
		entries = slices.DeleteFunc(slices.Clone(entries), func(e feed.Entry) bool { return !sameSite(e.URL, address) })
	}
	newest := slices.Clone(entries)
	slices.SortStableFunc(newest, func(a, b feed.Entry) int { return b.Published.Compare(a.Published) })
	seen := map[string]bool{}
	var out []news.Visit
	for _, e := range newest {
		v := news.Visit{URL: news.NormalizeURL(e.URL), Source: j.source.Slug, Published: e.Published, Quiet: first, Found: now}
		if seen[v.URL] || slices.Contains(j.source.Addresses(), e.URL) {
			continue
		}
		seen[v.URL] = true
		if !guessed { // a link that only looks like a story's is no word of the source's on one
			v.Title, _ = extract.Truncate(extract.Clean(e.Title), news.MaxTitle)
			v.Summary, _ = extract.Truncate(extract.Clean(e.Summary), news.MaxSummary)
		}
		if v.Published.After(now.Add(futureBy)) {
			v.Published = time.Time{}
		}
		// The newest first. What a first poll finds is spread over the time that it
		// takes to fetch, so that a story that comes out meanwhile is not behind it.
		v.Next = now.Add(time.Duration(len(out)) * time.Microsecond)
		if first {
			v.Next = now.Add(time.Duration(len(out)) * max(c.manners.delay, time.Microsecond))
		}
		out = append(out, v)
	}
	return out
}

func sameSite(a, b string) bool {
	u, err := url.Parse(a)
	if err != nil {
		return false
	}
	w, err := url.Parse(b)
	return err == nil && domainOf(u) == domainOf(w)
}
