package news

import (
	"cmp"
	"slices"
	"time"
)

// A Cell is one cell of the map with what it rests on.
type Cell struct {
	CellKey
	CellTimes
	Stage    Stage // of the newest tag behind it
	Articles int64 // with such a tag
}

// Stands reports whether c stands: a tag behind it counts, and nothing closed it since.
func (c Cell) Stands() bool { return c.Newest.After(c.Closed) }

// A WeekCount says how many tags that count are of articles of one week.
type WeekCount struct {
	Week  time.Time // Monday, 00:00 UTC
	Label Label
	N     int64
}

// Reported is a number of authorities that an article reports, and where it does.
type Reported struct {
	Count  // without its evidence
	Record string
	Source string // slug
	Time   time.Time
}

// A Map is the state of all places as of a time.
type Map struct {
	Cells    []Cell      // in the order of jurisdiction and label
	Weeks    []WeekCount // in the order of week and label; a week without a tag is left out
	Reported []Reported  // newest first
}

// A MapTime says as of when a map is. The zero value is now.
type MapTime struct {
	Known time.Time // by what the archive held then; zero: now
	Until time.Time // by articles published before it alone; zero: all
}

// Cell returns the cell with key, or the zero value.
func (m Map) Cell(key CellKey) Cell {
	i, found := slices.BinarySearchFunc(m.Cells, key, func(c Cell, k CellKey) int {
		return cmp.Or(cmp.Compare(c.Jurisdiction, k.Jurisdiction), cmp.Compare(c.Label, k.Label))
	})
	if !found {
		return Cell{CellKey: key}
	}
	return m.Cells[i]
}

// A MapMaker adds up tags to a map.
type MapMaker struct {
	cells  Cells
	extra  map[CellKey]*Cell
	weeks  map[weekKey]int64
	counts []Reported
}

type weekKey struct {
	week  int64
	label Label
}

// NewMapMaker returns one that has nothing yet.
func NewMapMaker() *MapMaker {
	return &MapMaker{cells: Cells{}, extra: map[CellKey]*Cell{}, weeks: map[weekKey]int64{}}
}

// Add counts n tags that differ in nothing that a map shows: at is the newest of their
// articles' times.
func (m *MapMaker) Add(at time.Time, t Tag, n int64) {
	m.cells.Add(at, t)
	if !t.State.Counts() || t.Jurisdiction == Unnamed {
		return
	}
	key := CellKey{t.Jurisdiction, t.Label}
	c := m.extra[key]
	if c == nil {
		c = &Cell{}
		m.extra[key] = c
	}
	c.Articles += n
	if at.After(c.Newest) {
		c.Newest, c.Stage = at, t.Stage
	}
}

// AddWeek counts n tags of a label of articles of one week.
func (m *MapMaker) AddWeek(at time.Time, label Label, n int64) {
	if n == 0 {
		return
	}
	m.weeks[weekKey{WeekOf(at).Unix(), label}] += n
}

// AddCount adds what an article reports.
func (m *MapMaker) AddCount(r Reported) { m.counts = append(m.counts, r) }

// Map returns what was added.
func (m *MapMaker) Map() Map {
	out := Map{Reported: slices.Clone(m.counts)}
	for key, times := range m.cells {
		c := Cell{CellKey: key, CellTimes: times}
		if extra := m.extra[key]; extra != nil {
			c.Stage, c.Articles = extra.Stage, extra.Articles
		}
		out.Cells = append(out.Cells, c)
	}
	slices.SortFunc(out.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Jurisdiction, b.Jurisdiction), cmp.Compare(a.Label, b.Label))
	})
	for key, n := range m.weeks {
		out.Weeks = append(out.Weeks, WeekCount{time.Unix(key.week, 0).UTC(), key.label, n})
	}
	slices.SortFunc(out.Weeks, func(a, b WeekCount) int { return cmp.Or(a.Week.Compare(b.Week), cmp.Compare(a.Label, b.Label)) })
	slices.SortStableFunc(out.Reported, func(a, b Reported) int { return b.Time.Compare(a.Time) })
	return out
}

// week is from Monday to Monday.
const week = 7 * 24 * time.Hour

// WeekOf returns the Monday, 00:00 UTC, on or before t.
func WeekOf(t time.Time) time.Time { return t.UTC().Truncate(week) } // a zero time is a Monday
