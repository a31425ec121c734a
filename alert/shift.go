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
	ids := match(r.Tags)
	x.before.read(x.subs, r.Story, r.Tags, slices.Clone(ids), official)
	same := slices.EqualFunc(r.Tags, tags, func(a, b news.Tag) bool {
		return a.Label == b.Label && a.Jurisdiction == b.Jurisdiction && a.Stage == b.Stage && a.State == b.State && a.Score == b.Score
	})
	if !same {
		ids = match(tags)
	}
	x.after.read(x.subs, r.Story, tags, ids, official)
}

func (s *side) read(subs map[string]news.Subscription, story string, tags []news.Tag, ids []string, official bool) {
	if len(tags) > 0 {
		s.tags[story] = append(s.tags[story], tags...)
	}
	told := s.told[story]
	for id := range told {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		old := told[id]
		a := news.Alert{Facts: facts(subs[id].Query, s.tags[story]), Official: official || old != nil && old.Official}
		if a.Causes = causes(old, a.Facts, official); len(a.Causes) == 0 {
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
