package app_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// amend replaces the last paragraph of a story, as its site may later.
func (p *paper) amend(path, last string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range p.stories {
		if s.path == path {
			paragraphs := append([]string(nil), s.paragraphs...)
			paragraphs[len(paragraphs)-1] = last
			p.stories[i].paragraphs = paragraphs
		}
	}
}

// All that is known is visited again, by the command or by a running program: what has
// changed is a new version, and what has changed of it is shown.
func TestCheckAgain(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, ownSites+sources(site))
	p := start(t, cfg, app.Options{})
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	again := func(by string, amended ...string) {
		t.Helper()
		before, _ := site.fetched()
		r, err := app.CheckAgain(t.Context(), cfg, slog.New(slog.DiscardHandler), time.Now, []string{"paper-1"}, func(int) {})
		ok(t, err)
		if (r.Holder != "") != (by == "a running program") || len(r.Sources) != 1 || len(r.Changed) != len(amended) {
			t.Fatalf("by %s: %+v", by, r)
		}
		row := r.Sources[0]
		if row.Open != 0 || row.Visits[news.Unchanged] != len(stories)-len(amended) || row.Visits[news.OK] != len(amended) {
			t.Errorf("by %s: %+v", by, row)
		}
		if after, _ := site.fetched(); after != before+len(stories) {
			t.Errorf("by %s: %d pages were asked for, of %d", by, after-before, len(stories))
		}
		for i, words := range amended {
			var added, removed []string
			for _, e := range r.Changed[i].Diff {
				switch e.Op {
				case news.DiffAdded:
					added = append(added, e.Text)
				case news.DiffRemoved:
					removed = append(removed, e.Text)
				}
			}
			if len(added) != 1 || added[0] != words || len(removed) != 1 {
				t.Errorf("by %s: added %q, removed %q", by, added, removed)
			}
			if got := records(t, s)[r.Changed[i].URL]; !strings.HasSuffix(got.Text, words) {
				t.Errorf("by %s: stored is %q", by, got.Text)
			}
		}
	}
	again("a running program")
	site.amend(stories[0].path, "The notice was amended on the same day.")
	again("a running program", "The notice was amended on the same day.")
	p.stop(t)
	site.amend(stories[1].path, "Nobody was there to see it.")
	again("the command", "Nobody was there to see it.")
	again("the command")
	if _, err := app.CheckAgain(t.Context(), cfg, slog.New(slog.DiscardHandler), time.Now, []string{"none"}, func(int) {}); !errors.Is(err, news.ErrNotFound) {
		t.Error(err)
	}
	green(t, cfg, "store", "ledger", "bus")
}
