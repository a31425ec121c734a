package classifier_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"edict/classifier"
	"edict/classifier/match"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// ordinary are paragraphs of crypto news in which no authority does anything.
var ordinary = []string{
	"Bitcoin traded in a narrow range on Wednesday as investors waited for the minutes of the last meeting of the Federal Reserve, and trading volumes on the larger exchanges stayed near their lows of the year.",
	"The largest cryptocurrency by market value was changing hands at about 64,000 dollars in the European afternoon, little changed on the day, while ether slipped one percent and most other tokens followed it down.",
	"Analysts at a brokerage in London said that the market lacked a reason to move. Flows into exchange-traded funds have slowed, they wrote, and holders of large positions appear to be in no hurry to sell.",
	"Mining companies that are listed in New York fell with the market. The shares of one of them lost four percent after it reported that the cost of power in Texas had eaten most of its gains.",
	"In the options market, the price of protection against a fall over the next month has risen to its highest since March, though traders said that this was mostly a hedge by funds that own a lot of coins.",
	"A survey among professional investors found that a third of them plan to raise their holdings next year. Fewer than one in ten plan to sell, and most of the rest said that regulation was the main thing that they watched.",
}

// act is a paragraph with one act in it, and acts are some with more.
const act = "Kazakhstan's energy ministry ordered the shutdown of 40 unlicensed crypto mines in the south of the country after a week of power cuts, and said that the operators of the grid would disconnect any that returned."

var acts = []string{
	"Paraguay's Senate passed a bill on Thursday that bans cryptocurrency mining for 180 days, and sent it to the lower house. The national utility had asked for it after it found 50 hidden farms on its lines.",
	"“We will not let miners take power from homes,” the minister of energy said. Police in Alto Paraná seized 2,700 mining rigs in a raid last week, and prosecutors charged four people with theft of electricity.",
	"In Norway, the government plans to prohibit new data centres that mine bitcoin. Sweden raised the tax on the power that they use a year ago, and Iceland's utility has stopped new connections for miners.",
	"Not all go that way. El Salvador's congress approved a law that exempts blockchain firms from income tax for ten years, and the city of Ganzhou in Jiangxi offers up to 17.5 million yuan to those that settle there.",
	"Officials in Texas said that they had no plan to curb mining. The state's grid operator pays miners to switch off when demand is high, and lawmakers rejected a proposal to end that scheme in May.",
	"Kazakhstan cut off the power of 106 mining sites in March 2022, and Kosovo banned the industry in January of that year. Neither has lifted its ban, although both have since drafted rules for licensed firms.",
}

// story repeats paragraphs up to 3.3 KB.
func story(title string, paragraphs ...string) news.Article {
	var b strings.Builder
	for i := 0; b.Len() < 3240; i++ {
		b.WriteString(paragraphs[i%len(paragraphs)])
		b.WriteByte('\n')
	}
	return article(news.Content{Title: title, Text: b.String()[:3240]})
}

// benchStories are what is classified, by name. The lines of the file that
// EDICT_ARTICLES names, as edict extract writes them, are one set more.
func benchStories(tb testing.TB) map[string][]news.Article {
	title := "Bitcoin Holds Near 64,000 as Traders Wait for Fed Minutes"
	out := map[string][]news.Article{
		"no-act":   {story(title, ordinary...)},
		"one-act":  {story(title, append(append(append([]string{}, ordinary[:3]...), act), append(ordinary[3:], append(ordinary, ordinary...)...)...)...)},
		"all-acts": {story("Paraguay's Senate Passes Ban on Crypto Mining", acts...)},
	}
	if file := os.Getenv("EDICT_ARTICLES"); file != "" {
		out["file"] = readArticles(tb, file)
	}
	return out
}

func readArticles(tb testing.TB, file string) []news.Article {
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []news.Article
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a struct{ Title, Summary, Text string }
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			tb.Fatal(err)
		}
		if a.Title+a.Text != "" {
			out = append(out, article(news.Content{Title: a.Title, Summary: a.Summary, Text: a.Text}))
		}
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// load is a rule file with n phrases of one to three words that no pattern asks
// for, as subscriptions would add them. One in four hundred of them stands in the stories, and
// most of the others begin as something there does, so that the matcher must look.
func load(n int) []byte {
	rng := rand.New(rand.NewPCG(7, 9))
	words := strings.FieldsFunc(strings.ToLower(strings.Join(append(append(ordinary, act), acts...), " ")), func(r rune) bool {
		return r < 'a' || r > 'z'
	})
	seen := map[string]bool{}
	var b strings.Builder
	fmt.Fprintf(&b, "schema: %s\nversion: \"1\"\nsets:\n  load:\n    en:\n", rules.Schema)
	for i := 0; len(seen) < n; i++ {
		at, size := rng.IntN(len(words)-3), 1+rng.IntN(3)
		phrase := strings.Join(words[at:at+size], " ")
		if i%400 > 0 {
			made := make([]byte, 3+rng.IntN(9))
			for j := range made {
				made[j] = "etaoinshrdlucmfwypvbgkjqxz"[min(rng.IntN(26), rng.IntN(26))]
			}
			phrase = strings.TrimSpace(strings.Join(words[at:at+size-1], " ") + " " + string(made))
		}
		if !seen[phrase] {
			seen[phrase] = true
			fmt.Fprintf(&b, "      - %q\n", phrase)
		}
	}
	return []byte(b.String())
}

// loaded returns a classifier whose rules look for n phrases more than are built in.
func loaded(tb testing.TB, n int) (*classifier.Classifier, *rules.Set) {
	tb.Helper()
	g, err := places.Default()
	if err != nil {
		tb.Fatal(err)
	}
	set, err := rules.Load(g, fstest.MapFS{"load.yaml": {Data: load(n)}})
	if err != nil {
		tb.Fatal(err)
	}
	c, err := classifier.New(set, g)
	if err != nil {
		tb.Fatal(err)
	}
	return c, set
}

// BenchmarkRatio classifies stories, and scans the same texts for the same phrases
// without more, by turns: a busy machine is as busy for both. It reports what
// classifying takes as a multiple of the scan. Times are of the whole process, the
// collection of garbage included.
func BenchmarkRatio(b *testing.B) {
	for _, further := range []int{0, 20000} {
		c, set := loaded(b, further)
		for name, stories := range benchStories(b) {
			b.Run(fmt.Sprintf("%d-further/%s", further, name), func(b *testing.B) {
				var scan, classify time.Duration
				var hits []match.Hit
				size, found, n := 0, 0, 0
				b.ReportAllocs()
				for b.Loop() {
					start := cpuTime()
					for _, a := range stories {
						for _, text := range []string{a.Title, a.Summary, a.Text} {
							hits = set.Scan(hits[:0], text)
							size += len(text)
							found += len(hits)
						}
					}
					middle := cpuTime()
					for _, a := range stories {
						c.Classify(a)
					}
					scan, classify = scan+middle-start, classify+cpuTime()-middle
					n += len(stories)
				}
				b.ReportMetric(float64(classify)/float64(scan), "x-scan")
				per := 1000 * float64(n)
				b.ReportMetric(float64(scan.Nanoseconds())/per, "us-scan")
				b.ReportMetric(float64(classify.Nanoseconds())/per, "us-classify")
				b.ReportMetric(float64(size)/float64(n), "B/article")
				b.ReportMetric(float64(found)/float64(n), "hits/article")
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	g, err := places.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
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
