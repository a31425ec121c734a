package news

import "time"

// A Story is the articles that report one event.
type Story struct {
	ID        string     `json:"id"`
	Began     time.Time  `json:"began"`               // when it was made
	Earliest  time.Time  `json:"earliest,omitzero"`   // of its articles' times
	Latest    time.Time  `json:"latest,omitzero"`     // of them
	Articles  int        `json:"articles"`            // how many it has
	Became    string     `json:"became,omitempty"`    // the story of which it is a part now
	Parted    []string   `json:"parted,omitempty"`    // stories that an analyst has said are others
	Decisions []Decision `json:"decisions,omitempty"` // on it, the oldest first
}

// A Teller is a source that tells of a story, with the record of the first article in
// which it does.
type Teller struct {
	Source string
	Record string
}
