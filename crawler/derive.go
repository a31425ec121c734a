package crawler

import (
	"edict/crawler/extract"
	"edict/crawler/warc"
	"edict/news"
)

// Derive makes of a kept page the content that a crawl would enter today, with the
// selectors that its source has now. The errors are those of extract.Article.
func Derive(c warc.Capture, s news.Selectors) (news.Content, error) {
	content, err := extract.Article(c.Page, extract.Options{Select: s, Deadline: readWithin})
	if err != nil {
		return content, err
	}
	complete(&content, c)
	return content, nil
}

// complete lays what was known of a page before it was read over what was read.
func complete(content *news.Content, c warc.Capture) {
	content.URL = news.NormalizeURL(content.URL)
	content.CanonicalURL = news.NormalizeURL(content.CanonicalURL)
	content.Source = c.Source
	content.Partial, content.PartialWhy = false, ""
	if content.Title == "" {
		content.Title = c.Title
	}
	if content.Published.IsZero() {
		content.Published = c.Published
	}
	if c.Pinned {
		// The article that the feed's words made, or that was read before, is this one,
		// whatever address the page gives itself now: its text is a new version of it.
		content.CanonicalURL = c.Page.URL
	}
}

// capture is a page with what its visit knows of it.
func capture(v news.Visit, r result) warc.Capture {
	c := warc.Capture{
		Page: r.page, Source: v.Source, Title: v.Title, Published: v.Published, ETag: r.etag, LastModified: r.lastModified,
		Pinned: v.Partial || isLook(v) && v.Article == news.ArticleID(v.URL),
	}
	c.Page.URL = v.URL
	return c
}

// shelve keeps a page and returns its place, if pages are kept.
func (c *Crawler) shelve(page warc.Capture) string {
	if c.config.Shelf == nil {
		return ""
	}
	return c.config.Shelf.Put(page)
}
