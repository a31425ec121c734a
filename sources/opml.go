package sources

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"edict/news"
)

// What of an OPML file is read: lists of readers have some hundred feeds.
const (
	maxOPML     = 16 << 20
	maxOutlines = 20_000
	maxNesting  = 64
)

// An outline is one line of a list. What OPML has no attribute for has one of ours,
// as it allows, so that a list that was written here is read back whole.
type outline struct {
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr,omitempty"`
	Type     string `xml:"type,attr,omitempty"`
	Feed     string `xml:"xmlUrl,attr,omitempty"`
	Site     string `xml:"htmlUrl,attr,omitempty"`
	Slug     string `xml:"slug,attr,omitempty"`
	Kind     string `xml:"kind,attr,omitempty"`
	Sitemap  string `xml:"sitemap,attr,omitempty"`
	Listing  string `xml:"listing,attr,omitempty"`
	Page     string `xml:"page,attr,omitempty"`
	Every    string `xml:"every,attr,omitempty"`
	Links    string `xml:"selectLinks,attr,omitempty"`
	Selected string `xml:"selectText,attr,omitempty"`
	Removed  string `xml:"selectRemove,attr,omitempty"` // selectors, a line break between two
}

// ReadOPML reads a list of feeds as feed readers write it, folders and all. Each
// outline with an address is a source; what is wrong with one is told and does not
// stop the others. The error is news.ErrInvalid: it is no OPML, or too large.
func ReadOPML(in io.Reader, wrong func(name string, err error)) ([]news.Source, error) {
	body, err := io.ReadAll(io.LimitReader(in, maxOPML+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxOPML:
		return nil, fmt.Errorf("it is over %d bytes: %w", maxOPML, news.ErrInvalid)
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	d.Strict, d.CharsetReader, d.Entity = false, charset.NewReaderLabel, xml.HTMLEntity
	var out []news.Source
	outlines, depth, isOPML := 0, 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w: %w", lineOf(d), err, news.ErrInvalid)
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth == 1 && !strings.EqualFold(e.Name.Local, "opml") {
				return nil, fmt.Errorf("it begins with <%s>, and is no OPML: %w", e.Name.Local, news.ErrInvalid)
			}
			isOPML = true
			if outlines++; depth > maxNesting || outlines > maxOutlines {
				return nil, fmt.Errorf("line %d: more than %d elements, or more than %d inside each other: %w", lineOf(d), maxOutlines, maxNesting, news.ErrInvalid)
			}
			if !strings.EqualFold(e.Name.Local, "outline") {
				continue
			}
			s, is := source(e.Attr)
			if !is {
				continue // a folder, or a note
			}
			if err := s.Validate(); err != nil {
				wrong(s.Name, err)
				continue
			}
			out = append(out, s)
		}
	}
	if !isOPML {
		return nil, fmt.Errorf("it is empty, or no XML: %w", news.ErrInvalid)
	}
	return out, nil
}

func lineOf(d *xml.Decoder) int {
	line, _ := d.InputPos()
	return line
}

// source makes a source of an outline's attributes, whose names readers write in
// several ways. It reports whether there is an address.
func source(list []xml.Attr) (s news.Source, is bool) {
	a := map[string]string{}
	for _, attr := range list {
		a[strings.ToLower(attr.Name.Local)] = strings.TrimSpace(strings.ToValidUTF8(attr.Value, "\ufffd"))
	}
	s = news.Source{
		Slug: a["slug"], Name: a["title"], Kind: news.Kind(a["kind"]), Feed: a["xmlurl"], Sitemap: a["sitemap"], Listing: a["listing"], Page: a["page"],
		Select: news.Selectors{Links: a["selectlinks"], Text: a["selecttext"]}, Origin: news.FromUser,
	}
	for _, name := range []string{a["text"], a["htmlurl"], s.Feed} {
		if s.Name == "" {
			s.Name = name
		}
	}
	if s.Slug == "" {
		s.Slug = news.Slug(s.Name)
	}
	if s.Kind == "" {
		s.Kind = news.Press
	}
	if every, err := time.ParseDuration(a["every"]); err == nil {
		s.Every = every
	}
	for selector := range strings.SplitSeq(a["selectremove"], "\n") {
		if selector != "" {
			s.Select.Remove = append(s.Select.Remove, selector)
		}
	}
	return s, len(s.Addresses()) > 0
}

// WriteOPML writes a list that feed readers take; those of its sources without a feed
// are lines that say no more to them.
func WriteOPML(out io.Writer, list []news.Source, now time.Time) error {
	type head struct {
		Title string `xml:"title"`
		Date  string `xml:"dateCreated"`
	}
	doc := struct {
		XMLName  xml.Name  `xml:"opml"`
		Version  string    `xml:"version,attr"`
		Head     head      `xml:"head"`
		Outlines []outline `xml:"body>outline"`
	}{Version: "2.0", Head: head{"Sources of Edict", now.UTC().Format(time.RFC1123)}}
	for _, s := range list {
		o := outline{
			Text: s.Name, Title: s.Name, Feed: s.Feed, Slug: s.Slug, Kind: string(s.Kind), Sitemap: s.Sitemap, Listing: s.Listing, Page: s.Page,
			Links: s.Select.Links, Selected: s.Select.Text, Removed: strings.Join(s.Select.Remove, "\n"),
		}
		if s.Feed != "" {
			o.Type = "rss" // whatever the format: readers look for this word
		}
		if s.Listing != "" {
			o.Site = s.Listing
		}
		if s.Every > 0 {
			o.Every = s.Every.String()
		}
		doc.Outlines = append(doc.Outlines, o)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}
