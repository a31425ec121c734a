package news

import "time"

// A FlagKind names what is wrong with a source. Where its addresses or its stories
// cannot be read, the kind is the outcome that says why.
type FlagKind string

// The kinds of flag beside the outcomes.
const (
	FlagEmpty  FlagKind = "lists-nothing" // it is read, and lists no stories
	FlagStale  FlagKind = "stale"         // nothing new for far longer than it is used to
	FlagPages  FlagKind = "pages-fail"    // its stories cannot be read
	FlagSlow   FlagKind = "slow"          // it takes long to answer, and is asked less often for it
	FlagRobots FlagKind = "slowed"        // its robots.txt asks for long pauses
)

// A SourceFlag says that something is wrong with a source, since when, and what.
type SourceFlag struct {
	Kind   FlagKind  `json:"kind"`
	Since  time.Time `json:"since"`
	Detail string    `json:"detail,omitempty"` // for a person
}

// A Tally counts visits of a source's stories that ended in one way.
type Tally struct {
	N      int       `json:"n"`
	Last   time.Time `json:"last"`
	URL    string    `json:"url"`              // of the last
	Detail string    `json:"detail,omitempty"` // of the last
}

// Health is how a source fares, beside what its polls say.
type Health struct {
	Source   string            `json:"source"` // slug
	Rhythm   time.Duration     `json:"rhythm"` // from one new story to the next, on the average; 0: not known yet
	Gaps     int               `json:"gaps"`   // of which Rhythm is the average
	NewStory time.Time         `json:"new_story,omitzero"`
	Answers  time.Duration     `json:"answers"`          // how long it takes to answer, on the average
	Delay    time.Duration     `json:"delay,omitempty"`  // that its robots.txt asks for
	Versions int               `json:"versions"`         // texts that were changed later
	Visits   map[Outcome]Tally `json:"visits,omitempty"` // since it is watched
	Recent   []Outcome         `json:"recent,omitempty"` // of the last first visits, the newest last
	Flags    []SourceFlag      `json:"flags,omitempty"`  // in the order of their kinds
	Updated  time.Time         `json:"updated,omitzero"`
}

// Flagged returns the flag of a kind.
func (h Health) Flagged(kind FlagKind) (SourceFlag, bool) {
	for _, f := range h.Flags {
		if f.Kind == kind {
			return f, true
		}
	}
	return SourceFlag{}, false
}

// FailureShare is the part of the recent first visits that gave no text, 0 to 1.
func (h Health) FailureShare() float64 {
	failed := 0
	for _, o := range h.Recent {
		if o != OK && o != Unchanged {
			failed++
		}
	}
	return float64(failed) / float64(max(len(h.Recent), 1))
}

// A SourceState is what a change of kind SourceChange holds before and after: the
// flags of a source.
type SourceState struct {
	Source string       `json:"source"`
	Flags  []SourceFlag `json:"flags"`
}
