package news

import "time"

// A RuleUse says that rules are in use from a time on: the active rules are those of
// the last one. Rules are run over the archive only when they are applied.
type RuleUse struct {
	Number int64     `json:"number"` // from 1
	Rules  RuleSet   `json:"rules"`
	Who    string    `json:"who"`
	Time   time.Time `json:"time"`
	// Change is the last change before they held.
	Change int64 `json:"change"`

	Applied  bool      `json:"applied"`           // they are to be run over the archive
	At       int64     `json:"at"`                // and have come to this article
	Written  int64     `json:"written"`           // of which so many have other tags
	Finished time.Time `json:"finished,omitzero"` // zero: not yet
}
