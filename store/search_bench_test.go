package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/pgtest"
	"edict/store/storetest"
)

// BenchmarkSearch asks an archive of benchArticles articles for the first 50 records
// of queries of many kinds, one after the other, newest first and by relevance, with
// fragments. Words of the texts are as uneven as those of a language: the first of
// 40,000 stands in every text, the last in few.
func BenchmarkSearch(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchSearch(b, openSQLite(b, newSQLite(b)), "") })
	b.Run("PostgreSQL", func(b *testing.B) {
		var server pgtest.Server
		b.Cleanup(server.Stop)
		address := server.Database(b)
		benchSearch(b, openPostgres(b, address), address)
	})
}

var searches = []news.Filter{
	{Words: "w0"},
	{Words: "w20"},
	{Words: "w200"},
	{Words: "w2000"},
	{Words: "w20000"},
	{Words: "w0 w200"},
	{Words: "w20 w30 w40"},
	{Words: "w2000 w200"},
	{Words: "w20 -w21"},
	{Words: `"w0 w1"`},
	{Words: `"w20 w30"`},
	{Words: "w20*"},
	{Words: "挖矿"},
	{Words: "矿"},
	{Words: "一丁"},
	{Words: "一"},
	{Words: "丁七丁"},
	{Words: "上海 挖矿"},
	{Words: "区块链 -挖矿"},
	{Words: "w200", Source: "source-3"},
	{Words: "w20", Label: news.Crackdown},
	{Words: "挖矿", Jurisdiction: "CN-JX"},
	{Words: "w0", Language: "en"},
	{Words: "w2000", Since: storetest.Epoch.Add(benchArticles / 2 * time.Minute)},
	{Words: "nowhere"},
	{Words: "w0 nowhere"},
	{Words: "old20"},
	{Words: "old20 w0"},
}

func benchSearch(b *testing.B, s *store.Store, address string) {
	begin := time.Now()
	for n := 0; n < benchArticles; n += 500 {
		var batch []news.Record
		for i := range 500 {
			batch = append(batch, searchable(n+i))
		}
		if err := s.Keep(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	kept := time.Since(begin)
	begin = time.Now()
	for done := 1; done > 0; {
		var err error
		if done, err = s.Index(b.Context(), 200); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d articles kept in %v, indexed in %v", benchArticles, kept.Round(time.Second), time.Since(begin).Round(time.Second))
	if address != "" { // as autovacuum does within a minute
		if _, err := rawPostgres(b, address).ExecContext(b.Context(), "VACUUM ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	times := map[news.Order]*searchTimes{news.Newest: {}, news.Relevance: {}}
	for b.Loop() {
		for _, f := range searches {
			f.Limit = 50
			for order, t := range times {
				begin := time.Now()
				found, err := s.Search(b.Context(), news.Search{Filter: f, Order: order})
				if err != nil {
					b.Fatal(err)
				}
				t.add(fmt.Sprintf("%s %s%s%s%s %s (%d of %d)", f.Words, f.Label, f.Jurisdiction, f.Source, f.Language, order, len(found.Hits), found.Ranked), time.Since(begin))
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	times[news.Newest].report(b, "")
	times[news.Relevance].report(b, "relevance-")
}

// searchTimes are how long searches took, in all and by what was searched.
type searchTimes struct {
	all  []time.Duration
	each map[string][]time.Duration
}

func (s *searchTimes) add(name string, d time.Duration) {
	if s.each == nil {
		s.each = map[string][]time.Duration{}
	}
	s.all = append(s.all, d)
	s.each[name] = append(s.each[name], d)
}

func (s *searchTimes) report(b *testing.B, prefix string) {
	slices.Sort(s.all)
	b.ReportMetric(float64(s.all[len(s.all)/2].Microseconds())/1000, prefix+"p50-ms")
	b.ReportMetric(float64(s.all[len(s.all)*99/100].Microseconds())/1000, prefix+"p99-ms")
	for _, name := range slices.Sorted(maps.Keys(s.each)) {
		list := s.each[name]
		slices.Sort(list)
		b.Logf("%-50s median %8v, slowest %8v", name, list[len(list)/2].Round(10*time.Microsecond), list[len(list)-1].Round(10*time.Microsecond))
	}
}

// searchable returns article n with words of its own; every tenth has tags.
func searchable(n int) news.Record {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	word := rand.NewZipf(r, 1.05, 3, 40_000)
	han := rand.NewZipf(r, 1.05, 8, 3_000)
	var text strings.Builder
	if n < benchArticles/20 {
		text.WriteString("old20 ") // a word that nobody writes any more
	}
	for range 300 {
		if n%2 == 0 {
			fmt.Fprintf(&text, "w%d ", word.Uint64())
		} else {
			text.WriteRune(rune(0x4e00 + han.Uint64()))
			text.WriteRune(rune(0x4e00 + han.Uint64()))
			if r.IntN(8) == 0 {
				text.WriteString("，")
			}
		}
	}
	if n%50 == 1 {
		text.WriteString("上海关停挖矿，区块链")
	}
	c := storetest.ArticleText(n, text.String()).Content
	c.Published = storetest.Epoch.Add(time.Duration(n) * time.Minute)
	c.Fetched = c.Published.Add(time.Minute)
	var out news.Record
	if n%10 == 0 {
		out = storetest.Tagged(news.NewArticle(c, true), storetest.Rules, news.Auto)
	} else {
		c.Text = text.String()
		out = news.NewRecord(news.NewArticle(c, true), storetest.Rules)
	}
	out.Story = out.Key().Article // grouping is measured elsewhere
	return out
}
