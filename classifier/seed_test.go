package classifier_test

import (
	"slices"
	"strings"
	"testing"

	"edict/news"
)

// The facts with which the project began, in our own words: a national plan and
// most provinces, a city's reward with its sum, another's residency, and mines that
// are shut at the same time.
func TestSeedFacts(t *testing.T) {
	a := article(news.Content{
		Title: "Nearly Every Province of China Now Backs Blockchain With a Policy",
		Text: strings.Join([]string{
			"Local officials in China are at war with bitcoin miners and in love with ledgers.",
			"Chinese provinces are cracking down on crypto mining, and the same provinces hand out favours to blockchain firms.",
			"Of the 34 provinces, 33 have adopted policies that speed up the spread of blockchain, a trade website counted.",
			"China's new Five-Year Plan names blockchain as a strategic technology and asks local governments to promote it.",
			"Fourteen governments pay rewards to companies that do well in blockchain.",
			"Ganzhou, in the poor province of Jiangxi, is promising up to 17.5 million yuan ($2.7 million) to companies that grow into unicorns.",
			"Shanghai grants permanent residency to skilled people who come to work on blockchain.",
		}, "\n"),
	})
	r := newClassifier(t).Classify(a)
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tag := range r.Tags {
		got = append(got, string(tag.Label)+" "+string(tag.Jurisdiction)+" "+string(tag.State))
	}
	want := []string{"mining_crackdown CN auto", "pro_blockchain_policy CN auto", "pro_blockchain_policy CN-JX auto", "pro_blockchain_policy CN-SH auto"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(r.Amounts) != 1 {
		t.Fatalf("amounts %+v, want one", r.Amounts)
	}
	m := r.Amounts[0]
	if m.Value != 17.5e6 || m.Currency != "CNY" || !m.Cap || m.Jurisdiction != "CN-JX" || m.Evidence[0].Quote != "17.5 million yuan" {
		t.Errorf("amount %+v", m)
	}
	var counts []string
	for _, c := range r.Counts {
		if c.Label != news.ProPolicy {
			continue
		}
		counts = append(counts, strings.Join([]string{itoa(c.Value), itoa(c.Of), c.Unit}, " "))
	}
	slices.Sort(counts)
	if want := []string{"14 0 governments", "33 34 provinces"}; !slices.Equal(counts, want) {
		t.Errorf("counts %q, want %q", counts, want)
	}
}
