package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"edict/news"
	"edict/store/storetest"
)

// searchable returns article n with words of its own; every tenth has a tag. One in
// fifty comes up to a month after it was published.
func searchable(n int) news.Record {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	c := storetest.Article(n % 2).Content
	c.URL = fmt.Sprintf("https://news%d.example/%d", n%40, n)
	c.CanonicalURL, c.Summary, c.Source = "", "", fmt.Sprintf("source-%d", n%40)
	c.Published = storetest.Epoch.Add(time.Duration(n) * time.Minute)
	c.Fetched = c.Published.Add(time.Minute)
	if n%50 == 7 {
		c.Published = c.Published.Add(-time.Duration(r.IntN(30*24*60)) * time.Minute)
	}
	if n%2 == 0 {
		c.Title, c.Text = englishWords(r, n)
	} else {
		c.Title, c.Text = chineseWords(r, n)
	}
	out := news.NewRecord(news.NewArticle(c, true), storetest.Rules)
	if n%10 < 2 {
		places := []news.Jurisdiction{"CN-JX", "CN", "KZ", "US-NY", "HK", "CN-SC", "IR", "RU", "EU", "BR"}
		stages := []news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}
		end := len("w1")
		if n%2 == 1 {
			end = len("一")
		}
		proof := []news.Evidence{{Field: news.Title, Start: 0, End: end, Quote: c.Title[:end], Rule: "sample"}}
		label := []news.Label{news.Crackdown, news.ProPolicy}[n/10%2]
		out.Tags = []news.Tag{{Label: label, Jurisdiction: places[r.IntN(10)], Stage: stages[r.IntN(4)], Score: .9, State: news.Auto, Evidence: proof}}
	}
	return out
}

func englishWords(r *rand.Rand, n int) (title, text string) {
	zipf := rand.NewZipf(r, 1.05, 3, 40_000)
	var b strings.Builder
	for range 10 {
		fmt.Fprintf(&b, "w%d ", zipf.Uint64())
	}
	title = strings.TrimSpace(b.String())
	b.Reset()
	if n < benchArticles/20 {
		b.WriteString("old20 ") // a word that nobody writes any more
	}
	for i := range 560 {
		fmt.Fprintf(&b, "w%d", zipf.Uint64())
		b.WriteByte(" \n"[max(0, i%80-78)])
	}
	return title, strings.TrimSpace(b.String())
}

// hanWord is word n of those that Chinese texts are made of: two characters, or three.
func hanWord(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 11))
	zipf := rand.NewZipf(r, 1.05, 30, 3_000)
	out := []rune{rune(0x4e00 + zipf.Uint64()), rune(0x4e00 + zipf.Uint64()), rune(0x4e00 + zipf.Uint64())}
	return string(out[:2+n%5/4])
}

var hanWords = func() (list []string) {
	for n := range 20_000 {
		list = append(list, hanWord(n))
	}
	return list
}()

func chineseWords(r *rand.Rand, n int) (title, text string) {
	zipf := rand.NewZipf(r, 1.05, 3, uint64(len(hanWords)-1))
	word := func() string { return hanWords[zipf.Uint64()] }
	var b strings.Builder
	for range 8 {
		b.WriteString(word())
	}
	title = b.String()
	b.Reset()
	for i := range 420 {
		b.WriteString(word())
		switch {
		case i%60 == 59:
			b.WriteString("。\n")
		case i%6 == 5:
			b.WriteString("，")
		}
	}
	b.WriteString("。")
	for i, word := range []string{"关停挖矿", "扶持区块链", "上海"} {
		if n%(20+7*i) < 2 {
			b.WriteString(word)
		}
	}
	return title, b.String()
}
