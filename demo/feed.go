package demo

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path"
	"time"
)

// writeFeed writes the outlet's feed in the form that its name tells.
func (s *Site) writeFeed(o outlet, stories []Story) (document, error) {
	switch path.Base(o.feed) {
	case "atom.xml":
		return s.writeAtom(o, stories)
	case "feed.json":
		return s.writeJSONFeed(o, stories)
	}
	return s.writeRSS(o, stories)
}

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		Items       []rssItem `xml:"item"`
	} `xml:"channel"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        string   `xml:"guid"`
	Published   string   `xml:"pubDate"`
	Creators    []string `xml:"dc:creator"`
	Description string   `xml:"description"`
}

func (s *Site) writeRSS(o outlet, stories []Story) (document, error) {
	feed := rss{Version: "2.0", DC: "http://purl.org/dc/elements/1.1/"}
	feed.Channel.Title, feed.Channel.Link = o.name, s.base+o.home()
	feed.Channel.Description, feed.Channel.Language = o.name, o.language
	for _, st := range stories {
		feed.Channel.Items = append(feed.Channel.Items, rssItem{
			Title: st.Title, Link: s.base + st.Path, GUID: s.base + st.Path,
			Published: st.Out.In(o.zone).Format(time.RFC1123Z),
			Creators:  st.Authors, Description: st.Summary,
		})
	}
	return xmlDocument("application/rss+xml; charset=utf-8", feed)
}

type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	Title     string       `xml:"title"`
	ID        string       `xml:"id"`
	Link      atomLink     `xml:"link"`
	Published string       `xml:"published"`
	Updated   string       `xml:"updated"`
	Authors   []atomAuthor `xml:"author"`
	Summary   string       `xml:"summary"`
}

func (s *Site) writeAtom(o outlet, stories []Story) (document, error) {
	feed := atom{
		Lang: o.language, Title: o.name, ID: s.base + o.home(),
		Links: []atomLink{{Rel: "self", Href: s.base + o.feed}, {Href: s.base + o.home()}},
	}
	for _, st := range stories {
		at := st.Out.In(o.zone).Format(time.RFC3339)
		if feed.Updated == "" {
			feed.Updated = at
		}
		e := atomEntry{
			Title: st.Title, ID: s.base + st.Path, Link: atomLink{Href: s.base + st.Path},
			Published: at, Updated: at, Summary: st.Summary,
		}
		for _, name := range st.Authors {
			e.Authors = append(e.Authors, atomAuthor{name})
		}
		feed.Entries = append(feed.Entries, e)
	}
	return xmlDocument("application/atom+xml; charset=utf-8", feed)
}

type jsonFeed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	HomePage string     `json:"home_page_url"`
	Feed     string     `json:"feed_url"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Summary   string       `json:"summary"`
	Published string       `json:"date_published"`
	Authors   []jsonAuthor `json:"authors"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

func (s *Site) writeJSONFeed(o outlet, stories []Story) (document, error) {
	feed := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: o.name, Language: o.language,
		HomePage: s.base + o.home(), Feed: s.base + o.feed, Items: []jsonItem{},
	}
	for _, st := range stories {
		item := jsonItem{
			ID: s.base + st.Path, URL: s.base + st.Path, Title: st.Title, Summary: st.Summary,
			Published: st.Out.In(o.zone).Format(time.RFC3339),
		}
		for _, name := range st.Authors {
			item.Authors = append(item.Authors, jsonAuthor{name})
		}
		feed.Items = append(feed.Items, item)
	}
	body, err := json.MarshalIndent(feed, "", "  ")
	if err != nil {
		return document{}, fmt.Errorf("demo feed %s: %w", o.slug, err)
	}
	return document{contentType: "application/feed+json", body: body}, nil
}

type sitemap struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	News    string       `xml:"xmlns:news,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc  string      `xml:"loc"`
	News sitemapNews `xml:"news:news"`
}

type sitemapNews struct {
	Name     string `xml:"news:publication>news:name"`
	Language string `xml:"news:publication>news:language"`
	Date     string `xml:"news:publication_date"`
	Title    string `xml:"news:title"`
}

func (s *Site) writeSitemap(o outlet, stories []Story) (document, error) {
	m := sitemap{News: "http://www.google.com/schemas/sitemap-news/0.9"}
	for _, st := range stories {
		m.URLs = append(m.URLs, sitemapURL{s.base + st.Path, sitemapNews{
			Name: o.name, Language: o.language, Title: st.Title, Date: st.Out.In(o.zone).Format(time.RFC3339),
		}})
	}
	return xmlDocument("application/xml; charset=utf-8", m)
}

func xmlDocument(contentType string, v any) (document, error) {
	body, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return document{}, fmt.Errorf("demo feed: %w", err)
	}
	return document{contentType: contentType, body: append([]byte(xml.Header), body...)}, nil
}
