// Package review decides in which order tags come before an analyst, and says why in a
// word. It is pure: it reads no database and no clock, and it decides nothing about a
// tag.
package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// A Reason says in a word why a tag comes before an analyst when it does.
type Reason string

// The reasons, the most urgent first.
const (
	Contradiction Reason = "contradiction"    // its article gives the place the opposite label too
	Disputed      Reason = "disputed verdict" // new rules or a new text speak against what an analyst said
	WeakRule      Reason = "weak rule"        // analysts often rejected what rests on its rule
	Doubtful      Reason = "doubtful text"    // the article could not be read well
	Uncertain     Reason = "uncertain score"  // its score is in the middle
	NewPlace      Reason = "new place"        // nothing that counts was known of the place
	Waiting       Reason = "waiting"          // none of these: it waits for its turn
)

// Reasons are all reasons, the most urgent first.
var Reasons = []Reason{Contradiction, Disputed, WeakRule, Doubtful, Uncertain, NewPlace, Waiting}

// The marks of the reasons.
const (
	weakDecided   = 5   // so many verdicts say something of a rule
	weakPrecision = .8  // a rule that is right less often is weak
	poorQuality   = .5  // extractors agreed less than this on the text
	uncertainBand = .15 // around the middle of the scores
	middle        = .5
)

const (
	step      = 10 // points from one reason to the next
	dayPoints = 5  // for each day of waiting
)

// Known is what the order depends on besides the tags.
type Known struct {
	Now    time.Time
	Rules  []news.RuleCount           // of verdicts: Accepted and Rejected count
	Places map[news.Jurisdiction]bool // with a tag that counts
}

// An Item is a tag in its turn.
type Item struct {
	news.Pending
	Reason Reason
	Weak   news.RuleCount // of WeakRule: which rule, and what analysts said of it
}

// Order puts tags in the order in which an analyst should see them. The reason counts
// first, and each two days of waiting count as much as one reason: whatever comes in,
// a tag that waits gets its turn. Of equal ones the newer article is first.
func Order(list []news.Pending, k Known) []Item {
	weak := map[ruleKey]news.RuleCount{}
	for _, c := range k.Rules {
		if IsWeak(c) {
			weak[ruleKey{c.Rule, c.Label}] = c
		}
	}
	items := make([]Item, len(list))
	points := make(map[news.TagRef]float64, len(list))
	for i, p := range list {
		reason, rule := reasonOf(p, weak, k.Places)
		items[i] = Item{p, reason, rule}
		urgency := len(Reasons) - slices.Index(Reasons, reason)
		waited := max(0, k.Now.Sub(p.Kept).Hours()/24)
		points[p.TagRef] = float64(urgency*step) + waited*dayPoints
	}
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(points[b.TagRef], points[a.TagRef]), b.Time.Compare(a.Time),
			strings.Compare(a.Article, b.Article), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
	return items
}

type ruleKey struct {
	rule  string
	label news.Label
}

func reasonOf(p news.Pending, weak map[ruleKey]news.RuleCount, places map[news.Jurisdiction]bool) (r Reason, rule news.RuleCount) {
	switch {
	case p.Against:
		return Contradiction, rule
	case p.Dispute != news.NoDispute:
		return Disputed, rule
	}
	for _, name := range p.Rules {
		if c, is := weak[ruleKey{name, p.Label}]; is {
			return WeakRule, c
		}
	}
	switch {
	case p.Partial, p.Quality < poorQuality:
		return Doubtful, rule
	case p.Score > middle-uncertainBand && p.Score < middle+uncertainBand:
		return Uncertain, rule
	case !places[p.Jurisdiction]:
		return NewPlace, rule
	}
	return Waiting, rule
}

// IsWeak reports whether analysts rejected so much of what rests on a rule that its
// other tags should be looked at.
func IsWeak(c news.RuleCount) bool {
	decided := c.Accepted + c.Rejected
	return decided >= weakDecided && float64(c.Accepted) < weakPrecision*float64(decided)
}
