package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A survey is what one walk over the page finds: everything that the rest of the
// package asks for, so that the tree is gone through once.
type survey struct {
	root    *html.Node
	base    *url.URL // the page's address; never nil
	blocks  []block
	metas   map[string][]string // name, property or itemprop in lower case -> contents, in order
	links   map[string][]string // rel in lower case -> href
	lang    string              // of <html>
	title   string              // of <title>
	h1      []string
	times   []stamp
	ld      []string // bodies of application/ld+json scripts
	scripts []string // bodies of scripts that may hold the article as data
	bylines []byline
	nodes   int
	marks   map[*html.Node]mark // elements that say something of what is in them
	names   map[string]mark     // marks of the classes and ids met so far
	sample  string              // what sampleText has made of the blocks
}

// A stamp is a date that stands in the page's markup.
type stamp struct {
	value string // machine-readable, or else the visible text
	prop  string // itemprop, class and id, in lower case
	pos   int    // number of the block it stands before
	text  bool   // value is visible text
}

// A byline is an element that is marked as one.
type byline struct {
	node *html.Node
	pos  int // number of the block it stands before
}

// maxScript is the longest script that is searched for article data.
const maxScript = 4 << 20

func newSurvey(root *html.Node, base *url.URL) *survey {
	s := &survey{
		root: root, base: base, metas: map[string][]string{}, links: map[string][]string{}, marks: map[*html.Node]mark{}, names: map[string]mark{},
	}
	w := blockWalker{survey: s}
	w.walk(root, 0)
	w.flush()
	return s
}

// meta returns the first content among the given names that is not empty, and the
// name that held it.
func (s *survey) meta(names ...string) (value, from string) {
	for _, name := range names {
		for _, v := range s.metas[name] {
			if v != "" {
				return v, name
			}
		}
	}
	return "", ""
}

func (s *survey) head(n *html.Node) {
	switch n.DataAtom {
	case atom.Html:
		s.lang = strings.TrimSpace(attr(n, "lang"))
		if s.lang == "" {
			s.lang = strings.TrimSpace(attr(n, "xml:lang"))
		}
	case atom.Title:
		if s.title == "" && n.Namespace == "" {
			s.title = squeeze(textOf(n))
		}
	case atom.Meta:
		content := squeeze(attr(n, "content"))
		if content == "" {
			return
		}
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			if k := strings.ToLower(strings.TrimSpace(attr(n, key))); k != "" {
				s.metas[k] = append(s.metas[k], content)
			}
		}
	case atom.Link:
		href := strings.TrimSpace(attr(n, "href"))
		for rel := range strings.FieldsSeq(strings.ToLower(attr(n, "rel"))) {
			if rel == "alternate" {
				media := strings.ToLower(attr(n, "media"))
				if !strings.Contains(media, "handheld") && !strings.Contains(media, "max-width") {
					continue // another language, or a feed
				}
			}
			s.links[rel] = append(s.links[rel], href)
		}
	case atom.Script:
		if n.FirstChild == nil || len(n.FirstChild.Data) > maxScript {
			return
		}
		body := n.FirstChild.Data
		switch kind := strings.ToLower(attr(n, "type")); {
		case strings.Contains(kind, "ld+json"):
			s.ld = append(s.ld, body)
		case len(body) > 500:
			s.scripts = append(s.scripts, body)
		}
	}
}

func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}

// textOf is the text under n, as it stands.
func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	var rec func(*html.Node)
	rec = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			return
		}
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
			return
		}
		if n.DataAtom == atom.Br {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			rec(c)
		}
	}
	rec(n)
	return b.String()
}

// spacedText is the text under n with a space between elements, which a page may
// part by looks alone.
func spacedText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return b.String()
}
