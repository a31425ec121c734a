package feed

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"edict/news"
)

// What of a listing page is read: front pages of large newsrooms have under 2 MB
// and 10,000 elements.
const (
	maxPage = 4 << 20
	maxTags = 100_000
)

// Listing reads the links to stories on a page. With a selector, every link that it
// selects, or that lies inside of what it selects, is a story. Without one, stories
// are told by where their links stand and what they look like; what stands in menus,
// side bars and footers, and what leads to another host, is none.
//
// A page without such links gives a Document without entries. The error is
// news.ErrInvalid: the selector cannot be read, or the document is no HTML page.
func Listing(address string, body []byte, selector string) (Document, error) {
	base, err := url.Parse(address)
	if err != nil {
		return Document{}, fmt.Errorf("address %q: %w: %w", address, err, news.ErrInvalid)
	}
	var links cascadia.Selector
	if selector != "" {
		if links, err = cascadia.Compile(selector); err != nil {
			return Document{}, fmt.Errorf("selector %q: %w: %w", selector, err, news.ErrInvalid)
		}
	}
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n\x00")
	if what := notAPage(body); what != "" {
		return Document{}, fmt.Errorf("reading %s: it is %s, and no page with links: %w", address, what, news.ErrInvalid)
	}
	body, wasCut := boundPage(body)
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return Document{}, fmt.Errorf("reading %s: %w: %w", address, err, news.ErrInvalid)
	}
	page := goquery.NewDocumentFromNode(root)
	here := base
	if href, ok := page.Find("base[href]").First().Attr("href"); ok {
		if b, err := base.Parse(href); err == nil && (b.Scheme == "http" || b.Scheme == "https") {
			here = b
		}
	}
	list := &linkList{base: here, page: base, at: map[string]int{}, times: map[*html.Node]time.Time{}}
	if links != nil {
		list.takeSelected(page.FindMatcher(links))
	} else {
		list.takeStories(page)
	}
	c := newCollector(here, Links)
	c.doc.Title = plain(page.Find("title").First().Text(), news.MaxTitle)
	for _, e := range list.entries {
		c.add(e)
	}
	c.doc.Cut = c.doc.Cut || wasCut || list.wasCut
	return c.doc, nil
}

// notAPage says what the document is when it is surely not HTML.
func notAPage(body []byte) string {
	switch root := rootName(body); {
	case len(body) == 0:
		return "empty"
	case root == "rss" || root == "rdf" || root == "feed":
		return "a feed (set it as the source's feed)"
	case root == "urlset" || root == "sitemapindex":
		return "a sitemap (set it as the source's sitemap)"
	case root == "{":
		return "JSON"
	case bytes.IndexByte(body[:min(len(body), 512)], 0) >= 0:
		return "a binary file"
	}
	return ""
}

// boundPage cuts off what is beyond the limits on size and on tags.
func boundPage(body []byte) ([]byte, bool) {
	wasCut := false
	if len(body) > maxPage {
		body, wasCut = body[:maxPage], true
	}
	tags := 0
	for i, c := range body {
		if c == '<' {
			if tags++; tags > maxTags {
				return body[:i], true
			}
		}
	}
	return body, wasCut
}

// A linkList gathers links in the order of the page. A story that is linked twice,
// by its picture and by its headline, keeps the longer text.
type linkList struct {
	base, page *url.URL
	entries    []Entry
	at         map[string]int // normalised address -> index in entries
	times      map[*html.Node]time.Time
	wasCut     bool
}

func (l *linkList) take(address string, e Entry) {
	key := news.NormalizeURL(address)
	i, known := l.at[key]
	if !known {
		if len(l.entries) == MaxEntries {
			l.wasCut = true
			return
		}
		e.URL = address
		l.at[key] = len(l.entries)
		l.entries = append(l.entries, e)
		return
	}
	old := &l.entries[i]
	if len(e.Title) > len(old.Title) {
		old.Title = e.Title
	}
	if old.Published.IsZero() {
		old.Published = e.Published
	}
}

func (l *linkList) takeSelected(found *goquery.Selection) {
	found.Each(func(_ int, s *goquery.Selection) {
		if goquery.NodeName(s) != "a" {
			s = s.Find("a[href]")
		}
		s.Each(func(_ int, a *goquery.Selection) {
			if address := absolute(l.base, a.AttrOr("href", "")); address != "" && !l.isPage(address) {
				l.take(address, Entry{Title: linkText(a), Published: l.timeNear(a)})
			}
		})
	})
}

// isPage reports whether address is the listing itself.
func (l *linkList) isPage(address string) bool {
	return news.NormalizeURL(address) == news.NormalizeURL(l.page.String())
}

// linkText returns what a link says. Lists that shorten headlines give them whole
// in the title attribute.
func linkText(a *goquery.Selection) string {
	text := plain(a.Text(), news.MaxTitle)
	full := plain(a.AttrOr("title", ""), news.MaxTitle)
	if text == "" || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...") {
		return cmp.Or(full, text)
	}
	return text
}
