package extract

import (
	"regexp"
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
	place place
}

// linked is the share of the block's text that is inside links.
func (b *block) linked() float64 {
	if b.bytes == 0 {
		return 0
	}
	return float64(b.links) / float64(b.bytes)
}

// A place is what the elements around a block say about it.
type place struct {
	article bool // inside <article>
	main    bool // inside <main>
	body    bool // inside what is marked as the article's body
	chrome  bool // inside nav, footer, aside, dialog
	header  bool // inside a header
	caption bool // inside a figure's or picture's words
	hidden  bool // not shown
	bad     bool // class or id of what is not the article: related, newsletter, comments…
	byline  bool // class or id of author or date
	list    bool
	table   bool
	quote   bool
	heading bool
	link    bool
	depth   int
}

var (
	badName     = regexp.MustCompile(`(?i)(^|[^a-z])(related|recommend\w*|recirc\w*|newsletter\w*|subscri\w*|promo\w*|advert\w*|ads?|sponsor\w*|outbrain|taboola|comments?|disqus|share|sharing|social\w*|breadcrumbs?|cookie\w*|consent|gdpr|paywall|sidebar|popular|trending|most-?read|mostread|hot-?news|hotlist|footer|menu|nav|navbar|navigation|toolbar|copyright|disclaimer|teasers?|tags?|keywords?|signup|sign-up|login|read-?more|readmore|more-?for-?you|more-?stories|also-?read|see-?also|next-?article|pagination|pager|widget|popup|modal|banner|statement|editor-?note|about-?author|author-?bio|audio-?player|video-?player|live-?blog-?nav|toc|rating|vote|feedback|qr-?code|qrcode|ewm|tuijian|xiangguan|pinglun)([^a-z]|$)`)
	bodyName    = regexp.MustCompile(`(?i)(article|story|post|entry|news|content|main|detail|text|rich)[-_]{0,2}(body|text|content|main|copy|detail|inner)|^(content|article|artibody|zoom|ucap-content|js_content|post_body|articletext|trs_editor|art_con|cont|rich_media_content)$|articlebody|storybody|entry-content|post-content|maincontent|newscontent|newstext|wysiwyg|richtext|rich-text`)
	captionName = regexp.MustCompile(`(?i)(^|[^a-z])(caption|captions|img-?desc|image-?desc|photo-?desc|imgtitle|img-?note|wp-caption-text|media-?credit|photo-?credit|image-?credit|credit|credits|copyright|bildunterschrift|legende|pictext|picdesc|img_descr)([^a-z]|$)`)
	bylineName  = regexp.MustCompile(`(?i)(^|[^a-z])(by-?line|authors?|dateline|timestamp|publish\w*|pub-?date|post-?meta|article-?meta|entry-?meta|article-?info|post-?info|source|editor|date|time)([^a-z]|$)`)
)

// A blockWalker goes through the page once, splitting it into blocks.
type blockWalker struct {
	*survey
	b      strings.Builder
	tag    atom.Atom
	node   *html.Node
	at     place
	open   bool
	links  int
	breaks int
}

func (w *blockWalker) walk(n *html.Node, at place) {
	w.nodes++
	switch n.Type {
	case html.TextNode:
		w.write(n.Data, at)
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
	w.head(n)
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Canvas,
		atom.Select, atom.Option, atom.Textarea, atom.Button, atom.Title, atom.Meta, atom.Link, atom.Audio, atom.Video, atom.Datalist:
		return
	case atom.Br:
		w.br()
		return
	case atom.Hr:
		w.flush()
		return
	}
	inner := at.enter(n)
	w.note(n, inner)
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

func (w *blockWalker) start(n *html.Node, at place) {
	w.tag, w.node, w.at, w.open = n.DataAtom, n, at, true
}

// note remembers elements that metadata is read from.
func (w *blockWalker) note(n *html.Node, at place) {
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
	if at.byline && len(w.bylines) < 200 {
		w.bylines = append(w.bylines, n)
	}
}

func (w *blockWalker) write(s string, at place) {
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
	if at.link {
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
			w.blocks = append(w.blocks, block{text: text, key: letters(text), tag: w.tag, node: w.node, links: w.links, bytes: len(text), place: w.at})
		}
	}
	w.b.Reset()
	w.links, w.breaks, w.open = 0, 0, false
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

// enter returns the place inside n.
func (p place) enter(n *html.Node) place {
	p.depth++
	switch n.DataAtom {
	case atom.Article:
		p.article = true
	case atom.Main:
		p.main = true
	case atom.Nav, atom.Footer, atom.Aside, atom.Dialog:
		p.chrome = true
	case atom.Header:
		p.header = true
	case atom.Figcaption, atom.Figure:
		p.caption = true
	case atom.Li:
		p.list = true
	case atom.Td, atom.Th:
		p.table = true
	case atom.Blockquote:
		p.quote = true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.heading = true
	case atom.A:
		p.link = true
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "id":
			if n.DataAtom == atom.Body || n.DataAtom == atom.Html || a.Val == "" {
				continue
			}
			p.bad = p.bad || badName.MatchString(a.Val)
			p.caption = p.caption || captionName.MatchString(a.Val)
			p.byline = p.byline || bylineName.MatchString(a.Val)
			p.body = p.body || bodyName.MatchString(a.Val)
		case "data-module-name", "data-module", "data-testid", "data-component", "data-component-name", "data-qa", "data-block", "data-type", "aria-label":
			p.bad = p.bad || badName.MatchString(a.Val)
			p.body = p.body || bodyName.MatchString(a.Val)
		case "itemprop":
			p.body = p.body || strings.EqualFold(a.Val, "articleBody")
			p.caption = p.caption || strings.EqualFold(a.Val, "caption")
		case "role":
			switch strings.ToLower(a.Val) {
			case "navigation", "complementary", "contentinfo", "banner", "dialog":
				p.chrome = true
			case "main":
				p.main = true
			}
		case "rel":
			p.byline = p.byline || a.Val == "author"
		case "hidden":
			p.hidden = true
		case "aria-hidden":
			p.hidden = p.hidden || a.Val == "true"
		case "style":
			p.hidden = p.hidden || strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none")
		}
	}
	return p
}
