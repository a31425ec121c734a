package news

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// An Act is what an analyst does to a tag or to a story.
type Act string

// The acts.
const (
	Accept Act = "accept" // the tag is right
	Reject Act = "reject" // the tag is wrong
	Edit   Act = "edit"   // it is right with another label, place or stage
	Merge  Act = "merge"  // two stories are one event
	Split  Act = "split"  // an article is of another event
	Undo   Act = "undo"   // an earlier decision does not hold
)

// A Decision is an analyst's act. Decisions are only ever appended; an undo is one
// more. A verdict on a tag belongs to (article, label, jurisdiction) and lies over
// whatever rules say, now and later.
type Decision struct {
	Number int64     `json:"number"` // from 1, without a gap
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	Act    Act       `json:"act"`

	Story        string       `json:"story,omitempty"`
	Article      string       `json:"article,omitempty"`
	Label        Label        `json:"label,omitempty"`        // the tag that is decided on
	Jurisdiction Jurisdiction `json:"jurisdiction,omitempty"` // and its place
	Undoes       int64        `json:"undoes,omitempty"`       // the number of another decision

	// Before and After are what the act altered, as it was and as it is: for a tag the
	// article's tags, for a merge or a split which article is of which story.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`

	Rules  string `json:"rules,omitempty"` // hash of the rules whose tags were decided on
	Reason string `json:"reason,omitempty"`
	Spent  int64  `json:"spent_ms,omitempty"` // how long it took, in milliseconds; 0: not known
}

// A DecisionFilter selects decisions; what is empty narrows nothing.
type DecisionFilter struct {
	Who          string
	Label        Label
	Jurisdiction Jurisdiction // a country includes its divisions
	Since, Until time.Time    // made at or after the one, and before the other
	Undoing      []int64      // those that took one of these back
	After        int64        // those with a higher number
	Before       int64        // those with a smaller one; 0: all
	Oldest       bool         // in their order; otherwise the last come first
	Limit        int
}

// MaxReason bounds a reason, in bytes.
const MaxReason = 4 << 10

// A Verdict is what an analyst asks for: accept, reject or edit of one tag.
type Verdict struct {
	Who          string
	Act          Act
	Article      string
	Label        Label
	Jurisdiction Jurisdiction
	// Seen is the state in which the analyst saw the tag; if it is another one by now,
	// the verdict is ErrConflict. "": whatever it is.
	Seen State
	// As is what an edit makes of the tag: an empty field stays as it is.
	As struct {
		Label        Label
		Jurisdiction Jurisdiction
		Stage        Stage
	}
	Reason string
	Spent  time.Duration // how long the analyst looked at the tag; 0: not known
}

// MaxSpent bounds how long a decision takes: beyond it somebody left the desk.
const MaxSpent = time.Hour

// Validate reports the first thing that is wrong with v, as ErrInvalid.
func (v Verdict) Validate() error {
	as := v.As
	switch {
	case v.Who == "" || len(v.Who) > 200:
		return fmt.Errorf("a verdict needs a name of up to 200 bytes: %w", ErrInvalid)
	case !slices.Contains([]Act{Accept, Reject, Edit}, v.Act):
		return fmt.Errorf("a verdict accepts, rejects or edits, and %q is none of these: %w", v.Act, ErrInvalid)
	case v.Article == "" || !ValidLabel(v.Label) || !v.Jurisdiction.Valid():
		return fmt.Errorf("a verdict needs the article, label and place of a tag: %w", ErrInvalid)
	case v.Act != Edit && as.Label+Label(as.Jurisdiction)+Label(as.Stage) != "":
		return fmt.Errorf("only an edit says what the tag becomes: %w", ErrInvalid)
	case v.Act == Edit && as.Label+Label(as.Jurisdiction)+Label(as.Stage) == "":
		return fmt.Errorf("an edit says which label, place or stage the tag has: %w", ErrInvalid)
	case as.Label != "" && !ValidLabel(as.Label):
		return fmt.Errorf("label %q is not a-z, 0-9 and _: %w", as.Label, ErrInvalid)
	case as.Jurisdiction != "" && !as.Jurisdiction.Valid():
		return fmt.Errorf("%q is no place's code: %w", as.Jurisdiction, ErrInvalid)
	case as.Stage != "" && !slices.Contains([]Stage{Proposed, Enacted, Enforced, Lifted}, as.Stage):
		return fmt.Errorf("stage %q is unknown: %w", as.Stage, ErrInvalid)
	case len(v.Reason) > MaxReason:
		return fmt.Errorf("a reason has up to %d bytes: %w", MaxReason, ErrInvalid)
	case v.Spent < 0 || v.Spent > MaxSpent:
		return fmt.Errorf("a decision takes up to %v: %w", MaxSpent, ErrInvalid)
	}
	return nil
}

// A Dispute says why an analyst should look at a verdict again.
type Dispute string

// The disputes.
const (
	NoDispute    Dispute = ""
	RulesDispute Dispute = "rules"    // the rules no longer see an accepted tag
	TextDispute  Dispute = "evidence" // the words that it rested on are gone from the text
)
