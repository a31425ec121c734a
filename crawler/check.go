package crawler

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"edict/crawler/extract"
	"edict/crawler/feed"
	"edict/news"
)

// A CheckReport is what a source answers when it is tried once. Nothing of it is
// stored.
type CheckReport struct {
	Source    string
	Addresses []AddressCheck
	Story     *StoryCheck // nil: no address gave a story to try
}

// An AddressCheck is one address of a source.
type AddressCheck struct {
	Kind     string // feed, sitemap, listing or page
	Address  string
	Outcome  news.Outcome
	Detail   string // for a person; "" when all is well
	Format   string // such as rss; "" when it could not be read
	Entries  int
	Newest   time.Time // of the entries; zero: they have no dates
	Duration time.Duration
}

// A StoryCheck is the newest story of a source that could be read, or the newest of
// all where none could.
type StoryCheck struct {
	URL      string
	Outcome  news.Outcome
	Detail   string
	Article  news.Content // as far as it could be read
	Selected []extract.Selected
	Duration time.Duration
}

// Fault says what of the source's own selectors did not work on the story, and what
// to do; "" when all of it did. That select.remove finds nothing on one story is no
// fault: not every story has what it names.
func (s StoryCheck) Fault() string {
	for _, did := range s.Selected {
		if did.Key == "select.text" && did.Bytes == 0 {
			return did.String() + "; the text was chosen without it. Look at what 'edict extract --explain " + s.URL + "' says, and mend the selector or take it away"
		}
	}
	return ""
}

// OK reports whether every address and the story could be read.
func (r CheckReport) OK() bool {
	for _, a := range r.Addresses {
		if a.Outcome != news.OK {
			return false
		}
	}
	return len(r.Addresses) > 0 && r.Story != nil && r.Story.Outcome == news.OK && r.Story.Fault() == ""
}

// String is one line for an address.
func (a AddressCheck) String() string {
	line := fmt.Sprintf("%s %s: %s", a.Kind, a.Address, a.Outcome)
	if a.Format != "" {
		line += fmt.Sprintf(", %s with %d entries", a.Format, a.Entries)
	}
	if !a.Newest.IsZero() {
		line += ", the newest of " + a.Newest.Format(time.RFC3339)
	}
	if a.Detail != "" {
		line += ": " + a.Detail
	}
	return line
}

// String is one line for a story.
func (s StoryCheck) String() string {
	line := fmt.Sprintf("story %s: %s", s.URL, s.Outcome)
	if s.Outcome == news.OK {
		line += fmt.Sprintf(", %q, %d characters, %s", s.Article.Title, utf8.RuneCountInString(s.Article.Text), s.Article.Language)
		if s.Article.Published.IsZero() {
			line += ", no date"
		} else {
			line += ", " + s.Article.Published.Format(time.RFC3339)
		}
	}
	if s.Detail != "" {
		line += ": " + s.Detail
	}
	return line
}

// checkStories is how many stories are tried until one can be read: the newest of a
// source may be for its members.
const checkStories = 3

// Check reads every address of a source once, and the newest story that can be read,
// with the same manners as Run, and stores nothing. It ends early with ctx; what was
// not tried then is news.Unreachable.
func (c *Crawler) Check(ctx context.Context, s news.Source) CheckReport {
	defer c.hangUp()
	report := CheckReport{Source: s.Slug}
	var stories []feed.Entry
	for _, a := range []struct{ kind, address string }{{"feed", s.Feed}, {"sitemap", s.Sitemap}, {"listing", s.Listing}} {
		if a.address == "" {
			continue
		}
		check, entries := c.checkAddress(ctx, s, a.kind, a.address)
		report.Addresses = append(report.Addresses, check)
		stories = append(stories, entries...)
	}
	if s.Page != "" {
		story := c.checkStory(ctx, s, feed.Entry{URL: s.Page})
		report.Addresses = append(report.Addresses, AddressCheck{Kind: "page", Address: s.Page, Outcome: story.Outcome, Detail: story.Detail, Entries: 1, Duration: story.Duration})
		report.Story = story
	}
	slices.SortStableFunc(stories, func(a, b feed.Entry) int { return b.Published.Compare(a.Published) })
	for _, e := range stories[:min(len(stories), checkStories)] {
		story := c.checkStory(ctx, s, e)
		if report.Story == nil || story.Outcome == news.OK {
			report.Story = story
		}
		if story.Outcome == news.OK || ctx.Err() != nil {
			break
		}
	}
	return report
}

func (c *Crawler) checkAddress(ctx context.Context, s news.Source, kind, address string) (AddressCheck, []feed.Entry) {
	out := AddressCheck{Kind: kind, Address: address}
	u, err := url.Parse(address)
	if err != nil {
		out.Outcome, out.Detail = news.Unreachable, err.Error()
		return out, nil
	}
	j := &job{url: u, first: address, fixed: true, source: s, poll: &pollJob{poll: news.Poll{Source: s.Slug, Address: address}}}
	r := c.through(ctx, j)
	out.Outcome, out.Detail, out.Duration = r.outcome, r.detail, r.took
	if r.outcome != news.OK {
		return out, nil
	}
	doc, err := c.read(j, r)
	if err == nil && len(doc.Sitemaps) > 0 {
		out.Detail = fmt.Sprintf("an index of %d sitemaps; the newest was read", len(doc.Sitemaps))
		if j.url, err = url.Parse(doc.Sitemaps[0]); err == nil {
			j.hops, j.via = 0, nil
			if r = c.through(ctx, j); r.outcome != news.OK {
				out.Outcome, out.Detail = r.outcome, doc.Sitemaps[0]+": "+r.detail
				return out, nil
			}
			doc, err = c.read(j, r)
		}
	}
	if err != nil {
		out.Outcome, out.Detail = news.NotNews, cutText(err.Error(), 500)
		return out, nil
	}
	out.Format, out.Entries = doc.Format, len(doc.Entries)
	for _, e := range doc.Entries {
		if e.Published.After(out.Newest) {
			out.Newest = e.Published
		}
	}
	var notes []string
	if out.Detail != "" {
		notes = append(notes, out.Detail)
	}
	if len(doc.Entries) == 0 {
		out.Outcome = news.Nothing
		notes = append(notes, "no stories were found in it")
		if doc.Format == "listing" && s.Select.Links != "" {
			notes = append(notes, fmt.Sprintf("select.links %q gives no link on it; mend it or take it away", s.Select.Links))
		}
	}
	if j.fixed && j.hops > 0 {
		notes = append(notes, "it has moved to "+j.url.String()+" for good")
	}
	out.Detail = strings.Join(notes, "; ")
	return out, doc.Entries
}

func (c *Crawler) checkStory(ctx context.Context, s news.Source, e feed.Entry) *StoryCheck {
	out := &StoryCheck{URL: news.NormalizeURL(e.URL)}
	u, err := url.Parse(out.URL)
	if err != nil {
		out.Outcome, out.Detail = news.NotNews, err.Error()
		return out
	}
	j := &job{url: u, first: out.URL, source: s, visit: &news.Visit{URL: out.URL, Source: s.Slug}}
	r := c.through(ctx, j)
	out.Outcome, out.Detail, out.Duration = r.outcome, r.detail, r.took
	if r.outcome != news.OK {
		return out
	}
	read, err := c.explain(r.page, s)
	content := read.Article
	if out.Article, out.Selected = content, read.Selected; err != nil {
		out.Outcome, out.Detail = misreading(err)
	}
	out.Article.Title = cmp.Or(content.Title, e.Title)
	if content.Published.IsZero() {
		out.Article.Published = e.Published
	}
	return out
}

// through takes a job to its end on the caller's goroutine: robots.txt, pace and
// redirects.
func (c *Crawler) through(ctx context.Context, j *job) result {
	for {
		if ctx.Err() != nil {
			return result{outcome: news.Unreachable, detail: "the check was stopped before a request was made", stopped: true}
		}
		v := c.manners.admit(j.url, j.host != "")
		switch {
		case v.robots != "":
			if r := c.readRobots(ctx, j.url, v.robots); r.stopped {
				return r
			}
		case v.refused != "":
			j.refused = &v
			return refusal(j)
		case v.yes:
			r := c.request(ctx, j)
			c.manners.release(j.url, r)
			if r.stopped {
				r.outcome, r.detail = news.Unreachable, "the check was stopped before an answer"
			}
			if r.location != nil {
				if r = j.follow(r); r.outcome == "" {
					continue
				}
			}
			return r
		default:
			sleep(ctx, v.at.Sub(c.config.Now()))
		}
	}
}

// readRobots reads the robots.txt of u's host, at address, for the manners.
func (c *Crawler) readRobots(ctx context.Context, u *url.URL, address string) result {
	file, err := url.Parse(address)
	if err != nil {
		file = u.JoinPath("/robots.txt")
	}
	host := hostOf(u)
	r := c.through(ctx, &job{url: file, first: address, host: host})
	if r.stopped {
		c.manners.unlearn(host)
	} else {
		c.manners.learn(host, r)
	}
	return r
}
