package classifier_test

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

func newClassifier(t testing.TB) *classifier.Classifier {
	t.Helper()
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default(g)
	if err != nil {
		t.Fatal(err)
	}
	c, err := classifier.New(set, g)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func article(c news.Content) news.Article {
	c.URL, c.Source, c.Fetched = "https://news.invalid/story", "test", time.Unix(0, 0)
	switch c.Quality {
	case 0:
		c.Quality = 1
	case -1:
		c.Quality = 0
	}
	return news.NewArticle(c, false)
}

// The state of a tag falls to review where the rules cannot be sure.
func TestState(t *testing.T) {
	c := newClassifier(t)
	const bans = "Kosovo bans cryptocurrency mining"
	for _, test := range []struct {
		name    string
		content news.Content
		want    news.State
	}{
		{"title", news.Content{Title: bans}, news.Auto},
		{"poor text, clear title", news.Content{Title: bans, Text: "x", Quality: 0.2}, news.Review},
		{"poor text, clear summary", news.Content{Title: "News of the day", Summary: bans + ".", Text: "x", Quality: 0.2}, news.Review},
		{"one witness", news.Content{Title: bans, Text: "x", Quality: 0.5}, news.Review},
		{"readers that agree by more than half", news.Content{Title: bans, Text: "x", Quality: 0.51}, news.Auto},
		{"partial, clear title", news.Content{Title: bans, Partial: true, Quality: -1}, news.Auto},
		{"poor text, title silent", news.Content{Title: "News of the day", Text: bans + ".", Quality: 0.2}, news.Review},
		{"partial, title silent", news.Content{Title: "News of the day", Text: bans + ".", Partial: true}, news.Review},
		{"1 April", news.Content{Title: bans, Published: time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC)}, news.Review},
		{"1 April on Kiritimati", news.Content{Title: bans, Published: time.Date(2024, 3, 31, 11, 0, 0, 0, time.UTC)}, news.Review},
		{"3 April", news.Content{Title: bans, Published: time.Date(2024, 4, 3, 8, 0, 0, 0, time.UTC)}, news.Auto},
	} {
		r := c.Classify(article(test.content))
		if err := r.Validate(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if len(r.Tags) != 1 || r.Tags[0].Label != news.Crackdown || r.Tags[0].Jurisdiction != "XK" || r.Tags[0].State != test.want {
			t.Errorf("%s: got %+v, want a crackdown in XK, %s", test.name, r.Tags, test.want)
		}
	}
}

type publisher struct {
	got []news.Record
	err error
}

func (p *publisher) Publish(_ context.Context, r news.Record) error {
	p.got = append(p.got, r)
	return p.err
}

func TestStage(t *testing.T) {
	out := &publisher{}
	s := &classifier.Stage{Classifier: newClassifier(t), Out: out}
	a := article(news.Content{Title: "四川叫停比特币挖矿项目"})
	if err := s.Handle(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if len(out.got) != 1 || out.got[0].Key() != a.Key() {
		t.Fatalf("published %+v", out.got)
	}
	if err := s.Handle(t.Context(), news.Article{}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("an article without anything: %v, want ErrInvalid", err)
	}
	if out.got[0].Features != nil {
		t.Errorf("features %x from a stage that makes none", out.got[0].Features)
	}
	s.Features = func(r news.Record) []byte { return []byte(r.ID) }
	if err := s.Handle(t.Context(), a); err != nil || string(out.got[1].Features) != out.got[1].ID {
		t.Errorf("features %q with record %s: %v", out.got[1].Features, out.got[1].ID, err)
	}
	out.err = errors.New("full")
	if err := s.Handle(t.Context(), a); !errors.Is(err, out.err) {
		t.Errorf("publishing fails: %v", err)
	}
	s.Use(&classifier.Classifier{})
	if err := s.Handle(t.Context(), a); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("a classifier that panics: %v, want ErrInvalid", err)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// What is said of an article does not depend on which were classified before it, or
// at the same time.
func TestArticlesDoNotMix(t *testing.T) {
	c := newClassifier(t)
	stories := readGold(t)
	want := make([]news.Record, len(stories))
	for i, s := range stories {
		want[i] = c.Classify(s.article)
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for k := range stories {
				i := (k*7 + worker*len(stories)/4) % len(stories)
				if got := c.Classify(stories[i].article); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%s: another result the second time", stories[i].id)
				}
			}
		})
	}
	group.Wait()
}
