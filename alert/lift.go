package alert

import (
	"context"
	"slices"

	"edict/news"
)

// A measure that is lifted closes the cell of the opposite label: a ban that is lifted is a
// supportive tag at the stage lifted. Who was told of the ban hears of that too, though he
// did not ask for what is supportive.

// lifts are the tags that lift what a query asks for: of the opposite label at the stage
// lifted, and not themselves what it asks for. They are as facts, each once.
func lifts(q news.Query, tags []news.Tag) (list []news.Fact) {
	for _, t := range tags {
		if other, ok := lifted(t); ok && !q.FitsTag(t) && q.FitsTag(other) {
			f := news.Fact{Label: t.Label, Jurisdiction: t.Jurisdiction, Stage: t.Stage}
			if !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	return list
}

// lifted is a tag that counts and says that a measure is lifted, as a tag of the label of
// that measure.
func lifted(t news.Tag) (news.Tag, bool) {
	other, has := t.Label.Opposite()
	if !has || t.Stage != news.Lifted || !t.State.Counts() {
		return t, false
	}
	t.Label = other
	return t, true
}

// liftsAny are the tags that lift something, as tags of what they lift.
func liftsAny(tags []news.Tag) (list []news.Tag) {
	for _, t := range tags {
		if other, ok := lifted(t); ok {
			list = append(list, other)
		}
	}
	return list
}

// isLiftOf reports whether a fact lifts, and a query asks for what it lifts and not for it.
func isLiftOf(q news.Query, f news.Fact) bool {
	return len(lifts(q, []news.Tag{{Label: f.Label, Jurisdiction: f.Jurisdiction, Stage: f.Stage, State: news.Accepted, Score: 1}})) > 0
}

// tellsOf reports whether facts tell of the measure that a fact lifts.
func tellsOf(facts []news.Fact, lift news.Fact) bool {
	other, _ := lift.Label.Opposite()
	return slices.ContainsFunc(facts, func(f news.Fact) bool {
		return f.Label == other && f.Jurisdiction == lift.Jurisdiction && f.Stage != news.Lifted
	})
}

// withLifts adds to the facts of a story what of its tags lifts a measure that the
// subscriber was told of: in this story, as old and the facts say, or in another one.
func withLifts(list []news.Fact, q news.Query, tags []news.Tag, old *news.Alert, elsewhere func(news.Fact) bool) []news.Fact {
	found := false
	for _, f := range lifts(q, tags) {
		before := old != nil && (slices.Contains(old.Facts, f) || tellsOf(old.Facts, f))
		if before || tellsOf(list, f) || elsewhere(f) {
			list, found = append(list, f), true
		}
	}
	if found {
		sortFacts(list)
	}
	return list
}

// liftCauses says of the causes of an alert that something is lifted, where a fact that was
// not told before lifts a measure that was.
func liftCauses(list []news.Cause, q news.Query, old *news.Alert, now []news.Fact) []news.Cause {
	for _, f := range now {
		if !isLiftOf(q, f) || old != nil && slices.Contains(old.Facts, f) {
			continue
		}
		if !slices.Contains(list, news.Contradicts) {
			list = append(list, news.Contradicts)
		}
	}
	return list
}

// liftedStories is how many stories of a measure, the newest, are looked through for who was
// told of it.
const liftedStories = 100

// toldOf returns who was told of each measure that tags lift: subscriptions by the fact
// that lifts it.
func (s *Stage) toldOf(ctx context.Context, tags []news.Tag) (map[news.Fact]map[string]bool, error) {
	told := map[news.Fact]map[string]bool{}
	for _, t := range liftsAny(tags) {
		other, _ := t.Label.Opposite()
		lift := news.Fact{Label: other, Jurisdiction: t.Jurisdiction, Stage: news.Lifted}
		if told[lift] != nil {
			continue
		}
		told[lift] = map[string]bool{}
		list, err := s.Archive.Records(ctx, news.Filter{Label: t.Label, Jurisdiction: t.Jurisdiction, Limit: liftedStories})
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for _, r := range list {
			if r.Story == "" || seen[r.Story] {
				continue
			}
			seen[r.Story] = true
			alerts, err := s.Book.Told(ctx, r.Story)
			if err != nil {
				return nil, err
			}
			for _, a := range alerts {
				if tellsOf(a.Facts, lift) {
					told[lift][a.Subscription] = true
				}
			}
		}
	}
	return told, nil
}
