package news

import "time"

// A CellKey names a cell of the map: one label in one place.
type CellKey struct {
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	Label        Label        `json:"label"`
}

// Cells says which cells of the map stand: those with a tag that counts and that
// nothing has closed since. A measure that is lifted closes the cell of the opposite
// label from its date on. No evidence is "unknown", not "no".
type Cells map[CellKey]CellTimes

// CellTimes are what a cell rests on; zero is never.
type CellTimes struct {
	Newest time.Time // of the tags behind it
	Closed time.Time // when it was last closed
}

// opposite are the labels of which one ends when a measure of the other is lifted.
var opposite = map[Label]Label{ProPolicy: Crackdown, Crackdown: ProPolicy}

// Opposite is the label of which a measure ends when one of l is lifted, and whether there
// is one.
func (l Label) Opposite() (other Label, has bool) {
	other, has = opposite[l]
	return other, has
}

// Add counts a tag of an article that was published at a time.
func (c Cells) Add(at time.Time, t Tag) {
	if !t.State.Counts() || t.Jurisdiction == Unnamed {
		return
	}
	key := CellKey{t.Jurisdiction, t.Label}
	if times := c[key]; at.After(times.Newest) {
		times.Newest = at
		c[key] = times
	}
	if other, has := opposite[t.Label]; has && t.Stage == Lifted {
		key.Label = other
		if times := c[key]; at.After(times.Closed) {
			times.Closed = at
			c[key] = times
		}
	}
}

// Stands reports whether a cell stands.
func (c Cells) Stands(key CellKey) bool {
	times := c[key]
	return times.Newest.After(times.Closed)
}
