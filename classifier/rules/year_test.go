package rules_test

import (
	"testing"
	"time"

	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// An act that is dated by a year long over lies behind the story; by the year of the
// story, or by the last in its first weeks, it is news.
func TestGoneYear(t *testing.T) {
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default(g)
	if err != nil {
		t.Fatal(err)
	}
	sure := func(text string, published time.Time) bool {
		for _, v := range set.Judge(news.Content{Title: "Mines and power", Text: text, Published: published}).Verdicts {
			if v.Score >= set.Auto(v.Label) {
				return true
			}
		}
		return false
	}
	at := func(year int, month time.Month) time.Time { return time.Date(year, month, 20, 12, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		text      string
		published time.Time
		want      bool
	}{
		{"In November 2023 Norway's government banned bitcoin mining.", at(2023, time.November), true},
		{"In November 2023 Norway's government banned bitcoin mining.", at(2024, time.January), true},
		{"In November 2023 Norway's government banned bitcoin mining.", at(2025, time.May), false},
		{"In November 2023 Norway's government banned bitcoin mining.", time.Time{}, true},
		{"Norway's government banned bitcoin mining until 2031.", at(2025, time.May), true},
		{"挪威政府于2023年禁止加密货币挖矿。", at(2025, time.May), false},
		{"挪威政府于2025年禁止加密货币挖矿。", at(2025, time.May), true},
		{"Norway's government banned bitcoin mining and took 2023,5 machines.", at(2025, time.May), true},
	} {
		if got := sure(test.text, test.published); got != test.want {
			t.Errorf("%s, published %s: sure is %v", test.text, test.published.Format(time.DateOnly), got)
		}
	}
}
