package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// What the design asks for: from stored to received, p99 of at most a second at fifty
// articles a second.
const (
	sendPace = 50 // articles a second
	sendFor  = 10 * time.Second
)

// BenchmarkStoredToReceived crawls sites that bring out sendPace stories a second, each
// of which one of a thousand subscriptions asks for, and reports how long it takes from
// a story's change in the store to the webhook's receiver. One run is the whole
// measurement.
func BenchmarkStoredToReceived(b *testing.B) {
	r := newHookReceiver(b)
	papers := make([]*paper, paceHosts)
	for i := range papers {
		host := "127.0.0.1"
		if runtime.GOOS == "linux" { // where all of 127/8 is at home
			host = fmt.Sprintf("127.0.0.%d", i+1)
		}
		papers[i] = openPaper(b, host)
		papers[i].feedHolds = 60
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, p := range papers { // what is on a page that is read first alerts nobody
		p.bring(story{path: "/news/old", title: sentence(random, 6), language: "en", out: time.Now().UTC(), paragraphs: []string{sentence(random, 40), sentence(random, 40)}})
	}
	cfg := settings(b, ownSites+sources(papers...)+privateAlerts)
	s, err := app.MakeArchive(b.Context(), cfg, time.Now)
	ok(b, err)
	b.Cleanup(func() { ok(b, s.Close()) })
	for i := range 1000 {
		_, err := app.SaveSubscription(b.Context(), cfg, s, news.Subscription{
			ID: fmt.Sprintf("sub-%d", i), Name: "District", Owner: "ada", Created: time.Now(),
			Query: news.Query{Words: fmt.Sprintf("district%d", i)}, Channels: []string{fmt.Sprintf("webhook:%s/%d", r.URL, i%50)},
		})
		ok(b, err)
	}
	start(b, cfg, app.Options{})
	until(b, patience, func() string { return "the sites are not polled" }, func() bool {
		polls, err := s.Polls(b.Context())
		ok(b, err)
		return len(polls) == 2*paceHosts && !slices.ContainsFunc(polls, func(p news.Poll) bool { return p.First.IsZero() })
	})
	n := int(sendPace * sendFor / time.Second)
	b.ResetTimer()
	tick := time.NewTicker(time.Second / sendPace)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		papers[i%paceHosts].bring(story{
			path: fmt.Sprintf("/news/%d", i), title: sentence(random, 6), language: "en", out: time.Now().UTC(),
			paragraphs: []string{fmt.Sprintf("In district%d %s", i, sentence(random, 20)), sentence(random, 40), sentence(random, 40), sentence(random, 40)},
		})
	}
	until(b, patience, func() string {
		balance, err := s.Balance(b.Context())
		ok(b, err)
		deliveries, err := s.Deliveries(b.Context(), news.DeliveryFilter{})
		ok(b, err)
		return fmt.Sprintf("%d of %d were received; ledger %+v, %d deliveries", len(r.received()), n, balance, len(deliveries))
	}, func() bool { return len(r.received()) >= n })
	b.StopTimer()
	changes, err := s.Changes(b.Context(), 0, 2*n)
	ok(b, err)
	stored := map[int64]time.Time{}
	for _, c := range changes {
		stored[c.Sequence] = c.Time
	}
	var took []time.Duration
	for _, h := range r.received() {
		var body struct {
			Data struct{ Alerts []struct{ Change int64 } }
		}
		ok(b, json.Unmarshal(h.body, &body))
		took = append(took, h.at.Sub(stored[body.Data.Alerts[0].Change]))
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

// sentence is one of made-up words, which no other has.
func sentence(random *rand.Rand, words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		for range 2 + random.IntN(3) {
			b.WriteByte("bdfgklmnprstv"[random.IntN(13)])
			b.WriteByte("aeiou"[random.IntN(5)])
		}
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:] + "."
}
