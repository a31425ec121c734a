package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// trimmed copies the page for extractors, without what is never text, and without
// what makes them miss the article: consent managers' elements, bodies that are
// hidden until a script runs, classes that say "paywall" on the article itself. Each
// extractor changes its copy. The second is for go-trafilatura, and lacks what that
// takes out first of all, one kind of element after the other.
func (s *survey) trimmed() (whole, bare *html.Node) {
	shown := s.hiddenBodies()
	t := trimmer{survey: s, shown: shown}
	b := trimmer{survey: s, shown: shown, bare: true}
	return t.copy(s.root), b.copy(s.root)
}

type trimmer struct {
	*survey
	shown map[*html.Node]bool // hidden elements that are shown to extractors
	bare  bool
}

func (t *trimmer) copy(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: t.attrs(n)}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if !t.drops(k) {
			c.AppendChild(t.copy(k))
		}
	}
	return c
}

func (t *trimmer) drops(n *html.Node) bool {
	switch n.Type {
	case html.CommentNode:
		return true
	case html.ElementNode:
	default:
		return false
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Link, atom.Canvas, atom.Object, atom.Select, atom.Button, atom.Dialog:
		return true
	case atom.Aside, atom.Footer, atom.Nav, atom.Embed, atom.Audio, atom.Video, atom.Map, atom.Picture, atom.Area, atom.Datalist,
		atom.Input, atom.Label, atom.Time, atom.Track, atom.Textarea, atom.Source, atom.Param, atom.Img, atom.Meta, atom.Title:
		if t.bare {
			return true
		}
	case atom.Figure:
		if t.bare && !holds(n, atom.Table) {
			return true
		}
	}
	return t.marks[n]&isConsent != 0 && n.DataAtom != atom.Body && n.DataAtom != atom.Html
}

func (t *trimmer) attrs(n *html.Node) []html.Attribute {
	out := make([]html.Attribute, 0, len(n.Attr))
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id":
			if strings.Contains(a.Val, "paywall") {
				a.Val = strings.ReplaceAll(a.Val, "paywall", "")
			}
		case "hidden", "aria-hidden", "style":
			if t.shown[n] {
				continue
			}
		}
		out = append(out, a)
	}
	return out
}

// hiddenBodies finds the hidden elements that hold at least half of the page's
// text: the article, until a script shows it.
func (s *survey) hiddenBodies() map[*html.Node]bool {
	total := 0
	under := map[*html.Node]int{}
	for i := range s.blocks {
		b := &s.blocks[i]
		if b.linked() > 0.5 || b.size() < 20 {
			continue
		}
		total += b.bytes
		for n := b.node; n != nil; n = n.Parent {
			if s.marks[n]&isHidden != 0 {
				under[n] += b.bytes
			}
		}
	}
	shown := map[*html.Node]bool{}
	for n, bytes := range under {
		if bytes*2 >= total && bytes > 200 {
			shown[n] = true
		}
	}
	return shown
}

// holds reports whether an element of a kind is in n.
func holds(n *html.Node, kind atom.Atom) bool {
	for d := range n.Descendants() {
		if d.DataAtom == kind {
			return true
		}
	}
	return false
}

// answerHead puts answers into the head of a page to what go-trafilatura else
// searches all of the page for, many times: who wrote it, its section, its tags.
// None of them is used, and the text that it finds does not depend on them.
func answerHead(root *html.Node) {
	head := elementOf(root, atom.Head)
	if head == nil {
		return
	}
	for head.FirstChild != nil {
		head.RemoveChild(head.FirstChild)
	}
	for _, m := range []struct{ property, content string }{
		{"og:title", "A title"},
		{"og:author", "An Author"},
		{"og:url", "https://edict.invalid/"},
		{"og:description", "A summary"},
		{"og:site_name", "A Site"},
		{"og:image", "https://edict.invalid/image"},
		{"og:type", "article"},
		{"og:article:tag", "Tag"},
	} {
		head.AppendChild(&html.Node{Type: html.ElementNode, DataAtom: atom.Meta, Data: "meta", Attr: []html.Attribute{{Key: "property", Val: m.property}, {Key: "content", Val: m.content}}})
	}
	data := &html.Node{Type: html.ElementNode, DataAtom: atom.Script, Data: "script", Attr: []html.Attribute{{Key: "type", Val: "application/ld+json"}}}
	data.AppendChild(&html.Node{Type: html.TextNode, Data: `{"@context":"https://schema.org","@type":"NewsArticle","articleSection":"Section"}`})
	head.AppendChild(data)
}

// elementOf is the first element of its kind among the children of root, or theirs.
func elementOf(root *html.Node, kind atom.Atom) *html.Node {
	for c := range root.ChildNodes() {
		if c.DataAtom == kind {
			return c
		}
		for d := range c.ChildNodes() {
			if d.DataAtom == kind {
				return d
			}
		}
	}
	return nil
}
