package news

import "time"

// A Filter selects records. The zero value selects all that are current.
type Filter struct {
	Label        Label        // ""; any
	Jurisdiction Jurisdiction // a country includes its divisions
	Stage        Stage        // "": any
	Source       string       // slug
	Story        string       // id
	Language     string
	Tagged       bool      // only records with a tag that counts or waits for review
	Since        time.Time // published (or, where unknown, fetched) at or after
	Until        time.Time // before
	Words        string    // full-text query: words, "phrases", Chinese of two characters and more
	After        Position  // continue behind this position
	Limit        int       // at most so many; 0: no limit
	AsOf         time.Time // as the archive stood at this moment; zero: as it stands
}

// A Position is where a record stands in the order newest first: its time
// (published, or fetched where that is unknown), then its id.
type Position struct {
	Time time.Time
	ID   string
}

// IsZero reports whether p is the start.
func (p Position) IsZero() bool { return p.Time.IsZero() && p.ID == "" }

// Position returns where r stands.
func (r Record) Position() Position {
	if r.Published.IsZero() {
		return Position{r.Fetched, r.ID}
	}
	return Position{r.Published, r.ID}
}

// A TagCount says how many current records carry a tag that counts or waits for
// review, for one label in one jurisdiction.
type TagCount struct {
	Label        Label        `json:"label"`
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	N            int64        `json:"n"`
}
