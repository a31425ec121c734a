package crawler

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"edict/crawler/extract"
	"edict/crawler/feed"
	"edict/news"
)

// An Offer is what a site offers to be watched by.
type Offer struct {
	Address  string   // that was read, after redirects
	Title    string   // of the feed or page; may be ""
	Feeds    []string // the page's own first; at most maxOffers
	Sitemaps []string // those whose names speak of news first; at most maxOffers
	Listing  string   // the page itself, if stories are linked on it
	Stories  int      // how many are, or how many the feed or sitemap lists
}

// maxOffers is how many feeds and how many sitemaps of a site are returned.
const maxOffers = 10

// guesses are where feeds mostly stand on sites whose pages name none.
func guesses() []string { return []string{"/feed", "/rss.xml", "/rss", "/atom.xml"} }

// Discover reads a page, a feed or a sitemap and finds out what its site can be
// watched by: the feeds that the page names, or else one at the usual places; the
// sitemaps that robots.txt names; and the page itself, if it lists stories. Nothing
// is stored. It keeps the same manners as Run, and its errors are those of Page.
func (c *Crawler) Discover(ctx context.Context, address string) (Offer, error) {
	defer c.hangUp()
	r, err := c.fetchOne(ctx, address)
	if err != nil {
		return Offer{}, err
	}
	here, err := url.Parse(r.page.Address)
	if err != nil { // it was just asked for
		return Offer{}, err
	}
	o := Offer{Address: r.page.Address, Sitemaps: c.namedSitemaps(here)}
	text, _ := extract.Decode(r.page)
	body := []byte(text)
	if doc, err := feed.Parse(o.Address, body); err == nil {
		o.Title, o.Stories = extract.Clean(doc.Title), len(doc.Entries)
		if doc.Format == feed.Sitemap || doc.Format == feed.Index {
			o.Sitemaps = prepend(o.Sitemaps, o.Address)
		} else {
			o.Feeds = []string{o.Address}
		}
		return o, nil
	}
	if doc, err := feed.Listing(o.Address, body, ""); err == nil {
		o.Title = extract.Clean(doc.Title)
		if o.Stories = len(doc.Entries); o.Stories > 0 {
			o.Listing = o.Address
		}
	}
	o.Feeds = feed.Discover(o.Address, body)
	o.Feeds = o.Feeds[:min(len(o.Feeds), maxOffers)]
	for _, path := range guesses() {
		if len(o.Feeds) > 0 || ctx.Err() != nil {
			break
		}
		guess := &url.URL{Scheme: here.Scheme, Host: here.Host, Path: path}
		r, err := c.fetchOne(ctx, guess.String())
		if err != nil {
			continue
		}
		text, _ := extract.Decode(r.page)
		if doc, err := feed.Parse(r.page.Address, []byte(text)); err == nil && len(doc.Entries) > 0 {
			o.Feeds = []string{r.page.Address}
		}
	}
	return o, nil
}

// namedSitemaps returns the sitemaps of a host's robots.txt, news first.
func (c *Crawler) namedSitemaps(here *url.URL) (out []string) {
	for _, s := range c.manners.sitemapsOf(here) {
		u, err := here.Parse(s)
		if err == nil && u.Hostname() != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil {
			out = append(out, u.String())
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return out[:min(len(out), maxOffers)]
}

// rank is lower for a sitemap whose name speaks of news.
func rank(address string) int {
	if strings.Contains(strings.ToLower(address), "news") {
		return 0
	}
	return 1
}

func prepend(list []string, first string) []string {
	list = slices.DeleteFunc(list, func(s string) bool { return news.NormalizeURL(s) == news.NormalizeURL(first) })
	list = slices.Insert(list, 0, first)
	return list[:min(len(list), maxOffers)]
}
