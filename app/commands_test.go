package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// Commands work beside a running program, before it and after it.
func TestCommandsBesideTheProgram(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, ownSites+sources(site))

	if _, err := app.OpenArchive(t.Context(), cfg, time.Now); !errors.Is(err, news.ErrNotFound) || !strings.Contains(err.Error(), "edict run") {
		t.Errorf("an archive before the first run: %v", err)
	}
	before, err := app.Sources(t.Context(), cfg, time.Now)
	if err != nil || len(before) != 1 || len(before[0].Polls) != 0 {
		t.Errorf("sources before the first run: %+v, %v", before, err)
	}
	green(t, cfg, "rules", "instance", "store")

	p := start(t, cfg, app.Options{})
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	search(t, cfg, site)
	exports(t, cfg, len(stories))
	watched(t, cfg, site)
	decideStories(t, cfg)
	ok(t, app.Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler), time.Now))
	green(t, cfg, "rules", "instance", "store", "ledger", "bus")
	p.stop(t)
	search(t, cfg, site)
	exports(t, cfg, len(stories))
	green(t, cfg, "rules", "instance", "store", "ledger", "bus")
}

// decideStories merges two stories and takes them apart again.
func decideStories(t *testing.T, cfg app.Config) {
	t.Helper()
	s := archive(t, cfg)
	list, err := s.Records(t.Context(), news.Filter{})
	ok(t, err)
	first, last := list[0], list[len(list)-1]
	merged, err := s.MergeStories(t.Context(), "ann", first.Story, last.Story, "a test")
	ok(t, err)
	for _, r := range []news.Record{first, last} {
		now, err := s.Record(t.Context(), r.ID)
		if err != nil || now.Story != merged.Story {
			t.Errorf("after a merge %s is in story %s, want %s (%v)", r.URL, now.Story, merged.Story, err)
		}
	}
	_, err = s.SplitStory(t.Context(), "ann", merged.Story, last.Key().Article, "a test")
	ok(t, err)
	if now, err := s.Record(t.Context(), last.ID); err != nil || now.Story == merged.Story {
		t.Errorf("after a split %s is in story %s still (%v)", last.URL, now.Story, err)
	}
}

func search(t *testing.T, cfg app.Config, site *paper) {
	t.Helper()
	s := archive(t, cfg)
	for words, want := range map[string][]string{
		"挖矿":               {"/zh/neimenggu-qingli-wakuang"}, // two characters
		"补贴 海南":            {"/zh/hainan-qukuailian-butie"},
		"面包":               {"/zh/jiage-yizhou-pingjing"},
		"麵包":               {"/zh/jiage-yizhou-pingjing"}, // the other script
		"ferry Norway":     {"/2026/harbour-ferry-new-timetable"},
		"\"baking bread\"": {"/2026/bitcoin-price-week"},
		"\"bread baking\"": nil,
		"waffle":           nil,
	} {
		got, err := app.Search(t.Context(), s, news.Search{Filter: news.Filter{Words: words, Limit: 10}})
		ok(t, err)
		var paths []string
		for _, h := range got.Hits {
			paths = append(paths, strings.TrimPrefix(h.Record.URL, site.URL))
		}
		if strings.Join(paths, " ") != strings.Join(want, " ") {
			t.Errorf("search %s: %v, want %v", words, paths, want)
		}
	}
	got, err := s.Records(t.Context(), news.Filter{Jurisdiction: "CN", Label: news.Crackdown})
	ok(t, err)
	if len(got) != 2 {
		t.Errorf("%d crackdowns in China, want 2", len(got))
	}
	if _, err := app.Search(t.Context(), s, news.Search{Filter: news.Filter{Words: "\"open", Limit: 1}}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("search for a quotation that does not end: %v", err)
	}
}

// exports wants both formats to hold the same, and every line to be a valid record.
func exports(t *testing.T, cfg app.Config, n int) {
	t.Helper()
	s := archive(t, cfg)
	rows, err := csv.NewReader(strings.NewReader(export(t, s, "csv"))).ReadAll()
	ok(t, err)
	lines := strings.Split(strings.TrimSuffix(export(t, s, "jsonl"), "\n"), "\n")
	if len(lines) != n || len(rows) != n+1 {
		t.Fatalf("%d lines and %d rows for %d records", len(lines), len(rows), n)
	}
	for i, line := range lines {
		r, err := news.Decode[news.Record]([]byte(line))
		ok(t, err)
		again, err := s.Records(t.Context(), news.Filter{Source: r.Source, Since: r.Published, Until: r.Published.Add(time.Second)})
		if err != nil || len(again) != 1 || again[0].ID != r.ID {
			t.Errorf("%s is not what the archive holds: %v", r.URL, err)
		}
		var fields map[string]json.RawMessage
		ok(t, json.Unmarshal([]byte(line), &fields))
		for column, name := range rows[0] {
			cell, raw := rows[i+1][column], fields[name]
			if raw == nil && !slices.Contains([]string{"modified", "expired", "partial_why", "twins"}, name) { // which are left out where there is nothing to say
				t.Errorf("%s: there is a column %s, and no such field", r.URL, name)
			}
			delete(fields, name)
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			if cell != text && (!json.Valid([]byte(cell)) || !sameJSON(cell, text)) {
				t.Errorf("%s: %s is %q in CSV and %q in JSON", r.URL, name, cell, text)
			}
		}
		for name := range fields {
			t.Errorf("%s has no column", name)
		}
	}
	if _, err := app.Export(t.Context(), s, news.Filter{}, "xml", io.Discard); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("export as XML: %v", err)
	}
}

func sameJSON(a, b string) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, []byte(a)) == nil && json.Compact(&y, []byte(b)) == nil && x.String() == y.String()
}

func watched(t *testing.T, cfg app.Config, site *paper) {
	t.Helper()
	list, err := app.Sources(t.Context(), cfg, time.Now)
	ok(t, err)
	if len(list) != 1 || list[0].Slug != "paper-1" || list[0].Origin != news.FromFile || len(list[0].Polls) != 2 {
		t.Fatalf("sources: %+v", list)
	}
	for _, p := range list[0].Polls {
		if p.Failures != 0 || p.Entries != 12 || p.Success.IsZero() {
			t.Errorf("the poll of %s: %+v", p.Address, p)
		}
	}
	var reports []app.CheckedSource
	ok(t, app.CheckSources(t.Context(), cfg, time.Now, []string{"paper-1"}, func(r app.CheckedSource) { reports = append(reports, r) }))
	if len(reports) != 1 || !reports[0].OK() || reports[0].Story == nil || reports[0].Story.URL != site.URL+"/2026/gansu-tells-mining-sites-to-close" {
		t.Errorf("check: %+v", reports)
	}
	if err := app.CheckSources(t.Context(), cfg, time.Now, []string{"paper-2"}, nil); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("check of what is not watched: %v", err)
	}
}
