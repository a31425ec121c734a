package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// A page is a story in its outlet's markup.
type page struct {
	document
	out time.Time
}

// A view is what a template sees. The same view serves every outlet; each shows of
// it what such a publisher shows.
type view struct {
	Site       string // the outlet's name
	Language   string
	Home       string
	URL        string
	Canonical  string // another domain's address of a syndicated copy, else URL
	Title      string
	Summary    string
	Authors    []string
	Published  time.Time // in the outlet's zone
	Blocks     []block
	Teasers    []string // headlines of stories that do not exist
	Older      []link   // stories of the outlet that are out from the start
	Disclaimer string
	LD         newsArticle
}

type link struct{ Title, URL string }

// A newsArticle is the JSON-LD of a story.
type newsArticle struct {
	Context       string   `json:"@context"`
	Type          string   `json:"@type"`
	MainEntity    string   `json:"mainEntityOfPage"`
	Headline      string   `json:"headline"`
	Description   string   `json:"description"`
	Published     string   `json:"datePublished"`
	Modified      string   `json:"dateModified"`
	InLanguage    string   `json:"inLanguage"`
	Author        []entity `json:"author"`
	Publisher     entity   `json:"publisher"`
	AccessForFree bool     `json:"isAccessibleForFree"`
}

type entity struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// A printer turns a view into a document.
type printer struct {
	templates *template.Template
	gb        gbEncoder
}

func newPrinter() (*printer, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"join":    strings.Join,
		"rfc3339": func(t time.Time) string { return t.Format(time.RFC3339) },
		"long":    func(t time.Time) string { return t.Format("2 January 2006, 15:04 MST") },
		"short":   func(t time.Time) string { return t.Format("Jan 2, 2006 3:04 PM MST") },
		"han":     func(t time.Time) string { return t.Format("2006年01月02日 15:04") },
	}).ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("demo templates: %w", err)
	}
	return &printer{t, newGBEncoder()}, nil
}

// print executes a template in the charset of the outlet. The header names the
// charset only where the page itself names it early.
func (p *printer) print(o outlet, name string, data any) (document, error) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		return document{}, fmt.Errorf("demo page %s: %w", name, err)
	}
	switch {
	case o.gb:
		return document{contentType: "text/html", body: p.gb.encode(b.String())}, nil
	case o.late:
		return document{contentType: "text/html", body: b.Bytes()}, nil
	}
	return document{contentType: "text/html; charset=utf-8", body: b.Bytes()}, nil
}

// writePages renders every story once: a page does not change after it is out.
func (s *Site) writePages() error {
	s.pages = map[string]page{}
	for _, st := range s.stories {
		o, _ := findOutlet(st.Outlet)
		doc, err := s.printer.print(o, st.Outlet+".html", s.view(o, st))
		if err != nil {
			return err
		}
		doc.modified = st.Out
		s.pages[st.Path] = page{doc, st.Out}
	}
	return nil
}

func (s *Site) view(o outlet, st Story) view {
	v := view{
		Site: o.name, Language: o.language, Home: o.home(),
		URL: s.base + st.Path, Canonical: s.base + st.Path,
		Title: st.Title, Summary: st.Summary, Authors: st.Authors,
		Published: st.Out.In(o.zone), Blocks: st.blocks, Teasers: st.teasers, Disclaimer: o.disclaimer(),
	}
	if st.Original != "" {
		v.Canonical = st.Original
	}
	for _, other := range s.stories {
		if other.Outlet == o.slug && other.after < 0 && other.Path != st.Path {
			v.Older = append(v.Older, link{other.Title, other.Path})
		}
	}
	v.LD = newsArticle{
		Context: "https://schema.org", Type: "NewsArticle", MainEntity: v.URL,
		Headline: v.Title, Description: v.Summary, InLanguage: v.Language, AccessForFree: true,
		Published: v.Published.Format(time.RFC3339), Modified: v.Published.Format(time.RFC3339),
		Publisher: entity{"Organization", v.Site},
	}
	for _, name := range v.Authors {
		v.LD.Author = append(v.LD.Author, entity{"Person", name})
	}
	return v
}

// A front is what the template of front pages sees.
type front struct {
	Site, Language, Disclaimer string
	Stories                    []link
	Table                      bool // as an authority lists its notices
	GB                         bool
}

// writeFront writes the outlet's front page, which is its listing.
func (s *Site) writeFront(o outlet, stories []Story) (document, error) {
	f := front{Site: o.name, Language: o.language, Disclaimer: o.disclaimer(), Table: o.links != "", GB: o.gb}
	for _, st := range stories {
		f.Stories = append(f.Stories, link{st.Title, st.Path})
	}
	return s.printer.print(o, "front.html", f)
}

// home writes the page at "/", for people who open the address in a browser.
func (s *Site) home() (document, error) {
	var links []link
	for _, o := range outlets() {
		links = append(links, link{o.name, o.home()})
	}
	return s.printer.print(outlet{}, "home.html", links)
}
