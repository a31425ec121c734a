package stories

import "math"

// clues are what speaks for or against two articles' reporting one event.
type clues [clueCount]float64

const (
	clueWords = iota
	clueTitle
	clueNumbers
	clueNumbersPart
	clueNumbersApart
	clueNames
	clueNamesPart
	clueNamesApart
	clueTags
	clueTagsApart
	clueStages
	cluePlaces
	cluePlacesApart
	clueConcepts
	clueGap
	clueFollows
	clueCopy
	clueTemplate
	clueSerial
	clueLifts
	clueHedged
	clueVague
	clueBias
	clueCount
)

const hour = int64(3600e6) // in microseconds

// bare is under how many shingles a text tells no more than a title does.
const bare = 8

// A way is how two articles can be compared.
type way int

const (
	told       way = iota // in one script, with texts
	headlined             // in one script, one of them little more than a title
	translated            // in two scripts
	ways
)

func wayOf(a, b *Features) way {
	switch {
	case a.Han != b.Han:
		return translated
	case min(a.Shingles, b.Shingles) < bare:
		return headlined
	}
	return told
}

// cluesOf compares two articles. It is symmetric.
func cluesOf(a, b *Features) (c clues) {
	if a.Han == b.Han {
		c[clueWords] = jaccard(a.Words, b.Words) * min(1, shared(a.Words, b.Words)/5)
		c[clueTitle] = jaccard(a.Title, b.Title) * min(1, shared(a.Title, b.Title)/2.5)
	}
	numbers := shared(a.Numbers, b.Numbers)
	c[clueNumbers] = min(numbers, 5) / 5
	c[clueNumbersPart] = contained(a.Numbers, b.Numbers) * min(1, numbers/1.2)
	few := 1.2
	if wayOf(a, b) == headlined {
		few = 0.6 // what a title counts is what it is about
	}
	if min(total(a.Numbers), total(b.Numbers)) >= few && c[clueNumbersPart] < 0.25 {
		c[clueNumbersApart] = 1
	}
	names := shared(a.Names, b.Names)
	c[clueNames] = min(names, 4) / 4
	c[clueNamesPart] = contained(a.Names, b.Names) * min(1, names/2)
	if a.Han == b.Han && min(total(a.Names), total(b.Names)) >= leastNames(a.Han) && c[clueNamesPart] < 0.25 {
		c[clueNamesApart] = 1
	}
	if tags := shared(a.Tags, b.Tags); tags > 0 {
		c[clueTags] = min(1, tags)
	} else if len(a.Tags) > 0 && len(b.Tags) > 0 {
		c[clueTagsApart] = 1
	}
	if places := shared(a.Places, b.Places); places > 0 {
		c[cluePlaces] = min(places, 2.5) / 2.5
	} else if len(a.Places) > 0 && len(b.Places) > 0 {
		c[cluePlacesApart] = 1
	}
	c[clueConcepts] = jaccard(a.Concepts, b.Concepts) * min(1, shared(a.Concepts, b.Concepts)/1.5)
	gap := float64(abs(a.Time-b.Time)) / float64(hour)
	c[clueGap] = min(gap, 72) / 24
	if gap >= 8 && (a.Follows && a.Time > b.Time || b.Follows && b.Time > a.Time) {
		c[clueFollows] = 1
	}
	_, c[clueCopy] = same(a, b)
	if min(total(a.Numbers), total(b.Numbers)) >= 1.2 {
		c[clueTemplate] = c[clueCopy] * (1 - c[clueNumbersPart])
	}
	if a.Serial && b.Serial {
		c[clueSerial] = 1
	}
	if a.Lifts != b.Lifts {
		c[clueLifts] = 1
	}
	if a.Hedged != b.Hedged {
		c[clueHedged] = 1
	}
	if shared(a.Tags, b.Tags) > 0 && shared(a.Stages, b.Stages) == 0 {
		c[clueStages] = 1
	}
	if numbers+names+shared(a.Places, b.Places)+shared(a.Tags, b.Tags) == 0 {
		c[clueVague] = 1 // nothing but words: the same thing done somewhere, by somebody
	}
	c[clueBias] = 1
	return c
}

// leastNames is how much of names each of two texts must hold for their having none
// in common to say anything. Chinese ones are found by sure signs only.
func leastNames(han bool) float64 {
	if han {
		return 1
	}
	return 2
}

// weights of clues, by way, from a logistic fit on the half of the gold articles
// that may be looked at, and rounded. A score above 0 is one event.
var weights = [ways]clues{
	told: {
		clueWords: 3.1, clueTitle: 1.3, clueNumbers: 3.0, clueNumbersPart: 5.2, clueNumbersApart: -2.0, clueNames: 1.9, clueNamesPart: 2.0, clueNamesApart: -1.7,
		clueTags: 1.6, cluePlaces: 2.2, cluePlacesApart: -0.9, clueConcepts: 4.0, clueGap: -1.5, clueFollows: -0.7, clueTemplate: -4, clueSerial: -3,
		clueLifts: -0.7, clueHedged: -0.3, clueStages: -0.5, clueBias: -8.3,
	},
	headlined: {
		clueWords: 5.2, clueTitle: 6.1, clueNumbers: 1.7, clueNumbersPart: 4.4, clueNumbersApart: -12.0, clueNames: 4.1, clueNamesPart: 5.6, clueNamesApart: -1.3,
		clueTags: 1.5, cluePlaces: 6.0, cluePlacesApart: -1.5, clueConcepts: 4.7, clueGap: -1.5, clueFollows: -0.5, clueTemplate: -2, clueSerial: -4,
		clueLifts: -2.5, clueHedged: -5.0, clueVague: -2.0, clueStages: -0.8, clueBias: -7.1,
	},
	translated: {
		clueNumbers: 2.0, clueNumbersPart: 5.2, clueNumbersApart: -3.0, clueNames: 1.3, clueNamesPart: 2.7,
		clueTags: 1.7, clueTagsApart: -1.0, cluePlaces: 5.0, cluePlacesApart: -1.9, clueConcepts: 6.5, clueGap: -1.5, clueFollows: -0.4, clueSerial: -2, clueLifts: -0.7, clueHedged: -0.3, clueBias: -7.4,
	},
}

// Window is how far apart in time, at most, two articles on one event are looked
// for, in microseconds.
const Window = 72 * hour

// Compare reports whether two articles report one event, and how surely: the higher
// the surer, above 0 if they do. It is symmetric.
func Compare(a, b *Features) (score float64, tied bool) {
	if !inWindow(a.Time, b.Time) {
		return math.Inf(-1), false
	}
	c := cluesOf(a, b)
	for i, w := range weights[wayOf(a, b)] {
		score += w * c[i]
	}
	if isCopy(a, b, &c) {
		score = max(score, 1+c[clueCopy])
	}
	return score, score > 0
}

// A copy has at least copyShare of the shorter text's shingles, which are at least
// copyLeast.
const (
	copyShare = 0.75
	copyLeast = 20
)

// isCopy reports whether one text is the other, or a part of it, under whatever
// title. One that counts other things or tells of other names is only worded alike.
func isCopy(a, b *Features, c *clues) bool {
	return c[clueCopy] >= copyShare && min(a.Shingles, b.Shingles) >= copyLeast &&
		c[clueTemplate] < 0.3 && c[clueNumbersApart] == 0 && c[clueNamesApart] == 0 && c[cluePlacesApart] == 0
}
