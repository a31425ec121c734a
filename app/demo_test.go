package app_test

import (
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/demo"
	"edict/news"
)

// What was measured, and may only rise: of the demonstration's stories, how many are
// read to the word, and how many clear and hard ones have the labels and places that
// a reader expects.
const (
	textRight  = 37
	clearRight = 20
	hardRight  = 15
)

// The demonstration: all its stories, each once, whole, and dated, with the labels
// that a reader expects.
func TestDemo(t *testing.T) {
	t.Parallel()
	// The minute over which stories come out passes in a fifth of it.
	began := time.Now()
	now := func() time.Time { return began.Add(5 * time.Since(began)) }
	cfg := app.DefaultConfig()
	cfg.Data, cfg.Web.Listen = t.TempDir(), freeAddress(t)
	cfg, err := app.DemoConfig(cfg)
	ok(t, err)
	twin, err := demo.Listen(now) // the same stories, of the same time
	ok(t, err)
	ok(t, twin.Close())
	stories := twin.Stories()

	log := &journal{}
	p := start(t, cfg, app.Options{Demo: true, Now: now, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	green(t, cfg, "instance", "store", "ledger", "bus")
	got := map[string]news.Record{}
	for address, r := range records(t, s) {
		u, err := url.Parse(address)
		ok(t, err)
		got[u.Path] = r
	}
	subs, _, err := s.Subscriptions(t.Context())
	ok(t, err)
	for _, sub := range subs {
		until(t, patience, func() string { return sub.Name + " was told of nothing" }, func() bool {
			alerts, err := s.Alerts(t.Context(), sub.ID, 100)
			return err == nil && len(alerts) > 0
		})
	}
	p.stop(t)
	if len(subs) == 0 {
		t.Error("the demonstration has no subscription")
	}
	if len(got) != len(stories) {
		t.Errorf("%d records for %d stories", len(got), len(stories))
	}
	texts, right, all, staged := 0, map[bool]int{}, map[bool]int{}, 0
	for _, story := range stories {
		r, there := got[story.Path]
		if !there {
			t.Errorf("%s is not stored under the address served", story.Path)
			continue
		}
		if asWritten(t, story, r) {
			texts++
		}
		hard := story.Hard != ""
		all[hard]++
		want, is := expected(story), counted(r)
		if slices.Equal(want, is) {
			staged++
		}
		if slices.EqualFunc(want, is, func(a, b [3]string) bool { return a[0] == b[0] && a[1] == b[1] }) {
			right[hard]++
		} else {
			t.Logf("hard %v: %s has %v, a reader expects %v", hard, story.Path, is, want)
		}
	}
	t.Logf("read to the word: %d of %d; labels and places as expected: %d of %d clear stories, %d of %d hard ones; with the stage too: %d of all",
		texts, len(stories), right[false], all[false], right[true], all[true], staged)
	if texts < textRight || right[false] < clearRight || right[true] < hardRight {
		t.Errorf("fewer than before: %d texts, %d clear and %d hard stories, were %d, %d and %d", texts, right[false], right[true], textRight, clearRight, hardRight)
	}
	if log.text.Len() > 0 {
		t.Errorf("the demonstration warns:\n%s", log.text.String())
	}
}

// A demonstration begins anew where one was before, and leaves alone what is not its own.
func TestDemoAgain(t *testing.T) {
	t.Parallel()
	cfg := app.DefaultConfig()
	cfg.Data, cfg.Web.Listen = t.TempDir(), freeAddress(t)
	cfg, err := app.DemoConfig(cfg)
	ok(t, err)
	for range 2 {
		p := start(t, cfg, app.Options{Demo: true})
		s := archive(t, cfg)
		stored(t, s, 1, patience)
		until(t, patience, func() string { return "no page was kept" }, func() bool {
			pages, err := os.ReadDir(filepath.Join(cfg.Data, "pages"))
			return err == nil && len(pages) > 0
		})
		ok(t, s.Close())
		p.stop(t)
	}
	ok(t, os.WriteFile(filepath.Join(cfg.Data, "thesis.txt"), nil, 0o600))
	err = app.Run(t.Context(), cfg, app.Options{Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, news.ErrConflict) {
		t.Errorf("a directory with a thesis in it: %v, want a conflict", err)
	}
}

// asWritten wants a record to say what was written for the demonstration, and reports
// whether its text is that to the word. No more than a line may be amiss: markup does
// not always tell a line of the page from one of the story.
func asWritten(t *testing.T, story demo.Story, r news.Record) (exact bool) {
	t.Helper()
	missing, extra := without(story.Text, r.Text), without(r.Text, story.Text)
	if r.Partial || len(missing)+len(extra) > 1 {
		t.Errorf("%s, partial %v, lacks %q and has %q besides", story.Path, r.Partial, missing, extra)
	} else if len(missing)+len(extra) > 0 {
		t.Logf("%s lacks %q and has %q besides", story.Path, missing, extra)
	}
	if fold(r.Title) != fold(story.Title) {
		t.Errorf("%s has the title %q, written was %q", story.Path, r.Title, story.Title)
	}
	if d := r.Published.Sub(story.Out); r.Published.IsZero() || d.Abs() > time.Minute {
		t.Errorf("%s was published %s, and is dated %s", story.Path, story.Out, r.Published)
	}
	if r.Source != story.Outlet || r.Language != story.Language || r.Original != story.Original {
		t.Errorf("%s of %s in %s, original %q, is stored as of %s in %s, original %q", story.Path, story.Outlet, story.Language, story.Original, r.Source, r.Language, r.Original)
	}
	evident(t, r)
	return fold(r.Text) == fold(story.Text)
}

// without returns the lines of a that b does not have.
func without(a, b string) (out []string) {
	have := map[string]bool{}
	for line := range strings.Lines(b) {
		have[fold(line)] = true
	}
	for line := range strings.Lines(a) {
		if line = fold(line); !have[line] {
			out = append(out, line)
		}
	}
	return out
}

func fold(text string) string { return strings.Join(strings.Fields(text), " ") }

// expected are label, place and stage of the tags that a reader would give, and
// counted those of the tags that stand.
func expected(story demo.Story) (out [][3]string) {
	for _, e := range story.Expect {
		for _, j := range e.Jurisdictions {
			out = append(out, [3]string{string(e.Label), string(j), string(e.Stage)})
		}
	}
	slices.SortFunc(out, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	return out
}

func counted(r news.Record) (out [][3]string) {
	for _, tag := range r.Tags {
		if tag.State.Counts() {
			out = append(out, [3]string{string(tag.Label), string(tag.Jurisdiction), string(tag.Stage)})
		}
	}
	slices.SortFunc(out, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	return out
}
