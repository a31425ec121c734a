package classifier_test

import (
	"slices"
	"testing"

	"edict/news"
)

// Where a sentence speaks of several provinces, the tag is the country's, and none is
// left for the province that was spoken of before, not even for review.
func TestSeveralProvinces(t *testing.T) {
	c := newClassifier(t)
	for _, s := range []struct{ title, text string }{
		{"上海给予区块链人才落户", "与扶持同时推进的是对挖矿的清理。按照中央的要求，多个省市已经关停加密货币挖矿项目。"},
		{"上海給予區塊鏈人才落戶", "與扶持同時推進的是對挖礦的清理。按照中央的要求，多個省市已經關停加密貨幣挖礦項目。"},
		{"Shanghai Offers Residency to Blockchain Engineers", "At the same time, local governments across the country have moved to shut down bitcoin mines."},
	} {
		var got []string
		for _, tag := range c.Classify(article(news.Content{Title: s.title, Text: s.text})).Tags {
			if tag.Label == news.Crackdown {
				got = append(got, string(tag.Jurisdiction)+" "+string(tag.State))
			}
		}
		if want := []string{"CN auto"}; !slices.Equal(got, want) {
			t.Errorf("%s: crackdown for %q, want %q", s.text, got, want)
		}
	}
}
