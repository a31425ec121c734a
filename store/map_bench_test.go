package store_test

import (
	"slices"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/pgtest"
	"edict/store/storetest"
)

// BenchmarkDesk asks an archive of 100,000 articles, of which every tenth has a tag and
// every fiftieth one that waits for an analyst, for what the map, a jurisdiction's page
// and the review queue need. Beside each it reports how much longer it takes than
// reading one page of the stream.
func BenchmarkDesk(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchDesk(b, openSQLite(b, newSQLite(b)), "") })
	b.Run("PostgreSQL", func(b *testing.B) {
		var server pgtest.Server
		b.Cleanup(server.Stop)
		address := server.Database(b)
		benchDesk(b, openPostgres(b, address), address)
	})
}

// deskRecord is article n of the archive.
func deskRecord(n int) news.Record {
	places := []news.Jurisdiction{"CN", "CN-JX", "CN-SC", "KZ", "US-NY", "US-TX", "IR", "HK", "AE-DU", "CN-NM", "CN-XJ", "CN-SH"}
	r := storetest.Record(n)
	r.Near, r.Amounts = []news.Near{}, []news.Amount{}
	if n%10 != 0 {
		r.Tags, r.Counts = []news.Tag{}, []news.Count{}
		return r
	}
	for i := range r.Tags {
		r.Tags[i].Jurisdiction = places[(n/10+i*5)%len(places)]
		if n%50 == 0 {
			r.Tags[i].State = news.Review
		}
	}
	if n%1000 != 0 {
		r.Counts = []news.Count{}
	}
	return r
}

func benchDesk(b *testing.B, s *store.Store, address string) {
	const articles = 100_000
	begin := time.Now()
	for n := 0; n < articles; n += 500 {
		var batch []news.Record
		for i := range 500 {
			batch = append(batch, deskRecord(n+i))
		}
		if err := s.Keep(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d articles kept in %v", articles, time.Since(begin).Round(time.Second))
	if address != "" { // as autovacuum does within a minute
		if _, err := rawPostgres(b, address).ExecContext(b.Context(), "VACUUM ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	ctx := b.Context()
	changes, err := s.Changes(ctx, articles/2, 1)
	if err != nil {
		b.Fatal(err)
	}
	half := changes[0].Time
	asks := []struct {
		name string
		ask  func() error
	}{
		{"stream", func() error { _, err := s.Records(ctx, news.Filter{Tagged: true, Limit: 51}); return err }},
		{"map", func() error { _, err := s.Map(ctx, news.MapTime{}); return err }},
		{"map-published", func() error { _, err := s.Map(ctx, news.MapTime{Until: storetest.Epoch.AddDate(0, 3, 0)}); return err }},
		{"map-known", func() error { _, err := s.Map(ctx, news.MapTime{Known: half}); return err }},
		{"place", func() error { _, err := s.Records(ctx, news.Filter{Jurisdiction: "CN-SC", Limit: 101}); return err }},
		{"pending", func() error { _, _, err := s.Pending(ctx, 2000); return err }},
		{"rule-verdicts", func() error { _, err := s.RuleVerdicts(ctx); return err }},
		{"rules", func() error { _, err := s.RuleCounts(ctx); return err }},
		{"near", func() error { _, err := s.NearMisses(ctx, 3000, 20); return err }},
		{"unfound", func() error { _, err := s.Unfound(ctx, 100); return err }},
	}
	times := make([][]time.Duration, len(asks))
	for b.Loop() {
		for i, a := range asks {
			begin := time.Now()
			if err := a.ask(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(begin))
		}
	}
	b.ReportMetric(0, "ns/op")
	stream := times[0]
	slices.Sort(stream)
	for i, a := range asks {
		slices.Sort(times[i])
		half, last := times[i][len(times[i])/2], times[i][len(times[i])*99/100]
		b.ReportMetric(float64(half.Microseconds())/1000, a.name+"-ms")
		b.ReportMetric(float64(last.Microseconds())/1000, a.name+"-p99-ms")
		b.ReportMetric(float64(half)/float64(stream[len(stream)/2]), a.name+"/stream")
	}
}
