package classifier_test

import (
	"strings"
	"testing"

	"edict/news"
)

// Whatever a page says, its record is valid: places, offsets and quotes hold.
func FuzzClassify(f *testing.F) {
	c := newClassifier(f)
	f.Add("Kosovo bans crypto mining", "", "Police seized 300 rigs. “No more mining,” said the minister; miners left.")
	f.Add("四川叫停比特币挖矿项目", "最高奖励1750万元", "不得開展虛擬貨幣「挖礦」。\n33 of 34 provinces")
	f.Add("", "", "china bans bitcoin mining. el salvador adopts bitcoin as legal tender?")
	f.Add("\"\"\"", "“”", "((( ;；?？")
	f.Fuzz(func(t *testing.T, title, summary, text string) {
		clean := func(s string, limit int) string {
			s = strings.Map(func(r rune) rune {
				if r < 0x20 && r != '\n' || r == 0x7f {
					return -1
				}
				return r
			}, strings.ToValidUTF8(s, ""))
			return strings.ToValidUTF8(s[:min(len(s), limit)], "")
		}
		title, summary, text = clean(title, 1<<10), clean(summary, 1<<10), clean(text, 8<<10)
		if title == "" && text == "" {
			return
		}
		a := article(news.Content{Title: title, Summary: summary, Text: text})
		e := c.Explain(a)
		if err := e.Record.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, tag := range e.Tags {
			_ = tag.String()
		}
		for _, near := range e.Near {
			_ = near.String()
		}
	})
}
