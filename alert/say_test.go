package alert_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"edict/alert"
	"edict/catalogue"
)

// TestTextsAreComplete holds the languages of messages to each other and to the code: each
// key is in all of them and asks for the same values, each that code says is there, and
// each that is there is said.
func TestTextsAreComplete(t *testing.T) {
	texts := alert.Texts()
	en := texts[catalogue.English]
	values := func(c *catalogue.Catalogue, key string) (out []string) {
		for _, p := range c.Pieces(key, 2) {
			if p.Name != "" {
				out = append(out, p.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	for code, c := range texts {
		if !slices.Equal(c.Keys(), en.Keys()) {
			t.Errorf("%s and English have other keys:\n%q\n%q", code, c.Keys(), en.Keys())
		}
		for _, key := range en.Keys() {
			if !slices.Equal(values(c, key), values(en, key)) {
				t.Errorf("%s in %s puts in %q, and in English %q", key, code, values(c, key), values(en, key))
			}
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{"heartbeat": true, "warning": true} // by the kind of a notice
	call := regexp.MustCompile(`"([a-z]+(?:\.[a-z]+)*\.?)"`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range call.FindAllStringSubmatch(string(raw), -1) {
			for _, key := range en.Keys() {
				if key == m[1] || strings.HasSuffix(m[1], ".") && strings.HasPrefix(key, m[1]) {
					said[key] = true
				}
			}
		}
		for _, m := range regexp.MustCompile(`\bsay\([^,()]+(?:\.[A-Za-z]+)?, "([a-z.]+)"[,)]`).FindAllStringSubmatch(string(raw), -1) {
			if !en.Has(m[1]) {
				t.Errorf("%s says %s, and there is no such text", file, m[1])
			}
		}
	}
	for _, key := range en.Keys() {
		if !said[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}
