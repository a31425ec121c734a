package classifier_test

import (
	"strings"
	"testing"
	"time"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// benchStory is an ordinary crypto story of about 3.3 KB, with one act in it.
func benchStory() news.Article {
	paragraphs := []string{
		"Bitcoin traded in a narrow range on Wednesday as investors waited for the minutes of the last meeting of the Federal Reserve, and trading volumes on the larger exchanges stayed near their lows of the year.",
		"The largest cryptocurrency by market value was changing hands at about 64,000 dollars in the European afternoon, little changed on the day, while ether slipped one percent and most other tokens followed it down.",
		"Analysts at a brokerage in London said that the market lacked a reason to move. Flows into exchange-traded funds have slowed, they wrote, and holders of large positions appear to be in no hurry to sell.",
		"Kazakhstan's energy ministry ordered the shutdown of 40 unlicensed crypto mines in the south of the country after a week of power cuts, and said that the operators of the grid would disconnect any that returned.",
		"Mining companies that are listed in New York fell with the market. The shares of one of them lost four percent after it reported that the cost of power in Texas had eaten most of its gains.",
		"In the options market, the price of protection against a fall over the next month has risen to its highest since March, though traders said that this was mostly a hedge by funds that own a lot of coins.",
		"A survey among professional investors found that a third of them plan to raise their holdings next year. Fewer than one in ten plan to sell, and most of the rest said that regulation was the main thing that they watched.",
	}
	text := strings.Join(append(paragraphs, paragraphs[0], paragraphs[1], paragraphs[2], paragraphs[4], paragraphs[5], paragraphs[6], paragraphs[0], paragraphs[1], paragraphs[2]), "\n")
	return article(news.Content{Title: "Bitcoin Holds Near 64,000 as Traders Wait for Fed Minutes", Text: text[:3240]})
}

func BenchmarkClassify(b *testing.B) {
	c := newClassifier(b)
	a := benchStory()
	b.SetBytes(int64(len(a.Title) + len(a.Text)))
	b.ReportAllocs()
	for b.Loop() {
		c.Classify(a)
	}
}

func BenchmarkNew(b *testing.B) {
	g, err := places.Default()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		set, err := rules.Default(g)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := classifier.New(set, g); err != nil {
			b.Fatal(err)
		}
	}
}

// A text without a full stop takes no more than its length allows.
func TestNoFullStop(t *testing.T) {
	c := newClassifier(t)
	a := article(news.Content{Title: "x", Text: strings.Repeat("china bans bitcoin mining power ban miners police seize rigs blockchain bill law fund ", 5000)})
	start := time.Now()
	if err := c.Classify(a).Validate(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("%d bytes without a full stop took %s", len(a.Text), took)
	}
}
