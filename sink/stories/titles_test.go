package stories

import (
	"fmt"
	"testing"
	"time"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// Titles of one day that are worded alike, and what they have in common is what all
// such news has: where it is read, what the field calls things, who acts every day.
func TestTitles(t *testing.T) {
	gazetteer, err := places.Default()
	ok(t, err)
	set, err := rules.Default(gazetteer)
	ok(t, err)
	c, err := classifier.New(set, gazetteer)
	ok(t, err)
	reader, err := NewReader(gazetteer)
	ok(t, err)
	features := func(title string) Features {
		at := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
		content := news.Content{URL: "https://a.example/" + fmt.Sprint(len(title)), Source: "a", Language: "en", Title: title, Published: at, Fetched: at, Quality: 1}
		return reader.Read(c.Classify(news.NewArticle(content, false)))
	}
	for _, test := range []struct {
		one, other string
		tied       bool
	}{
		{"What Wall Street expects of lenders after a poor quarter", "A quiet Wall Street week is what token funds needed, traders say", false},
		{"Ring maker opens at 31 on the New York Stock Exchange", "Old ticker tape goes on show at the New York Stock Exchange", false},
		{"Norwegian police seize 410 bitcoin mining machines over power theft", "Norwegian police seize 95 bitcoin mining machines over power theft", false},
		{"Bitcoin miners arrested over alleged power theft", "Danish police arrest crypto miner for power theft", false},
		{"Web shop bans crypto mining apps from its app store", "Report: crypto mining apps remain in web shop's app store despite recent ban", false},
		{"Nevada becomes latest US state to legally recognize blockchain records", "Nevada could become next US state to legally recognize blockchain records", false},

		{"Latvian central bank seeks developers for blockchain sandbox", "Latvia's central bank opens blockchain sandbox", true},
		{"Norwegian police seize 410 bitcoin mining machines over power theft", "Norway: police find 410 mining machines in power theft case", true},
		{"Manitoba power company halts crypto mining projects", "Manitoba halts approvals of crypto mining until new rules", true},
		{"Wyoming House approves bill to exempt utility tokens", "Wyoming House passes bill exempting utility tokens from securities law", true},
	} {
		one, other := features(test.one), features(test.other)
		if score, tied := Compare(&one, &other); tied != test.tied {
			t.Errorf("%q and %q: tied %v by %.2f", test.one, test.other, tied, score)
		}
	}
}
