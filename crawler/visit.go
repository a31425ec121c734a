package crawler

import (
	"context"
	"errors"
	"strings"
	"time"

	"edict/crawler/extract"
	"edict/news"
)

// visited takes what came of a request for a story.
func (c *Crawler) visited(ctx context.Context, d *dispatcher, j *job, r result) {
	v := *j.visit
	v.Last = c.config.Now()
	r.first = v.Article == ""
	if r.outcome == news.Unchanged {
		v.Outcome, v.Detail, v.Attempts, v.Withdrawn = news.Unchanged, "", 0, time.Time{}
		v = c.nextLook(v)
		c.saveVisit(ctx, v)
		c.tellVisited(ctx, v, r)
		return
	}
	if r.outcome == news.OK {
		content, err := c.extract(r.page, j.source)
		isRead := err == nil
		if isRead {
			v.ETag, v.LastModified = r.etag, r.lastModified
			if _, err = c.enterWhole(ctx, d, v, content, r); err == nil {
				return
			}
		}
		if errors.Is(err, news.ErrEmpty) && v.Title == "" && !content.Published.IsZero() {
			// A story by its date, whose text a script would have to bring, and a
			// source that lists it without a word: the page's own words stand in.
			v.Title, v.Summary, v.Published = content.Title, content.Summary, content.Published
		}
		if !isRead && v.Attempts == 0 && (v.Article == "" || v.Partial) { // a better reader may find a story on it
			c.shelve(capture(v, r))
		}
		r.outcome, r.detail = misreading(err)
	}
	c.miss(ctx, d, j, v, r)
}

// readWithin is how long one page may take to read. A large one takes a fifth of a
// second on an idle core; a machine that is busy is no reason to call it no news.
const readWithin = 30 * time.Second

// extract reads a page. As many are read at once as there are processors: more would
// each take longer and hold their pages in memory meanwhile.
func (c *Crawler) extract(p news.Page, s news.Source) (news.Content, error) {
	e, err := c.explain(p, s)
	for _, did := range e.Selected {
		if did.Key == "select.text" && did.Bytes == 0 {
			c.config.Log.Warn("a source's selector gives no text; the text was chosen without it. Look at 'edict sources check'",
				"source", s.Slug, "url", p.Address, "selector", did.Selector)
		}
	}
	return e.Article, err
}

func (c *Crawler) explain(p news.Page, s news.Source) (extract.Explanation, error) {
	c.reading <- struct{}{}
	defer func() { <-c.reading }()
	return extract.Explain(p, extract.Options{Select: s.Select, Deadline: readWithin})
}

// misreading says what an error of reading a page means.
func misreading(err error) (news.Outcome, string) {
	detail := cutText(err.Error(), 500)
	switch {
	case errors.Is(err, news.ErrEmpty):
		return news.Nothing, detail
	case errors.Is(err, news.ErrRefused):
		return news.Blocked, detail
	}
	return news.NotNews, detail
}

// enterWhole enters and publishes the article of a page that was read, and reports
// whether that version is new. Its error says that the article may not be kept.
func (c *Crawler) enterWhole(ctx context.Context, d *dispatcher, v news.Visit, content news.Content, r result) (isNew bool, err error) {
	page := capture(v, r)
	complete(&content, page)
	if news.NewArticle(content, v.Quiet).Key() != (news.Key{Article: v.Article, Version: v.Version}) {
		content.Page = c.shelve(page)
	}
	r.anyAge = r.anyAge || !v.Alerted.IsZero() // who was told hears of its end, however late
	v.Outcome, v.Detail, v.Attempts, v.Partial, v.Withdrawn = news.OK, "", 0, false, time.Time{}
	v = c.nextLook(v)
	return c.enter(ctx, d, v, content, r)
}

// miss takes a failure to read a story: the feed's own words stand in for the page
// where they have to, and the visit is put on the schedule.
func (c *Crawler) miss(ctx context.Context, d *dispatcher, j *job, v news.Visit, r result) {
	v.Attempts++
	v.Outcome, v.Detail = r.outcome, r.detail
	soon := !lasting(r.outcome)
	if j.refused != nil && r.outcome == news.Disallowed && !j.refused.until.IsZero() {
		soon = true // robots.txt does not say no, it cannot be read
	}
	v.Next = c.retryAt(v, soon, r.retryAfter)
	if j.refused != nil && !v.Next.IsZero() {
		again := j.refused.until
		if again.IsZero() {
			again = c.config.Now().Add(robotsTTL) // robots.txt is not read again before
		}
		v.Next = later(v.Next, again)
	}
	if isLook(v) && c.missLook(ctx, v, r) {
		return
	}
	givesUp := v.Next.IsZero()
	known := v.Article != ""
	defer func() {
		if givesUp {
			c.config.Log.Warn("a story is given up", "source", v.Source, "url", v.URL, "outcome", string(v.Outcome), "tries", v.Attempts, "partial", v.Partial, "detail", v.Detail)
			c.observe(Event{Kind: GaveUp, Source: v.Source, Address: v.URL, Outcome: v.Outcome, Detail: v.Detail, Partial: v.Partial})
		} else {
			c.config.Log.Info("a story could not be read", "source", v.Source, "url", v.URL, "outcome", string(v.Outcome), "tries", v.Attempts,
				"next", v.Next.Sub(c.config.Now()).Round(time.Second).String(), "detail", v.Detail)
		}
	}()
	if v.Title != "" && !known && (!soon || givesUp || v.Attempts >= partialAfter) {
		content := news.Content{
			URL: v.URL, CanonicalURL: v.URL, Source: v.Source, Title: v.Title, Summary: v.Summary,
			Published: v.Published, Fetched: c.config.Now(), Partial: true, PartialWhy: partialWhy(v), Language: extract.Language(v.Title+"\n"+v.Summary, ""),
		}
		v.Partial = true
		_, err := c.enter(ctx, d, v, content, r)
		if err == nil {
			return
		}
		c.config.Log.Error("a partial article could not be kept", "source", v.Source, "url", v.URL, "error", err)
		v.Partial = false
	}
	c.saveVisit(ctx, v)
	c.tellVisited(ctx, v, r)
}

// partialWhy says why a page could not be read, in one line.
func partialWhy(v news.Visit) string {
	why := string(v.Outcome)
	if v.Detail != "" {
		why += ": " + v.Detail
	}
	why, _ = extract.Truncate(strings.Join(strings.Fields(extract.Clean(why)), " "), news.MaxReason)
	return why
}

// enter puts an article into the ledger together with its visit and publishes it if
// it is new, which it reports.
func (c *Crawler) enter(ctx context.Context, d *dispatcher, v news.Visit, content news.Content, r result) (isNew bool, err error) {
	quiet := v.Quiet && v.Alerted.IsZero() || !r.anyAge && !content.Published.IsZero() && content.Published.Before(c.config.Now().Add(-c.config.QuietAfter))
	article := news.NewArticle(content, quiet)
	if err := article.Validate(); err != nil {
		return false, err
	}
	if v.Article == article.ID && v.Version == article.Version && v.Outcome == news.OK {
		v.Outcome = news.Unchanged
	}
	v.Article, v.Version = article.ID, article.Version
	err = c.insist(ctx, "entering an article", func() (err error) {
		isNew, err = c.memory.Enter(ctx, article, v)
		return err
	})
	if errors.Is(err, news.ErrInvalid) {
		return false, err
	}
	if err != nil {
		// The visit is still due in the memory, so nothing is lost.
		c.config.Log.Error("an article could not be entered", "source", v.Source, "url", v.URL, "error", err)
		return false, nil
	}
	c.tellVisited(ctx, v, r)
	if isNew {
		c.publish(ctx, d, article)
	}
	return isNew, nil
}

func (c *Crawler) saveVisit(ctx context.Context, v news.Visit) {
	err := c.insist(ctx, "saving a visit", func() error { return c.memory.SaveVisit(ctx, v) })
	if err != nil {
		c.config.Log.Error("a visit could not be saved", "source", v.Source, "url", v.URL, "error", err)
	}
}

func (c *Crawler) tellVisited(ctx context.Context, v news.Visit, r result) {
	c.observe(Event{
		Kind: Visited, Source: v.Source, Address: v.URL, Outcome: v.Outcome, Detail: v.Detail,
		Bytes: int64(len(r.page.Body)), Duration: r.took, Read: r.page.Fetched, Partial: v.Partial,
	})
	h, flagged, save := c.ward.visited(v, r.took, r.first)
	c.tellHealth(ctx, h, flagged, save)
}

// publishTries is how often an article is published again when the way to its readers
// is away, with 1, 2 and 4 s between: as long as a restart takes. The reconciler comes
// minutes later.
const publishTries = 3

// publish hands an article on. While readers have no room it waits, and with it all
// sources do; what else may go wrong leaves the article in the ledger, from which it
// is published later.
func (c *Crawler) publish(ctx context.Context, d *dispatcher, a news.Article) {
	pause, waits := time.Second, false
	for try := 1; ; try++ {
		err := c.publisher.Publish(ctx, a)
		switch {
		case err == nil:
			c.observe(Event{Kind: Published, Source: a.Source, Address: a.URL, Outcome: news.OK, Read: a.Fetched, Partial: a.Partial})
		case errors.Is(err, news.ErrFull):
			if !waits {
				waits = true
				d.tell(d.holdAll)
			}
			if sleep(ctx, pause) {
				pause = min(2*pause, 10*time.Second)
				continue
			}
		case errors.Is(err, news.ErrUnavailable) && try <= publishTries && sleep(ctx, pause):
			pause *= 2
			continue
		default:
			c.config.Log.Warn("an article could not be published; it waits in the ledger", "source", a.Source, "url", a.URL, "error", err)
		}
		if waits {
			d.tell(d.goOn)
		}
		return
	}
}

// holdAll is told by each worker whose article finds no room.
func (d *dispatcher) holdAll() {
	if d.waiting++; d.waiting == 1 {
		d.crawler.config.Log.Warn("the stream of articles is full: all sources are paused until readers catch up")
		d.crawler.observe(Event{Kind: Paused})
	}
}

func (d *dispatcher) goOn() {
	if d.waiting--; d.waiting == 0 {
		d.crawler.config.Log.Info("the stream of articles has room: sources go on")
		d.crawler.observe(Event{Kind: Resumed})
	}
}
