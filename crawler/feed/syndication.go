package feed

import (
	"bytes"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"edict/news"
)

// parseSyndication reads RSS (0.9 to 2.0, RDF too) and Atom.
func parseSyndication(base *url.URL, body []byte) (Document, error) {
	body, wasCut, err := boundXML(body)
	if err != nil {
		return Document{}, err
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return Document{}, err
	}
	format := RSS
	if parsed.FeedType == "atom" {
		format = Atom
	}
	c := newCollector(base, format)
	c.doc.Title = plain(parsed.Title, news.MaxTitle)
	c.doc.Cut = wasCut
	for _, item := range parsed.Items {
		if item == nil {
			continue
		}
		link := item.Link
		if id := strings.TrimSpace(item.GUID); link == "" && (strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://")) {
			link = id
		}
		summary := item.Description
		if strings.TrimSpace(summary) == "" {
			summary = item.Content
		}
		c.add(Entry{
			URL:       link,
			Title:     plain(item.Title, news.MaxTitle),
			Summary:   plain(summary, news.MaxSummary),
			Published: at(item.PublishedParsed, item.UpdatedParsed),
			Modified:  at(item.UpdatedParsed, nil),
			Authors:   authors(item),
		})
	}
	return c.doc, nil
}

// at returns the first of the times that is known and sane.
func at(times ...*time.Time) time.Time {
	for _, t := range times {
		if t != nil && sane(*t) {
			return t.UTC()
		}
	}
	return time.Time{}
}

// sane reports whether a news story can be from t: the web is younger than 1990,
// and years over 9999 cannot be written as JSON.
func sane(t time.Time) bool { return t.Year() >= 1990 && t.Year() <= 9999 }

// maxAuthors is how many authors of an entry are kept.
const maxAuthors = 20

func authors(item *gofeed.Item) []string {
	var out []string
	for _, p := range item.Authors {
		if p == nil || len(out) == maxAuthors {
			continue
		}
		if name := plain(p.Name, 200); name != "" {
			out = append(out, name)
		}
	}
	return out
}
