package alert

import (
	"slices"
	"strings"

	"edict/news"
)

// A Shift says what subscriptions are told of an archive under two sets of tags, such as
// what rules make of it now and what others would.
type Shift struct {
	subs          map[string]news.Subscription
	index         *Index
	before, after side
}

// A side is what was told under one set of tags.
type side struct {
	tags   map[string][]news.Tag             // by story
	told   map[string]map[string]*news.Alert // by story, then subscription: the last
	counts map[string]int                    // alerts, by subscription
}

func newSide() side {
	return side{tags: map[string][]news.Tag{}, told: map[string]map[string]*news.Alert{}, counts: map[string]int{}}
}

// An ToldShift is how many alerts a subscription gets under each set of tags.
type ToldShift struct {
	Subscription string `json:"subscription"`
	Name         string `json:"name"`
	Before       int    `json:"before"`
	After        int    `json:"after"`
	Gained       int    `json:"gained"` // stories that it would be told of, and is not
	Lost         int    `json:"lost"`   // stories that it would not be told of any more
}

// NewShift begins with subscriptions; those that are paused or cannot be read are left
// out.
func NewShift(subs []news.Subscription) *Shift {
	x := &Shift{subs: map[string]news.Subscription{}, index: NewIndex(), before: newSide(), after: newSide()}
	for _, sub := range subs {
		if !sub.Paused && x.index.Put(sub) == nil {
			x.subs[sub.ID] = sub
		}
	}
	return x
}

// Read shows it one record after the other, the oldest first, with the tags that it has
// and those that it would have.
func (x *Shift) Read(r news.Record, tags []news.Tag, official bool) {
	if len(x.subs) == 0 {
		return
	}
	match := func(tags []news.Tag) []string {
		return x.index.Match(nil, Story{Title: r.Title, Summary: r.Summary, Text: r.Text, Source: r.Source, Language: r.Language, Tags: tags})
	}
	lifting := func(tags []news.Tag) []string { // who asks for what is lifted
		if list := liftsAny(tags); len(list) > 0 {
			return match(list)
		}
		return nil
	}
	ids := match(r.Tags)
	x.before.read(x.subs, r.Story, r.Tags, slices.Clone(ids), lifting(r.Tags), official)
	same := slices.EqualFunc(r.Tags, tags, func(a, b news.Tag) bool {
		return a.Label == b.Label && a.Jurisdiction == b.Jurisdiction && a.Stage == b.Stage && a.State == b.State && a.Score == b.Score
	})
	if !same {
		ids = match(tags)
	}
	x.after.read(x.subs, r.Story, tags, ids, lifting(tags), official)
}

// toldOf reports whether a subscription was told of what a fact lifts.
func (s *side) toldOf(id string, lift news.Fact) bool {
	for _, told := range s.told {
		if a := told[id]; a != nil && tellsOf(a.Facts, lift) {
			return true
		}
	}
	return false
}

func (s *side) read(subs map[string]news.Subscription, story string, tags []news.Tag, ids, lifting []string, official bool) {
	if len(tags) > 0 {
		s.tags[story] = append(s.tags[story], tags...)
	}
	told := s.told[story]
	asks := len(ids)
	for id := range told {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range lifting {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for i, id := range ids {
		old, q := told[id], subs[id].Query
		a := news.Alert{Official: official || old != nil && old.Official}
		a.Facts = withLifts(facts(q, s.tags[story]), q, s.tags[story], old, func(lift news.Fact) bool { return s.toldOf(id, lift) })
		if old == nil && i >= asks && len(a.Facts) == 0 {
			continue // it lifts what was not told
		}
		if a.Causes = causes(q, old, a.Facts, official); len(a.Causes) == 0 {
			continue
		}
		if told == nil {
			told = map[string]*news.Alert{}
			s.told[story] = told
		}
		told[id] = &a
		s.counts[id]++
	}
}

// Result is what the subscriptions are told on both sides, in the order of their names;
// those that are told nothing on either are left out.
func (x *Shift) Result() []ToldShift {
	gained, lost := onlyIn(x.after, x.before), onlyIn(x.before, x.after)
	list := []ToldShift{}
	for id, sub := range x.subs {
		s := ToldShift{id, sub.Name, x.before.counts[id], x.after.counts[id], gained[id], lost[id]}
		if s.Before+s.After > 0 {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b ToldShift) int {
		return strings.Compare(a.Name+"\x00"+a.Subscription, b.Name+"\x00"+b.Subscription)
	})
	return list
}

// onlyIn counts by subscription the stories that were told on one side alone.
func onlyIn(one, other side) map[string]int {
	n := map[string]int{}
	for story, told := range one.told {
		for id := range told {
			if other.told[story][id] == nil {
				n[id]++
			}
		}
	}
	return n
}
