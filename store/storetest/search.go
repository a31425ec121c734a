package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"

	"pgregory.net/rapid"
)

// written returns article n with these words in it.
func written(n int, title, text string) news.Record {
	c := Article(n).Content
	c.Title, c.Summary, c.Text = title, "", text
	return news.NewRecord(news.NewArticle(c, false), Rules)
}

func testSearch(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	long := strings.Repeat("longword", 40)
	records := []news.Record{
		0: written(0, "Jiangxi shuts mines", "The province ends crypto-mining. Ganzhou pays 17.5 million yuan.\nMiners leave; the café stays."),
		1: written(1, "江西关停挖矿项目", "赣州市扶持区块链产业，奖励1750万元。\n比特币ETF矿工离开。"),
		2: written(2, "Grants for blockchain firms", "Shanghai plans a blockchain policy and grants.\nNo word on mines."),
		3: written(3, "监管政策", "关于虚拟货币的通知：ＢＴＣ交易。四川"),
		4: written(4, "Quotes", `He said "stop" AND (left) NEAR the well's edge OR not: title:mines* ^x {y} -z `+long+"1"),
		5: written(5, "ビットコイン採掘を規制", "政府は採掘を止める。"),
	}
	ok(t, s.Keep(ctx, records))
	same(t, "before it is indexed", len(must(s.Records(ctx, news.Filter{Words: "挖矿"}))(t)), 0)
	index(t, s)
	for _, test := range []struct {
		words string
		want  []int
	}{
		{"mines", []int{4, 2, 0}},
		{"MINES jiangxi", []int{0}},
		{"mines -jiangxi", []int{4, 2}},
		{"-jiangxi mines", []int{4, 2}},
		{`"blockchain policy"`, []int{2}},
		{`"policy blockchain"`, []int{}},
		{`"mines the"`, []int{}}, // not from the title into the text
		{`blockchain -"blockchain policy"`, []int{}},
		{`mines -"blockchain policy" -quotes`, []int{0}},
		{"“blockchain firms” grants", []int{2}},
		{"crypto-mining", []int{0}},
		{"crypto mining", []int{0}},
		{"cafe", []int{0}},
		{"block*", []int{2}},
		{"block", []int{}},
		{"17.5", []int{0}},
		{"挖矿", []int{1}},
		{"挖礦", []int{1}}, // the scripts find each other
		{"挖礦 區塊鏈", []int{1}},
		{"规制", []int{5}}, // as the Japanese 規制 is read
		{"政策", []int{3}},
		{"监管", []int{3}},
		{"四川", []int{3}},
		{"区块链", []int{1}},
		{"虚拟货币", []int{3}},
		{"关停挖矿项目", []int{1}},
		{"关停项目", []int{}},
		{"挖矿 区块链", []int{1}},
		{"「区块链产业」", []int{1}},
		{"区块链 -挖矿", []int{}},
		{"矿", []int{1}},
		{"川", []int{3}},
		{"比特币ETF矿工", []int{1}},
		{"etf", []int{1}},
		{"BTC", []int{3}},
		{"ｂｔｃ", []int{3}},
		{"1750万元", []int{1}},
		{"採掘", []int{5}},
		{"ビットコイン", []int{5}},
		{"AND", []int{4, 2}},
		{"OR", []int{4}},
		{"NEAR(the", []int{4}},
		{`"(left) NEAR"`, []int{4}},
		{"well's", []int{4}},
		{"title:mines", []int{4}},
		{"x y ^ {", []int{4}},
		{"   mines\t& jiangxi ", []int{0}},
		{"nowhere", []int{}},
		{long + "1", []int{4}},
		{long + "2", []int{}},
		{"longw*", []int{4}},
	} {
		want := []news.Record{}
		for _, n := range test.want {
			want = append(want, records[n])
		}
		got, err := s.Records(ctx, news.Filter{Words: test.words})
		if err != nil {
			t.Errorf("%q: %v", test.words, err)
			continue
		}
		if !slices.Equal(ids(got), ids(want)) {
			var titles []string
			for _, r := range got {
				titles = append(titles, r.Title)
			}
			t.Errorf("%q finds %q, want %v", test.words, titles, test.want)
		}
	}
	for words, says := range map[string]string{
		"-mines": "add a word", `"blockchain policy`: "not closed", `“open`: "not closed", "&&& --": "no word", "-": "no word", `""`: "no word",
		strings.Repeat("word ", 40): "at most", strings.Repeat("word", 40) + "*": "longer than",
	} {
		_, err := s.Records(ctx, news.Filter{Words: words})
		fails(t, words, err, news.ErrInvalid)
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q: the message %q does not say %q", words, err, says)
		}
	}
	same(t, "words of spaces select all", len(must(s.Records(ctx, news.Filter{Words: " \t"}))(t)), 6)
	same(t, "words and source", ids(must(s.Records(ctx, news.Filter{Words: "mines", Source: "source-2"}))(t)), []string{records[2].ID})
	same(t, "words, newest first, page by page", ids(must(s.Records(ctx, news.Filter{Words: "mines", Limit: 1, After: records[4].Position()}))(t)), []string{records[2].ID})
}

// testSearchFollows: the index goes on where it stood, and a new text takes the
// place of the old.
func testSearchFollows(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "nothing to do", must(s.Index(ctx, 10))(t), 0)
	ok(t, s.Keep(ctx, []news.Record{written(1, "First", "mining in Sichuan 四川"), written(2, "Second", "mining in Qinghai 青海"), Record(3)}))
	same(t, "two of three", must(s.Index(ctx, 2))(t), 2)
	same(t, "found so far", len(must(s.Records(ctx, news.Filter{Words: "mining"}))(t)), 2)
	same(t, "the third", must(s.Index(ctx, 2))(t), 1)
	same(t, "caught up", must(s.Index(ctx, 2))(t), 0)
	same(t, "cursor", must(s.Cursor(ctx, "search"))(t), 3)
	same(t, "hundredths of the changes in the index", must(s.Search(ctx, news.Search{Filter: news.Filter{Words: "mining", Limit: 1}}))(t).Indexed, 100)

	next := written(1, "First", "The mines of Yunnan 云南")
	next.Fetched = next.Fetched.Add(time.Hour)
	ok(t, s.Keep(ctx, []news.Record{next}))
	index(t, s)
	for words, want := range map[string]int{"四川": 0, "sichuan": 0, "云南": 1, "yunnan": 1, "mining": 1, "青海": 1} {
		same(t, words, len(must(s.Records(ctx, news.Filter{Words: words}))(t)), want)
	}
	// A change of tags alters no words.
	ok(t, s.Keep(ctx, []news.Record{Tagged(Article(3), news.RuleSet{Hash: "b"}, news.Review)}))
	same(t, "a change of tags", index(t, s), 1)
	green(t, s)
}

// testSearchAny: in text without spaces any run of characters is found, of one
// character too, exactly where it stands.
func testSearchAny(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	const alphabet, docs = "挖矿政策区块", 60
	random := rand.New(rand.NewPCG(1, 2))
	texts := map[string]string{} // by record
	var batch []news.Record
	for n := range docs {
		var text strings.Builder
		for range 1 + random.IntN(30) {
			switch runes := []rune(alphabet + "，x"); runes[random.IntN(len(runes))] {
			case '，':
				text.WriteRune('，')
			case 'x':
				text.WriteString("BTC")
			default:
				text.WriteRune([]rune(alphabet)[random.IntN(6)])
			}
		}
		r := written(n, "题", text.String())
		texts[r.ID] = r.Text
		batch = append(batch, r)
	}
	ok(t, s.Keep(ctx, batch))
	index(t, s)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune(alphabet)), 1, 5, -1).Draw(rt, "words")
		found := map[string]bool{}
		for _, r := range must(s.Records(ctx, news.Filter{Words: words}))(t) {
			found[r.ID] = true
		}
		for id, text := range texts {
			if found[id] != strings.Contains(text, words) {
				rt.Fatalf("%q in %q: found %v", words, text, found[id])
			}
		}
	})
}

func testSearchThousand(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	records := Records(0, 1000)
	for some := range slices.Chunk(records, 250) {
		ok(t, s.Keep(ctx, some))
	}
	begin := time.Now()
	index(t, s)
	t.Logf("1,000 articles indexed in %v", time.Since(begin).Round(time.Millisecond))
	for words, want := range map[string]int{"挖矿": 500, "区块链": 500, "虚拟货币挖矿": -1, "bitcoin": 500, "第777号通知": 1, "777": 1} {
		count := 0
		for _, r := range records {
			if strings.Contains(r.Title+"\n"+r.Summary+"\n"+r.Text, words) {
				count++
			}
		}
		if want >= 0 && count != want {
			t.Fatalf("the samples hold %q %d times, want %d", words, count, want)
		}
		begin := time.Now()
		got := must(s.Records(ctx, news.Filter{Words: words, Limit: 20}))(t)
		took := time.Since(begin)
		all := must(s.Records(ctx, news.Filter{Words: words}))(t)
		same(t, fmt.Sprintf("%q", words), len(all), count)
		t.Logf("%q: %d of 1,000, the first %d in %v", words, len(all), len(got), took.Round(10*time.Microsecond))
	}
	green(t, s)
}
