package classifier

import (
	"slices"
	"strings"

	"edict/classifier/rules"
	"edict/news"
)

// A currency is written before a number ("$", "RMB") or after it ("yuan", 元).
type currency struct{ sign, code string }

// Longer signs stand first: "HK$" is not "$".
var currenciesBefore = []currency{
	{"HK$", "HKD"},
	{"US$", "USD"},
	{"NT$", "TWD"},
	{"S$", "SGD"},
	{"A$", "AUD"},
	{"AU$", "AUD"},
	{"C$", "CAD"},
	{"CA$", "CAD"},
	{"NZ$", "NZD"},
	{"R$", "BRL"},
	{"RMB", "CNY"},
	{"CNY", "CNY"},
	{"CN¥", "CNY"},
	{"USD", "USD"},
	{"EUR", "EUR"},
	{"GBP", "GBP"},
	{"HKD", "HKD"},
	{"CHF", "CHF"},
	{"JPY", "JPY"},
	{"KRW", "KRW"},
	{"人民币", "CNY"},
	{"人民幣", "CNY"},
	{"¥", "CNY"},
	{"￥", "CNY"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"₩", "KRW"},
	{"₹", "INR"},
	{"₽", "RUB"},
	{"₺", "TRY"},
	{"₸", "KZT"},
	{"$", "USD"},
	{"＄", "USD"},
}

var currenciesAfter = []currency{
	{"hong kong dollar", "HKD"},
	{"us dollar", "USD"},
	{"u.s. dollar", "USD"},
	{"american dollar", "USD"},
	{"singapore dollar", "SGD"},
	{"australian dollar", "AUD"},
	{"canadian dollar", "CAD"},
	{"new taiwan dollar", "TWD"},
	{"chinese yuan", "CNY"},
	{"yuan", "CNY"},
	{"renminbi", "CNY"},
	{"rmb", "CNY"},
	{"cny", "CNY"},
	{"usd", "USD"},
	{"dollar", "USD"},
	{"euro", "EUR"},
	{"eur", "EUR"},
	{"pounds sterling", "GBP"},
	{"pound", "GBP"},
	{"swiss franc", "CHF"},
	{"japanese yen", "JPY"},
	{"yen", "JPY"},
	{"korean won", "KRW"},
	{"won", "KRW"},
	{"rupee", "INR"},
	{"rubles", "RUB"},
	{"ruble", "RUB"},
	{"rouble", "RUB"},
	{"tenge", "KZT"},
	{"dirham", "AED"},
	{"lira", "TRY"},
	{"元人民币", "CNY"},
	{"元人民幣", "CNY"},
	{"美元", "USD"},
	{"美金", "USD"},
	{"港元", "HKD"},
	{"港币", "HKD"},
	{"港幣", "HKD"},
	{"新台币", "TWD"},
	{"新台幣", "TWD"},
	{"新臺幣", "TWD"},
	{"台币", "TWD"},
	{"欧元", "EUR"},
	{"歐元", "EUR"},
	{"英镑", "GBP"},
	{"英鎊", "GBP"},
	{"日元", "JPY"},
	{"日圓", "JPY"},
	{"韩元", "KRW"},
	{"韓元", "KRW"},
	{"新加坡元", "SGD"},
	{"澳元", "AUD"},
	{"加元", "CAD"},
	{"卢布", "RUB"},
	{"盧布", "RUB"},
	{"坚戈", "KZT"},
	{"迪拉姆", "AED"},
	{"卢比", "INR"},
	{"人民币", "CNY"},
	{"人民幣", "CNY"},
	{"元", "CNY"},
}

var capsBefore = []string{
	"up to", "as much as", "as high as", "a maximum of", "maximum", "at most", "no more than", "not more than", "capped at", "not exceeding", "not exceed",
	"最高可达", "最高可", "最高", "不超过", "不超過", "至多", "最多", "上限", "封顶", "高达",
}

// dollarsOf gives a bare 元 or dollar the currency of the place that pays it.
var dollarsOf = map[string]map[string]string{
	"元":      {"HK": "HKD", "TW": "TWD"},
	"dollar": {"HK": "HKD", "SG": "SGD", "AU": "AUD", "CA": "CAD", "TW": "TWD", "NZ": "NZD"},
}

// amounts reads the sums of money in the sentences that prove a verdict. A sum in
// brackets after another is the same sum converted, and is left out.
func amounts(p *proof, verdicts []rules.Verdict) []news.Amount {
	out := []news.Amount{}
	for _, v := range verdicts {
		for _, f := range v.Findings {
			if len(f.Places) > 1 && f.Places[0] != v.Jurisdiction {
				continue
			}
			for _, a := range readAmounts(p.sentence(f), v.Jurisdiction) {
				e := quote(p.content, f.Field, f.Start+a.start, f.Start+a.end, f.Rule)
				amount := news.Amount{Value: a.value, Currency: a.currency, Cap: a.cap, Jurisdiction: v.Jurisdiction, Evidence: []news.Evidence{e}}
				known := slices.IndexFunc(out, func(o news.Amount) bool {
					return o.Value == amount.Value && o.Currency == amount.Currency && o.Jurisdiction == amount.Jurisdiction
				})
				if known < 0 {
					out = append(out, amount)
				} else if same := out[known].Evidence[0]; same.Field != e.Field || same.Start != e.Start {
					out[known].Evidence = append(out[known].Evidence, e)
					out[known].Cap = out[known].Cap || amount.Cap
				}
			}
		}
	}
	return out
}

// A sum is an amount of money at bytes of a sentence.
type sum struct {
	start, end int
	value      float64
	currency   string
	cap        bool
}

// readAmounts reads the sums of money of a sentence. In a range it reads both ends: the
// upper one is a cap.
func readAmounts(sentence numbered, place news.Jurisdiction) []sum {
	var out []sum
	s, ns := sentence.text, sentence.numbers
	for i, n := range ns {
		a := sum{start: n.start, end: n.end, value: n.value}
		if c, ok := before(s[:n.start]); ok {
			a.currency = c.code
			a.start -= len(c.sign) + spaces(s[:n.start])
		} else if c, length, ok := after(s[n.end:]); ok {
			a.currency = c.code
			if own := dollarsOf[c.sign][string(place)]; own != "" {
				a.currency = own
			}
			a.end += length
		} else if i+1 < len(ns) && ranged(s[n.end:ns[i+1].start]) {
			// 500万至1000万元: the currency and perhaps the scale stand with the upper end.
			if c, _, ok := after(s[ns[i+1].end:]); ok {
				a.currency = c.code
				if !n.scaled && ns[i+1].scaled {
					a.value = scaleOf(s, ns[i+1]) * n.value
				}
			}
		}
		if a.currency == "" {
			continue
		}
		if converted(s, a.start, out) {
			continue
		}
		lead := strings.ToLower(s[max(0, a.start-24):a.start])
		for _, c := range capsBefore {
			if at := strings.LastIndex(lead, c); at >= 0 && strings.Count(lead[at+len(c):], " ") <= 2 && !strings.ContainsAny(lead[at+len(c):], ",;") {
				a.cap = true
			}
		}
		if i > 0 && ranged(s[ns[i-1].end:n.start]) {
			a.cap = true
		}
		out = append(out, a)
	}
	return out
}

// scaleOf is the multiplier that stands with n.
func scaleOf(s string, n number) float64 {
	bare := number{}
	for _, b := range numbers(strings.TrimRight(s[n.start:n.end], "万萬亿億千百abcdefghijklmnopqrstuvwxyz -")) {
		bare = b
	}
	if bare.value == 0 {
		return 1
	}
	return n.value / bare.value
}

func ranged(between string) bool {
	switch strings.TrimSpace(between) {
	case "-", "–", "—", "~", "至", "到", "to", "and", "～":
		return true
	}
	return false
}

// converted reports whether a sum that starts at a byte of s is in brackets right
// after another.
func converted(s string, start int, earlier []sum) bool {
	if len(earlier) == 0 {
		return false
	}
	between := s[min(earlier[len(earlier)-1].end, start):start]
	open := strings.IndexAny(between, "(（")
	return open >= 0 && strings.TrimSpace(between[:open]) == "" && !strings.ContainsAny(between, ")）") && len(between) < 30
}

func before(s string) (currency, bool) {
	s = strings.TrimRight(s, " ")
	for _, c := range currenciesBefore {
		if strings.HasSuffix(s, c.sign) {
			return c, true
		}
	}
	return currency{}, false
}

func spaces(s string) int { return len(s) - len(strings.TrimRight(s, " ")) }

// after reads a currency at the beginning of s and returns how many bytes it takes.
func after(s string) (currency, int, bool) {
	rest := strings.TrimLeft(s, " 余多")
	lead := len(s) - len(rest)
	if lead > 7 {
		return currency{}, 0, false
	}
	low := strings.ToLower(rest[:min(len(rest), 24)])
	for _, c := range currenciesAfter {
		if !strings.HasPrefix(low, c.sign) {
			continue
		}
		end := len(c.sign)
		if c.sign[0] < 0x80 {
			for end < len(rest) && latin(rune(rest[end])) && rest[end] < 0x80 {
				end++
			}
			if end > len(c.sign)+1 {
				continue
			}
		}
		return c, lead + end, true
	}
	return currency{}, 0, false
}
