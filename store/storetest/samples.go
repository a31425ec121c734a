package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"edict/news"
)

// Epoch is the time of the first sample.
var Epoch = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// Interval is from one sample to the next: longer than articles on one event are
// looked for, so that each is a story of its own.
const Interval = 4 * 24 * time.Hour

// Rules are the rules of the samples.
var Rules = news.RuleSet{Version: "1", Hash: "00000000000000000000000000000001"}

// Article returns sample n, always the same for one n: about 3 KiB of text, every
// second one Chinese, published an Interval after the one before.
func Article(n int) news.Article { return ArticleText(n, "") }

// ArticleText returns sample n with a paragraph more, so that it is another version
// of the same article, fetched an hour later.
func ArticleText(n int, more string) news.Article {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	at := Epoch.AddDate(0, 0, 4*n) // a Duration would not hold 30,000 of them
	c := news.Content{
		URL: fmt.Sprintf("https://news%d.example/story/%d?utm_source=feed", n%7, n), CanonicalURL: fmt.Sprintf("https://news%d.example/story/%d", n%7, n),
		Source: fmt.Sprintf("source-%d", n%7), Authors: []string{"A. Writer"}, Language: "en", Quality: 0.9,
		Published: at, Fetched: at.Add(30 * time.Second),
		Title: fmt.Sprintf("Province %d closes bitcoin mines and funds blockchain", n), Summary: fmt.Sprintf("What happened on day %d.", n),
	}
	words := strings.Fields("the province said that power for miners ends and grants for blockchain firms begin next month while officials in Jiangxi study rules")
	if n%2 == 1 {
		c.Language = "zh-Hans"
		c.Title = fmt.Sprintf("江西关停比特币挖矿并扶持区块链，第%d号通知", n)
		c.Summary = fmt.Sprintf("第%d天发生的事。", n)
		words = strings.Fields("江西省 宣布 关停 虚拟货币 挖矿 项目 并 设立 专项 资金 扶持 区块链 产业 发展 上海 同步 推进 数字 人民币 试点 电力 供应")
	}
	paragraph := []string{c.Title}
	for range 6 {
		var line []string
		for range 60 {
			line = append(line, words[r.IntN(len(words))])
		}
		if n%2 == 1 {
			paragraph = append(paragraph, strings.Join(line, "")+"。")
		} else {
			paragraph = append(paragraph, strings.Join(line, " ")+".")
		}
	}
	if more != "" {
		paragraph = append(paragraph, more)
		c.Fetched = c.Fetched.Add(time.Hour)
	}
	c.Text = strings.Join(paragraph, "\n")
	return news.NewArticle(c, n%5 == 0)
}

// Visit returns the visit that led to an article.
func Visit(a news.Article) news.Visit {
	return news.Visit{
		URL: news.NormalizeURL(a.URL), Source: a.Source, Title: a.Title, Summary: a.Summary, Published: a.Published, Quiet: a.Quiet,
		Found: a.Fetched, Last: a.Fetched, Attempts: 1, Outcome: news.OK,
	}
}

// Record returns the record of sample n: two tags with evidence in text and title,
// an amount and a count, all the parts that a record can have.
func Record(n int) news.Record { return Tagged(Article(n), Rules, news.Auto) }

// Tagged returns the record that rules make of an article of ours, its tags in a
// state.
func Tagged(a news.Article, rules news.RuleSet, state news.State) news.Record {
	r := news.NewRecord(a, rules)
	mark := func(f news.Field, quote string) []news.Evidence {
		at := strings.Index(r.Field(f), quote)
		return []news.Evidence{{Field: f, Start: at, End: at + len(quote), Quote: quote, Rule: "sample"}}
	}
	mine, fund, place := "closes bitcoin mines", "funds blockchain", news.Jurisdiction("CN-JX")
	if a.Language != "en" {
		mine, fund = "关停比特币挖矿", "扶持区块链"
	}
	evidence := append(mark(news.Text, mine), mark(news.Title, mine)...)
	r.Tags = []news.Tag{
		{Label: news.ProPolicy, Jurisdiction: place, Stage: news.Enacted, Score: 0.81, State: state, Evidence: mark(news.Text, fund)},
		{Label: news.Crackdown, Jurisdiction: "CN", Stage: news.Enforced, Score: 0.92, State: state, Evidence: evidence},
	}
	r.Near = []news.Near{{Label: "other", Score: 0.4, Missing: []string{"actor"}}}
	r.Amounts = []news.Amount{{Value: 17.5e6, Currency: "CNY", Cap: true, Jurisdiction: place, Evidence: mark(news.Text, fund)}}
	r.Counts = []news.Count{{Value: 33, Of: 34, Unit: "province", Label: news.ProPolicy, Evidence: mark(news.Title, fund)}}
	return r
}

// Records returns the samples from n on, count of them.
func Records(n, count int) []news.Record {
	out := make([]news.Record, count)
	for i := range out {
		out[i] = Record(n + i)
	}
	return out
}
