package classifier_test

import (
	"strings"
	"testing"
	"time"

	"edict/news"
)

// endless are texts that go on without an end: of one sentence, of one kind of sign,
// of names that may each mean several places.
var endless = map[string]string{
	"no-stop": "China bans bitcoin mining power ban miners police seize rigs blockchain bill law fund ",
	"names":   "Paris Georgia Chad Turkey Jordan Mali Guinea Niger Fuzhou Suzhou Yichun Yulin ",
	"bodies":  "Georgia Washington Beijing Taizhou Texas SEC police central bank Jilin ",
	"numbers": "china bans bitcoin mining 33 of 34 provinces 17.5 million yuan $5 fourteen governments ",
	"chinese": "四川叫停比特币挖矿项目，国家发改委要求清退，最高奖励1750万元，33个省份，",
	"stops":   "china bans bitcoin mining; ; ; ; ; ; ; ; ; ",
	"marks":   "?????!!!! ....",
	"quotes":  "china bans \"bitcoin mining and\" many “miners “police” seize rigs ",
	"lines":   "They ban crypto mining.\n",
	"sayings": "”。说”。",
	"owners":  "china's’s’s’s's's's ",
}

func endlessArticle(text string, size int) news.Article {
	return article(news.Content{Title: "Of the day", Text: strings.Repeat(text, size/len(text))})
}

// Endless texts are classified, and what is said of them holds. Were the work to grow
// faster than they do, this would not end.
func TestEndless(t *testing.T) {
	c := newClassifier(t)
	for name, text := range endless {
		if err := c.Classify(endlessArticle(text, 100<<10)).Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkEndless reports what ten times as much of a text costs: 10 times as much,
// or little more.
func BenchmarkEndless(b *testing.B) {
	c := newClassifier(b)
	for name, text := range endless {
		b.Run(name, func(b *testing.B) {
			short, long := endlessArticle(text, 43<<10), endlessArticle(text, 430<<10)
			var took [2]time.Duration
			for b.Loop() {
				start := cpuTime()
				c.Classify(short)
				middle := cpuTime()
				c.Classify(long)
				took[0], took[1] = took[0]+middle-start, took[1]+cpuTime()-middle
			}
			b.ReportMetric(float64(took[1])/float64(took[0]), "x-for-10x")
		})
	}
}
