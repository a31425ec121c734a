package classifier_test

import (
	"slices"
	"strings"
	"testing"

	"edict/news"
)

// A number in a sentence with both labels is bound to the one whose act stands in its
// own clause.
func TestCountsOfBothLabels(t *testing.T) {
	c := newClassifier(t)
	for text, want := range map[string][]string{
		"Nine provinces of China have banned crypto mining, while 14 cities hand out perks to software firms.":    {"mining_crackdown 9 provinces"},
		"In China 14 cities give subsidies to blockchain firms, but nine provinces have shut down bitcoin mines.": {"mining_crackdown 9 provinces", "pro_blockchain_policy 14 cities"},
	} {
		var got []string
		for _, n := range c.Classify(article(news.Content{Title: "Two faces", Text: text})).Counts {
			got = append(got, strings.Join([]string{string(n.Label), itoa(n.Value), n.Unit}, " "))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
	}
}
