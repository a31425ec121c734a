package alert_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"edict/alert"
	"edict/news"

	"pgregory.net/rapid"
)

// A shelf is an archive and a book in memory, with the contract of both. It can fail
// before it has written alerts, and after.
type shelf struct {
	changes []news.Change
	records map[string]news.Record // by id
	current map[string]string      // record, by article
	story   map[string]string      // by article
	became  map[string]string      // by story
	subs    []news.Subscription
	version int64
	cursor  int64
	alerts  map[string]news.Alert // by key
	fail    func() (before, after bool)
}

func newShelf(fail func() (bool, bool)) *shelf {
	return &shelf{
		records: map[string]news.Record{}, current: map[string]string{}, story: map[string]string{}, became: map[string]string{}, alerts: map[string]news.Alert{}, fail: fail,
	}
}

func (s *shelf) change(kind news.ChangeKind, article string) {
	r := s.records[s.current[article]]
	after, err := json.Marshal(r.Tags)
	if err != nil {
		panic(err)
	}
	s.changes = append(s.changes, news.Change{Sequence: int64(len(s.changes) + 1), Kind: kind, Story: s.story[article], Article: article, Record: r.ID, After: after})
}

// put makes tags the current ones of an article.
func (s *shelf) put(article, story, source string, tags []news.Tag) {
	id := fmt.Sprint(article, "-", len(s.records))
	s.records[id] = news.Record{ID: id, Story: story, Content: news.Content{Source: source, Title: article}, Tags: tags}
	kind := news.VersionChange
	if s.current[article] == "" {
		kind, s.story[article] = news.StoredChange, story
		for s.became[s.story[article]] != "" {
			s.story[article] = s.became[s.story[article]]
		}
	}
	s.current[article] = id
	s.change(kind, article)
}

// merge makes one story of two.
func (s *shelf) merge(into, from string) {
	if s.became[into] != "" || s.became[from] != "" || into == from {
		return
	}
	for story, other := range s.became {
		if other == from {
			s.became[story] = into
		}
	}
	s.became[from] = into
	for _, article := range slices.Sorted(maps.Keys(s.story)) {
		if s.story[article] == from {
			s.story[article] = into
			s.change(news.MergeChange, article)
		}
	}
}

func (s *shelf) Changes(_ context.Context, after int64, limit int) ([]news.Change, error) {
	list := s.changes[after:]
	return list[:min(len(list), limit)], nil
}

func (s *shelf) Cursor(context.Context, string) (int64, error) { return s.cursor, nil }

func (s *shelf) Records(_ context.Context, f news.Filter) (list []news.Record, err error) {
	for article, id := range s.current {
		r := s.records[id]
		r.Story = s.story[article]
		if slices.ContainsFunc(r.Tags, func(t news.Tag) bool { return t.Label == f.Label && t.Jurisdiction.Within(f.Jurisdiction) }) {
			list = append(list, r)
		}
	}
	return list, nil
}

func (s *shelf) Record(_ context.Context, id string) (news.Record, error) { return s.records[id], nil }

func (s *shelf) StoryTags(_ context.Context, story string) (tags []news.Tag, err error) {
	for article, of := range s.story {
		if of == story {
			tags = append(tags, s.records[s.current[article]].Tags...)
		}
	}
	return tags, nil
}

func (s *shelf) Subscriptions(context.Context) ([]news.Subscription, int64, error) {
	return s.subs, s.version, nil
}

func (s *shelf) SubscriptionsVersion(context.Context) (int64, error) { return s.version, nil }

// told are the alerts of a story and of those that became a part of it, in order.
func (s *shelf) told(subscription, story string) (list []news.Alert) {
	for _, a := range s.alerts {
		if a.Subscription == subscription && (a.Story == story || s.became[a.Story] == story) {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b news.Alert) int { return int(a.Change - b.Change) })
	return list
}

func (s *shelf) Told(_ context.Context, story string) (list []news.Alert, err error) {
	last := map[string]news.Alert{}
	for _, a := range s.alerts {
		if key := a.Subscription + " " + a.Story; (a.Story == story || s.became[a.Story] == story) && a.Change > last[key].Change {
			last[key] = a
		}
	}
	return slices.Collect(maps.Values(last)), nil
}

var errAway = errors.New("the store is away")

func (s *shelf) Alert(_ context.Context, _ string, to int64, alerts []news.Alert, deliveries []news.Delivery) error {
	before, after := s.fail()
	if before {
		return errAway
	}
	if s.cursor > to {
		return news.ErrConflict
	}
	if len(deliveries) != len(alerts) {
		return fmt.Errorf("%d deliveries for %d alerts", len(deliveries), len(alerts))
	}
	for _, a := range alerts {
		key := fmt.Sprint(a.Subscription, a.Story, a.Change)
		if _, there := s.alerts[key]; !there {
			s.alerts[key] = a
		}
	}
	s.cursor = to
	if after {
		return errAway
	}
	return nil
}

// In whatever order reports, versions, verdicts and merges come, however often the same
// comes again, and wherever the stage is killed between them, what each subscriber was
// told in the end is what stands, and he was told nothing twice.
func TestToldIsWhatStands(t *testing.T) {
	state := rapid.SampledFrom([]news.State{news.Auto, news.Accepted, news.Review, news.Rejected})
	anyTag := rapid.Custom(func(r *rapid.T) news.Tag {
		return news.Tag{
			Label: rapid.SampledFrom(labels).Draw(r, "label"), Jurisdiction: rapid.SampledFrom([]news.Jurisdiction{"CN-SC", "CN-JX", "KZ"}).Draw(r, "place"),
			Stage: rapid.SampledFrom([]news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}).Draw(r, "stage"), State: state.Draw(r, "state"), Score: .9,
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		failing := true
		s := newShelf(func() (bool, bool) {
			return failing && rapid.IntRange(0, 5).Draw(r, "before") == 0, failing && rapid.IntRange(0, 5).Draw(r, "after") == 0
		})
		for _, q := range []news.Query{{Labels: labels[:1]}, {Jurisdictions: []news.Jurisdiction{"CN"}}, {Labels: labels[:1], Jurisdictions: []news.Jurisdiction{"KZ"}, Reviewed: true}} {
			sub := ask(fmt.Sprint("sub-", len(s.subs)), q)
			sub.Channels = []string{"mail:ada@example.org"}
			s.subs = append(s.subs, sub)
		}
		begin := func() *alert.Stage {
			return &alert.Stage{
				Archive: s, Book: s, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Unix(int64(len(s.changes)), 0) }, Plan: alert.BySchedule,
				Official: func(_ context.Context, slug string) (bool, error) { return slug == "ministry", nil },
			}
		}
		stage := begin()
		story := rapid.SampledFrom([]string{"s1", "s2", "s3"})
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0:
				stage = begin() // killed
			case 1:
				s.merge(story.Draw(r, "into"), story.Draw(r, "from"))
			case 2, 3, 4:
				if _, err := stage.Pass(t.Context()); err != nil && !errors.Is(err, errAway) {
					r.Fatal(err)
				}
			case 5: // the same again: an article as it stands is no change, but its change may be read twice
				if len(s.changes) > 0 {
					at := rapid.IntRange(0, len(s.changes)-1).Draw(r, "again")
					s.change(news.VersionChange, s.changes[at].Article)
				}
			default:
				article := fmt.Sprint("a", rapid.IntRange(0, 7).Draw(r, "article"))
				s.put(article, story.Draw(r, "story"), rapid.SampledFrom([]string{"ledger", "ministry"}).Draw(r, "source"), rapid.SliceOfN(anyTag, 0, 3).Draw(r, "tags"))
			}
		}
		failing = false
		for {
			n, err := stage.Pass(t.Context())
			if err != nil {
				r.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
		for _, sub := range s.subs {
			for _, story := range []string{"s1", "s2", "s3"} {
				if s.became[story] == "" {
					checkTold(r, s, sub, story)
				}
			}
		}
	})
}

// checkTold wants the last that a subscriber was told of a story to be what stands.
func checkTold(r *rapid.T, s *shelf, sub news.Subscription, story string) {
	type key struct {
		label news.Label
		place news.Jurisdiction
	}
	tags, _ := s.StoryTags(context.Background(), story)
	stands, told := map[key]bool{}, map[key]bool{}
	for _, tag := range tags {
		if sub.Query.FitsTag(tag) {
			stands[key{tag.Label, tag.Jurisdiction}] = true
		}
	}
	list := s.told(sub.ID, story)
	merged, _ := s.Told(context.Background(), story)
	takenIn := map[string]int64{} // by story, the last alert that has taken it in
	for _, a := range merged {
		for _, part := range a.Parts {
			if a.Subscription == sub.ID {
				takenIn[part] = max(takenIn[part], a.Change)
			}
		}
	}
	for _, a := range merged {
		if a.Subscription != sub.ID || takenIn[a.Story] > a.Change {
			continue
		}
		for _, f := range a.Facts {
			// What lifts a measure is told though it was not asked for, while it stands.
			if f.Stage == news.Lifted && !sub.Query.FitsTag(news.Tag{Label: f.Label, Jurisdiction: f.Jurisdiction, Stage: f.Stage, State: news.Accepted, Score: 1}) {
				if !slices.ContainsFunc(tags, func(t news.Tag) bool {
					return t.State.Counts() && t.Label == f.Label && t.Jurisdiction == f.Jurisdiction && t.Stage == f.Stage
				}) {
					r.Fatalf("%s, story %s: he was told of %v, which does not stand", sub.ID, story, f)
				}
				continue
			}
			told[key{f.Label, f.Jurisdiction}] = true
		}
	}
	if !maps.Equal(stands, told) {
		r.Fatalf("%s, story %s: %v stand, and he was told %v in %d alerts", sub.ID, story, stands, told, len(list))
	}
	before := map[string]news.Alert{}
	for _, a := range list {
		old, known := before[a.Story]
		if len(a.Causes) == 0 {
			r.Fatalf("%s, story %s, change %d: told for no reason", sub.ID, story, a.Change)
		}
		if known && a.Official == old.Official && slices.Equal(a.Facts, old.Facts) && slices.Equal(a.Parts, old.Parts) {
			r.Fatalf("%s, story %s: told twice of %v, at %d and %d", sub.ID, story, a.Facts, old.Change, a.Change)
		}
		if known && a.First() {
			r.Fatalf("%s, story %s: told as new twice, at %d and %d", sub.ID, story, old.Change, a.Change)
		}
		before[a.Story] = a
	}
}
