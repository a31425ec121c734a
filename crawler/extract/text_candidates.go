package extract

import (
	"net/url"
	"strings"
	"unicode"

	"codeberg.org/readeck/go-readability"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// A candidate is one extractor's reading of the page.
type candidate struct {
	name string
	text string
	grams
	keys map[string]bool // letters of its blocks
	sole *html.Node      // the element whose paragraphs it is; then it has no grams and keys
}

// runReadability never fails: no article is an empty candidate.
func runReadability(root *html.Node, base *url.URL) (c candidate, node *html.Node) {
	c = candidate{name: "readability"}
	defer func() {
		if recover() != nil {
			node = nil
		}
	}()
	p := readability.NewParser()
	p.DisableJSONLD = true
	article, err := p.ParseAndMutate(root, base)
	if err != nil || article.Node == nil {
		return c, nil
	}
	return newCandidate("readability", article.Node), article.Node
}

func runTrafilatura(root *html.Node, base *url.URL, readable *html.Node) (c candidate) {
	c = candidate{name: "trafilatura"}
	defer func() { _ = recover() }()
	o := trafilatura.Options{
		EnableFallback: readable != nil, FallbackCandidates: &trafilatura.FallbackCandidates{Readability: readable, Distiller: nil},
		OriginalURL: base, ExcludeComments: true, IncludeLinks: true, HtmlDateMode: trafilatura.Disabled,
	}
	r, err := trafilatura.ExtractDocument(root, o)
	if err != nil || r == nil || r.ContentNode == nil {
		return c
	}
	return newCandidate("trafilatura", r.ContentNode)
}

func newCandidate(name string, n *html.Node) candidate {
	c := candidate{name: name, keys: map[string]bool{}}
	var b strings.Builder
	for _, bl := range blocksOf(n) {
		b.WriteString(bl.text)
		b.WriteByte('\n')
		c.keys[bl.key] = true
	}
	c.text = b.String()
	c.grams = gramsOf(c.text)
	return c
}

// grams is a set of the runs of four words, or Chinese characters, of a text.
type grams map[uint64]struct{}

const gramLength = 4

func gramsOf(s string) grams {
	w := wordHashes(s)
	g := make(grams, max(0, len(w)-gramLength+1))
	for i := 0; i+gramLength <= len(w); i++ {
		g[mix(w[i:i+gramLength])] = struct{}{}
	}
	return g
}

func mix(w []uint64) uint64 {
	h := uint64(14695981039346656037)
	for _, x := range w {
		h = (h ^ x) * 1099511628211
		h ^= h >> 29
	}
	return h
}

// wordHashes hashes the words of s in order; each Chinese or Japanese character is
// a word of its own.
func wordHashes(s string) []uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	out := make([]uint64, 0, len(s)/5)
	h, in := uint64(offset), false
	for _, r := range s {
		switch {
		case isCJK(r):
			if in {
				out = append(out, h)
			}
			out = append(out, (offset^uint64(r))*prime)
			h, in = offset, false
		case r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'),
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			h, in = (h^uint64(unicode.ToLower(r)))*prime, true
		case in:
			out = append(out, h)
			h, in = offset, false
		}
	}
	if in {
		out = append(out, h)
	}
	return out
}

// blockGrams are the runs of four words of a block, in order; none if it is shorter.
func blockGrams(b *block) []uint64 {
	w := wordHashes(b.text)
	if len(w) < gramLength {
		return nil
	}
	for i := 0; i+gramLength <= len(w); i++ {
		w[i] = mix(w[i : i+gramLength]) // what is overwritten is not needed again
	}
	return w[:len(w)-gramLength+1]
}

// holds is the share of a block, with its grams, that stands in the candidate, 0 to 1.
func (c *candidate) holds(b *block, own []uint64) float64 {
	if c.sole != nil {
		return is(b.isParagraphOf(c.sole))
	}
	if len(own) == 0 {
		return is(c.keys[b.key])
	}
	n := 0
	for _, g := range own {
		if _, ok := c.grams[g]; ok {
			n++
		}
	}
	return float64(n) / float64(len(own))
}

// agrees is how alike the candidate and the text that was chosen are, 0 to 1.
func (c *candidate) agrees(text string) float64 {
	if c.sole == nil {
		return agreement(gramsOf(text), c.grams)
	}
	if text+"\n" == c.text {
		return 1
	}
	return agreement(gramsOf(text), gramsOf(c.text))
}

// agreement is how alike two sets are, 0 to 1 (Dice).
func agreement(a, b grams) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for k := range a {
		if _, ok := b[k]; ok {
			n++
		}
	}
	return 2 * float64(n) / float64(len(a)+len(b))
}
