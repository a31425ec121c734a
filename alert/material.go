package alert

import (
	"cmp"
	"slices"

	"edict/news"
)

// facts are what a story says of what a query asks for, each label and place once, at
// the furthest stage. Tags are those of all articles of the story.
func facts(q news.Query, tags []news.Tag) (list []news.Fact) {
	for _, t := range tags {
		if !q.FitsTag(t) {
			continue
		}
		i := slices.IndexFunc(list, func(f news.Fact) bool { return f.Label == t.Label && f.Jurisdiction == t.Jurisdiction })
		if i < 0 {
			list = append(list, news.Fact{Label: t.Label, Jurisdiction: t.Jurisdiction, Stage: t.Stage})
		} else if further(t.Stage, list[i].Stage) {
			list[i].Stage = t.Stage
		}
	}
	sortFacts(list)
	return list
}

func sortFacts(list []news.Fact) {
	slices.SortFunc(list, func(a, b news.Fact) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
}

// further reports whether a measure at stage a has come further than at b. What is
// lifted is past all else.
func further(a, b news.Stage) bool {
	return slices.Index(stages, a) > slices.Index(stages, b)
}

// causes says why a subscriber who was last told as in old is told of the facts that
// stand now: nothing, if what has changed is not material. Copies, longer texts and
// other scores are not. old is nil where he was told nothing yet.
func causes(q news.Query, old *news.Alert, now []news.Fact, official bool) (list []news.Cause) {
	if old == nil {
		return liftCauses([]news.Cause{news.NewStory}, q, nil, now)
	}
	add := func(c news.Cause) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	find := func(facts []news.Fact, f news.Fact) *news.Fact {
		i := slices.IndexFunc(facts, func(o news.Fact) bool { return o.Label == f.Label && o.Jurisdiction == f.Jurisdiction })
		if i < 0 {
			return nil
		}
		return &facts[i]
	}
	for _, f := range now {
		switch was := find(old.Facts, f); {
		case was == nil && isLiftOf(q, f): // see liftCauses
		case was == nil:
			add(news.NewPlace)
		case f.Stage == news.Lifted && was.Stage != news.Lifted:
			add(news.Contradicts)
		case further(f.Stage, was.Stage):
			add(news.NextStage)
		}
	}
	for _, f := range old.Facts {
		if find(now, f) == nil {
			add(news.Withdrawn)
		}
	}
	if official && !old.Official {
		add(news.FirstOfficial)
	}
	return liftCauses(list, q, old, now)
}

// withdrawn says why a subscriber is told that a site has taken a story down: he was
// told of it, and not yet of this.
func withdrawn(old *news.Alert) []news.Cause {
	if old == nil || slices.Contains(old.Causes, news.Withdrawn) {
		return nil
	}
	return []news.Cause{news.Withdrawn}
}

// merge is what a subscriber has been told of a story in all: told holds the last alert
// of it, and of each story that has become a part of it. One that a later alert has taken
// in says nothing any more.
func merge(told []news.Alert) *news.Alert {
	told = slices.DeleteFunc(slices.Clone(told), func(a news.Alert) bool {
		return slices.ContainsFunc(told, func(b news.Alert) bool { return b.Change > a.Change && slices.Contains(b.Parts, a.Story) })
	})
	if len(told) == 0 {
		return nil
	}
	slices.SortFunc(told, func(a, b news.Alert) int { return int(a.Change - b.Change) })
	all := told[len(told)-1]
	all.Facts = slices.Clone(all.Facts)
	for _, a := range told[:len(told)-1] {
		all.Official = all.Official || a.Official
		for _, f := range a.Facts {
			i := slices.IndexFunc(all.Facts, func(o news.Fact) bool { return o.Label == f.Label && o.Jurisdiction == f.Jurisdiction })
			if i < 0 {
				all.Facts = append(all.Facts, f)
			} else if further(f.Stage, all.Facts[i].Stage) {
				all.Facts[i].Stage = f.Stage
			}
		}
	}
	return &all
}
