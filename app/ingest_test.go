package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// storyFile writes a file of stories, clear ones first.
func storyFile(t *testing.T, list ...string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "stories.jsonl")
	ok(t, os.WriteFile(file, []byte(strings.Join(list, "\n")+"\n"), 0o600))
	return file
}

func storyLine(n int) string {
	return fmt.Sprintf(`{"id":"s-%d","site":"Village Post","title":"Sichuan orders bitcoin mines to close, number %d","text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday.","language":"en","published":"2021-06-1%dT08:00:00Z"}`, n, n, n)
}

func take(t *testing.T, s *app.Archive, cfg app.Config, file string, o app.IngestOptions) (app.Ingested, error) {
	t.Helper()
	if o.Source == "" {
		o.Source = "ingest"
	}
	if o.Wrong == nil {
		o.Wrong = func(line int, err error) { t.Errorf("line %d: %v", line, err) }
	}
	return app.Ingest(t.Context(), s, app.Inputs{Config: cfg, Now: time.Now}, file, o)
}

func handOver(t *testing.T, cfg app.Config) app.Handoff {
	t.Helper()
	h, err := app.HandOver(t.Context(), cfg, slog.New(slog.DiscardHandler), time.Now, func(int64) {})
	ok(t, err)
	return h
}

// Stories are taken in without a program, beside one, and again; wrong lines are
// named and stop nothing.
func TestIngest(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })

	var wrong []string
	file := storyFile(t, storyLine(1), "no JSON", storyLine(2), `{"id":"x"}`, `{"schema":"edict.record/2"}`, storyLine(1))
	got, err := take(t, s, cfg, file, app.IngestOptions{Wrong: func(n int, err error) { wrong = append(wrong, fmt.Sprint(n, " ", err)) }})
	if !errors.Is(err, app.ErrSome) || got != (app.Ingested{Stories: 2, Known: 1, Wrong: 3}) {
		t.Errorf("taken in %+v, %v", got, err)
	}
	for i, want := range []string{"2 it is no JSON", "4 a story needs a title", "5 "} {
		if len(wrong) != 3 || !strings.HasPrefix(wrong[i], want) {
			t.Errorf("wrong lines %q, want %q in place %d", wrong, want, i)
		}
	}
	if h := handOver(t, cfg); h != (app.Handoff{Stored: 2}) {
		t.Errorf("without a program: %+v", h)
	}

	p := start(t, cfg, app.Options{})
	got, err = take(t, s, cfg, storyFile(t, storyLine(1), storyLine(2), storyLine(3)), app.IngestOptions{})
	if err != nil || got != (app.Ingested{Stories: 1, Known: 2}) {
		t.Errorf("taken in beside the program %+v, %v", got, err)
	}
	if h := handOver(t, cfg); h.Holder == "" || h.Stored != 0 {
		t.Errorf("beside the program: %+v", h)
	}
	stored(t, s, 3, patience)
	for address, r := range records(t, s) {
		if !r.Quiet || r.Source != "village-post" || len(r.Tags) != 1 || r.Tags[0].Label != news.Crackdown || r.Tags[0].Jurisdiction != "CN-SC" {
			t.Errorf("%s: quiet %v, source %s, tags %+v", address, r.Quiet, r.Source, r.Tags)
		}
	}
	p.stop(t)
	green(t, cfg, "store", "ledger", "bus")
}

// An export that is taken in elsewhere is exported there as it was, verdicts
// included, and alerts nobody unless asked.
func TestIngestExport(t *testing.T) {
	t.Parallel()
	from := settings(t, sources())
	s, err := app.MakeArchive(t.Context(), from, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	classify, err := app.NewClassifier(nil)
	ok(t, err)
	for n, state := range []news.State{news.Auto, news.Accepted, news.Rejected} {
		text := "The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday."
		r := classify.Classify(news.NewArticle(news.Content{
			URL: fmt.Sprintf("https://paper.example/%d", n), Source: "paper", Title: "Sichuan orders bitcoin mines to close", Text: text,
			Language: "en", Fetched: time.Now().UTC(), Quality: 1, Authors: []string{},
		}, false))
		r.Tags[0].State = state
		ok(t, s.Keep(t.Context(), []news.Record{r}))
	}
	want := export(t, s, "jsonl")
	if strings.Count(want, `"state":"accepted"`) != 1 || strings.Count(want, "\n") != 3 {
		t.Fatalf("exported %s", want)
	}
	file := storyFile(t, strings.TrimSuffix(want, "\n"))
	for _, alert := range []bool{false, true} {
		to := settings(t, sources())
		other, err := app.MakeArchive(t.Context(), to, time.Now)
		ok(t, err)
		t.Cleanup(func() { ok(t, other.Close()) })
		for round := range 2 {
			got, err := take(t, other, to, file, app.IngestOptions{Alert: alert})
			if err != nil || got.Records != 3*(1-round) || got.Known != 3*round {
				t.Errorf("round %d: taken in %+v, %v", round, got, err)
			}
		}
		if got := export(t, other, "jsonl"); got != want {
			t.Errorf("exported again:\n%s\nwant\n%s", got, want)
		}
		changes, err := other.Changes(t.Context(), 0, 10)
		ok(t, err)
		for _, c := range changes {
			if c.Quiet == alert {
				t.Errorf("with alert %v a change has quiet %v", alert, c.Quiet)
			}
		}
		green(t, to, "store", "ledger")
	}
}

// What was given up is stored after all once its cause is gone: beside the program,
// and without one.
func TestReplayTheDead(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	var keys []news.Key
	for n := range 2 {
		a := news.NewArticle(news.Content{URL: fmt.Sprintf("https://paper.example/%d", n), Source: "paper", Title: "Lost and found", Text: "Lost.", Fetched: time.Now()}, true)
		_, err := s.Enter(t.Context(), a, news.Visit{URL: a.URL, Source: a.Source, Found: time.Now()})
		ok(t, err)
		ok(t, s.MarkDead(t.Context(), a.Key(), "classifier", "a rule panics"))
		keys = append(keys, a.Key())
	}
	n, err := s.Revive(t.Context(), keys[:1])
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if h := handOver(t, cfg); h != (app.Handoff{Stored: 1}) {
		t.Errorf("without a program: %+v", h)
	}
	p := start(t, cfg, app.Options{})
	if n, err = s.Revive(t.Context(), keys); err != nil || n != 1 {
		t.Errorf("revived %d, %v; one of the two is stored", n, err)
	}
	stored(t, s, 2, patience)
	if b, err := s.Balance(t.Context()); err != nil || b.Dead != 0 || b.Stored != 2 {
		t.Errorf("ledger %+v, %v", b, err)
	}
	p.stop(t)
	green(t, cfg, "store", "ledger", "bus")
}

// A command that is stopped says how much waits, and the next one goes on.
func TestHandOverIsStopped(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	if _, err := take(t, s, cfg, storyFile(t, storyLine(1)), app.IngestOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = app.HandOver(ctx, cfg, slog.New(slog.DiscardHandler), time.Now, func(n int64) {
		if n == 1 {
			cancel()
		}
	})
	cancel()
	if err == nil || !strings.Contains(err.Error(), "1 article versions waited") {
		t.Errorf("stopped: %v", err)
	}
	handOver(t, cfg)
	stored(t, s, 1, patience)
}

// A backup is made beside a running program, and another directory goes on from it.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	p := start(t, cfg, app.Options{})
	_, err = take(t, s, cfg, storyFile(t, storyLine(1), storyLine(2)), app.IngestOptions{})
	ok(t, err)
	stored(t, s, 2, patience)
	file := filepath.Join(t.TempDir(), "edict.gz")
	_, err = app.Backup(t.Context(), s, file)
	ok(t, err)
	if _, err := app.Backup(t.Context(), s, file); !errors.Is(err, news.ErrConflict) {
		t.Errorf("over a file that is there: %v", err)
	}
	p.stop(t)
	want := export(t, s, "jsonl")

	other := settings(t, ownSites+sources())
	_, err = app.Restore(t.Context(), other, file, time.Now)
	ok(t, err)
	restored := archive(t, other)
	if got := export(t, restored, "jsonl"); got != want {
		t.Errorf("restored\n%s\nwant\n%s", got, want)
	}
	if _, err := app.Restore(t.Context(), other, file, time.Now); !errors.Is(err, news.ErrConflict) {
		t.Errorf("over what is there: %v", err)
	}
	p = start(t, other, app.Options{})
	_, err = take(t, restored, other, storyFile(t, storyLine(1), storyLine(3)), app.IngestOptions{})
	ok(t, err)
	stored(t, restored, 3, patience)
	p.stop(t)
	green(t, other, "store", "ledger", "bus")

	broken := filepath.Join(t.TempDir(), "broken.gz")
	whole, err := os.ReadFile(file)
	ok(t, err)
	ok(t, os.WriteFile(broken, whole[:len(whole)/2], 0o600))
	if _, err := app.Restore(t.Context(), settings(t, sources()), broken, time.Now); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("half a backup: %v", err)
	}
	if _, err := app.Restore(t.Context(), settings(t, sources()), broken+"x", time.Now); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("no file: %v", err)
	}
}

// Texts that are older than store.keep_texts go; the pages and the export go on.
func TestOldTextsExpire(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s := hoard(t, cfg, 2)
	cfg.Store.KeepTexts = app.Duration(time.Minute) // those of hoard were kept an hour ago
	p := start(t, cfg, app.Options{})
	until(t, patience, func() string { return "no text was given up" }, func() bool {
		for _, r := range records(t, s) {
			if !r.Expired || r.Text != "" || len(r.Tags[0].Evidence) == 0 {
				return false
			}
		}
		return true
	})
	for _, r := range records(t, s) {
		code, page := get(t, p.Page+"/records/"+r.ID)
		if code != 200 || !strings.Contains(page, "ordered bitcoin mining farms to shut down") {
			t.Errorf("the page of a record without its text: %d, %s", code, page)
		}
	}
	if code, page := get(t, p.Page+"/stream"); code != 200 || !strings.Contains(page, "notice 1") {
		t.Errorf("the stream: %d %s", code, page)
	}
	p.stop(t)
	green(t, cfg, "store")
}
