package store

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Of the newest news.MaxRanked matches the titles are compared, and of the best
// readMatches of those the texts, so that a word that stands everywhere costs no more
// than one that stands in ten thousand articles. All figures are whole numbers: both
// databases, and any machine, put the same matches into the same order.
const (
	readMatches = 300
	// readBytes is how much of a text is looked at: what an article is about stands in
	// its first pages.
	readBytes = 64 << 10
)

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

// A candidate is a record that is put in order.
type candidate struct {
	record string
	tagged bool
	title  string
	at     int // among all matches, newest first
	score  int
}

// A ranking puts matches in order by the terms that they hold.
type ranking struct {
	terms  []term // that must be there
	weight []int  // of each; a rare one weighs more
}

// rankTitles puts matches in order by their titles: best first, of equal ones tagged
// before untagged, then newest first.
func rankTitles(terms []term, list []candidate) ranking {
	k := ranking{wanted(terms), nil}
	found := make([][]occurrence, len(list))
	titles := make([]int, len(k.terms)) // how many hold the term
	for i, m := range list {
		found[i] = occurrences(k.terms, foldText(m.title))
		for n := range k.terms {
			if holds(found[i], n) {
				titles[n]++
			}
		}
	}
	// Every match holds every term, so that how rare one is shows in titles alone.
	for _, n := range titles {
		k.weight = append(k.weight, 1+bits.Len(uint(len(list)/(1+n)))) //nolint:gosec // not negative
	}
	for i := range list {
		list[i].score = k.title(found[i])
	}
	sortMatches(list)
	return k
}

func sortMatches(list []candidate) {
	rank := func(tagged bool) int {
		if tagged {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(rank(a.tagged), rank(b.tagged)), cmp.Compare(a.at, b.at))
	})
}

func (k ranking) title(found []occurrence) int {
	score, sum, all := 0, 0, true
	for n, w := range k.weight {
		sum += w
		if holds(found, n) {
			score += w * inTitle
		} else {
			all = false
		}
	}
	if all {
		score += sum * allTitle
		if len(k.terms) > 1 && inRow(found, len(k.terms)) {
			score += sum * titleRow
		}
	}
	return score
}

// body is what the summary and the text of a match add to its score.
func (k ranking) body(summary, text string) int {
	lead := summary
	if strings.TrimSpace(lead) == "" {
		lead, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	}
	first := occurrences(k.terms, foldText(firstBytes(lead)))
	times := make([]int, len(k.terms))
	for _, o := range occurrences(k.terms, foldText(firstBytes(text))) {
		times[o.term]++
	}
	score := 0
	for n, w := range k.weight {
		if holds(first, n) {
			score += w * inLead
		}
		score += w * inText * times[n] / (times[n] + halfCount)
	}
	return score
}

// firstBytes is the beginning of a text that is looked at, cut at a space.
func firstBytes(text string) string {
	if len(text) <= readBytes {
		return text
	}
	if i := strings.LastIndexAny(text[:readBytes], " \n"); i > 0 {
		return text[:i]
	}
	end := readBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func holds(found []occurrence, term int) bool {
	return slices.ContainsFunc(found, func(o occurrence) bool { return o.term == term })
}

// inRow reports whether terms 0 to n-1 stand one behind the other somewhere.
func inRow(found []occurrence, n int) bool {
	ends := map[int]bool{} // of the terms so far
	for _, o := range found {
		if o.term == 0 {
			ends[o.end] = true
		}
	}
	for term := 1; term < n && len(ends) > 0; term++ {
		next := map[int]bool{}
		for _, o := range found {
			if o.term == term && (ends[o.start] || ends[o.start-1]) {
				next[o.end] = true
			}
		}
		ends = next
	}
	return len(ends) > 0
}
