package feed

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// maxLocations is how many addresses of a sitemap are looked at: the protocol's own
// limit (sitemaps.org).
const maxLocations = 50_000

// location is one url or sitemap element.
type location struct {
	entry    Entry
	modified time.Time
	isNews   bool // it has elements of the news extension
}

// parseSitemap reads a sitemap, with or without the news extension, or an index.
func parseSitemap(base *url.URL, body []byte) (Document, error) {
	body, _, err := boundXML(body)
	if err != nil {
		return Document{}, err
	}
	isIndex, found, err := readLocations(body)
	if err != nil {
		return Document{}, err
	}
	slices.SortStableFunc(found, func(a, b location) int { return b.newest().Compare(a.newest()) })
	if isIndex {
		doc := Document{Format: Index}
		for _, l := range found {
			if child := absolute(base, l.entry.URL); child != "" && len(doc.Sitemaps) < maxChildren {
				doc.Sitemaps = append(doc.Sitemaps, child)
			}
		}
		return doc, nil
	}
	c := newCollector(base, Sitemap)
	isNews := slices.ContainsFunc(found, func(l location) bool { return l.isNews })
	for _, l := range found {
		// A plain sitemap lists all pages of a site, and stories are told by what
		// their addresses look like.
		if u, err := url.Parse(absolute(base, l.entry.URL)); !isNews && (err != nil || !storyPath(u) || pathScore(u) == 0) {
			continue
		}
		l.entry.Modified = l.modified
		c.add(l.entry)
	}
	return c.doc, nil
}

func (l location) newest() time.Time {
	if l.entry.Published.IsZero() {
		return l.modified
	}
	return l.entry.Published
}

// readLocations walks over the elements. A document that breaks off after some of
// them is read as far as it goes: sitemaps are made by hand too.
func readLocations(body []byte) (isIndex bool, found []location, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var here location
	var text strings.Builder
	for len(found) < maxLocations {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return isIndex, found, nil
		}
		if err != nil {
			if len(found) > 0 {
				return isIndex, found, nil
			}
			return false, nil, fmt.Errorf("its XML is broken: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			text.Reset()
			switch t.Name.Local {
			case "sitemapindex":
				isIndex = true
			case "url", "sitemap":
				here = location{}
			}
		case xml.CharData:
			if text.Len() < news.MaxSummary {
				text.Write(t)
			}
		case xml.EndElement:
			here.set(t.Name, text.String())
			text.Reset()
			if (t.Name.Local == "url" || t.Name.Local == "sitemap") && here.entry.URL != "" {
				found = append(found, here)
				here = location{}
			}
		}
	}
	return isIndex, found, nil
}

// set takes the text of one element. The image and video extensions have elements
// of the same local names, so theirs are told apart by the namespace.
func (l *location) set(name xml.Name, text string) {
	other := strings.Contains(name.Space, "image") || strings.Contains(name.Space, "video")
	switch {
	case other:
	case name.Local == "loc":
		l.entry.URL = cmp.Or(l.entry.URL, strings.TrimSpace(text))
	case name.Local == "lastmod":
		l.modified = parseTime(text)
	case name.Local == "publication_date":
		l.isNews, l.entry.Published = true, parseTime(text)
	case name.Local == "title":
		l.isNews = true
		l.entry.Title = plain(text, news.MaxTitle)
	}
}
