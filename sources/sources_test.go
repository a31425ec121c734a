package sources

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"edict/news"
)

// stable lists every slug that was ever released. Slugs are part of what is stored,
// so a line is only added here.
const stable = "testdata/slugs.txt"

func TestEmbeddedIsWhole(t *testing.T) {
	list, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Errorf("%d sources are fewer than 20", len(list))
	}
	kinds := map[news.Kind]int{}
	hosts := map[string]string{}
	for _, s := range list {
		kinds[s.Kind]++
		if s.Origin != news.FromEmbedded {
			t.Errorf("%s: origin is %q", s.Slug, s.Origin)
		}
		for _, a := range s.Addresses() {
			if other, ok := hosts[a]; ok {
				t.Errorf("%s and %s watch the same address %s", other, s.Slug, a)
			}
			hosts[a] = s.Slug
		}
	}
	for kind, least := range map[news.Kind]int{news.Press: 15, news.Official: 15, news.Aggregator: 1} {
		if kinds[kind] < least {
			t.Errorf("%d sources of kind %s are fewer than %d", kinds[kind], kind, least)
		}
	}
}

func TestLanguagesAreCovered(t *testing.T) {
	entries, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]map[news.Kind]int{}
	for _, e := range entries {
		if count[e.Language] == nil {
			count[e.Language] = map[news.Kind]int{}
		}
		count[e.Language][e.Kind]++
	}
	for _, want := range []struct {
		language string
		kind     news.Kind
		least    int
	}{
		{"en", news.Press, 10},
		{"en", news.Official, 10},
		{"zh-Hans", news.Press, 4},
		{"zh-Hans", news.Official, 4},
		{"zh-Hant", news.Press, 2},
	} {
		if got := count[want.language][want.kind]; got < want.least {
			t.Errorf("%s %s: %d sources are fewer than %d", want.language, want.kind, got, want.least)
		}
	}
}

func TestSlugsAreStable(t *testing.T) {
	data, err := os.ReadFile(stable)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(data))
	list, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if !slices.Contains(known, s.Slug) {
			t.Errorf("slug %q of %s is not in %s: add it if the source is new, and never change one", s.Slug, s.Name, stable)
		}
	}
}

func TestNoOtherPublisherStandsBetween(t *testing.T) {
	list, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		for _, a := range s.Addresses() {
			for _, between := range []string{"news.google.com", "rsshub.app", "feedburner.com", "rss.app"} {
				if strings.Contains(a, between) {
					t.Errorf("%s is read through %s, which is not the publisher", s.Slug, between)
				}
			}
		}
	}
}

const good = `
- slug: a
  name: A
  kind: press
  language: en
  feed: https://a.example/feed
  documented: https://a.example/about
  looked: "2026-11-25"
`

func TestParseRefuses(t *testing.T) {
	if _, err := parse([]byte(good)); err != nil {
		t.Fatalf("a good entry: %v", err)
	}
	for name, data := range map[string]string{
		"nothing":               "",
		"an unknown key":        strings.Replace(good, "  kind:", "  color: red\n  kind:", 1),
		"a slug twice":          good + good,
		"no slug":               strings.Replace(good, "slug: a", "slug: \"\"", 1),
		"an unknown kind":       strings.Replace(good, "press", "blog", 1),
		"no address":            strings.Replace(good, "feed: https://a.example/feed", "feed: \"\"", 1),
		"an address over http":  strings.Replace(good, "https://a.example/feed", "http://a.example/feed", 1),
		"no documentation":      strings.Replace(good, "https://a.example/about", "\"\"", 1),
		"a day that is not one": strings.Replace(good, "2026-11-25", "2026-11-31", 1),
		"no language":           strings.Replace(good, "language: en", "language: \"\"", 1),
		"not a list":            "slug: a\n",
	} {
		if _, err := parse([]byte(data)); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: error is %v, not ErrInvalid", name, err)
		}
	}
}
