package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
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

// BenchmarkStoredToReceived stores sendPace stories a second, each of which one of a
// thousand subscriptions asks for, and reports how long it takes from its change in the
// store to the webhook's receiver. One run is the whole measurement.
func BenchmarkStoredToReceived(b *testing.B) {
	r := newHookReceiver(b)
	cfg := settings(b, ownSites+sources()+privateAlerts)
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
	random := rand.New(rand.NewPCG(1, 2))
	n := int(sendPace * sendFor / time.Second)
	b.ResetTimer()
	tick := time.NewTicker(time.Second / sendPace)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		text := fmt.Sprintf("In district%d.", i)
		for range 120 {
			text += fmt.Sprintf(" w%x", random.Uint64N(1<<40))
		}
		a := news.NewArticle(news.Content{URL: fmt.Sprintf("https://load.example/%d", i), Source: "load", Title: fmt.Sprintf("Notice w%x", random.Uint64()), Text: text, Language: "en", Fetched: time.Now(), Quality: 1}, false)
		ok(b, s.Keep(b.Context(), []news.Record{news.NewRecord(a, news.RuleSet{Version: "1", Hash: "1"})}))
	}
	until(b, patience, func() string { return fmt.Sprintf("%d of %d were received", len(r.received()), n) }, func() bool { return len(r.received()) >= n })
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
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
	b.ReportMetric(0, "ns/op")
}
