package extract_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/crawler/extract"
	"edict/news"
)

var update = flag.Bool("update", false, "write what comes out as what is wanted; read the difference before you keep it")

// A goldPage is a page of ours, in the markup of a kind of site, and its article.
type goldPage struct {
	name string
	html []byte

	Address     string    `json:"address"`
	ContentType string    `json:"content_type"`
	Fetched     time.Time `json:"fetched"`
	Want        struct {
		Title        string    `json:"title"`
		Summary      string    `json:"summary"`
		Authors      []string  `json:"authors"`
		Published    time.Time `json:"published,omitzero"`
		Language     string    `json:"language"`
		CanonicalURL string    `json:"canonical_url"`
		Original     string    `json:"original"`
		Text         string    `json:"text"`
	} `json:"want"`
}

func (g *goldPage) page() news.Page {
	return news.Page{URL: g.Address, Address: g.Address, Status: 200, ContentType: g.ContentType, Body: g.html, Fetched: g.Fetched}
}

func goldPages(t testing.TB) []goldPage {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "gold", "*.json"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d gold pages, want at least 40: %v", len(files), err)
	}
	var out []goldPage
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		g := goldPage{name: strings.TrimSuffix(filepath.Base(f), ".json")}
		if err := json.Unmarshal(data, &g); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if g.html, err = os.ReadFile(strings.TrimSuffix(f, ".json") + ".html"); err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

// TestGold reads every page of ours and wants exactly its article.
func TestGold(t *testing.T) {
	for _, g := range goldPages(t) {
		t.Run(g.name, func(t *testing.T) {
			e, err := extract.Explain(g.page(), extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := e.Article
			if *update {
				g.write(t, got)
				return
			}
			check := func(field string, got, want any) {
				if got != want {
					t.Errorf("%s is\n  %v\nwant\n  %v\n(from %s)", field, got, want, e.Fields[field])
				}
			}
			check("title", got.Title, g.Want.Title)
			check("summary", got.Summary, g.Want.Summary)
			check("published", got.Published, g.Want.Published)
			check("language", got.Language, g.Want.Language)
			check("canonical_url", got.CanonicalURL, g.Want.CanonicalURL)
			check("original", got.Original, g.Want.Original)
			if !slices.Equal(got.Authors, g.Want.Authors) {
				t.Errorf("authors are %q, want %q (from %s)", got.Authors, g.Want.Authors, e.Fields["authors"])
			}
			for _, line := range linesOnlyIn(g.Want.Text, got.Text) {
				t.Errorf("missing: %s", line)
			}
			for _, line := range linesOnlyIn(got.Text, g.Want.Text) {
				t.Errorf("too much: %s", line)
			}
			if !t.Failed() && got.Text != g.Want.Text {
				t.Errorf("text is\n%s\nwant\n%s", got.Text, g.Want.Text)
			}
		})
	}
}

func (g *goldPage) write(t *testing.T, got news.Content) {
	w := &g.Want
	w.Title, w.Summary, w.Authors, w.Published, w.Language = got.Title, got.Summary, got.Authors, got.Published, got.Language
	w.CanonicalURL, w.Original, w.Text = got.CanonicalURL, got.Original, got.Text
	f, err := os.Create(filepath.Join("testdata", "gold", g.name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(g); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func linesOnlyIn(a, b string) []string {
	have := map[string]bool{}
	for l := range strings.SplitSeq(b, "\n") {
		have[l] = true
	}
	var out []string
	for l := range strings.SplitSeq(a, "\n") {
		if !have[l] {
			out = append(out, l)
		}
	}
	return out
}
