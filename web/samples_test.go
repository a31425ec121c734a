package web_test

import (
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// now is the time at which the tests' pages are looked at.
var now = time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)

var sampleRules = news.RuleSet{Version: "1.0.0", Hash: "5f2b1c9a7d3e4f60"}

// sample makes a record of a source, so long before now.
func sample(source, title, text string, age time.Duration) news.Record {
	language := "en"
	if strings.ContainsAny(title, "的为与省关停矿区块链") {
		language = "zh-Hans"
	}
	c := news.Content{
		URL: "https://" + source + ".example/" + news.Slug(title), Source: source, Title: title, Text: text,
		Published: now.Add(-age), Fetched: now.Add(-age + 40*time.Second), Language: language, Quality: .94,
	}
	return news.NewRecord(news.NewArticle(c, false), sampleRules)
}

// tagged adds a tag whose evidence is each quote, looked for in text, then in the
// title.
func tagged(r news.Record, label news.Label, j news.Jurisdiction, stage news.Stage, state news.State, score float64, rule string, quotes ...string) news.Record {
	t := news.Tag{Label: label, Jurisdiction: j, Stage: stage, State: state, Score: score}
	for _, q := range quotes {
		t.Evidence = append(t.Evidence, find(r, q, rule))
	}
	r.Tags = append(append([]news.Tag{}, r.Tags...), t)
	return r
}

func find(r news.Record, quote, rule string) news.Evidence {
	for _, f := range []news.Field{news.Text, news.Title, news.Summary} {
		if i := strings.Index(r.Field(f), quote); i >= 0 {
			return news.Evidence{Field: f, Start: i, End: i + len(quote), Quote: quote, Rule: rule}
		}
	}
	panic("the sample does not hold " + quote)
}

const (
	pro   = news.ProPolicy
	crack = news.Crackdown
)

// samples are stories as they come in, newest first. Places and measures are in
// the manner of 2021; sites, words and dates are ours.
func samples() []news.Record {
	var out []news.Record
	add := func(r news.Record) { out = append(out, r) }

	r := sample("harbour-post", "Sichuan orders the last hydropower mines off the grid",
		"Power companies in Ya'an and Ganzi were told on Sunday to stop supplying crypto miners by midnight.\n"+
			"The Sichuan Development and Reform Commission and the provincial energy bureau ordered 26 mining sites to shut down before 20 June, according to a notice seen by this paper. Local grid operators must report back by Friday.\n"+
			"Miners had hoped that the wet season, with its cheap surplus power, would be spared. \"We are packing,\" one operator said.\n"+
			"Qinghai and Xinjiang issued similar notices earlier this month.", 4*time.Minute)
	r = tagged(r, crack, "CN-SC", news.Enforced, news.Auto, .96, "crackdown.shutdown", "ordered 26 mining sites to shut down", "told on Sunday to stop supplying crypto miners")
	r = tagged(r, crack, "CN-QH", news.Enacted, news.Review, .58, "crackdown.notice", "Qinghai and Xinjiang issued similar notices")
	r = tagged(r, crack, "CN-XJ", news.Enacted, news.Review, .58, "crackdown.notice", "Qinghai and Xinjiang issued similar notices")
	r.Authors = []string{"Lin Mei", "Tom Acheson"}
	r.Counts = []news.Count{{Value: 26, Unit: "mining sites", Label: crack, Evidence: []news.Evidence{find(r, "26 mining sites", "count.sites")}}}
	add(r)

	r = sample("jiangxi-gov", "江西省出台区块链产业发展三年行动方案",
		"省工业和信息化厅昨日印发《区块链产业发展三年行动方案》，提出到2023年建成三个区块链产业园。\n"+
			"赣州市对首次入选独角兽名单的区块链企业给予最高1750万元奖励，南昌市设立10亿元引导基金。\n"+
			"方案同时要求清退高耗能虚拟货币“挖矿”项目，不得以数据中心名义享受电价优惠。", 26*time.Minute)
	r = tagged(r, pro, "CN-JX", news.Enacted, news.Accepted, .98, "policy.plan.zh", "印发《区块链产业发展三年行动方案》", "给予最高1750万元奖励")
	r = tagged(r, crack, "CN-JX", news.Enacted, news.Auto, .88, "crackdown.cleanup.zh", "清退高耗能虚拟货币“挖矿”项目")
	r.Amounts = []news.Amount{
		{Value: 17500000, Currency: "CNY", Cap: true, Jurisdiction: "CN-JX", Evidence: []news.Evidence{find(r, "最高1750万元", "amount.zh")}},
		{Value: 1e9, Currency: "CNY", Jurisdiction: "CN-JX", Evidence: []news.Evidence{find(r, "10亿元", "amount.zh")}},
	}
	add(r)

	r = sample("ledger-daily", "Shanghai and Beijing courts will accept blockchain records, and Hainan pays for them",
		"Three of China's most watched jurisdictions moved on the same day.\n"+
			"Shanghai, Beijing and Hainan adopted rules that admit blockchain records as evidence in commercial cases, the three high courts said in a joint statement. Hainan adds a subsidy of up to 2 million yuan for firms that build such services.\n"+
			"Lawyers welcomed the step.", 51*time.Minute)
	for _, j := range []news.Jurisdiction{"CN-SH", "CN-BJ", "CN-HI"} {
		r = tagged(r, pro, j, news.Enacted, news.Auto, .91, "policy.recognise", "adopted rules that admit blockchain records as evidence")
	}
	r.Amounts = []news.Amount{{Value: 2e6, Currency: "CNY", Cap: true, Jurisdiction: "CN-HI", Evidence: []news.Evidence{find(r, "up to 2 million yuan", "amount.en")}}}
	add(r)

	r = sample("albany-record", "New York senate passes two-year moratorium on fossil-fuelled mining",
		"The bill now goes to the governor.\n"+
			"Lawmakers in Albany voted 36 to 27 for a two-year moratorium on new permits for proof-of-work mining at carbon-based power plants. Plants that already mine may go on.", 2*time.Hour)
	r = tagged(r, crack, "US-NY", news.Proposed, news.Auto, .93, "crackdown.moratorium", "two-year moratorium on new permits for proof-of-work mining", "passes two-year moratorium on fossil-fuelled mining")
	add(r)

	r = sample("steppe-wire", "Kazakhstan lifts power limits for licensed miners", "Astana, staff.", 3*time.Hour)
	r = tagged(r, crack, "KZ", news.Lifted, news.Auto, .81, "crackdown.lifted", "lifts power limits for licensed miners")
	add(r)

	r = sample("kowloon-times", "香港擬為虛擬資產交易平台設立發牌制度",
		"財經事務及庫務局表示，諮詢期為三個月。局方重申支持區塊鏈技術在貿易融資及債券發行的應用，並會撥款五億元設立試驗計劃。", 5*time.Hour)
	r.Language = "zh-Hant"
	r = tagged(r, pro, "HK", news.Proposed, news.Auto, .86, "policy.fund.zh", "撥款五億元設立試驗計劃")
	add(r)

	r = sample("harbour-post", "Iran to cut licensed mines off for the summer peak, then let them return",
		"The energy ministry said licensed mines must power down from June to September. Unlicensed ones face fines; police seized 7,000 machines in Tehran last week.", 7*time.Hour)
	r = tagged(r, crack, "IR", news.Enforced, news.Auto, .9, "crackdown.shutdown", "licensed mines must power down from June to September", "police seized 7,000 machines")
	add(r)

	r = sample("gulf-desk", "Dubai free zone opens a one-stop licence for blockchain firms",
		"The Dubai Multi Commodities Centre will grant one licence for custody, exchange and software firms, and waive fees in the first year.", 9*time.Hour)
	r = tagged(r, pro, "AE-DU", news.Enacted, news.Auto, .89, "policy.licence", "will grant one licence")
	add(r)

	r = sample("ledger-daily", "Texas grid operator asks miners for a voluntary pause", "Nothing is ordered. ERCOT asked large users, miners among them, to pause on Monday afternoon.", 11*time.Hour)
	r = tagged(r, crack, "US-TX", news.Proposed, news.Review, .44, "crackdown.pause", "to pause on Monday afternoon")
	add(r)

	r = sample("chainfeed", "Bitcoin slips under 60,000 as traders await the Fed", "Spot volumes were thin on Tuesday. Analysts pointed to the dollar, and to options that expire on Friday.", 13*time.Hour)
	r.Near = []news.Near{{Label: crack, Score: .22, Missing: []string{"a public authority", "an act against mining"}}}
	add(r)

	r = sample("chainfeed", "Wallet maker ships a new hardware key", "The device costs 79 dollars.", 30*time.Hour)
	r.Partial = true
	add(r)

	r = sample("yunnan-gov", "云南省能源局：关停违规用电的虚拟货币矿场", "省能源局要求各州市在6月底前关停并拆除违规用电的比特币矿场，并对继续供电的企业追究责任。", 3*24*time.Hour)
	r = tagged(r, crack, "CN-YN", news.Enforced, news.Auto, .97, "crackdown.shutdown.zh", "关停并拆除违规用电的比特币矿场")
	add(r)

	r = sample("harbour-post", "Almost all of China's provinces now have blockchain plans",
		"Of 34 divisions, 33 have policies that boost blockchain, a count by a research house shows; 14 pay rewards.\n"+
			"Ganzhou, in Jiangxi, promises up to 17.5 million yuan to a firm that becomes a unicorn. Shanghai offers permanent residence to engineers who move there.\n"+
			"At the same time several provincial governments have moved to shut down or curtail crypto mining.", 9*24*time.Hour)
	r = tagged(r, pro, "CN", news.Enacted, news.Auto, .92, "policy.count", "33 have policies that boost blockchain")
	r = tagged(r, pro, "CN-JX", news.Enacted, news.Auto, .9, "policy.reward", "promises up to 17.5 million yuan")
	r = tagged(r, pro, "CN-SH", news.Enacted, news.Auto, .87, "policy.residence", "offers permanent residence to engineers")
	r = tagged(r, crack, "CN", news.Enforced, news.Auto, .84, "crackdown.shutdown", "several provincial governments have moved to shut down or curtail crypto mining")
	r = tagged(r, crack, "CN-SH", news.Enforced, news.Rejected, .31, "crackdown.shutdown", "shut down or curtail crypto mining")
	r.Counts = []news.Count{{Value: 33, Of: 34, Unit: "divisions", Label: pro, Evidence: []news.Evidence{find(r, "Of 34 divisions, 33 have policies", "count.of")}}}
	r.Amounts = []news.Amount{{Value: 17.5e6, Currency: "CNY", Cap: true, Jurisdiction: "CN-JX", Evidence: []news.Evidence{find(r, "up to 17.5 million yuan", "amount.en")}}}
	add(r)
	return out
}

// sampleSources are what the samples come from, and how each fares.
func sampleSources() ([]news.Source, []news.Poll) {
	type fare struct {
		name    string
		kind    news.Kind
		outcome news.Outcome
		detail  string
		ago     time.Duration
		fails   int
		entries int
		fresh   int
	}
	var sources []news.Source
	var polls []news.Poll
	for _, f := range []fare{
		{"Harbour Post", news.Press, news.OK, "", 40 * time.Second, 0, 30, 2},
		{"Jiangxi Gov", news.Official, news.OK, "", 3 * time.Minute, 0, 15, 1},
		{"Ledger Daily", news.Press, news.Unchanged, "", 90 * time.Second, 0, 25, 0},
		{"Albany Record", news.Press, news.OK, "", 8 * time.Minute, 0, 12, 0},
		{"Steppe Wire", news.Press, news.Busy, "429, try again in 120 s", 50 * time.Second, 1, 10, 0},
		{"Kowloon Times", news.Press, news.OK, "", 5 * time.Minute, 0, 40, 3},
		{"Gulf Desk", news.Press, news.Unreachable, "dial tcp: lookup gulf-desk.example: no such host", 2 * time.Minute, 6, 0, 0},
		{"Chainfeed", news.Aggregator, news.OK, "", 20 * time.Second, 0, 100, 4},
		{"Yunnan Gov", news.Official, news.Nothing, "", 11 * time.Minute, 0, 0, 0},
		{"Bureau of Energy", news.Official, "", "", 0, 0, 0, 0},
	} {
		slug := news.Slug(f.name)
		src := news.Source{Slug: slug, Name: f.name, Kind: f.kind, Feed: "https://" + slug + ".example/feed.xml", Origin: news.FromEmbedded}
		if f.kind == news.Official {
			src.Feed, src.Listing = "", "https://www."+slug+".example/notices/"
		}
		if f.name == "Chainfeed" {
			src.Sitemap = "https://chainfeed.example/news-sitemap.xml"
			polls = append(polls, news.Poll{Source: slug, Address: src.Sitemap, Last: now.Add(-time.Hour), Next: now.Add(time.Hour), Outcome: news.Gone, Failures: 3, Detail: "404"})
		}
		sources = append(sources, src)
		p := news.Poll{Source: slug, Address: src.Addresses()[0], Outcome: f.outcome, Detail: f.detail, Failures: f.fails, Entries: f.entries, New: f.fresh, Next: now.Add(45 * time.Second)}
		if f.outcome != "" {
			p.Last = now.Add(-f.ago)
			if f.fails == 0 {
				p.Success = p.Last
			} else if f.entries > 0 {
				p.Success = now.Add(-26 * time.Minute)
			}
			if f.entries > 0 {
				p.NewStory = now.Add(-f.ago - 35*time.Minute)
			}
		}
		polls = append(polls, p)
	}
	return sources, polls
}

// manySamples repeats the samples n times under other addresses, each hour older.
func manySamples(n int) []news.Record {
	var out []news.Record
	for i := range n {
		for _, r := range samples() {
			a := news.NewArticle(r.Content, false)
			a.URL += fmt.Sprintf("-%d", i)
			a.CanonicalURL = a.URL
			a.Published = a.Published.Add(-time.Duration(i) * 14 * 24 * time.Hour)
			again := news.NewRecord(news.NewArticle(a.Content, false), r.Rules)
			again.Tags, again.Near, again.Amounts, again.Counts = r.Tags, r.Near, r.Amounts, r.Counts
			out = append(out, again)
		}
	}
	return out
}
