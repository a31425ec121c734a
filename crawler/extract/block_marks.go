package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A mark is what an element says of what is in it.
type mark uint32

const (
	inArticle mark = 1 << iota // <article>
	inMain                     // <main>
	inBody                     // named as the article's body
	inChrome                   // nav, footer, aside, dialog
	inHeader                   // header, hero, kicker
	inFigure                   // figure, image, media
	inCaption                  // caption, credit
	isHidden                   // not shown
	isBad                      // related, newsletter, comments, advertisement…
	isConsent                  // a consent manager's own element
	isByline                   // author or date
	isAuthor                   // author
	isBio                      // about an author
	isStand                    // standfirst, lead, intro
	isEmbed                    // a post or player from elsewhere
	isInfo                     // a box with facts beside the story
	inList
	inTable
	inQuote
	inHeading
	inLink
)

// spineMarks are those that count from any element around a block. The others
// count only below the element that holds most of the article: a word on the
// wrapper of a whole page says nothing.
const spineMarks = inArticle | inMain | inBody | inList | inTable | inQuote | inHeading | inLink

// nameMarks are words, and pairs of words joined by "-", in classes, ids and the
// like, in the page languages that we meet most.
var nameMarks = markTable(map[mark]string{
	isBad: `related relateds recommend recommended recommendation recommendations recirc recirculation newsletter newsletters nl subscribe subscription
		promo promos promotion promoted promobox advert adverts advertisement advertising advertorial ad ads adslot adunit adbox adv dfp gpt sponsor sponsored
		sponsors outbrain taboola comment comments commenting commentlist disqus share sharing sharebar shares social socials breadcrumb breadcrumbs cookie
		cookies sidebar popular trending footer menu nav navbar navi navigation toolbar copyright disclaimer teaser teasers tag tags taglist tagcloud keywords
		topics signup login register readmore read-more more-stories more-news more-from also-read see-also most-read mostread next-article pagination pager
		popup modal banner donate donation feedback rating vote poll quiz qrcode ewm erweima tuijian xiangguan pinglun xgwz xgyd hot-news hotnews hotlist
		ranking rank cta carousel werbung anzeige kommentar kommentare empfehlung empfehlungen meistgelesen merkliste publicite publicidad recomendados
		relacionadas relacionados correlati statement shengming share-bar bdsharebuttonbox jiathis follow followus app-download download`,
	isConsent: `onetrust onetrust-consent ot-sdk didomi didomi-host usercentrics usercentrics-root cookiebot cybotcookiebotdialog cmpbox qc-cmp2 qc-cmp truste
		cookie-consent cookieconsent consent-banner cookie-banner cookiebanner cookie-notice fc-consent gdpr-banner sp-message cookie-law`,
	isByline: `byline bylines dateline timestamp publish published publishdate pubdate pubtime post-meta article-meta entry-meta article-info post-info
		source laiyuan editor authorname autorname date time datetime zeit datum fecha autor autoren`,
	isAuthor:  `author authors authorname author-name authornames autorname autor autoren contributor contributors verfasser redakteur zuozhe`,
	isBio:     `bio biography author-bio author-biography about-author author-box author-card author-profile author-info author-description author-details author-about profile autorenbox autor-box`,
	inCaption: `caption captions figcaption credit credits photo-credit img-desc image-desc imgdesc imgtitle picdesc pictext wp-caption-text bildunterschrift bildunterzeile legende pie-foto piefoto`,
	inFigure:  `figure image images img photo photos picture pictures gallery slideshow media bild foto fotos galerie wp-caption lightbox`,
	inHeader:  `header hero headline kicker topper masthead overline eyebrow dachzeile rubrik`,
	isStand: `standfirst subtitle sub-title subheadline sub-headline subhead dek deck lead lede intro introduction excerpt summary description abstract
		vorspann strapline entradilla bajada chapo sottotitolo ingress zhaiyao daodu sapo spot article-lead article-intro`,
	isEmbed: `twitter tweet twitter-tweet instagram instagram-media facebook fb-post tiktok tiktok-embed embed embeds embedded youtube vimeo player podcast audio telegram reddit`,
	isInfo:  `infobox info-box factbox fact-box facts factsbox faktenbox fakten infokasten accordion expandable expandable-box glossary explainer hintergrund sidebox side-box zusatzinfo highlights key-points`,
	inBody: `article-body article-content article-text article-main articlebody articletext articlecontent story-body story-content story-text storybody post-body post-content
		post-text entry-content entry-body news-content news-body news-text newscontent newstext newsbody content-body content-main content-text content-inner body-content body-copy
		bodycopy main-content maincontent main-text detail-content detail-body detail-text text-content text-body rich-text richtext wysiwyg ueditor trs-editor artibody zoom
		ucap-content js-content art-con rich-media-content article-detail article-inner copytext paragraphs`,
})

func markTable(lists map[mark]string) map[string]mark {
	out := map[string]mark{}
	for m, list := range lists {
		for w := range strings.FieldsSeq(list) {
			out[w] |= m
		}
	}
	return out
}

// markName reads the marks in one class, id or data attribute: its words, and
// pairs of them.
func markName(value string) mark {
	var m mark
	for token := range strings.FieldsSeq(value) {
		// Utility classes such as lg:text-[17px] name looks, not content.
		if strings.ContainsAny(token, ":[]=(){}/.") {
			continue
		}
		last := ""
		for w := range nameWords(token) {
			m |= nameMarks[w]
			if last != "" {
				m |= nameMarks[last+"-"+w]
			}
			last = w
		}
	}
	return m
}

// nameWords yields the words of a name in lower case: parts between hyphens and
// underscores, split at capitals.
func nameWords(token string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		emit := func(end int) bool {
			w := token[start:end]
			return w == "" || yield(strings.ToLower(w))
		}
		for i := range len(token) {
			c := token[i]
			switch {
			case c == '-' || c == '_':
				if !emit(i) {
					return
				}
				start = i + 1
			case c >= 'A' && c <= 'Z' && i > start && token[i-1] >= 'a' && token[i-1] <= 'z':
				if !emit(i) {
					return
				}
				start = i
			}
		}
		emit(len(token))
	}
}

// marksOf reads the marks of an element itself.
func (w *blockWalker) marksOf(n *html.Node) mark {
	var m mark
	switch n.DataAtom {
	case atom.Article:
		m |= inArticle
	case atom.Main:
		m |= inMain
	case atom.Nav, atom.Footer, atom.Aside, atom.Dialog:
		m |= inChrome
	case atom.Header:
		m |= inHeader
	case atom.Figure:
		m |= inFigure
	case atom.Figcaption:
		m |= inCaption
	case atom.Li, atom.Dd, atom.Dt:
		m |= inList
	case atom.Td, atom.Th:
		m |= inTable
	case atom.Blockquote:
		m |= inQuote
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		m |= inHeading
	case atom.A:
		if attr(n, "href") != "" { // else it is a place that links lead to
			m |= inLink
		}
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "id", "data-module-name", "data-module", "data-testid", "data-component", "data-component-name", "data-qa", "data-block", "data-type", "data-area", "data-widget":
			if n.DataAtom == atom.Body || n.DataAtom == atom.Html || a.Val == "" {
				continue
			}
			nm, ok := w.names[a.Val]
			if !ok {
				nm = markName(a.Val)
				w.names[a.Val] = nm
			}
			m |= nm
		case "itemprop":
			switch strings.ToLower(a.Val) {
			case "articlebody":
				m |= inBody
			case "caption":
				m |= inCaption
			case "author":
				m |= isByline | isAuthor
			case "description":
				m |= isStand
			}
		case "role":
			switch strings.ToLower(a.Val) {
			case "navigation", "complementary", "contentinfo", "banner", "dialog":
				m |= inChrome
			case "main":
				m |= inMain
			}
		case "rel":
			if a.Val == "author" {
				m |= isByline | isAuthor
			}
		case "hidden":
			m |= isHidden
		case "aria-hidden":
			if a.Val == "true" {
				m |= isHidden
			}
		case "style":
			if hides(a.Val) {
				m |= isHidden
			}
		}
	}
	return m
}

// hides reports whether an element with this style is not shown.
func hides(style string) bool {
	if !strings.Contains(style, "none") && !strings.Contains(style, "hidden") {
		return false
	}
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// marksBelow is what the elements around n say, those of the spine only as far as
// they may.
func (s *survey) marksBelow(n *html.Node, spine map[*html.Node]bool) mark {
	var m mark
	for ; n != nil; n = n.Parent {
		if spine[n] {
			m |= s.marks[n] & spineMarks
		} else {
			m |= s.marks[n]
		}
	}
	return m
}
