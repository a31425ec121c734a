package alert

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A reader is told in his language what the rule means that found a sentence.
func TestRulesHaveGlosses(t *testing.T) {
	files, err := filepath.Glob("../classifier/rules/defaults/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	rules, lacks := 0, []string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		label := strings.TrimSuffix(filepath.Base(file), ".yaml")
		_, patterns, _ := strings.Cut(string(text), "\npatterns:\n")
		patterns, _, _ = strings.Cut(patterns, "\nguards:\n")
		for _, m := range regexp.MustCompile(`(?m)^  - name: (\S+)`).FindAllStringSubmatch(patterns, -1) {
			if rules++; glosses()[label+"/"+m[1]] == nil {
				lacks = append(lacks, label+"/"+m[1])
			}
		}
	}
	// A new rule is told as its label is, until somebody writes its words.
	if rules < 50 || len(lacks) > rules/4 {
		t.Errorf("%d of %d rules have no words in gloss.txt: %q", len(lacks), rules, lacks)
	}
	for rule, says := range glosses() {
		for i, text := range says {
			if len(says) != 3 || strings.TrimSpace(text) == "" {
				t.Errorf("%s has no words in language %d: %q", rule, i, says)
			}
		}
	}
	for rule, want := range map[string]string{
		"mining_crackdown/mining-ban": "挖矿禁令", "mining_crackdown/of-tomorrow": "报道针对加密货币挖矿的措施", "own_label/a-rule": "a rule", "": "",
	} {
		if got := gloss(rule, "zh-Hans"); got != want {
			t.Errorf("%q says %q, want %q", rule, got, want)
		}
	}
}
