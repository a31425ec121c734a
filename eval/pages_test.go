package eval_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edict/eval"
	"edict/news"
)

const storyText = "The energy ministry disconnected forty mining sites that had no licence, two weeks before winter begins.\n" +
	"The sites drew about ninety megawatts between them, the ministry said in a statement on Tuesday evening.\n" +
	"Licensed miners, who pay a surcharge on each kilowatt-hour, are not affected by the order, it added."

func storyPage(text string) string {
	return `<html><head><title>Power cut to mines</title><meta property="article:published_time" content="2025-10-14T09:35:00Z"><meta name="author" content="Dana Whitlock"></head>` +
		`<body><article><h1>Power cut to mines</h1><div class="article-body"><p>` + strings.ReplaceAll(text, "\n", "</p><p>") + `</p></div></article></body></html>`
}

// writeList writes a list of pages, gzipped and not, and returns its path.
func writeList(t *testing.T, lines ...map[string]any) string {
	t.Helper()
	dir := t.TempDir()
	var list bytes.Buffer
	for i, l := range lines {
		name := "page" + string(rune('a'+i)) + ".html"
		body := []byte(l["html"].(string))
		delete(l, "html")
		if i%2 == 0 {
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			_, _ = w.Write(body)
			_ = w.Close()
			name, body = name+".gz", z.Bytes()
		}
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
		l["file"] = name
		line, _ := json.Marshal(l)
		list.Write(append(line, '\n'))
	}
	path := filepath.Join(dir, "pages.jsonl")
	if err := os.WriteFile(path, list.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPages(t *testing.T) {
	good := map[string]any{"site": "a", "path": "/1", "html": storyPage(storyText), "title": "Power cut to mines", "text": storyText, "published": "2025-10-14T11:35:00+02:00", "authors": []string{"Dana Whitlock"}}
	bad := map[string]any{"site": "b", "path": "/2", "html": storyPage(storyText), "title": "Another title", "text": strings.Repeat("words that stand nowhere on the page at all ", 5), "published": "2025-10-14T12:00:00Z", "authors": []string{"Somebody Else"}}
	none := map[string]any{"site": "c", "path": "/3", "html": storyPage(storyText)}
	report, err := eval.Pages(context.Background(), writeList(t, good, bad, none), eval.PageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Pages != 3 || len(report.Extractors) != 3 {
		t.Fatalf("%d pages, %d extractors", report.Pages, len(report.Extractors))
	}
	e := report.Extractors[0]
	if e.Name != "edict" || e.Text.Pages != 2 || e.Text.Precision != 0.5 || e.Text.Recall != 0.5 || e.Text.F1 != 0.5 {
		t.Errorf("text: %+v", e.Text)
	}
	if want := (eval.Share{Right: 1, Of: 2}); e.Title != want || e.Minute != want || e.Authors != want || e.Day.Right != 2 {
		t.Errorf("title %v, minute %v, day %v, authors %v", e.Title, e.Minute, e.Day, e.Authors)
	}
	if len(report.Worst) != 2 || report.Worst[0].Site != "b" || report.Worst[1].F1 != 1 {
		t.Errorf("worst: %+v", report.Worst)
	}
	var out bytes.Buffer
	if err := report.Text(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go-trafilatura", "go-readability", "within 60 s", "edict, Latin", "b page"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, out.String())
		}
	}
}

func TestPagesPredicted(t *testing.T) {
	list := writeList(t, map[string]any{"site": "a", "path": "/1", "html": "<p>", "text": storyText, "title": "T"})
	half, _, _ := strings.Cut(storyText, "\n")
	line, _ := json.Marshal(map[string]any{"url": "https://a.invalid/1", "title": "t", "summary": half, "text": strings.TrimPrefix(storyText, half+"\n"), "published": ""})
	predictions := filepath.Join(t.TempDir(), "out.jsonl")
	if err := os.WriteFile(predictions, line, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := eval.Pages(context.Background(), list, eval.PageOptions{Predictions: predictions, NoLibraries: true})
	if err != nil {
		t.Fatal(err)
	}
	if e := report.Extractors[0]; e.Text.F1 != 1 || e.Title.Right != 1 {
		t.Errorf("summary and text together are the reference, yet F1 is %v, title %v", e.Text.F1, e.Title)
	}
}

func TestPagesErrors(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "list.jsonl")
	if err := os.WriteFile(bad, []byte("{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := eval.Pages(context.Background(), bad, eval.PageOptions{}); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("error is %v", err)
	}
	if _, err := eval.Pages(context.Background(), bad+".none", eval.PageOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := eval.Pages(ctx, writeList(t, map[string]any{"html": "<p>"}), eval.PageOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// TestNewsstandPages holds the marks on saved real pages, where they are at hand.
func TestNewsstandPages(t *testing.T) {
	dir := os.Getenv("EDICT_NEWSSTAND")
	if dir == "" {
		t.Skip("set EDICT_NEWSSTAND to the folder of saved news sites to score their pages")
	}
	report, err := eval.Pages(context.Background(), filepath.Join(dir, "pages", "pages.jsonl"), eval.PageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ours, traf := report.Extractors[0], report.Extractors[1]
	for _, m := range []struct {
		what      string
		got, mark float64
	}{
		{"text F1", ours.Text.F1, 0.950},
		{"title", ours.Title.Value(), 0.85},
		{"published within 60 s", ours.Minute.Value(), 0.95},
		{"authors", ours.Authors.Value(), 0.90},
		{"text F1 above go-trafilatura", ours.Text.F1 - traf.Text.F1, 0.012},
	} {
		if m.got < m.mark {
			t.Errorf("%s is %.4f, the mark is %.4f", m.what, m.got, m.mark)
		}
	}
	if ours.Empty > 0 {
		t.Errorf("%d pages with a text came out empty", ours.Empty)
	}
}
