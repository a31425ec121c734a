package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/storetest"
)

// BenchmarkStories stores benchArticles reports of events, as 2,000 a day come from a
// hundred sources, and looks up the stories of 500 more: in the archive as it was when a
// tenth was stored, and in all of it, in turns. What grouping costs must not grow with
// the archive: x is the cost in all to that in the tenth, each the median of the turns.
//
// EDICT_ARCHIVES names a folder in which both are kept for the next run, which goes on
// with what is stored.
func BenchmarkStories(b *testing.B) {
	for b.Loop() {
		folder := b.TempDir()
		if kept := os.Getenv("EDICT_ARCHIVES"); kept != "" {
			folder = filepath.Join(kept, fmt.Sprint("stories", benchArticles))
			if err := os.MkdirAll(folder, 0o755); err != nil {
				b.Fatal(err)
			}
		}
		whole, tenth := filepath.Join(folder, "whole.db"), filepath.Join(folder, "tenth.db")
		s := openSQLite(b, "sqlite:"+whole)
		begin := time.Now()
		fillWire(b, s, benchArticles/10)
		if _, err := os.Stat(tenth); err != nil {
			if _, err := s.Writer().ExecContext(b.Context(), "VACUUM INTO ?", tenth); err != nil {
				b.Fatal(err)
			}
		}
		fillWire(b, s, benchArticles)
		b.Logf("stored in %v", time.Since(begin).Round(time.Second))
		before := openSQLite(b, "sqlite:"+tenth)
		const rounds = 21
		var early, late []time.Duration
		for range rounds {
			early, late = append(early, lookUp(b, before, benchArticles/10)), append(late, lookUp(b, s, benchArticles))
		}
		slices.Sort(early)
		slices.Sort(late)
		first, last := early[rounds/2], late[rounds/2]
		b.Logf("at best %v and %v an article", early[0], late[0])
		tellWire(b, before, benchArticles/10, first)
		tellWire(b, s, benchArticles, last)
		if benchArticles <= 100_000 {
			if problems, err := s.Check(b.Context()); err != nil || len(problems) > 0 {
				b.Errorf("check: %v %v", problems, err)
			}
		}
		b.ReportMetric(float64(last)/float64(first), "x")
		b.ReportMetric(float64(last.Microseconds()), "µs/article")
	}
	b.ReportMetric(0, "ns/op")
}

// fillWire stores reports until there are as many.
func fillWire(b *testing.B, s *store.Store, size int) {
	b.Helper()
	totals, err := s.Totals(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for n := int(totals.Articles); n < size; n += benchBatch {
		if err := s.Keep(b.Context(), wire(n, benchBatch)); err != nil {
			b.Fatal(err)
		}
	}
}

// lookUp returns what the stories of one article cost behind n of them.
func lookUp(b *testing.B, s *store.Store, n int) time.Duration {
	b.Helper()
	records := wire(n, benchBatch)
	begin := time.Now()
	if _, _, err := s.LookUp(b.Context(), records); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin) / benchBatch
}

// tellWire says among how much stories were looked up.
func tellWire(b *testing.B, s *store.Store, n int, took time.Duration) {
	b.Helper()
	candidates, tied, err := s.LookUp(b.Context(), wire(n, benchBatch))
	if err != nil {
		b.Fatal(err)
	}
	var stories, keys int
	row := s.Readers().QueryRowContext(b.Context(), "SELECT (SELECT count(*) FROM stories WHERE became IS NULL), (SELECT count(*) FROM feature_keys)")
	if err := row.Scan(&stories, &keys); err != nil {
		b.Fatal(err)
	}
	b.Logf("at %d articles in %d stories: %v an article; %.1f keys held, %.1f articles compared, %.2f tied", n, stories, took,
		float64(keys)/float64(n), float64(candidates)/benchBatch, float64(tied)/benchBatch)
}

// wire returns count records of a stream of reports, from n on: each event is told by
// one to five of them within hours, and every fourth report is Chinese.
func wire(n, count int) []news.Record {
	out := make([]news.Record, count)
	for i := range out {
		out[i] = wireReport(n + i)
	}
	return out
}

const wireGap = 43 * time.Second

var (
	wireActs = [][2]string{
		{"bans bitcoin mining", "禁止比特币挖矿"},
		{"opens a blockchain fund", "设立区块链基金"},
		{"raids illegal mining farms", "突击非法矿场"},
		{"cuts power to miners", "切断矿工供电"},
		{"grants tax relief to blockchain firms", "减免区块链企业税收"},
		{"licenses an exchange", "向交易所发牌"},
	}
	wirePlaces = [][2]string{
		{"Kazakhstan", "哈萨克斯坦"},
		{"Texas", "得克萨斯州"},
		{"Sichuan", "四川"},
		{"Norway", "挪威"},
		{"Paraguay", "巴拉圭"},
		{"Iran", "伊朗"},
		{"Malaysia", "马来西亚"},
		{"Quebec", "魁北克"},
		{"Hong Kong", "香港"},
		{"Russia", "俄罗斯"},
	}
)

func wireReport(n int) news.Record {
	event := n
	if own := rand.New(rand.NewPCG(uint64(n), 3)); own.IntN(3) == 0 {
		event = max(0, n-1-own.IntN(300)) // tells of what was told hours ago
	}
	r := rand.New(rand.NewPCG(uint64(event), 4))
	act, place := wireActs[r.IntN(len(wireActs))], wirePlaces[r.IntN(len(wirePlaces))]
	name := wireName(r) + " " + wireName(r)
	count, money, day := 10+r.IntN(4000), 1+r.IntN(900), 1+r.IntN(28)
	at := storetest.Epoch.Add(time.Duration(n) * wireGap)
	c := news.Content{
		URL: fmt.Sprintf("https://wire.example/%d", n), Source: fmt.Sprintf("wire-%d", n%100), Language: "en", Published: at, Fetched: at.Add(time.Minute), Quality: 1,
	}
	how := rand.New(rand.NewPCG(uint64(n), 5))
	if n%4 == 3 {
		c.Language = "zh-Hans"
		c.Title = fmt.Sprintf("%s%s，涉及%d处", place[1], act[1], count)
		c.Text = fmt.Sprintf("%s当局宣布%s，涉及%d处，金额%d万美元，%d月%d日起执行。负责人%s说明了理由。", place[1], act[1], count, money*100, 1+event%12, day, name)
	} else {
		c.Title = fmt.Sprintf("%s %s, %d sites concerned", place[0], act[0], count)
		c.Text = fmt.Sprintf("An authority in %s %s at %d sites. The sum is %d million dollars, and it holds from %s %d. %s, who is in charge, gave the reasons.",
			place[0], act[0], count, money, time.Month(1+event%12), day, name)
	}
	// Each writes some of what all write.
	var more strings.Builder
	for range 80 {
		more.WriteByte(' ')
		more.WriteString(wireName(rand.New(rand.NewPCG(uint64(how.IntN(4000)), 6))))
	}
	c.Text += "\n" + strings.ToLower(more.String()[1:]) + "."
	record := news.NewRecord(news.NewArticle(c, true), storetest.Rules)
	words := act[n%4/3]
	begins := strings.Index(record.Text, words)
	record.Tags = []news.Tag{{
		Label: []news.Label{news.Crackdown, news.ProPolicy}[event%2], Jurisdiction: news.Jurisdiction([]string{"KZ", "US-TX", "CN-SC", "NO", "PY"}[event%5]),
		Stage: news.Enacted, Score: 0.9, State: news.Auto,
		Evidence: []news.Evidence{{Field: news.Text, Start: begins, End: begins + len(words), Quote: words, Rule: "bench"}},
	}}
	if n%3 > 0 { // most stories have no tag
		record.Tags = []news.Tag{}
	}
	return record
}

func wireName(r *rand.Rand) string {
	const vowels, others = "aeiou", "bdfgklmnprstvz"
	var b strings.Builder
	for i := range 3 + r.IntN(2) {
		c := others[r.IntN(len(others))]
		if i == 0 {
			c -= 'a' - 'A'
		}
		b.WriteByte(c)
		b.WriteByte(vowels[r.IntN(len(vowels))])
	}
	return b.String()
}
