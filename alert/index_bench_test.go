package alert_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/classifier/match"
	"edict/news"
)

// vocabulary is what the words of the benchmark's stories and subscriptions are made
// of: as uneven as a language.
func vocabulary(r *rand.Rand) func() string {
	zipf := rand.NewZipf(r, 1.1, 10, 30_000)
	return func() string { return fmt.Sprintf("w%d", zipf.Uint64()) }
}

// BenchmarkMatch asks an index for the subscriptions of stories of 3.3 KB, every
// second one tagged, beside a scan for the same phrases alone. Of the subscriptions
// 80 in 100 name a label, 70 one to three places, all one to three of 20,000 phrases,
// and 30 a word that must not be there.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchMatch(b, n) })
	}
}

func benchMatch(b *testing.B, n int) {
	r := rand.New(rand.NewPCG(1, 2))
	word := vocabulary(r)
	var areas []news.Jurisdiction
	for c := range 60 {
		for d := range 5 {
			areas = append(areas, news.Jurisdiction(fmt.Sprintf("%c%c-%c", 'A'+c/8, 'A'+c%8, 'A'+d)))
		}
	}
	topics := make([]string, 20_000)
	for i := range topics {
		topics[i] = word() + " " + word()
	}
	topic := rand.NewZipf(r, 1.05, 50, uint64(len(topics)-1))
	subs := make([]news.Subscription, n)
	for i := range subs {
		q := news.Query{}
		if r.IntN(10) < 8 {
			q.Labels = []news.Label{labels[r.IntN(2)]}
		}
		if r.IntN(10) < 7 {
			for range 1 + r.IntN(3) {
				q.Jurisdictions = append(q.Jurisdictions, areas[r.IntN(len(areas))])
			}
		}
		for range 1 + r.IntN(3) {
			q.Words += ` "` + topics[topic.Uint64()] + `"`
		}
		if r.IntN(10) < 3 {
			q.Words += " -" + word()
		}
		subs[i] = ask(fmt.Sprint(i), q)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	x := alert.NewIndex()
	var phrases []match.Phrase
	known := map[string]bool{}
	for _, s := range subs {
		if err := x.Put(s); err != nil {
			b.Fatal(err)
		}
		for p := range strings.SplitSeq(strings.ReplaceAll(s.Query.Words, "-", ""), `"`) {
			if p = strings.TrimSpace(p); p != "" && !known[p] {
				known[p] = true
				phrases = append(phrases, match.Phrase{Text: p})
			}
		}
	}
	x.Match(nil, alert.Story{}) // compiles
	built := time.Since(begin)
	runtime.GC()
	runtime.ReadMemStats(&after)
	alone, err := match.Compile(phrases)
	if err != nil {
		b.Fatal(err)
	}
	stories := make([]alert.Story, 200)
	for i := range stories {
		var text strings.Builder
		for text.Len() < 3300 {
			text.WriteString(word() + " ")
		}
		stories[i] = alert.Story{Title: word() + " " + word(), Text: text.String(), Source: "s", Language: "en"}
		if i%2 == 0 {
			stories[i].Tags = []news.Tag{tag(labels[r.IntN(2)], areas[r.IntN(len(areas))])}
		}
	}
	var ids []string
	var hits []match.Hit
	var matching, scanning time.Duration
	found := 0
	for b.Loop() {
		for _, s := range stories {
			begin := time.Now()
			ids = x.Match(ids[:0], s)
			matching += time.Since(begin)
			found += len(ids)
			begin = time.Now()
			hits = alone.Append(alone.Append(hits[:0], s.Title), s.Text)
			scanning += time.Since(begin)
		}
	}
	b.ReportMetric(float64(matching.Nanoseconds())/float64(b.N*len(stories))/1000, "µs/article")
	b.ReportMetric(matching.Seconds()/scanning.Seconds(), "×scan")
	b.ReportMetric(float64(found)/float64(b.N*len(stories)), "hits/article")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	b.ReportMetric(float64(built.Milliseconds()), "build-ms")
	b.ReportMetric(0, "ns/op")
	runtime.KeepAlive(x)
	runtime.KeepAlive(subs)
}
