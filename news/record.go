package news

import (
	"fmt"
	"slices"
)

// RecordSchema names the form of a record on the wire and in exports.
const RecordSchema = "edict.record/1"

// A Label is what a story is about. A rule file may add more than these two.
type Label string

// The labels of the embedded rules.
const (
	ProPolicy Label = "pro_blockchain_policy"
	Crackdown Label = "mining_crackdown"
)

// ValidLabel reports whether l is 1 to 64 of a-z, 0-9 and "_", beginning with a
// letter: labels are part of a subject on the bus.
func ValidLabel(l Label) bool {
	if l == "" || len(l) > 64 || l[0] < 'a' || l[0] > 'z' {
		return false
	}
	for _, c := range []byte(l) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// A Stage says how far a measure has come.
type Stage string

// The stages.
const (
	Proposed Stage = "proposed"
	Enacted  Stage = "enacted"
	Enforced Stage = "enforced"
	Lifted   Stage = "lifted"
)

// A State says who stands behind a tag. A score counts auto and accepted.
type State string

// The states of a tag.
const (
	Auto     State = "auto"     // the rules are sure
	Review   State = "review"   // the rules are not; an analyst decides
	Accepted State = "accepted" // an analyst said yes
	Rejected State = "rejected" // an analyst said no
)

// Counts reports whether a tag in this state is relied upon.
func (s State) Counts() bool { return s == Auto || s == Accepted }

// A Field names a text of a record that evidence points into.
type Field string

// The fields.
const (
	Title   Field = "title"
	Summary Field = "summary"
	Text    Field = "text"
)

// Evidence is a span of a field: bytes Start to End, of which Quote is a copy.
type Evidence struct {
	Field Field  `json:"field"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Quote string `json:"quote"`
	Rule  string `json:"rule"`
}

// A Tag is one label in one jurisdiction.
type Tag struct {
	Label        Label        `json:"label"`
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	Stage        Stage        `json:"stage"`
	Score        float64      `json:"score"`
	State        State        `json:"state"`
	Evidence     []Evidence   `json:"evidence"`
}

// A Near is a label that was missed by a little, with what was missing.
type Near struct {
	Label   Label    `json:"label"`
	Score   float64  `json:"score"`
	Missing []string `json:"missing"`
}

// An Amount is a sum of money that a measure names.
type Amount struct {
	Value        float64      `json:"value"`    // in units of Currency: 17.5 million yuan is 17500000
	Currency     string       `json:"currency"` // ISO 4217
	Cap          bool         `json:"cap"`      // "up to"
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	Evidence     []Evidence   `json:"evidence"`
}

// A Count is a number of authorities that a text reports: 33 of 34 provinces.
type Count struct {
	Value    int        `json:"value"`
	Of       int        `json:"of"` // 0: the text gives no whole
	Unit     string     `json:"unit"`
	Label    Label      `json:"label"`
	Evidence []Evidence `json:"evidence"`
}

// RuleSet names the rules that made a record.
type RuleSet struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// A Record is an article version with its tags. Its id is the primary key in the store,
// and the beginning of the message id on the bus.
type Record struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`
	Content
	Story   string   `json:"story"`             // "" until the sink has grouped it
	Expired bool     `json:"expired,omitempty"` // summary and text were given up by age; evidence keeps its quotes
	Quiet   bool     `json:"quiet"`
	Rules   RuleSet  `json:"rules"`
	Tags    []Tag    `json:"tags"`
	Near    []Near   `json:"near"`
	Amounts []Amount `json:"amounts"`
	Counts  []Count  `json:"counts"`

	// Features are what of the record is compared to find its story, as package stories
	// encodes them; or nothing, then the sink makes them. They are on the bus alone: no
	// store returns them, and no export holds them.
	Features []byte `json:"features,omitempty"`
}

// NewRecord begins the record of a under rules, without a tag.
func NewRecord(a Article, rules RuleSet) Record {
	return Record{
		Schema: RecordSchema, ID: RecordID(a.ID, a.Version, rules.Hash),
		Content: a.Content, Quiet: a.Quiet, Rules: rules,
		Tags: []Tag{}, Near: []Near{}, Amounts: []Amount{}, Counts: []Count{},
	}
}

// Key returns the key of the article version that r is about.
func (r Record) Key() Key { return Key{ArticleID(r.CanonicalURL), r.Version} }

// MessageID is the id under which r is published: a repeat is dropped. As with
// articles, the same text fetched again is none.
func (r Record) MessageID() string { return r.ID + "." + fetchMark(r.Content) }

// Field returns the text that evidence in f points into.
func (c Content) Field(f Field) string {
	switch f {
	case Title:
		return c.Title
	case Summary:
		return c.Summary
	case Text:
		return c.Text
	}
	return ""
}

// Validate reports the first thing that is wrong with r, as ErrInvalid.
func (r Record) Validate() error {
	if err := checkSchema(r.Schema, RecordSchema); err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	if want := RecordID(r.Key().Article, r.Version, r.Rules.Hash); r.ID != want {
		return fmt.Errorf("record %s: id is not the hash of article, version and rules: %w", r.ID, ErrInvalid)
	}
	if err := r.Content.validate(r.Expired); err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	seen := map[[2]string]bool{}
	for _, t := range r.Tags {
		if err := r.checkTag(t); err != nil {
			return fmt.Errorf("record %s: tag %s %s: %w", r.ID, t.Label, t.Jurisdiction, err)
		}
		key := [2]string{string(t.Label), string(t.Jurisdiction)}
		if seen[key] {
			return fmt.Errorf("record %s: tag %s %s stands twice: %w", r.ID, t.Label, t.Jurisdiction, ErrInvalid)
		}
		seen[key] = true
	}
	for _, a := range r.Amounts {
		if err := r.checkEvidence(a.Evidence); err != nil {
			return fmt.Errorf("record %s: amount: %w", r.ID, err)
		}
	}
	for _, c := range r.Counts {
		if err := r.checkEvidence(c.Evidence); err != nil {
			return fmt.Errorf("record %s: count: %w", r.ID, err)
		}
	}
	return nil
}

func (r Record) checkTag(t Tag) error {
	switch {
	case !ValidLabel(t.Label):
		return fmt.Errorf("label is not a-z, 0-9 and _: %w", ErrInvalid)
	case !t.Jurisdiction.Valid():
		return fmt.Errorf("jurisdiction is not a code: %w", ErrInvalid)
	case !slices.Contains([]Stage{Proposed, Enacted, Enforced, Lifted}, t.Stage):
		return fmt.Errorf("stage %q is unknown: %w", t.Stage, ErrInvalid)
	case !slices.Contains([]State{Auto, Review, Accepted, Rejected}, t.State):
		return fmt.Errorf("state %q is unknown: %w", t.State, ErrInvalid)
	case len(t.Evidence) == 0:
		return fmt.Errorf("no evidence: %w", ErrInvalid)
	}
	return r.checkEvidence(t.Evidence)
}

func (r Record) checkEvidence(evidence []Evidence) error {
	for _, e := range evidence {
		if r.Expired && e.Field != Title {
			continue // the text that it is a slice of is gone
		}
		text := r.Field(e.Field)
		if e.Start < 0 || e.End <= e.Start || e.End > len(text) {
			return fmt.Errorf("evidence %s %d:%d is outside of the field: %w", e.Field, e.Start, e.End, ErrInvalid)
		}
		if text[e.Start:e.End] != e.Quote {
			return fmt.Errorf("evidence %s %d:%d: the quote is not that slice: %w", e.Field, e.Start, e.End, ErrInvalid)
		}
	}
	return nil
}
