package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// trimmed copies the page for extractors, without what is never text, and without
// what makes them miss the article: consent managers' elements, bodies that are
// hidden until a script runs, classes that say "paywall" on the article itself.
func (s *survey) trimmed() *html.Node {
	t := trimmer{survey: s, shown: s.hiddenBodies()}
	return t.copy(s.root)
}

type trimmer struct {
	*survey
	shown map[*html.Node]bool // hidden elements that are shown to extractors
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
		if b.linked() > 0.5 || size(b.text) < 20 {
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

// cloneTree copies a tree, since extractors change theirs.
func cloneTree(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.AppendChild(cloneTree(k))
	}
	return c
}
