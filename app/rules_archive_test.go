package app_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/app"
	"edict/classifier/rules"
	"edict/news"
)

// doubtful is a directory with the embedded rules on mining, which are never sure.
func doubtful(t *testing.T) (dir string) {
	t.Helper()
	files, err := rules.ReadDirs()
	ok(t, err)
	const name = "mining_crackdown.yaml"
	text := regexp.MustCompile(`decide: \{auto: [0-9.]+`).ReplaceAllString(string(files[name]), "decide: {auto: 1")
	if text == string(files[name]) {
		t.Fatal("the rules on mining have no threshold to alter")
	}
	dir = t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	return dir
}

// hoard makes an archive with n stories of a crackdown, classified by the embedded
// rules. Its clock is an hour behind, so that nobody waits for running programs.
func hoard(t *testing.T, cfg app.Config, n int) *app.Archive {
	t.Helper()
	s, err := app.MakeArchive(t.Context(), cfg, func() time.Time { return time.Now().Add(-time.Hour) })
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	c, err := app.NewClassifier(nil)
	ok(t, err)
	records := make([]news.Record, n)
	for i := range records {
		records[i] = c.Classify(news.NewArticle(news.Content{
			URL: fmt.Sprintf("https://paper.example/%d", i), Source: "paper", Language: "en", Quality: 1, Authors: []string{},
			Title:     fmt.Sprintf("Sichuan orders bitcoin mines to close, notice %d", i),
			Text:      "The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday.",
			Published: time.Date(2026, 5, 1, 0, i, 0, 0, time.UTC), Fetched: time.Now().UTC(),
		}, false))
	}
	ok(t, s.Keep(t.Context(), records))
	return s
}

func judge(t *testing.T, s *app.Archive, n int, act news.Act) {
	t.Helper()
	_, err := s.Decide(t.Context(), news.Verdict{Who: "ada", Act: act, Article: news.ArticleID(fmt.Sprintf("https://paper.example/%d", n)), Label: news.Crackdown, Jurisdiction: "CN-SC"})
	ok(t, err)
}

// What preview says is what apply does: quietly, under verdicts, and nothing else is
// written.
func TestPreviewAndApplyRules(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s := hoard(t, cfg, 6)
	judge(t, s, 0, news.Accept)
	judge(t, s, 1, news.Reject)
	dir := doubtful(t)
	ok(t, s.SaveSubscription(t.Context(), news.Subscription{ID: "a", Name: "Mining", Owner: "ada", Query: news.Query{Labels: []news.Label{news.Crackdown}, Words: `"notice 5"`}}))
	ok(t, s.SaveSubscription(t.Context(), news.Subscription{ID: "b", Name: "Nothing", Owner: "ada", Query: news.Query{Words: "never heard of"}}))

	same, err := app.PreviewRules(t.Context(), s, nil, 2, nil)
	ok(t, err)
	if same.Articles != 6 || same.Changed != 0 || len(same.Cells) != 0 || len(same.Failures) != 0 || same.Reviewed != (app.Reviewed{Right: 1, Wrong: 1}) {
		t.Errorf("the same rules: %+v", same)
	}
	if len(same.Alerts) != 1 || same.Alerts[0] != (alert.ToldShift{Subscription: "a", Name: "Mining", Before: 1, After: 1}) {
		t.Errorf("alerts by the same rules: %+v", same.Alerts)
	}
	p, err := app.PreviewRules(t.Context(), s, []string{dir}, 2, nil)
	ok(t, err)
	if len(p.Alerts) != 1 || p.Alerts[0] != (alert.ToldShift{Subscription: "a", Name: "Mining", Before: 1, Lost: 1}) {
		t.Errorf("alerts by rules that are never sure: %+v", p.Alerts)
	}
	l := p.Labels[news.Crackdown]
	if p.Changed != 4 || len(p.Labels) != 1 || l.Altered != 4 || l.Gained+l.Lost != 0 || len(p.Failures) == 0 {
		t.Fatalf("never sure: %+v", p)
	}
	if len(l.Samples) != 2 || !strings.HasSuffix(l.Samples[0].Title, "notice 5") || l.Samples[0].Before.State != news.Auto || l.Samples[0].After.State != news.Review {
		t.Errorf("samples %+v, want the newest two", l.Samples)
	}
	for _, sample := range l.Samples {
		if len(sample.Before.Evidence) == 0 || len(sample.After.Evidence) == 0 || sample.Before.Evidence[0].Quote == "" {
			t.Errorf("a sample without the sentences that prove its tags: %+v, %+v", sample.Before, sample.After)
		}
	}
	if len(p.Cells) != 0 {
		t.Errorf("cells %v flip, though an accepted tag stands", p.Cells)
	}

	changesBefore, err := s.LastChange(t.Context())
	ok(t, err)
	o := app.ApplyOptions{Dirs: []string{dir}, Who: "ada"}
	if _, err := app.ApplyRules(t.Context(), s, o, time.Now); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "do not hold") {
		t.Errorf("rules with a test that fails: %v", err)
	}
	o.Force = true
	done, err := app.ApplyRules(t.Context(), s, o, time.Now)
	if err != nil || done.Articles != 6 || done.Written != 4 || done.Rules != p.Rules {
		t.Errorf("applied %+v, %v", done, err)
	}
	changes, err := s.Changes(t.Context(), changesBefore, 100)
	ok(t, err)
	if len(changes) != 4 {
		t.Errorf("%d changes, want one for each story with other tags", len(changes))
	}
	for _, c := range changes {
		if !c.Quiet || c.Kind != news.TagChange {
			t.Errorf("change %+v is not quiet", c)
		}
	}
	states := map[news.State]int{}
	for _, r := range records(t, s) {
		states[r.Tags[0].State]++
	}
	if states[news.Accepted] != 1 || states[news.Rejected] != 1 || states[news.Review] != 4 {
		t.Errorf("states %v", states)
	}
	p, err = app.PreviewRules(t.Context(), s, []string{dir}, 2, nil)
	ok(t, err)
	if p.Changed != 0 {
		t.Errorf("after they were applied, %d stories would still change", p.Changed)
	}
	back, err := app.PreviewRules(t.Context(), s, nil, 2, nil)
	ok(t, err)
	if back.Changed != 4 {
		t.Errorf("back: %+v", back)
	}
	green(t, cfg, "store")
}

// A cell flips when the last tag behind it goes.
func TestPreviewFlips(t *testing.T) {
	t.Parallel()
	s := hoard(t, settings(t, sources()), 2)
	p, err := app.PreviewRules(t.Context(), s, []string{doubtful(t)}, 0, nil)
	ok(t, err)
	want := app.CellFlip{CellKey: news.CellKey{Jurisdiction: "CN-SC", Label: news.Crackdown}}
	if len(p.Cells) != 1 || p.Cells[0] != want || len(p.Labels[news.Crackdown].Samples) != 0 {
		t.Errorf("%+v", p)
	}
}

// Applying that is stopped goes on where it stood; one that others have overtaken ends.
func TestApplyRulesGoesOn(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s := hoard(t, cfg, 1000)
	dir := doubtful(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := app.ApplyOptions{Dirs: []string{dir}, Who: "ada", Force: true, Progress: func(int) { cancel() }}
	first, err := app.ApplyRules(ctx, s, o, time.Now)
	if !errors.Is(err, context.Canceled) || first.Articles == 0 || first.Articles >= 1000 {
		t.Fatalf("stopped: %+v, %v", first, err)
	}
	use, err := s.ActiveRules(t.Context())
	ok(t, err)
	if use.At == 0 || !use.Finished.IsZero() || use.Rules != first.Rules {
		t.Errorf("half-way: %+v", use)
	}
	o.Progress = nil
	second, err := app.ApplyRules(t.Context(), s, o, time.Now)
	if err != nil || first.Articles+second.Articles != 1000 || second.Written != 1000 {
		t.Errorf("the first call %+v, the second %+v, %v", first, second, err)
	}
	use, err = s.ActiveRules(t.Context())
	ok(t, err)
	if use.Finished.IsZero() || use.Written != 1000 {
		t.Errorf("at last: %+v", use)
	}

	o.Progress = func(int) {
		_, err := s.UseRules(t.Context(), news.RuleSet{Version: "x", Hash: "y"}, map[string][]byte{"a.yaml": []byte("x")}, "bob", false)
		ok(t, err)
	}
	o.Dirs = nil
	if _, err := app.ApplyRules(t.Context(), s, o, time.Now); !errors.Is(err, news.ErrConflict) {
		t.Errorf("overtaken: %v", err)
	}
	green(t, cfg, "store")
}

// A running program takes applied rules into use, and those of the start again only
// when somebody applies them.
func TestRunningProgramTakesRules(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s := hoard(t, cfg, 1)
	dir := doubtful(t)
	p := start(t, cfg, app.Options{})
	done, err := app.ApplyRules(t.Context(), s, app.ApplyOptions{Dirs: []string{dir}, Who: "ada", Force: true}, time.Now)
	ok(t, err)
	n := 0
	until(t, patience, func() string { return "the program goes on with the old rules" }, func() bool {
		n++
		file := storyFile(t, storyLine(n%10), fmt.Sprintf(`{"id":"n-%d","title":"Sichuan orders bitcoin mines to close, notice %d"}`, n, n))
		_, err := take(t, s, cfg, file, app.IngestOptions{})
		ok(t, err)
		for _, r := range records(t, s) {
			if r.Rules == done.Rules && strings.HasPrefix(r.URL, "https://story.invalid/n-") {
				return r.Tags[0].State == news.Review
			}
		}
		return false
	})
	p.stop(t)
	start(t, cfg, app.Options{}).stop(t)
	if use, err := s.ActiveRules(t.Context()); err != nil || use.Rules != done.Rules {
		t.Errorf("after a restart %+v, %v", use, err)
	}
	green(t, cfg, "store", "ledger")
}
