package news

import (
	"fmt"
	"time"
)

// A TagRef names one tag of one article.
type TagRef struct {
	Article      string       `json:"article"`
	Label        Label        `json:"label"`
	Jurisdiction Jurisdiction `json:"jurisdiction"`
}

// A Lease says who has taken a tag to decide on. It ends on its own.
type Lease struct {
	TagRef
	Owner string
	Since time.Time
	Until time.Time
}

// LeaseTime is how long a lease lasts after its owner's last act.
const LeaseTime = 10 * time.Minute

// Pending is a tag that an analyst may have to decide on, with what tells how soon.
type Pending struct {
	TagRef
	Record string
	Story  string
	Source string // slug
	Stage  Stage
	State  State
	Score  float64
	Time   time.Time // of the article
	Kept   time.Time // when the record was; the tag waits since then
	Rules  []string  // that its evidence rests on, each once

	Quality float64 // of the article's text
	Partial bool
	Dispute Dispute // what speaks against a verdict
	Against bool    // the article gives the place the opposite label too

	Lease   Lease     // Owner "": nobody's
	Snoozed time.Time // it does not ask before; zero: it asks
}

// A RuleCount says what has become of the tags that rest on a rule.
type RuleCount struct {
	Rule     string `json:"rule"`
	Label    Label  `json:"label"`
	Tags     int64  `json:"tags"`  // current ones
	Alone    int64  `json:"alone"` // of them, those that rest on no other rule
	Accepted int64  `json:"accepted"`
	Rejected int64  `json:"rejected"`
}

// A RulePair counts the tags that rest on two rules at once.
type RulePair struct {
	One      string `json:"one"`
	Other    string `json:"other"`
	Label    Label  `json:"label"`
	Tags     int64  `json:"tags"` // current ones
	Accepted int64  `json:"accepted"`
	Rejected int64  `json:"rejected"`
}

// RuleCounts are counts of all rules, and of those that stand behind the same tags.
type RuleCounts struct {
	Rules []RuleCount `json:"rules"`
	Pairs []RulePair  `json:"pairs"` // One is before Other
}

// A Note is what an analyst writes beside an article. Notes are only appended.
type Note struct {
	Number  int64     `json:"number"`
	Time    time.Time `json:"time"`
	Who     string    `json:"who"`
	Story   string    `json:"story"`
	Article string    `json:"article"`
	Text    string    `json:"text"`
}

// MaxNote bounds a note, in bytes.
const MaxNote = 16 << 10

// Validate reports the first thing that is wrong with n, as ErrInvalid.
func (n Note) Validate() error {
	switch {
	case n.Who == "" || len(n.Who) > 200:
		return fmt.Errorf("a note needs a name of up to 200 bytes: %w", ErrInvalid)
	case n.Article == "":
		return fmt.Errorf("a note needs an article: %w", ErrInvalid)
	case n.Text == "":
		return fmt.Errorf("the note is empty: %w", ErrInvalid)
	}
	if err := checkText(n.Text, MaxNote); err != nil {
		return fmt.Errorf("note: %w", err)
	}
	return nil
}
