package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What a page must be for its one run of paragraphs to be the article without a
// reader being asked.
const (
	soleLeast      = 800 // letters in the run
	soleParagraphs = 3   // in the run, at least
	soleElsewhere  = 0.1 // of the run's letters, at most, in text that is no link anywhere else
	soleLine       = 80  // letters from which a sentence elsewhere may be a paragraph too
)

// isParagraphOf reports whether the block is a <p> straight in n.
func (b *block) isParagraphOf(n *html.Node) bool { return b.tag == atom.P && b.node.Parent == n }

// soleRun looks for a page that leaves no choice: paragraphs that follow each other
// in one element, which is called an article, and no sentence anywhere else that
// could be one. Each reader takes those, so that none is asked: on a short page the
// two of them are most of the work. The candidate has no element where the page is
// not such.
func soleRun(s *survey) (c candidate) {
	in := longestBlock(s)
	if in == nil {
		return c
	}
	first, last, paragraphs, letters, elsewhere := -1, -1, 0, 0, 0
	for i := range s.blocks {
		b := &s.blocks[i]
		n := b.size()
		switch {
		case b.isParagraphOf(in):
			if b.marks&^soleMarks != 0 || b.linked() > 0.3 || b.image != noImage || last >= 0 && last != i-1 {
				return c
			}
			if first < 0 {
				first = i
			}
			last = i
			paragraphs++
			letters += n
		case b.marks&inHeading != 0 && last < 0, b.linked() > 0.5:
		case n >= soleLine && endsSentence(b.text):
			return c
		default:
			elsewhere += n
		}
	}
	if paragraphs < soleParagraphs || letters < soleLeast || float64(elsewhere) > soleElsewhere*float64(letters) {
		return c
	}
	c = candidate{name: "sole run", sole: in}
	for _, b := range s.blocks[first : last+1] {
		c.text += b.text + "\n"
	}
	return c
}

// soleMarks is what the elements around such a run may say.
const soleMarks = inArticle | inMain | inBody

// longestBlock is the element around the longest paragraph, if it is called an
// article.
func longestBlock(s *survey) *html.Node {
	var longest *block
	for i := range s.blocks {
		if b := &s.blocks[i]; b.tag == atom.P && (longest == nil || b.bytes > longest.bytes) {
			longest = b
		}
	}
	if longest == nil || longest.marks&soleMarks == 0 {
		return nil
	}
	return longest.node.Parent
}
