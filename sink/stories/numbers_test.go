package stories

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"edict/classifier/places"
	"edict/news"
)

func numbersIn(text string) []Item {
	var set itemSet
	readNumbers(text, time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC).UnixMicro(), &set)
	return set.items(maxItems)
}

// What is one number in two languages is one item.
func TestNumbersMeet(t *testing.T) {
	for _, same := range [][]string{
		{"17.5 million yuan", "17.5m yuan", "1750万元", "1,750萬元", "一千七百五十万元", "17,500,000 yuan"},
		{"$612M", "$612 million", "6.12亿美元", "6.12億美元"},
		{"1,800 megawatts", "1,800 MW", "1.8 GW", "180万千瓦", "1800兆瓦", "1800MW"},
		{"240 billion won", "2400亿韩元", "2400億韓元"},
		{"forty-two firms", "42家企业", "四十二家企业", "42 firms"},
		{"412 users", "四百一十二家"},
		{"ten thousand homes", "10,000 homes", "1万户", "一万户"},
		{"fell 9.5%", "fell 9.5 percent", "fell 9.5 per cent", "下跌9.5%"},
		{"a discount of 10%", "减费一成", "減10％"},
		{"June 16", "16 June", "6月16日", "六月十六日", "6月16號"},
		{"December 31", "十二月三十一日"},
		{"RM900,000", "90万林吉特", "九十万林吉特"},
		{"5000萬港元", "五千万港元", "HK$50 million"},
	} {
		want := numbersIn(same[0])
		if len(want) != 1 {
			t.Errorf("%q gives %d items, want 1", same[0], len(want))
		}
		for _, text := range same[1:] {
			if got := numbersIn(text); !slices.Equal(got, want) {
				t.Errorf("%q gives %v, %q gives %v", text, got, same[0], want)
			}
		}
	}
}

func TestNumbersApart(t *testing.T) {
	for _, two := range [][2]string{
		{"17.5 million", "175 million"},
		{"26 mines", "62 mines"},
		{"10%", "10 MW"},
		{"June 16", "July 16"},
		{"900 rigs", "900 MW"},
		{"50 per MWh", "50 MW"},
		{"千瓦时", "万元"},
	} {
		if a, b := numbersIn(two[0]), numbersIn(two[1]); len(a) > 0 && slices.Equal(a, b) {
			t.Errorf("%q and %q both give %v", two[0], two[1], a)
		}
	}
	// The day of publication tells little, a year hardly anything.
	for _, weak := range []string{"April 8", "4月8日", "in 2026", "2026年"} {
		if got := numbersIn(weak); len(got) != 1 || got[0].Weight() > 3 {
			t.Errorf("%q gives %v", weak, got)
		}
	}
	if got := numbersIn("May may march on a date in April"); len(got) != 0 {
		t.Errorf("months without a day give %v", got)
	}
}

// FuzzRead reads anything a page may hold; FuzzDecode anything a database may.
func FuzzRead(f *testing.F) {
	gazetteer, err := places.Default()
	ok(f, err)
	reader, err := NewReader(gazetteer)
	ok(f, err)
	f.Add("四川要求26个项目6月20日前关停", "“断电令”：2.6万台…\n1,80万千瓦 六月三十一日 千瓦 十月")
	f.Add("Town of X cuts 1,23,4.5.6m", "May 32 per cent\ttwo-hundred thousand million 9999999999999999999999999999")
	f.Fuzz(func(t *testing.T, title, text string) {
		if !utf8.ValidString(title + text) {
			return
		}
		content := news.Content{URL: "https://a.example/b", Source: "a", Title: title, Text: text, Fetched: time.Unix(1, 0)}
		features := reader.Read(news.NewRecord(news.NewArticle(content, false), news.RuleSet{}))
		back, err := Decode(features.Encode())
		if err != nil || !equal(&features, &back) {
			t.Errorf("%q %q: %v\n%+v\n%+v", title, text, err, features, back)
		}
		if n := len(features.Keys()); n > MaxKeys {
			t.Errorf("%d keys", n)
		}
	})
}

func FuzzDecode(f *testing.F) {
	var features Features
	f.Add(features.Encode())
	f.Add([]byte{encoding, 7})
	f.Fuzz(func(t *testing.T, data []byte) {
		if features, err := Decode(data); err == nil {
			features.Keys()
			Compare(&features, &features)
		}
	})
}
