package extract

import (
	"math"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What is known of a block when it is judged, each 0 to 1 or a small number.
const (
	fBias        = iota
	fReadable    // share of the block that go-readability took
	fTraf        // share of the block that go-trafilatura took
	fBoth        // the smaller of the two
	fWideRead    // fReadable, on Chinese, Japanese and Korean pages
	fWideTraf    // fTraf, there
	fSize        // logarithm of the size
	fShort       // under 40 letters
	fLong        // over 200 letters
	fShortBoth   // short, and taken by both
	fLinked      // share of links
	fAllLink     // nothing but links
	fLinkedVote  // share of links, where text was voted for
	fSentence    // ends as a sentence does
	fParagraph   // a <p>
	fHeading     // a heading
	fItem        // a list item
	fItemBoth    // a list item, taken by both
	fCell        // a table cell
	fQuote       // in a quotation
	fLoose       // text straight in a div or the like
	fBody        // in what is marked as the article's body
	fArticle     // in <article>
	fMain        // in <main>
	fChrome      // in nav, footer, aside
	fHeader      // in a header
	fFigure      // in a figure or gallery
	fCaption     // a caption
	fByline      // author or date
	fAuthorBox   // about an author
	fBio         // about an author
	fBad         // related, newsletter, comments…
	fStand       // a standfirst
	fEmbed       // a post from elsewhere
	fInfo        // a box beside the story
	fHidden      // not shown
	fParent      // share of all voted text that has the same parent
	fGrand       // share of all voted text that has the same grandparent
	fParentVote  // share of the parent's text that was voted for
	fKind        // share of all voted text that stands in the same kind of element
	fKindVote    // share of the text in that kind of element that was voted for
	fHost        // share of all voted text under elements named as the parent is
	fHostVote    // share of the text there that was voted for
	fTwin        // a whole paragraph that nobody took, under elements named as that of much voted text
	fSiblings    // share of all voted text beside the block, under its parent
	fBefore      // votes for what stands before
	fAfter       // votes for what stands behind
	fHeadAfter   // those, for a heading
	fHeadBetween // the smaller of before and after, for a heading
	fInSpan      // between the first and the last paragraph that is surely text
	fAhead       // before the first
	fBehind      // after the last
	fBehindBoth  // after the last, and taken by both
	fInBox       // in the smallest element that holds most voted text
	fNear        // how few elements lie between that and the block
	fTitle       // the title, or nearly
	fSummary     // the summary, or nearly
	fAgain       // has stood on the page before
	fNoise       // matches a noise rule
	fAuthor      // names the author
	fData        // share that stands in the JSON-LD body, where there is one
	fNoData      // 1 minus that, where there is one
	fDate        // is hardly more than a date
	fColon       // a short line that ends in a colon
	fCount
)

type features [fCount]float64

// kindOf names the kind of element a block stands in: its tag and class, and its
// parent's.
type kindOf struct{ tag, class, parent, parentClass string }

func kind(n *html.Node) kindOf {
	k := kindOf{tag: n.Data, class: attr(n, "class")}
	if p := n.Parent; p != nil && p.Type == html.ElementNode {
		k.parent, k.parentClass = p.Data, attr(p, "class")
	}
	return k
}

// mass is voted text and all text under something.
type mass struct{ voted, all float64 }

// facts is what is known of the page before its blocks are judged.
type facts struct {
	titles  []string // letters of headline, heading, <title>
	summary string   // letters
	authors []string // letters
	body    candidate
	hasBody bool // JSON-LD holds a body
	wide    bool
}

func newFacts(s *survey, ld linkedData, title, summary string, authors []string) facts {
	f := facts{
		titles: []string{letters(title), letters(ld.headline), letters(s.title)}, summary: letters(summary), wide: isWide(sampleText(s)),
		body: candidate{grams: gramsOf(ld.body), keys: map[string]bool{}}, hasBody: size(ld.body) > 200,
	}
	for _, a := range authors {
		if k := letters(a); len(k) > 5 {
			f.authors = append(f.authors, k)
		}
	}
	for l := range strings.SplitSeq(ld.body, "\n") {
		f.body.keys[letters(l)] = true
	}
	return f
}

// isSummary reports whether a block is the page's summary, or one is cut from the
// other.
func (k *facts) isSummary(b *block) bool {
	const enough = 60 // bytes of letters
	return k.summary != "" && (b.key == k.summary || len(b.key) > enough && strings.HasPrefix(k.summary, b.key) || len(k.summary) > enough && strings.HasPrefix(b.key, k.summary))
}

// measure describes every block of the page for the judgment.
func measure(s *survey, cands []candidate, k facts) []features {
	out := make([]features, len(s.blocks))
	vote := make([]float64, len(s.blocks))
	for i := range s.blocks {
		b, f := &s.blocks[i], &out[i]
		var own []uint64
		if cands[0].sole == nil || k.hasBody {
			own = blockGrams(b)
		}
		f[fReadable], f[fTraf] = cands[0].holds(b, own), cands[1].holds(b, own)
		if k.hasBody {
			f[fData] = k.body.holds(b, own)
			f[fNoData] = 1 - f[fData]
		}
		f[fBoth] = min(f[fReadable], f[fTraf])
		if k.wide {
			f[fWideRead], f[fWideTraf] = f[fReadable], f[fTraf]
		}
		vote[i] = (f[fReadable] + f[fTraf]) / 2
	}
	measureAround(s, vote, out)
	seen := map[string]bool{}
	for i := range s.blocks {
		b, f := &s.blocks[i], &out[i]
		f[fBias] = 1
		sz := float64(b.size())
		f[fSize] = math.Log2(1+sz) / 10
		f[fShort], f[fLong] = is(sz < 40), is(sz > 200)
		f[fShortBoth] = f[fShort] * f[fBoth]
		f[fLinked] = b.linked()
		f[fAllLink] = is(b.linked() > 0.9)
		f[fLinkedVote] = b.linked() * vote[i]
		f[fSentence] = is(endsSentence(b.text))
		f[fColon] = is(sz < 60 && (strings.HasSuffix(b.text, ":") || strings.HasSuffix(b.text, "：")))
		shape(b, f)
		f[fItemBoth] = f[fItem] * f[fBoth]
		f[fHeadAfter] = f[fHeading] * f[fAfter]
		f[fHeadBetween] = f[fHeading] * min(f[fBefore], f[fAfter])
		f[fBehindBoth] = f[fBehind] * f[fBoth]
		for _, t := range k.titles {
			f[fTitle] = max(f[fTitle], is(t != "" && t == b.key))
		}
		f[fSummary] = is(k.isSummary(b))
		f[fAgain] = is(sz > 100 && seen[b.key]) // shorter lines may come again, as questions do
		seen[b.key] = true
		if vote[i] > 0 || f[fInBox] == 1 { // else nobody takes it for text anyway
			f[fNoise] = is(b.noiseWhy() != "")
		}
		for _, a := range k.authors {
			f[fAuthor] = max(f[fAuthor], is(strings.HasPrefix(b.key, a) || strings.HasPrefix(b.key, "by"+a)))
		}
		f[fDate] = is(sz < 60 && hasDate(b.text))
	}
	return out
}

// measureAround sets the features of a block that come from the votes for the
// blocks around it and from the elements that it stands in.
func measureAround(s *survey, vote []float64, out []features) {
	blocks := s.blocks
	sizes := make([]float64, len(blocks))
	parents, grands, kinds, hosts := map[*html.Node]*mass{}, map[*html.Node]*mass{}, map[kindOf]*mass{}, map[kindOf]*mass{}
	total := 1.0
	for i := range blocks {
		b := &blocks[i]
		sizes[i] = float64(b.size())
		total += vote[i] * sizes[i]
		up, upper := ancestors(b.node)
		add(parents, up, vote[i], sizes[i])
		add(grands, upper, vote[i], sizes[i])
		k := kind(b.node)
		add(kinds, k, vote[i], sizes[i])
		k.class = ""
		add(hosts, k, vote[i], sizes[i])
	}
	box, spine := votedBox(s, vote, sizes, total)
	for i := range blocks {
		blocks[i].marks = s.marksBelow(blocks[i].node, spine)
	}
	span := newSpan(blocks, vote, sizes)
	for i := range blocks {
		b, f := &blocks[i], &out[i]
		up, upper := ancestors(b.node)
		own := kind(b.node)
		p, g, k := parents[up], grands[upper], kinds[own]
		own.class = ""
		h := hosts[own]
		f[fParent], f[fParentVote] = p.voted/total, p.voted/max(p.all, 1)
		f[fGrand] = g.voted / total
		f[fKind], f[fKindVote] = k.voted/total, k.voted/max(k.all, 1)
		f[fHost], f[fHostVote] = h.voted/total, h.voted/max(h.all, 1)
		if own.parentClass != "" && vote[i] < 0.5 && sizes[i] > 80 && b.linked() < 0.3 && endsSentence(b.text) {
			f[fTwin] = f[fHost]
		}
		f[fSiblings] = (p.voted - vote[i]*sizes[i]) / total
		f[fBefore], f[fAfter] = around(vote, sizes, i, -1), around(vote, sizes, i, 1)
		f[fInSpan], f[fAhead], f[fBehind] = is(i >= span.first && i <= span.last), is(i < span.first), is(i > span.last)
		if d, ok := below(b.node, box); ok {
			f[fInBox], f[fNear] = 1, 1/(1+float64(d))
		}
	}
}

// below counts the elements from box down to n.
func below(n, box *html.Node) (int, bool) {
	for d := 0; n != nil; n, d = n.Parent, d+1 {
		if n == box {
			return d, true
		}
	}
	return 0, false
}

// shape sets the features of the element that a block is, and of those around it.
func shape(b *block, f *features) {
	switch b.tag {
	case atom.P:
		f[fParagraph] = 1
	case atom.Li, atom.Dd, atom.Dt:
		f[fItem] = 1
	case atom.Td, atom.Th:
		f[fCell] = 1
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
	default:
		f[fLoose] = 1
	}
	for _, m := range []struct {
		mark    mark
		feature int
	}{
		{inHeading, fHeading},
		{inQuote, fQuote},
		{inBody, fBody},
		{inArticle, fArticle},
		{inMain, fMain},
		{inChrome, fChrome},
		{inHeader, fHeader},
		{inFigure, fFigure},
		{inCaption, fCaption},
		{isByline, fByline},
		{isAuthor, fAuthorBox},
		{isBio, fBio},
		{isBad, fBad},
		{isStand, fStand},
		{isEmbed, fEmbed},
		{isInfo, fInfo},
		{isHidden, fHidden},
	} {
		f[m.feature] = is(b.marks&m.mark != 0)
	}
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ancestors returns the parent and grandparent of a block's element.
func ancestors(n *html.Node) (up, upper *html.Node) {
	if up = n.Parent; up != nil {
		upper = up.Parent
	}
	return up, upper
}

func add[K comparable](m map[K]*mass, k K, vote, size float64) {
	e := m[k]
	if e == nil {
		e = &mass{}
		m[k] = e
	}
	e.voted += vote * size
	e.all += size
}

// around is the mean vote of the three blocks on one side, by size.
func around(vote, sizes []float64, i, step int) float64 {
	v, n := 0.0, 0.0
	for j, k := i+step, 0; j >= 0 && j < len(vote) && k < 3; j, k = j+step, k+1 {
		v += vote[j] * sizes[j]
		n += sizes[j]
	}
	return v / max(n, 1)
}

// A span is the stretch of blocks between the first and the last that is surely
// text: long, and taken by both readers. Where they agree on nothing, it is what
// one of them took; a page of which neither took anything long is all span.
type span struct{ first, last int }

func newSpan(blocks []block, vote, sizes []float64) span {
	for _, sure := range []struct {
		vote float64
		bad  mark
	}{{0.9, isBad | inChrome}, {0.9, 0}, {0.5, isBad | inChrome}, {0.5, 0}} {
		sp := span{len(blocks), -1}
		for i := range blocks {
			if vote[i] >= sure.vote && sizes[i] >= 60 && blocks[i].linked() < 0.5 && blocks[i].marks&sure.bad == 0 {
				sp.first = min(sp.first, i)
				sp.last = i
			}
		}
		if sp.last >= 0 {
			return sp
		}
	}
	return span{0, len(blocks) - 1}
}

// votedBox is the smallest element that holds most of the text that was voted for.
// The spine is that element, what is around it, and every element of a class that
// holds much of the voted text: its name is not what it says.
func votedBox(s *survey, vote, sizes []float64, total float64) (box *html.Node, spine map[*html.Node]bool) {
	under := map[*html.Node]float64{}
	for i := range s.blocks {
		if w := vote[i] * sizes[i]; w > 0 {
			for n := s.blocks[i].node; n != nil; n = n.Parent {
				under[n] += w
			}
		}
	}
	named := map[string]float64{}
	depth := -1
	for n, w := range under {
		if s.marks[n]&^spineMarks != 0 {
			named[nameOf(n)] += w
		}
		if w < boxShare*total {
			continue
		}
		if d := depthOf(n); d > depth {
			box, depth = n, d
		}
	}
	spine = map[*html.Node]bool{}
	for n := box; n != nil; n = n.Parent {
		spine[n] = true
	}
	for n := range under {
		if s.marks[n]&^spineMarks != 0 && named[nameOf(n)] >= spineShare*total {
			spine[n] = true
		}
	}
	return box, spine
}

// boxShare is the share of the voted text that the article's element must hold.
// Above one half, at most one element of a depth can. spineShare is the share from
// which on the elements of one name are no chrome, whatever they are called.
const (
	boxShare   = 0.7
	spineShare = 0.3
)

func nameOf(n *html.Node) string { return n.Data + " " + attr(n, "class") + " " + attr(n, "id") }

func depthOf(n *html.Node) int {
	d := 0
	for ; n != nil; n = n.Parent {
		d++
	}
	return d
}
