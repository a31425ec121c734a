package rules_test

import (
	"strings"
	"testing"

	"edict/news"
)

// A guard at the opening looks at the title and the first paragraphs, for an act
// anywhere, and not where the sentence of the act holds what it spares.
func TestGuardOpening(t *testing.T) {
	const guard = "  - {name: dull, set: dull, at: opening, unless: [fresh], times: 0.5}\n"
	set, err := compile(t, strings.NewReplacer(
		"patterns:\n", "  dull:\n    en: [in general]\n  fresh:\n    en: [today]\npatterns:\n",
		"tests:\n", guard+"tests:\n",
	).Replace(small))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		title, text string
		want        bool
	}{
		{"Fruit", "Of fruit.\n\nJapan eats apples.", true},
		{"Fruit in general", "Of fruit.\n\nJapan eats apples.", false},
		{"Fruit", "Of fruit in general.\n\nJapan eats apples.", false},
		{"Fruit", "Of fruit in general.\n\nToday Japan eats apples.", true},
		{"Fruit", "One.\n\nTwo.\n\nThree.\n\nOf fruit in general.\n\nJapan eats apples.", true},
	} {
		found := false
		for _, v := range set.Judge(news.Content{Title: test.title, Text: test.text}).Verdicts {
			found = found || v.Score >= set.Auto(v.Label)
		}
		if found != test.want {
			t.Errorf("%s / %s: found is %v", test.title, test.text, found)
		}
	}
}
