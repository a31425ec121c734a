package review

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// A Phrase is one that stands in many stories that rules should have caught and in few
// others, so that a rule might look for it.
type Phrase struct {
	Text string // in lower case
	In   int    // of the stories that rules should have caught
	Rest int    // of the others
}

// The bounds of what is suggested.
const (
	phraseWords  = 4 // the longest phrase of a script with spaces
	phraseHan    = 6 // and of one without, in characters; shorter than two is no phrase
	leastStories = 2 // a phrase of one story alone says nothing
	leastRatio   = 4 // how much more often it must stand there than elsewhere
)

// Suggest returns up to limit phrases that tell the stories of missed from those of rest,
// the most telling first. A phrase that stands in just the stories of a longer one is
// left out.
func Suggest(missed, rest []string, limit int) []Phrase {
	counts := map[string]int{}
	for _, text := range missed {
		for phrase := range phrases(text, nil) {
			counts[phrase]++
		}
	}
	for phrase, n := range counts {
		if n < leastStories {
			delete(counts, phrase)
		}
	}
	if len(counts) == 0 {
		return nil
	}
	others := map[string]int{}
	for _, text := range rest {
		for phrase := range phrases(text, counts) {
			others[phrase]++
		}
	}
	type scored struct {
		Phrase
		score float64
	}
	var list []scored
	for phrase, n := range counts {
		here := float64(n) / float64(len(missed)+1)
		there := (float64(others[phrase]) + .5) / float64(len(rest)+1)
		if here < leastRatio*there {
			continue
		}
		// Of two that are as telling, the longer one catches less by accident.
		length := 1 + .1*float64(len(strings.Fields(phrase)))
		list = append(list, scored{Phrase{phrase, n, others[phrase]}, float64(n) * math.Log(here/there) * length})
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(b.Text), len(a.Text)), strings.Compare(a.Text, b.Text))
	})
	var out []Phrase
	for _, s := range list {
		if len(out) == limit {
			break
		}
		covers := func(long Phrase) bool { return strings.Contains(long.Text, s.Text) && long.In >= s.In }
		if !slices.ContainsFunc(out, covers) {
			out = append(out, s.Phrase)
		}
	}
	return out
}

// phrases returns the phrases of a text, or those of them that are among some.
func phrases(text string, some map[string]int) map[string]bool {
	out := map[string]bool{}
	add := func(phrase string) {
		if some == nil || some[phrase] > 0 {
			out[phrase] = true
		}
	}
	for clause := range strings.FieldsFuncSeq(strings.ToLower(text), endsPhrase) {
		words := strings.Fields(clause)
		for i := range words {
			if isHan(words[i]) {
				runes := []rune(words[i])
				for from := range runes {
					for to := from + 2; to <= min(from+phraseHan, len(runes)); to++ {
						add(string(runes[from:to]))
					}
				}
				continue
			}
			for n := 1; n <= phraseWords && i+n <= len(words) && !isHan(words[i+n-1]); n++ {
				first, last := words[i], words[i+n-1]
				if isFiller(first) || isFiller(last) || n == 1 && len(first) < 4 {
					continue
				}
				add(strings.Join(words[i:i+n], " "))
			}
		}
	}
	return out
}

// endsPhrase reports whether a phrase does not go on over a character. Spaces part words
// within a phrase.
func endsPhrase(r rune) bool {
	return r == '\n' || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !unicode.IsSpace(r) && r != '-' && r != '\'' && r != '’'
}

func isHan(word string) bool {
	for _, r := range word {
		return unicode.Is(unicode.Han, r)
	}
	return false
}

// isFiller reports whether a word neither begins nor ends a phrase that says something.
func isFiller(word string) bool {
	_, found := slices.BinarySearch(fillers, word)
	return found || strings.TrimFunc(word, unicode.IsDigit) == ""
}

// fillers are in order.
var fillers = strings.Fields(`a about after all also an and any are as at be been before but by can could did do
for from had has have he her his how i if in into is it its more most new no not of on one or other our out over
said say says she so some such than that the their them then there these they this those to under up was we were
what when where which while who will with would you`)
