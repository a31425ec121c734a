package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A block is a run of text that a reader sees as one paragraph, heading, list item
// or cell, with what is known of where it stands.
type block struct {
	text  string
	key   string // letters(text)
	tag   atom.Atom
	node  *html.Node // the element that bounds it
	links int        // bytes of text inside links
	bytes int        // bytes of text
	marks mark       // of all elements around it
	image imagePlace // of a picture just before it

	noise   string // what noiseWhy says, once it was asked
	noiseIs bool   // it was
	sized   int    // size of the text, once it was asked
}

// size is the length of the block's text in letters of an alphabet.
func (b *block) size() int {
	if b.sized == 0 {
		b.sized = size(b.text)
	}
	return b.sized
}

// noiseWhy names what kind of noise the block is, or "".
func (b *block) noiseWhy() string {
	if !b.noiseIs {
		b.noise, b.noiseIs = noiseWhy(b.text), true
	}
	return b.noise
}

// An imagePlace says where a picture stands that nothing but space parts from the
// text behind it.
type imagePlace uint8

const (
	noImage     imagePlace = iota
	imageBefore            // in an element of its own, or in the line
	imageAbove             // in the block's own element, with a break behind it
)

// linked is the share of the block's text that is inside links.
func (b *block) linked() float64 {
	if b.bytes == 0 {
		return 0
	}
	return float64(b.links) / float64(b.bytes)
}

// A blockWalker goes through the page once, splitting it into blocks.
type blockWalker struct {
	*survey
	b      strings.Builder
	tag    atom.Atom
	node   *html.Node
	at     mark
	open   bool
	links  int
	breaks int
	pre    int        // how many <pre> are open: blank lines part paragraphs there
	bare   bool       // only the text of blocks is wanted
	image  *html.Node // a picture since the last text
	under  bool       // a break stands behind it
}

// blocksOf splits a part of a page into blocks, with no more than their text.
func blocksOf(n *html.Node) []block {
	w := blockWalker{survey: &survey{}, bare: true}
	w.walk(n, 0)
	w.flush()
	return w.blocks
}

func (w *blockWalker) walk(n *html.Node, at mark) {
	w.nodes++
	switch n.Type {
	case html.TextNode:
		if w.pre == 0 {
			w.write(n.Data, at)
			return
		}
		for i, part := range strings.Split(n.Data, "\n\n") {
			if i > 0 {
				w.breaks = 2
			}
			w.write(part, at)
		}
		return
	case html.DocumentNode:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.walk(c, at)
		}
		return
	case html.ElementNode:
	default:
		return
	}
	if !w.bare {
		w.head(n)
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Canvas,
		atom.Select, atom.Option, atom.Textarea, atom.Button, atom.Title, atom.Meta, atom.Link, atom.Audio, atom.Video, atom.Datalist:
		return
	case atom.Br:
		w.br()
		w.under = w.image != nil
		return
	case atom.Img:
		if w.b.Len() == 0 {
			w.image, w.under = n, false
		}
		return
	case atom.Hr:
		w.flush()
		return
	}
	own := mark(0)
	if !w.bare {
		if own = w.marksOf(n); own != 0 {
			w.marks[n] = own
		}
	} else if n.DataAtom == atom.A && attr(n, "href") != "" {
		own = inLink
	}
	inner := at | own
	if !w.bare {
		w.note(n, own)
	}
	if n.DataAtom == atom.Pre {
		w.pre++
		defer func() { w.pre-- }()
	}
	bounds := isBlock(n)
	if bounds {
		w.flush()
		w.start(n, inner)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, inner)
		if bounds && !w.open {
			w.start(n, inner)
		}
	}
	if bounds {
		w.flush()
	}
}

func (w *blockWalker) start(n *html.Node, at mark) {
	w.tag, w.node, w.at, w.open = n.DataAtom, n, at, true
}

// note remembers elements that metadata is read from.
func (w *blockWalker) note(n *html.Node, own mark) {
	prop := strings.ToLower(attr(n, "itemprop"))
	switch {
	case n.DataAtom == atom.H1:
		w.h1 = append(w.h1, squeeze(textOf(n)))
	case n.DataAtom == atom.Time:
		v, text := attr(n, "datetime"), false
		if v == "" {
			v, text = squeeze(textOf(n)), true
		}
		w.times = append(w.times, stamp{v, strings.ToLower(prop + " " + attr(n, "class") + " " + attr(n, "id")), len(w.blocks), text})
	case strings.HasPrefix(prop, "date"):
		v, text := attr(n, "content"), false
		if v == "" {
			v, text = squeeze(textOf(n)), true
		}
		w.times = append(w.times, stamp{v, prop, len(w.blocks), text})
	}
	if own&(isByline|isAuthor) != 0 && len(w.bylines) < 200 {
		w.bylines = append(w.bylines, byline{n, len(w.blocks)})
	}
}

func (w *blockWalker) write(s string, at mark) {
	if w.b.Len() == 0 {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			return
		}
		w.at = at
	} else if w.breaks > 0 {
		if strings.TrimSpace(s) == "" {
			return
		}
		if w.breaks > 1 || endsSentence(w.b.String()) || strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "\u3000") {
			tag, node := w.tag, w.node
			w.flush()
			w.tag, w.node, w.at, w.open = tag, node, at, true
		} else {
			w.b.WriteByte('\n')
		}
	}
	w.breaks = 0
	w.b.WriteString(s)
	if at&inLink != 0 {
		w.links += len(strings.TrimSpace(s))
	}
}

func (w *blockWalker) br() {
	if w.b.Len() > 0 {
		w.breaks++
	}
}

func (w *blockWalker) flush() {
	if w.b.Len() > 0 {
		if text := lineOf(w.b.String()); text != "" {
			w.blocks = append(w.blocks, block{text: text, key: letters(text), tag: w.tag, node: w.node, links: w.links, bytes: len(text), marks: w.at, image: w.imagePlace()})
			w.image = nil
		}
	}
	w.b.Reset()
	w.links, w.breaks, w.open = 0, 0, false
}

func (w *blockWalker) imagePlace() imagePlace {
	switch {
	case w.image == nil:
		return noImage
	case w.under && w.node != nil && insideOf(w.image, w.node):
		return imageAbove
	}
	return imageBefore
}

// lineOf makes one line of the text of a block. A break between two Chinese
// characters is no space.
func lineOf(s string) string {
	s = Clean(s)
	if !strings.Contains(s, "\n") {
		return strings.Join(strings.Fields(s), " ")
	}
	var b strings.Builder
	last := rune(0)
	for i, f := range strings.Fields(s) {
		first, _ := utf8.DecodeRuneInString(f)
		if i > 0 && !(isCJK(last) && isCJK(first)) {
			b.WriteByte(' ')
		}
		b.WriteString(f)
		last, _ = utf8.DecodeLastRuneInString(f)
	}
	return b.String()
}

// endsSentence reports whether s ends as a sentence does, quotes aside.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \t\r\n\u00a0\u3000\"'”’」』）)»")
	r, _ := utf8.DecodeLastRuneInString(s)
	switch r {
	case '.', '!', '?', '…', '。', '！', '？', '；', '：', ':':
		return true
	}
	return false
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre,
		atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav, atom.Figure, atom.Figcaption, atom.Table,
		atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Dl, atom.Dt, atom.Dd, atom.Form, atom.Fieldset, atom.Address,
		atom.Details, atom.Summary, atom.Dialog, atom.Body, atom.Html, atom.Head, atom.Center, atom.Legend, atom.Hgroup:
		return true
	case 0:
		// An element of the publisher's own holds text in the line or blocks of its own.
		return strings.Contains(n.Data, "-") && hasBlockChild(n)
	}
	return false
}

func hasBlockChild(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.P || c.DataAtom == atom.Div || c.DataAtom == atom.Ul {
			return true
		}
	}
	return false
}
