package news

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A ChangeKind says what has altered.
type ChangeKind string

// The kinds of change.
const (
	StoredChange    ChangeKind = "stored"  // an article was stored for the first time
	VersionChange   ChangeKind = "version" // its text changed
	TagChange       ChangeKind = "tag"     // rules made other tags from the same text
	DecisionChange  ChangeKind = "decision"
	MergeChange     ChangeKind = "merge" // its story became part of another: one row for each of its articles
	SplitChange     ChangeKind = "split" // an analyst took the article out of a story
	WithdrawnChange ChangeKind = "withdrawn"
	SourceChange    ChangeKind = "source" // a source has other flags; it has no article and no record
)

// A Change says that what a reader may rely on has altered. Sequence numbers grow,
// and none appears behind a reader's cursor. One article is one change, whatever
// its tags.
type Change struct {
	Sequence int64           `json:"sequence"`
	Time     time.Time       `json:"time"`
	Kind     ChangeKind      `json:"kind"`
	Story    string          `json:"story"`
	Was      string          `json:"was,omitempty"` // the story that the article was in before a merge or a split
	Article  string          `json:"article"`
	Record   string          `json:"record"`           // the record that is current after it
	Before   json.RawMessage `json:"before,omitempty"` // tags before, as an array of Tag; of a SourceChange, a SourceState
	After    json.RawMessage `json:"after,omitempty"`  // tags after
	Quiet    bool            `json:"quiet"`
}

// AnnouncementSchema names the form of a message on STORED.
const AnnouncementSchema = "edict.stored/1"

// An Announcement is one message to outside programs: one tag of a changed story,
// with the record that holds it.
type Announcement struct {
	Schema string     `json:"schema"`
	Change int64      `json:"change"`
	Kind   ChangeKind `json:"kind"`
	Time   time.Time  `json:"time"`
	Tag    Tag        `json:"tag"`
	Record Record     `json:"record"`
}

// NewAnnouncement announces tag t of r, which c changed.
func NewAnnouncement(c Change, r Record, t Tag) Announcement {
	return Announcement{Schema: AnnouncementSchema, Change: c.Sequence, Kind: c.Kind, Time: c.Time.UTC(), Tag: t, Record: r}
}

// Subject is the part of the bus's subject that names the tag:
// <label>.<country>.<division or _>.
func (a Announcement) Subject() string {
	division := a.Tag.Jurisdiction.Division()
	if division == "" {
		division = "_"
	}
	return strings.Join([]string{string(a.Tag.Label), a.Tag.Jurisdiction.Country(), division}, ".")
}

// MessageID is <change>.<label>.<jurisdiction>.
func (a Announcement) MessageID() string {
	return fmt.Sprintf("%d.%s.%s", a.Change, a.Tag.Label, a.Tag.Jurisdiction)
}

// Validate reports the first thing that is wrong with a, as ErrInvalid.
func (a Announcement) Validate() error {
	if err := checkSchema(a.Schema, AnnouncementSchema); err != nil {
		return fmt.Errorf("announcement %d: %w", a.Change, err)
	}
	return a.Record.Validate()
}
