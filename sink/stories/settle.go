package stories

import (
	"cmp"
	"math"
	"slices"
)

// A Group is a story as far as it matters here. Times are in microseconds.
type Group struct {
	ID    string
	Began int64 // when it was made: of two stories that become one the elder remains
	First int64 // the time of its earliest article
	Last  int64 // and of its latest
	Size  int   // articles
}

// Bounds within which a story grows by itself. An analyst may merge beyond them.
const (
	// MaxSpan is the most time from a story's first article to its last. Without it
	// an affair of which all write for weeks becomes one story, tie by tie.
	MaxSpan = 120 * hour
	// MaxMoved is the most articles of a story that are given to another.
	MaxMoved = 200
)

// A Tied is a story with an article that is tied to the one in question.
type Tied struct {
	Group Group
	Score float64
	Sure  bool // one says itself that it is a copy of the other: however late, and before all scores
}

// Settle says into which story an article goes that has the story own (its ID is ""
// for a new article), and which stories become part of that one. apart reports
// whether an analyst has said that two stories are not one. With no story to go to,
// into is own.
func Settle(time int64, own Group, tied []Tied, apart func(a, b string) bool) (into Group, merged []Group) {
	best := map[string]Tied{}
	for _, t := range tied {
		if t.Sure {
			t.Score = math.Inf(1)
		}
		if b, known := best[t.Group.ID]; t.Group.ID != own.ID && (!known || t.Score > b.Score) {
			best[t.Group.ID] = t
		}
	}
	list := make([]Tied, 0, len(best))
	for _, t := range best {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Tied) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), elder(a.Group, b.Group))
	})
	var one []Group // that become one story
	span := Group{First: time, Last: time}
	if own.ID != "" {
		one, span = append(one, own), own
	}
	for _, t := range list {
		grown := Group{First: min(span.First, t.Group.First), Last: max(span.Last, t.Group.Last)}
		clash := slices.ContainsFunc(one, func(g Group) bool {
			return apart(g.ID, t.Group.ID) || min(g.Size, t.Group.Size) > MaxMoved
		})
		if clash || grown.Last-grown.First > MaxSpan && !t.Sure {
			continue
		}
		one, span = append(one, t.Group), grown
	}
	if len(one) == 0 {
		return own, nil
	}
	slices.SortFunc(one, elder)
	// The elder remains, unless that would move more than is allowed.
	for i, g := range one {
		if g.Size > MaxMoved {
			one[0], one[i] = one[i], one[0]
			break
		}
	}
	return one[0], one[1:]
}

// Elder reports whether a was made before b, and so remains of the two.
func Elder(a, b Group) bool { return elder(a, b) < 0 }

func elder(a, b Group) int { return cmp.Or(cmp.Compare(a.Began, b.Began), cmp.Compare(a.ID, b.ID)) }
