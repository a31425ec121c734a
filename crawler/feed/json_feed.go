package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"edict/news"
)

// The parts of an item of a JSON Feed (jsonfeed.org, version 1 and 1.1) that are read
// here. gofeed reads these too, but refuses a whole feed for one id that is a
// number, which the specification asks readers to accept, and builds every item
// before any limit holds.
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
	Author      json.RawMessage `json:"author"`  // version 1: one author
	Authors     json.RawMessage `json:"authors"` // an array of them
}

var errNoJSONFeed = errors.New("it is JSON, but no JSON Feed")

// parseJSON reads a JSON Feed, item by item. An item that does not hold what it
// should is left out; when all are so, the feed is an error.
func parseJSON(base *url.URL, body []byte) (Document, error) {
	c := newCollector(base, JSON)
	d := json.NewDecoder(bytes.NewReader(body))
	broken := func(err error) (Document, error) {
		return Document{}, fmt.Errorf("it begins like JSON, and breaks: %w", err)
	}
	if _, err := d.Token(); err != nil { // the brace
		return broken(err)
	}
	isFeed := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return broken(err)
		}
		switch key {
		case "version", "title":
			var value string
			if err := d.Decode(&value); err != nil {
				return broken(err)
			}
			if isFeed = isFeed || strings.Contains(value, "jsonfeed.org"); key == "title" {
				c.doc.Title = plain(value, news.MaxTitle)
			}
		case "items":
			isFeed = true
			if err := readItems(c, d); err != nil {
				return broken(err)
			}
			if c.doc.Cut {
				return c.doc, nil
			}
		default:
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return broken(err)
			}
		}
	}
	if !isFeed {
		return Document{}, errNoJSONFeed
	}
	return c.doc, nil
}

// readItems reads the array of items, and no more of them than can be kept.
func readItems(c *collector, d *json.Decoder) error {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return fmt.Errorf("items are no array: %w", cmp.Or(err, errNoJSONFeed))
	}
	var first error
	for n := 0; d.More(); n++ {
		if n == MaxEntries {
			c.doc.Cut = true
			return nil
		}
		var item jsonItem
		err := d.Decode(&item)
		var wrong *json.UnmarshalTypeError
		switch {
		case err == nil:
			c.add(item.entry())
		case !errors.As(err, &wrong): // after it the decoder cannot go on
			return err
		case first == nil:
			first = fmt.Errorf("an item: %w", err)
		}
	}
	if _, err := d.Token(); err != nil { // the bracket
		return err
	}
	if len(c.doc.Entries) == 0 {
		return first
	}
	return nil
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
	e.Authors = i.authors()
	return e
}

// authors reads the first names of the item's authors.
func (i jsonItem) authors() (names []string) {
	type author struct {
		Name string `json:"name"`
	}
	take := func(d *json.Decoder) bool {
		var a author
		if d.Decode(&a) != nil {
			return false
		}
		if name := plain(a.Name, 200); name != "" {
			names = append(names, name)
		}
		return true
	}
	list := json.NewDecoder(bytes.NewReader(i.Authors))
	if open, err := list.Token(); err == nil && open == json.Delim('[') {
		for n := 0; n < maxAuthors && list.More() && take(list); n++ {
		}
	}
	if len(names) == 0 && len(i.Author) > 0 {
		take(json.NewDecoder(bytes.NewReader(i.Author)))
	}
	return names
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
