package feed

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"edict/news"
)

// Parse reads a feed or a sitemap. It finds out the format by itself, and resolves
// relative links against address, where the document was served. The error is
// news.ErrInvalid and says what the document looks like.
func Parse(address string, body []byte) (Document, error) {
	base, err := url.Parse(address)
	if err != nil {
		return Document{}, fmt.Errorf("address %q: %w: %w", address, err, news.ErrInvalid)
	}
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n\x00")
	var doc Document
	switch root := rootName(body); root {
	case "{":
		doc, err = parseJSON(base, body)
	case "rss", "rdf", "feed":
		doc, err = parseSyndication(base, body)
	case "urlset", "sitemapindex":
		doc, err = parseSitemap(base, body)
	default:
		err = fmt.Errorf("it is %s, and no feed or sitemap", looksLike(base, root, body))
	}
	if err != nil {
		return Document{}, fmt.Errorf("reading %s: %w: %w", address, err, news.ErrInvalid)
	}
	return doc, nil
}

// rootName returns the name of the first element in lower case, without its prefix,
// "{" for what may be JSON, "html" for a page without an html element, and "" for
// anything else.
func rootName(body []byte) string {
	if len(body) > 0 && body[0] == '{' {
		return "{"
	}
	for len(body) > 0 && body[0] == '<' {
		switch {
		case bytes.HasPrefix(body, []byte("<!--")):
			body = after(body, "-->")
		case bytes.HasPrefix(body, []byte("<?")):
			body = after(body, "?>")
		case len(body) > 14 && strings.EqualFold(string(body[:14]), "<!doctype html"):
			return "html"
		case bytes.HasPrefix(body, []byte("<!")):
			body = after(body, ">")
		default:
			name := elementName(body[1:])
			if _, local, ok := strings.Cut(name, ":"); ok {
				name = local
			}
			return strings.ToLower(name)
		}
		body = bytes.TrimLeft(body, " \t\r\n")
	}
	return ""
}

func after(body []byte, end string) []byte {
	if _, rest, ok := bytes.Cut(body, []byte(end)); ok {
		return rest
	}
	return nil
}

// elementName returns the name at the beginning of b, up to 64 bytes of it.
func elementName(b []byte) string {
	i := 0
	for i < len(b) && i < 64 && b[i] > ' ' && b[i] != '>' && b[i] != '/' && b[i] != '<' && b[i] != '=' {
		i++
	}
	return string(b[:i])
}

// looksLike says for a person what was found where a feed was expected.
func looksLike(base *url.URL, root string, body []byte) string {
	switch {
	case len(body) == 0:
		return "empty"
	case root == "" && bytes.IndexByte(body[:min(len(body), 512)], 0) >= 0:
		return "a binary file"
	case root == "" || root == "{":
		return "neither XML nor JSON"
	}
	title, offers := pageHead(base, body)
	if root != "html" && title == "" && len(offers) == 0 {
		return fmt.Sprintf("XML with the root element <%s>", root)
	}
	what := "an HTML page"
	if title != "" {
		what = fmt.Sprintf("the HTML page %q", cut(title, 80))
	}
	if len(offers) > 0 {
		what += " (it offers the feed " + strings.Join(offers[:min(len(offers), 3)], ", ") + ")"
	}
	return what
}

// Discover returns the feeds that a page names in its head, absolute, in order.
func Discover(address string, body []byte) []string {
	base, err := url.Parse(address)
	if err != nil {
		return nil
	}
	_, offers := pageHead(base, body)
	return offers
}

// pageHead reads the title of a page and the feeds that it offers, from its first
// 256 KiB.
func pageHead(base *url.URL, body []byte) (title string, offers []string) {
	z := html.NewTokenizer(bytes.NewReader(body[:min(len(body), 256<<10)]))
	inTitle := false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return title, offers
		}
		t := z.Token()
		switch {
		case kind == html.TextToken && inTitle && title == "":
			title = plain(t.Data, news.MaxTitle)
		case t.Data == "title":
			inTitle = kind == html.StartTagToken
		case t.Data == "link" && (kind == html.StartTagToken || kind == html.SelfClosingTagToken):
			var rel, typ, href string
			for _, a := range t.Attr {
				switch a.Key {
				case "rel":
					rel = strings.ToLower(a.Val)
				case "type":
					typ = strings.ToLower(a.Val)
				case "href":
					href = a.Val
				}
			}
			isFeed := strings.Contains(typ, "rss") || strings.Contains(typ, "atom") || strings.Contains(typ, "feed+json")
			if address := absolute(base, href); isFeed && strings.Contains(rel, "alternate") && address != "" && len(offers) < maxChildren {
				offers = append(offers, address)
			}
		}
	}
}

// absolute resolves a link against base. What is not http or https gives "".
func absolute(base *url.URL, link string) string {
	link = strings.TrimSpace(link)
	if link == "" || len(link) > maxURL {
		return ""
	}
	u, err := base.Parse(link)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	return u.String()
}

// maxURL is the longest address that is taken, in bytes: what the sitemap protocol
// and most servers allow.
const maxURL = 2048

// A collector gathers entries up to the limit, each address once.
type collector struct {
	base *url.URL
	seen map[string]bool
	doc  Document
}

func newCollector(base *url.URL, format string) *collector {
	return &collector{base: base, seen: map[string]bool{}, doc: Document{Format: format}}
}

// add takes an entry whose URL is still as the document gives it.
func (c *collector) add(e Entry) {
	if e.URL = absolute(c.base, e.URL); e.URL == "" {
		return
	}
	key := news.NormalizeURL(e.URL)
	if c.seen[key] {
		return
	}
	if len(c.doc.Entries) == MaxEntries {
		c.doc.Cut = true
		return
	}
	c.seen[key] = true
	c.doc.Entries = append(c.doc.Entries, e)
}
