package app_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// What the design asks for: from page fetched to record stored, p99 under a second at
// twenty articles a second.
const (
	pace      = 20 // articles a second
	paceFor   = 15 * time.Second
	paceHosts = 4
)

// BenchmarkFetchedToStored crawls sites that bring out pace articles a second and
// reports how long a story takes from its page fetched to its record stored. One run
// is the whole measurement.
func BenchmarkFetchedToStored(b *testing.B) {
	papers := make([]*paper, paceHosts)
	for i := range papers {
		host := "127.0.0.1"
		if runtime.GOOS == "linux" { // where all of 127/8 is at home
			host = fmt.Sprintf("127.0.0.%d", i+1)
		}
		papers[i] = openPaper(b, host)
	}
	p := start(b, settings(b, ownSites+sources(papers...)), app.Options{})
	s := archive(b, p.cfg)
	until(b, patience, func() string { return "the sites are not polled" }, func() bool {
		polls, err := s.Polls(b.Context())
		ok(b, err)
		return len(polls) == 2*paceHosts && !slices.ContainsFunc(polls, func(p news.Poll) bool { return p.Last.IsZero() })
	})
	stories := many(int(pace*paceFor/time.Second), time.Now())

	b.ResetTimer()
	tick := time.NewTicker(time.Second / pace)
	for i, story := range stories {
		<-tick.C
		story.out = time.Now().UTC()
		papers[i%paceHosts].bring(story)
	}
	tick.Stop()
	stored(b, s, int64(len(stories)), patience)
	b.StopTimer()

	changes, err := s.Changes(b.Context(), 0, 2*len(stories))
	ok(b, err)
	took := make([]time.Duration, 0, len(changes))
	for _, c := range changes {
		r, err := s.Record(b.Context(), c.Record)
		ok(b, err)
		took = append(took, c.Time.Sub(r.Fetched))
	}
	if len(took) != len(stories) {
		b.Fatalf("%d changes for %d stories", len(took), len(stories))
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "articles/s")
	b.ReportMetric(0, "ns/op")
}
