package store

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"edict/news"
)

// A mapBook has how each cell of the map came to be: for each label, place and stage how
// many articles had such a tag after each change, and when the newest of them was
// published. The map of any moment is looked up in it, however many articles there are.
// It takes about 200 bytes for an article that has tags.
type mapBook struct {
	last     int64 // the sequence of the change up to which it was written
	at       int64 // when that was
	articles map[string]bookArticle
	sums     map[bookKey]*bookSum
	weeks    map[bookWeek]*history
	counted  map[standingKey]*history // of records in which something is reported
	counts   map[string]bool          // records in which something is reported
	reported []bookCount              // newest first
	sorted   bool                     // reported is
}

func newMapBook() *mapBook {
	return &mapBook{
		articles: map[string]bookArticle{}, sums: map[bookKey]*bookSum{},
		weeks: map[bookWeek]*history{}, counted: map[standingKey]*history{}, counts: map[string]bool{}, sorted: true,
	}
}

// A bookKey is what a map needs of a tag.
type bookKey struct {
	label        news.Label
	jurisdiction news.Jurisdiction
	stage        news.Stage
	waits        bool // for an analyst: it is on no map, but counted
}

// A bookWeek is a week, by the microsecond in which it begins, of a label.
type bookWeek struct {
	label news.Label
	week  int64
}

// A standingKey is a record that has a tag which counts under a label.
type standingKey struct {
	record string
	label  news.Label
}

// A bookArticle is an article as it stands.
type bookArticle struct {
	position int64
	record   string // "" where nothing is reported in it
	tags     []*bookSum
}

// A bookSum is the articles that have a tag.
type bookSum struct {
	bookKey
	positions []int64 // of the articles that have it now, in order
	past      history
}

// A bookCount is what is reported in a record, and when that stood.
type bookCount struct {
	news.Reported
	standing *history
}

// A history says how many there were after each change that altered it, and when the
// newest of them was published.
type history []struct{ at, newest, n int64 }

// note adds how many there are since a moment.
func (h *history) note(at, n, newest int64) {
	list := *h
	if len(list) > 0 && list[len(list)-1].at == at {
		list[len(list)-1].n, list[len(list)-1].newest = n, newest
		return
	}
	*h = append(list, struct{ at, newest, n int64 }{at, newest, n})
}

// as returns how many there were at a moment.
func (h history) as(of int64) (n, newest int64) {
	i := sort.Search(len(h), func(i int) bool { return h[i].at > of })
	if i == 0 {
		return 0, 0
	}
	return h[i-1].n, h[i-1].newest
}

// clamp lets nothing have happened after a moment: the clock was set back, and what was
// written before had happened by then.
func (h history) clamp(at int64) {
	for i := len(h) - 1; i >= 0 && h[i].at > at; i-- {
		h[i].at = at
	}
}

// A bookStep is an article as it was after a change.
type bookStep struct {
	sequence, at int64
	article      string
	record       string
	position     int64
	tags         []bookKey
}

// write takes up a change. What is reported in its record was taken up before.
func (b *mapBook) write(step bookStep) {
	if step.at < b.at {
		for _, s := range b.sums {
			s.past.clamp(step.at)
		}
		for _, h := range b.weeks {
			h.clamp(step.at)
		}
		for _, h := range b.counted {
			h.clamp(step.at)
		}
	}
	b.at = step.at
	next := bookArticle{position: step.position}
	if b.counts[step.record] {
		next.record = step.record
	}
	for _, key := range step.tags {
		sum := b.sums[key]
		if sum == nil {
			sum = &bookSum{bookKey: key}
			b.sums[key] = sum
		}
		next.tags = append(next.tags, sum)
	}
	old := b.articles[step.article]
	if old.position == next.position && old.record == next.record && slices.Equal(old.tags, next.tags) {
		return
	}
	b.articles[step.article] = next
	b.count(old, -1)
	b.count(next, 1)
}

// count adds the tags of an article, or takes them away.
func (b *mapBook) count(a bookArticle, by int64) {
	for _, s := range a.tags {
		if by > 0 {
			i, _ := slices.BinarySearch(s.positions, a.position)
			s.positions = slices.Insert(s.positions, i, a.position)
		} else if i, found := slices.BinarySearch(s.positions, a.position); found {
			s.positions = slices.Delete(s.positions, i, i+1)
		}
		if s.waits {
			continue
		}
		newest := int64(math.MinInt64)
		if n := len(s.positions); n > 0 {
			newest = s.positions[n-1]
		}
		s.past.note(b.at, int64(len(s.positions)), newest)
		alter(b.weeks, weekOf(s.label, a.position), b.at, by)
		if a.record != "" {
			alter(b.counted, standingKey{a.record, s.label}, b.at, by)
		}
	}
}

func weekOf(label news.Label, position int64) bookWeek {
	return bookWeek{label, micro(news.WeekOf(fromMicro(position)))}
}

// alter notes that there are more of something, or less.
func alter[K comparable](of map[K]*history, key K, at, by int64) {
	h := of[key]
	if h == nil {
		h = &history{}
		of[key] = h
	}
	n, _ := h.as(math.MaxInt64)
	h.note(at, n+by, 0)
}

// report takes up what is reported in a record.
func (b *mapBook) report(r news.Reported) {
	key := standingKey{r.Record, r.Label}
	if b.counted[key] == nil {
		b.counted[key] = &history{}
	}
	b.reported, b.sorted = append(b.reported, bookCount{r, b.counted[key]}), false
}

// tally counts the tags that count or wait.
func (b *mapBook) tally() []news.TagCount {
	type key struct {
		label        news.Label
		jurisdiction news.Jurisdiction
	}
	n := map[key]int64{}
	for _, s := range b.sums {
		if len(s.positions) > 0 {
			n[key{s.label, s.jurisdiction}] += int64(len(s.positions))
		}
	}
	var list []news.TagCount
	for k, n := range n {
		list = append(list, news.TagCount{Label: k.label, Jurisdiction: k.jurisdiction, N: n})
	}
	slices.SortFunc(list, func(a, b news.TagCount) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
	return list
}

// mapOf is the map as it was known at a moment, or where that is zero, of what is known
// now of articles published until one. Its weeks begin at since, a Monday.
func (b *mapBook) mapOf(when news.MapTime, since time.Time) news.Map {
	m := news.NewMapMaker()
	known, until, weeks := int64(math.MaxInt64), int64(math.MaxInt64), micro(since)
	if !when.Known.IsZero() {
		known = micro(when.Known)
	}
	if !when.Until.IsZero() {
		until = micro(when.Until)
	}
	sums := make([]*bookSum, 0, len(b.sums))
	for _, s := range b.sums {
		if !s.waits {
			sums = append(sums, s)
		}
	}
	slices.SortFunc(sums, func(a, b *bookSum) int { // of two that are as new, the same counts each time
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.jurisdiction, b.jurisdiction), cmp.Compare(a.stage, b.stage))
	})
	last := micro(news.WeekOf(when.Until)) // the week of which not all was published
	labels := map[news.Label]bool{}
	for _, s := range sums {
		labels[s.label] = true
		n, newest := s.past.as(known)
		if !when.Until.IsZero() {
			i, _ := slices.BinarySearch(s.positions, until)
			if n = int64(i); i > 0 {
				newest = s.positions[i-1]
			}
			from, _ := slices.BinarySearch(s.positions, max(last, weeks))
			if i > from && last < weeksEnd(since) {
				m.AddWeek(fromMicro(last), s.label, int64(i-from))
			}
		}
		if n > 0 {
			m.Add(fromMicro(newest), news.Tag{Label: s.label, Jurisdiction: s.jurisdiction, Stage: s.stage, State: news.Auto}, n)
		}
	}
	for label := range labels {
		for i := range mapWeeks {
			key := bookWeek{label, micro(since.AddDate(0, 0, 7*i))}
			if h := b.weeks[key]; h != nil && (when.Until.IsZero() || key.week < last) {
				n, _ := h.as(known)
				m.AddWeek(fromMicro(key.week), label, n)
			}
		}
	}
	b.addReported(m, known, until)
	return m.Map()
}

// addReported adds the newest of what was reported.
func (b *mapBook) addReported(m *news.MapMaker, known, until int64) {
	if !b.sorted {
		slices.SortStableFunc(b.reported, func(a, b bookCount) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Record, b.Record)) })
		b.sorted = true
	}
	left := mapReported
	for _, r := range b.reported {
		if micro(r.Time) >= until {
			continue
		}
		if n, _ := r.standing.as(known); n == 0 {
			continue
		}
		m.AddCount(r.Reported)
		if left--; left == 0 {
			return
		}
	}
}
