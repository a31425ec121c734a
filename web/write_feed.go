package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"time"
)

// feedForms write a feed, whose addresses begin with base, and say what it is then.
var feedForms = map[string]func(f feed, base string) (body []byte, kind string, err error){"atom": writeAtom, "json": writeJSONFeed}

// Atom, RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string         `xml:"id"`
	Title     string         `xml:"title"`
	Updated   string         `xml:"updated"`
	Published string         `xml:"published,omitempty"`
	Links     []atomLink     `xml:"link"`
	Terms     []atomCategory `xml:"category"`
	Summary   string         `xml:"summary"` // without a type: plain text
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// next is where the feed goes on. It has the key with which the feed was asked for, which
// its reader has already: without it he could not follow. A feed's own address, by which
// readers know it and tell others of it, has none.
func (f feed) next(base, ending string) string {
	to := withValue(base+f.path+ending, "after", f.after)
	if f.key != "" {
		to = withValue(to, "key", f.key)
	}
	return to
}

func writeAtom(f feed, base string) ([]byte, string, error) {
	out := atomFeed{
		ID: f.id, Title: f.title, Author: atomAuthor{"Edict"}, Updated: f.updated.UTC().Format(time.RFC3339),
		Links: []atomLink{{"self", base + f.path + ".atom"}},
	}
	if f.after != "" {
		out.Links = append(out.Links, atomLink{"next", f.next(base, ".atom")})
	}
	for _, e := range f.entries {
		a := atomEntry{ID: e.id, Title: e.title, Updated: e.updated.UTC().Format(time.RFC3339), Links: []atomLink{{"alternate", base + e.page}}, Summary: e.summary}
		if e.via != "" {
			a.Links = append(a.Links, atomLink{"via", e.via})
		}
		if !e.published.IsZero() {
			a.Published = e.published.UTC().Format(time.RFC3339)
		}
		for _, term := range e.terms {
			a.Terms = append(a.Terms, atomCategory{term})
		}
		out.Entries = append(out.Entries, a)
	}
	var body bytes.Buffer
	body.WriteString(xml.Header)
	enc := xml.NewEncoder(&body)
	enc.Indent("", " ")
	err := enc.Encode(out)
	return body.Bytes(), "application/atom+xml; charset=utf-8", err
}

// JSON Feed, version 1.1.
type jsonFeed struct {
	Version string       `json:"version"`
	Title   string       `json:"title"`
	Home    string       `json:"home_page_url"`
	Self    string       `json:"feed_url"`
	Next    string       `json:"next_url,omitempty"`
	Authors []jsonAuthor `json:"authors"`
	Items   []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	External  string    `json:"external_url,omitempty"`
	Title     string    `json:"title"`
	Text      string    `json:"content_text"`
	Published time.Time `json:"date_published,omitzero"`
	Modified  time.Time `json:"date_modified"`
	Language  string    `json:"language,omitempty"`
	Tags      []string  `json:"tags"`
}

func writeJSONFeed(f feed, base string) ([]byte, string, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.title, Home: base + "/", Self: base + f.path + ".json",
		Authors: []jsonAuthor{{"Edict"}}, Items: []jsonItem{},
	}
	if f.after != "" {
		out.Next = f.next(base, ".json")
	}
	for _, e := range f.entries {
		item := jsonItem{
			ID: e.id, URL: base + e.page, External: e.via, Title: e.title, Text: e.summary,
			Modified: e.updated.UTC(), Language: e.language, Tags: slices.Compact(slices.Sorted(slices.Values(e.terms))),
		}
		if !e.published.IsZero() {
			item.Published = e.published.UTC()
		}
		if item.Language == "und" {
			item.Language = ""
		}
		out.Items = append(out.Items, item)
	}
	body, err := json.MarshalIndent(out, "", " ")
	return body, "application/feed+json; charset=utf-8", err
}
