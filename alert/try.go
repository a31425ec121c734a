package alert

import (
	"slices"

	"edict/news"
)

// A Trial says what a subscription would have been told of an archive.
type Trial struct {
	sub    news.Subscription
	index  *Index
	tags   map[string][]news.Tag // by story
	told   map[string]*news.Alert
	alerts []news.Alert
}

// NewTrial begins the trial of a subscription, which need not be saved. A query whose
// words cannot be read is news.ErrInvalid.
func NewTrial(sub news.Subscription) (*Trial, error) {
	t := &Trial{sub: sub, index: NewIndex(), tags: map[string][]news.Tag{}, told: map[string]*news.Alert{}}
	return t, t.index.Put(sub)
}

// Read shows the trial one record after the other, the oldest first.
func (t *Trial) Read(r news.Record, official bool) {
	t.tags[r.Story] = append(t.tags[r.Story], r.Tags...)
	old := t.told[r.Story]
	story := Story{Title: r.Title, Summary: r.Summary, Text: r.Text, Source: r.Source, Language: r.Language, Tags: r.Tags}
	fits := len(t.index.Match(nil, story)) > 0
	facts := withLifts(facts(t.sub.Query, t.tags[r.Story]), t.sub.Query, t.tags[r.Story], old, t.toldOf)
	if !fits && old == nil {
		if story.Tags = liftsAny(r.Tags); len(facts) == 0 || len(story.Tags) == 0 || len(t.index.Match(nil, story)) == 0 {
			return
		}
	}
	a := news.Alert{
		Subscription: t.sub.ID, Story: r.Story, Time: r.Position().Time, Article: r.Key().Article, Record: r.ID,
		Facts: facts, Official: official || old != nil && old.Official,
	}
	if a.Causes = causes(t.sub.Query, old, a.Facts, official); len(a.Causes) == 0 {
		return
	}
	t.told[r.Story] = &a
	t.alerts = append(t.alerts, a)
}

// toldOf reports whether it was told of what a fact lifts.
func (t *Trial) toldOf(lift news.Fact) bool {
	for _, a := range t.told {
		if tellsOf(a.Facts, lift) {
			return true
		}
	}
	return false
}

// Alerts are what the subscription would have been told so far, the last first.
func (t *Trial) Alerts() []news.Alert {
	out := slices.Clone(t.alerts)
	slices.Reverse(out)
	return out
}
