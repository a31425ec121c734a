package catalogue_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"edict/catalogue"
)

func read(en string) (map[string]*catalogue.Catalogue, error) {
	zh := &fstest.MapFile{Data: []byte("reports = 另有 {n} 篇报道\n")}
	return catalogue.Read(fstest.MapFS{"en.txt": {Data: []byte(en)}, "zh-Hans.txt": zh, "zh-Hant.txt": zh})
}

func TestSay(t *testing.T) {
	all, err := read("# for translators\n\nreports = and {n} other reports\nreports[one] = and {n} other report\nplain = a = b\nboth = {place}: {n} of {all}\ncomma = \", \"\nsaid = \"a\" b\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		language, want, key string
		args                []any
	}{
		{"en", "and 1 other report", "reports", []any{"n", 1}},
		{"en", "and 0 other reports", "reports", []any{"n", 0}},
		{"en", "and 1,234,567 other reports", "reports", []any{"n", int64(1234567)}},
		{"zh-Hans", "另有 1 篇报道", "reports", []any{"n", 1}},
		{"en", "a = b", "plain", nil},
		{"en", ", ", "comma", nil},
		{"en", `"a" b`, "said", nil},
		{"en", "<b>: 3 of 34", "both", []any{"all", 34, "n", 3, "place", "<b>"}},
		{"en", "{place}: {n} of {all}", "both", nil},
		{"en", "[[missing]]", "missing", nil},
	} {
		if got := all[c.language].Say(c.key, c.args...); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.key, c.language, got, c.want)
		}
	}
	en := all["en"]
	if en.Language() != "en" || !en.Has("plain") || en.Has("missing") || strings.Join(en.Keys(), " ") != "both comma plain reports said" {
		t.Errorf("it holds %q", en.Keys())
	}
}

func TestReadRefuses(t *testing.T) {
	for raw, want := range map[string]string{
		"a = b\nnothing\n":       "en.txt, line 2: want key = text",
		"a = b\n\na = c\n":       "en.txt, line 3: a stands twice",
		"a = \"\"\n":             "en.txt, line 1: want key = text",
		"a[one] = b\n":           "en.txt: a has a text for one alone",
		"a = {n\n":               "en.txt, line 1: {n is no placeholder",
		"a = {N}\n":              "en.txt, line 1: {N is no placeholder",
		"a = {}\n":               "en.txt, line 1: { is no placeholder",
		"a[one] = b\na[one] = c": "en.txt, line 2: a stands twice",
	} {
		if _, err := read(raw); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
	if _, err := catalogue.Read(fstest.MapFS{}); err == nil {
		t.Error("a folder without texts was read")
	}
}

func ExampleCatalogue_Say() {
	all, err := read("reports = and {n} other reports\nreports[one] = and {n} other report\n")
	if err != nil {
		panic(err)
	}
	fmt.Println(all["en"].Say("reports", "n", 1))
	fmt.Println(all["zh-Hans"].Say("reports", "n", 2))
	// Output:
	// and 1 other report
	// 另有 2 篇报道
}
