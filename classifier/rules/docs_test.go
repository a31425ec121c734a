package rules_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"edict/classifier/places"
	"edict/classifier/rules"
)

// The whole files in docs/rules.md load over the embedded ones, and their tests
// hold.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(doc), "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("docs/rules.md shows no file")
	}
	for _, block := range blocks {
		content, _, _ := strings.Cut(block, "```")
		set, err := rules.Load(g, fstest.MapFS{"example.yaml": {Data: []byte(content)}})
		if err != nil {
			t.Error(err)
			continue
		}
		for _, f := range set.Test() {
			t.Error(f)
		}
	}
}
