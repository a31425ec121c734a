package news

import (
	"time"
)

// A Fact is what an alert tells of a story: one label in one place, and how far it has
// come.
type Fact struct {
	Label        Label        `json:"label"`
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	Stage        Stage        `json:"stage"`
}

// A Cause says why a subscriber is told of a story, or told again.
type Cause string

// The causes.
const (
	NewStory      Cause = "story"     // the first that he hears of it
	NewPlace      Cause = "place"     // it is told of another place, or under another label
	NextStage     Cause = "stage"     // it has come further
	FirstOfficial Cause = "official"  // an official source tells it, and none did before
	Withdrawn     Cause = "withdrawn" // no report says it any more, or an analyst rejected it
	Contradicts   Cause = "lifted"    // a measure that was told is lifted
)

// An Alert tells one subscriber of one story because of one change: its key is
// (Subscription, Story, Change). What it told already is in Facts, so that he is told
// again only when something is new.
type Alert struct {
	Subscription string    `json:"subscription"`
	Story        string    `json:"story"`
	Change       int64     `json:"change"`
	Time         time.Time `json:"time"`
	Article      string    `json:"article"`
	Record       string    `json:"record"`
	Causes       []Cause   `json:"causes"`
	Facts        []Fact    `json:"facts"` // that stand now, of those that the subscription asks for
	Official     bool      `json:"official"`
	// Parts are stories that had become a part of this one, and of which what was told
	// before is in Facts: it is not to be counted again.
	Parts []string `json:"parts,omitempty"`
	// Due is when it leaves, which may be with others; zero of an alert from before
	// alerts were sent.
	Due time.Time `json:"due,omitzero"`
	// Batch is what it leaves together with: what has the same one. "": alone.
	Batch string `json:"batch,omitempty"`
}

// First reports whether a is the first alert of its story.
func (a Alert) First() bool { return len(a.Causes) > 0 && a.Causes[0] == NewStory }
