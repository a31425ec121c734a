package extract

import (
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"edict/news"
)

// write chooses the article's paragraphs among the page's blocks.
func (r *reading) write(e *Explanation, s *survey, ld linkedData) {
	if r.bySelector(e, s) {
		return
	}
	trees := []*html.Node{cloneTree(s.root)}
	readable, node := runReadability(trees[0], s.base)
	cands := []candidate{readable}
	if !r.stopped() {
		cands = append(cands, runTrafilatura(s.root, s.base, node))
	}
	wide := isWide(sampleText(s))
	var kept []*block
	seen := map[string]bool{}
	titles := map[string]bool{letters(e.Article.Title): true, letters(ld.headline): true, letters(s.title): true}
	for i := range s.blocks {
		b := &s.blocks[i]
		score := 0.0
		for j := range cands {
			score += cands[j].holds(b) * voteWeight(cands[j].name, wide)
		}
		if b.place.bad && !b.place.body {
			score -= 0.6
		}
		if score < 0.5 {
			continue
		}
		if why := cutWhy(b, titles, seen, len(kept)); why != "" {
			e.Cut = append(e.Cut, Cut{b.text, why})
			continue
		}
		seen[b.key] = true
		kept = append(kept, b)
	}
	e.Winner = "vote"
	box := container(kept)
	var lines []string
	for _, b := range kept {
		if !inside(b.node, box) {
			e.Cut = append(e.Cut, Cut{b.text, "outside of the article's body"})
			continue
		}
		lines = append(lines, b.text)
	}
	r.setText(e, strings.Join(lines, "\n"), cands)
}

func voteWeight(name string, wide bool) float64 {
	switch {
	case name == "readability" && wide:
		return 0.7
	case name == "readability":
		return 0.4
	case wide:
		return 0.3
	}
	return 0.6
}

// setText keeps text within its limit and scores it by the candidates' agreement.
func (r *reading) setText(e *Explanation, text string, cands []candidate) {
	e.Article.Text, e.Article.Truncated = Truncate(text, news.MaxText)
	e.Article.Truncated = e.Article.Truncated || r.page.Truncated
	g := gramsOf(e.Article.Text)
	sum, n := 0.0, 0
	for i := range cands {
		a := agreement(g, cands[i].grams)
		e.Candidates = append(e.Candidates, Candidate{cands[i].name, len(cands[i].text), a})
		sum += a
		n++
	}
	if n > 0 {
		e.Article.Quality = sum / float64(n)
	}
}

// cutWhy says why a block that was taken for text is not part of it, or "".
func cutWhy(b *block, titles, seen map[string]bool, kept int) string {
	switch {
	case b.key == "":
		return "no letters"
	case titles[b.key]:
		return "the title"
	case len(b.key) > 40 && seen[b.key]:
		return "stands twice"
	case b.place.caption && size(b.text) < 400:
		return "caption"
	case b.place.byline && size(b.text) < 120:
		return "byline"
	case b.linked() > 0.9 && size(b.text) > 15 && size(b.text) < 200 && !b.place.heading:
		return "link"
	}
	return noiseWhy(b.text)
}

// bySelector takes the text from the source's own selectors, and reports whether
// they found any.
func (r *reading) bySelector(e *Explanation, s *survey) bool {
	if r.options.Select.Text == "" {
		return false
	}
	sel, err := cascadia.ParseGroup(r.options.Select.Text)
	if err != nil {
		return false
	}
	var kept []string
	for _, n := range cascadia.QueryAll(s.root, sel) {
		w := blockWalker{survey: &survey{metas: map[string][]string{}, links: map[string][]string{}}}
		w.walk(n, place{})
		w.flush()
		for _, b := range w.blocks {
			kept = append(kept, b.text)
		}
	}
	if len(kept) == 0 {
		return false
	}
	e.Winner = "selector"
	r.setText(e, strings.Join(kept, "\n"), nil)
	e.Article.Quality = 1
	return true
}

// cloneTree copies a tree, since readers change theirs.
func cloneTree(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.AppendChild(cloneTree(k))
	}
	return c
}

// containerShare is the share of the text that the article's body must hold.
const containerShare = 0.75

// container is the smallest element that holds most of the text of blocks.
func container(blocks []*block) *html.Node {
	total := 0
	under := map[*html.Node]int{}
	for _, b := range blocks {
		total += b.bytes
		for n := b.node; n != nil; n = n.Parent {
			under[n] += b.bytes
		}
	}
	var best *html.Node
	for _, b := range blocks {
		for n := b.node; n != nil; n = n.Parent {
			if float64(under[n]) >= containerShare*float64(total) {
				if best == nil || under[n] < under[best] || under[n] == under[best] && inside(n, best) {
					best = n
				}
				break
			}
		}
	}
	return best
}

func inside(n, box *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == box {
			return true
		}
	}
	return false
}
