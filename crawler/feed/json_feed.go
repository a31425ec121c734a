package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"edict/news"
)

// The parts of a JSON Feed (jsonfeed.org, version 1 and 1.1) that are read here.
// gofeed reads these too, but refuses a whole feed for one id that is a number,
// which the specification asks readers to accept.
type jsonFeed struct {
	Version string            `json:"version"`
	Title   string            `json:"title"`
	Items   []json.RawMessage `json:"items"`
}

type jsonItem struct {
	ID          json.RawMessage `json:"id"` // a string, but some sites give a number
	URL         string          `json:"url"`
	ExternalURL string          `json:"external_url"`
	Title       string          `json:"title"`
	Summary     string          `json:"summary"`
	ContentText string          `json:"content_text"`
	ContentHTML string          `json:"content_html"`
	Published   string          `json:"date_published"`
	Modified    string          `json:"date_modified"`
	Author      jsonAuthor      `json:"author"` // version 1
	Authors     []jsonAuthor    `json:"authors"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

var errNoJSONFeed = errors.New("it is JSON, but no JSON Feed")

// parseJSON reads a JSON Feed. An item that does not hold what it should is left
// out; when all are so, the feed is an error.
func parseJSON(base *url.URL, body []byte) (Document, error) {
	var f jsonFeed
	if err := json.Unmarshal(body, &f); err != nil {
		return Document{}, fmt.Errorf("it begins like JSON: %w", err)
	}
	if !strings.Contains(f.Version, "jsonfeed.org") && f.Items == nil {
		return Document{}, errNoJSONFeed
	}
	c := newCollector(base, JSON)
	c.doc.Title = plain(f.Title, news.MaxTitle)
	var first error
	for _, raw := range f.Items {
		if len(c.doc.Entries) == MaxEntries {
			c.doc.Cut = true
			break
		}
		var item jsonItem
		if err := json.Unmarshal(raw, &item); err != nil {
			if first == nil {
				first = fmt.Errorf("an item: %w", err)
			}
			continue
		}
		c.add(item.entry())
	}
	if len(c.doc.Entries) == 0 && first != nil {
		return Document{}, first
	}
	return c.doc, nil
}

func (i jsonItem) entry() Entry {
	link := i.URL
	if link == "" {
		link = i.ExternalURL
	}
	if link == "" && bytes.HasPrefix(i.ID, []byte(`"http`)) {
		_ = json.Unmarshal(i.ID, &link) // it was read as JSON before
	}
	summary := i.Summary
	for _, s := range []string{i.ContentText, i.ContentHTML} {
		if strings.TrimSpace(summary) == "" {
			summary = s
		}
	}
	e := Entry{
		URL:       link,
		Title:     plain(i.Title, news.MaxTitle),
		Summary:   plain(summary, news.MaxSummary),
		Published: parseTime(i.Published),
		Modified:  parseTime(i.Modified),
	}
	for _, a := range append(i.Authors, i.Author) {
		if name := plain(a.Name, 200); name != "" && len(e.Authors) < maxAuthors {
			e.Authors = append(e.Authors, name)
		}
	}
	return e
}

// parseTime reads the forms of a W3C date-time, which JSON Feed, sitemaps and the
// datetime attribute use. A day without a time is its beginning in UTC.
func parseTime(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil && sane(t) {
			return t.UTC()
		}
	}
	return time.Time{}
}
