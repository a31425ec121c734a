package store_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/classifier/match"
	"edict/news"
	"edict/store"
	"edict/store/pgtest"
	"edict/store/storetest"
)

// BenchmarkSearch asks archives of benchArticles articles for the first 20 records of
// queries of many kinds, one after the other, newest first and by relevance, with
// fragments. Words of the texts are as uneven as those of a language: the first of
// 40,000 stands in every text, the last in few. Both databases are filled with the same,
// and what is found is counted beside what was written.
//
// EDICT_ARCHIVES names a folder in which both archives are kept for the next run, and
// EDICT_FILL for how long, at most, a run makes them, such as 3m: the next one goes on.
func BenchmarkSearch(b *testing.B) {
	var server pgtest.Server
	b.Cleanup(server.Stop)
	var address, counts string
	lite := newSQLite(b)
	if folder := os.Getenv("EDICT_ARCHIVES"); folder != "" {
		folder = filepath.Join(folder, fmt.Sprint("search", benchArticles))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		server.Folder = filepath.Join(folder, "postgres")
		lite, counts = "sqlite:"+filepath.Join(folder, "archive.db"), filepath.Join(folder, "counts.json")
		address = server.Kept(b, "archive")
	} else {
		address = server.Database(b)
	}
	stores := map[string]*store.Store{"SQLite": openSQLite(b, lite), "PostgreSQL": openPostgres(b, address)}
	f := filling{file: counts, Want: map[string]int{}}
	f.fill(b, stores)
	_, err := rawPostgres(b, address).ExecContext(b.Context(), "ANALYZE") // as autovacuum does within a minute
	if err != nil {
		b.Fatal(err)
	}
	for name, s := range stores {
		size, segments, err := s.SearchBytes(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%s: the index has %d segments and takes %d bytes an article", name, segments, size/benchArticles)
	}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		b.Run(name, func(b *testing.B) { benchSearch(b, stores[name], f.Want) })
	}
}

const (
	benchWhole = 32_768 // of which the words are written at once, as merges leave them
	benchRun   = 1000   // those of the last ones come in runs
	// benchOwn is how many have words of their own: the words of those behind are theirs
	// again, at other times. Each part of the index is as large as it would be.
	benchOwn = 4 * benchWhole
)

// A filling is how far the archives are filled, and how often what is counted stands in
// them.
type filling struct {
	Parts int
	Want  map[string]int

	file string // that tells the next run, if any
}

// fill fills stores with the same articles.
func (f *filling) fill(b *testing.B, stores map[string]*store.Store) {
	begin := time.Now()
	if text, err := os.ReadFile(f.file); err == nil {
		if err := json.Unmarshal(text, f); err != nil {
			b.Fatal(err)
		}
	}
	late := func() bool {
		limit, err := time.ParseDuration(cmp.Or(os.Getenv("EDICT_FILL"), "24h"))
		if err != nil {
			b.Fatal(err)
		}
		return time.Since(begin) > limit
	}
	var own [benchOwn / benchWhole]struct {
		made   *store.Made
		counts map[string]int
	}
	for from := f.Parts * benchWhole; from < benchArticles && !late(); from += benchWhole {
		copies, part := from/benchOwn, from%benchOwn/benchWhole
		size := min(benchWhole, benchArticles-from)
		if size < benchWhole {
			copies, part = 0, from/benchWhole
		}
		one := &own[part%len(own)]
		if one.made == nil || size < benchWhole {
			one.counts = map[string]int{}
			one.made = makePart(b, stores["SQLite"], part*benchWhole, size, one.counts)
		}
		made := one.made
		if copies > 0 {
			made = made.Again(copies, benchOwn, time.Duration(copies)*benchOwn*time.Minute)
		}
		for words, n := range one.counts {
			f.Want[words] += n
		}
		errs := make(chan error, len(stores))
		for _, s := range stores {
			go func() { errs <- s.Fill(b.Context(), made) }()
		}
		for range stores {
			if err := <-errs; err != nil {
				b.Fatal(err)
			}
		}
		f.Parts++
		text, err := json.Marshal(f)
		if f.file != "" && (err != nil || os.WriteFile(f.file, text, 0o600) != nil) {
			b.Fatalf("%s cannot be written: %v", f.file, err)
		}
	}
	b.Logf("%d parts of %d articles are kept in both, after %v", f.Parts, benchWhole, time.Since(begin).Round(time.Second))
	for name, s := range stores {
		begin, n := time.Now(), 0
		for done := 1; done > 0; n += done {
			var err error
			if done, err = s.Index(b.Context(), benchRun); err != nil {
				b.Fatal(err)
			}
		}
		b.Logf("%s: the last %d indexed in %v", name, n, time.Since(begin).Round(time.Millisecond))
		for more := true; more; {
			if late() {
				b.Fatal("not all is filled: run it again")
			}
			var err error
			if more, err = s.Refine(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.Logf("%s: and pairs made in %v", name, time.Since(begin).Round(time.Millisecond))
	}
}

// makePart makes a part of the archive, and counts what is counted in it.
func makePart(b *testing.B, s *store.Store, from, size int, counts map[string]int) *store.Made {
	records := make([]news.Record, size)
	var group sync.WaitGroup
	for part := range runtime.NumCPU() {
		group.Go(func() {
			for i := part; i < size; i += runtime.NumCPU() {
				records[i] = searchable(from + i)
			}
		})
	}
	group.Wait()
	length := 0
	for _, r := range records {
		length += len(r.Text)
		r.Title, r.Text = simplified(r.Title), simplified(r.Text)
		for _, words := range counted {
			if holdsAll(r, simplified(words)) {
				counts[words]++
			}
		}
	}
	made, err := s.Make(records, int64(from), size == benchWhole)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d articles made, with %d bytes of text on average", size, length/size)
	return made
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
	{Words: "w20000 w30000"},
	{Words: "w20 -w21"},
	{Words: `"w0 w1"`},
	{Words: `"w20 w30"`},
	{Words: `"w30 w40 w50"`},
	{Words: `"w0 w20000"`},
	{Words: "w20*"},
	{Words: "挖矿"},
	{Words: "矿"},
	{Words: hanWord(1)},
	{Words: hanWord(50)},
	{Words: hanWord(2000)},
	{Words: hanWord(10000)},
	{Words: hanWord(0)[:len("一")]},
	{Words: hanWord(3) + hanWord(4)},
	{Words: hanWord(100) + hanWord(200)},
	{Words: "上海 挖矿"},
	{Words: "区块链 -挖矿"},
	{Words: "w200", Source: "source-3"},
	{Words: "w20", Label: news.Crackdown},
	{Words: "w200", Label: news.ProPolicy, Stage: news.Lifted},
	{Words: "挖矿", Jurisdiction: "CN-JX"},
	{Words: "w200", Jurisdiction: "KZ", Label: news.Crackdown},
	{Words: "w0", Language: "en"},
	{Words: "w2000", Since: storetest.Epoch.Add(benchArticles / 2 * time.Minute)},
	{Words: "w20", Until: storetest.Epoch.Add(benchArticles / 3 * time.Minute)},
	{Words: "nowhere"},
	{Words: "w0 nowhere"},
	{Words: "w0 " + hanWord(0)}, // both common, never in one text
	{Words: "old20"},
	{Words: "old20 w0"},
}

// counted are words of which what is found is counted.
var counted = []string{"w20000", "w2000 w200", hanWord(10000), hanWord(100) + hanWord(200), `"w30 w40"`}

func benchSearch(b *testing.B, s *store.Store, want map[string]int) {
	for _, words := range counted {
		found, err := s.Search(b.Context(), news.Search{Filter: news.Filter{Words: words, Limit: 1}, Order: news.Relevance})
		if err != nil {
			b.Fatal(err)
		}
		if found.Ranked != min(want[words], news.MaxRanked) {
			b.Errorf("%s: %d found, %d were written", words, found.Ranked, want[words])
		}
	}
	times := map[news.Order]*searchTimes{news.Newest: {}, news.Relevance: {}}
	for b.Loop() {
		for _, f := range searches {
			f.Limit = 20
			for order, t := range times {
				begin := time.Now()
				found, err := s.Search(b.Context(), news.Search{Filter: f, Order: order})
				if err != nil {
					b.Fatal(err)
				}
				name := strings.Join(slices.DeleteFunc([]string{f.Words, string(order), string(f.Label), string(f.Jurisdiction), string(f.Stage), f.Source, f.Language},
					func(s string) bool { return s == "" }), " ")
				if !f.Since.IsZero() {
					name += " since"
				}
				if !f.Until.IsZero() {
					name += " until"
				}
				t.add(fmt.Sprintf("%s (%d)", name, max(len(found.Hits), found.Ranked)), time.Since(begin))
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	times[news.Newest].report(b, "")
	times[news.Relevance].report(b, "relevance-")
}

// simplified is a text in simplified characters, as words are found.
func simplified(s string) string { return strings.Map(match.Simplified, s) }

// holdsAll reports whether the words of a query, or its phrase, stand in r.
func holdsAll(r news.Record, query string) bool {
	text := " " + r.Title + " \n " + strings.ReplaceAll(r.Text, "\n", " ") + " "
	if phrase, is := strings.CutPrefix(query, `"`); is {
		return strings.Contains(text, " "+strings.TrimSuffix(phrase, `"`)+" ")
	}
	for word := range strings.FieldsSeq(query) {
		if word[0] < 0x80 {
			word = " " + word + " "
		}
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
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

// report also tells how long the slowest of all queries took when it was quickest: on a
// machine that others use too, that says more of the search than how long it was kept
// waiting.
func (s *searchTimes) report(b *testing.B, prefix string) {
	slices.Sort(s.all)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	var best []time.Duration
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(s.each)) {
		list := s.each[name]
		slices.Sort(list)
		best = append(best, list[0])
		lines = append(lines, fmt.Sprintf("%9.2f ms, at best %8.2f, at worst %8.2f: %s", ms(list[len(list)/2]), ms(list[0]), ms(list[len(list)-1]), name))
	}
	slices.Sort(lines)
	slices.Reverse(lines)
	fmt.Printf("%s%s, the slowest of %d kinds of queries by their median:\n%s\n", prefix, b.Name(), len(lines), strings.Join(lines[:min(20, len(lines))], "\n"))
	b.ReportMetric(ms(s.all[len(s.all)/2]), prefix+"p50-ms")
	b.ReportMetric(ms(s.all[len(s.all)*99/100]), prefix+"p99-ms")
	b.ReportMetric(ms(slices.Max(best)), prefix+"slowest-query-at-best-ms")
}
