package store

import (
	"math/bits"
	"slices"
)

// The newest news.MaxRanked matches are put in order by where the words stand in them,
// which the index knows: no text is read for it. All figures are whole numbers: both
// databases, and any machine, put the same matches into the same order.

// What an occurrence of a term is worth, times the weight of the term. They are our
// choice: a title that holds all that was asked for outweighs any text.
const (
	inTitle   = 16
	inLead    = 6 // the summary, or the first paragraph where there is none
	inText    = 8 // approached, never reached, by a term that stands there ever more often
	allTitle  = 8 // the title holds all terms
	titleRow  = 8 // in order, with nothing between
	halfCount = 2 // occurrences that are worth half of inText
)

// A candidate is a match that is put in order.
type candidate struct {
	in     int // which of the portions it is in
	doc    uint32
	tagged bool
	score  int
	stands []presence // of each term
}

// key is greater for what comes first.
func (c candidate) key() int {
	if c.tagged {
		return 2*c.score + 1
	}
	return 2 * c.score
}

// rank scores matches by where terms, which must be there, stand in them.
func rank(terms []term, list []candidate) {
	// Every match holds every term, so that how rare one is shows in titles alone.
	weight, length := make([]int, len(terms)), make([]uint32, len(terms))
	for n, t := range terms {
		in := 0
		for i := range list {
			if list[i].stands[n].inTitle {
				in++
			}
		}
		weight[n] = 1 + bits.Len(uint(len(list)/(1+in))) //nolint:gosec // not negative
		words, _ := cutWords(t.folded, true)
		length[n] = uint32(len(words)) //nolint:gosec // a query is short
	}
	for i := range list {
		list[i].score = list[i].title(weight, length) + list[i].body(weight)
	}
}

func (c *candidate) title(weight []int, length []uint32) int {
	score, sum, all := 0, 0, true
	for n, w := range weight {
		sum += w
		if c.stands[n].inTitle {
			score += w * inTitle
		} else {
			all = false
		}
	}
	if all {
		score += sum * allTitle
		if len(weight) > 1 && c.inRow(length) {
			score += sum * titleRow
		}
	}
	return score
}

// body is what the summary and the text of a match add to its score.
func (c *candidate) body(weight []int) (score int) {
	for n, w := range weight {
		s := c.stands[n]
		if s.lead {
			score += w * inLead
		}
		score += w * inText * int(s.body) / (int(s.body) + halfCount)
	}
	return score
}

// inRow reports whether the terms, of these lengths, stand one behind the other
// somewhere in the title.
func (c *candidate) inRow(length []uint32) bool {
	for _, at := range c.stands[0].title {
		n := 1
		for next := at + length[0]; n < len(length); n++ {
			if _, is := slices.BinarySearch(c.stands[n].title, next); !is {
				break
			}
			next += length[n]
		}
		if n == len(length) {
			return true
		}
	}
	return false
}
