package classifier

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"edict/news"
)

func read(s string) numbered { return numbered{text: s, numbers: numbers(s)} }

func TestReadAmounts(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"is promising 17.5 million yuan ($2.7 million) to companies", "17500000 CNY"},
		{"up to RMB 17.5 million a year", "17500000 CNY cap"},
		{"最高奖励1750万元", "17500000 CNY cap"},
		{"一次性奖励一千七百五十万元", "17500000 CNY"},
		{"设立1.5亿元基金", "150000000 CNY"},
		{"给予500万至1000万元补贴", "5000000 CNY, 10000000 CNY cap"},
		{"a grant of $416k", "416000 USD"},
		{"US$2 billion and €5m", "2000000000 USD, 5000000 EUR"},
		{"HK$50 million", "50000000 HKD"},
		{"50 million Hong Kong dollars", "50000000 HKD"},
		{"金額最高達3.5億美元", "350000000 USD cap"},
		{"不超过２００万元", "2000000 CNY cap"},
		{"撥款五千萬港元", "50000000 HKD"},
		{"bought 20 bitcoin and 300 rigs in 2021", ""},
		{"1,750 rigs for 1,750,000 rubles", "1750000 RUB"},
		{"a won battle", ""},
	} {
		var got []string
		for _, a := range readAmounts(read(test.text), "CN") {
			s := strconv.FormatFloat(a.value, 'f', -1, 64) + " " + a.currency
			if a.cap {
				s += " cap"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: got %q, want %q", test.text, s, test.want)
		}
	}
	if a := readAmounts(read("補助一百萬元"), "TW"); len(a) != 1 || a[0].currency != "TWD" {
		t.Errorf("元 in Taiwan: %+v, want TWD", a)
	}
}

func TestReadCounts(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"33 of 34 provinces have policies", "33/34 provinces"},
		{"Out of China's 34 provinces and province-level cities, 33 have enacted policies", "33/34 provinces"},
		{"Fourteen governments are offering rewards", "14/0 governments"},
		{"twenty-eight states took up bills", "28/0 states"},
		{"中国34个省级行政区中有33个出台政策", "33/34 provinces"},
		{"十四个地方政府给予奖励", "14/0 governments"},
		{"三十个省份出台政策", "30/0 provinces"},
		{"7 million users in 2021", ""},
		{"one city", ""},
	} {
		var got []string
		for _, c := range readCounts(read(test.text)) {
			got = append(got, fmt.Sprintf("%d/%d %s", c.Value, c.Of, c.Unit))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: got %q, want %q", test.text, s, test.want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"17.5 million yuan ($2.7 million)", "最高1750万元", "一千七百五十万", "1,,2..3 of 34 provinces", "５００万至１０００万元", "thirty-three of 34"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range numbers(s) {
			if n.start < 0 || n.end <= n.start || n.end > len(s) {
				t.Fatalf("%q: number %+v is outside", s, n)
			}
		}
		for _, a := range readAmounts(read(s), news.Unnamed) {
			if a.start < 0 || a.end <= a.start || a.end > len(s) || a.currency == "" {
				t.Fatalf("%q: sum %+v", s, a)
			}
		}
		readCounts(read(s))
	})
}
