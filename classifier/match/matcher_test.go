package match_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"edict/classifier/match"
)

// found lists what a matcher of phrases finds in text, as "phrase=slice".
func found(t testing.TB, text string, phrases ...match.Phrase) string {
	t.Helper()
	m, err := match.Compile(phrases)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range m.Append(nil, text) {
		out = append(out, phrases[h.Phrase].Text+"="+text[h.Start:h.End])
	}
	return strings.Join(out, " | ")
}

func phrases(texts ...string) []match.Phrase {
	out := make([]match.Phrase, len(texts))
	for i, s := range texts {
		out[i].Text = s
	}
	return out
}

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		name, text, phrases, want string
	}{
		{"case", "BITCOIN Mining", "bitcoin;MINING", "bitcoin=BITCOIN | MINING=Mining"},
		{"whole words", "undermining the ban; bank", "mining;ban", "ban=ban"},
		{"longer first, then the shorter", "a mining ban bill", "ban;mining ban;mining;mining ban bill", "mining ban bill=mining ban bill | mining ban=mining ban | mining=mining | ban=ban"},
		{"a longer phrase that fails leaves the shorter", "mining bank", "mining;mining ban", "mining=mining"},
		{"accents", "QUÉBEC, Québec and Quebec", "quebec", "quebec=QUÉBEC | quebec=Québec | quebec=Quebec"},
		{"accents in the phrase", "Quebec and São Paulo", "Québec;Sao Paulo", "Québec=Quebec | Sao Paulo=São Paulo"},
		{"accents as marks of their own", "Que\u0301bec", "Québec", "Québec=Que\u0301bec"},
		{"first letter with an accent", "une école", "école", "école=école"},
		{"letters of two", "Straße, STRASSE", "strasse", "strasse=Straße | strasse=STRASSE"},
		{"full width", "ＢＴＣ　Ｍｉｎｉｎｇ", "btc mining", "btc mining=ＢＴＣ　Ｍｉｎｉｎｇ"},
		{"hyphen and space", "proof-of-work, proof of work, proof\u2011of\u00a0work", "proof-of-work;proof of work", "proof-of-work=proof-of-work | proof of work=proof-of-work | proof-of-work=proof of work | proof of work=proof of work | proof-of-work=proof\u2011of\u00a0work | proof of work=proof\u2011of\u00a0work"},
		{"a dash between spaces", "proof - of work", "proof of work", ""},
		{"a dash without spaces", "mining—ban", "mining ban", ""},
		{"possessive", "China's ban, China’s ban, CHINA'S", "china", "china=China | china=China | china=CHINA"},
		{"possessive in the phrase", "People’s Bank of China", "people's bank of china", "people's bank of china=People’s Bank of China"},
		{"possessive is a token", "China's ban", "china ban", ""},
		{"apostrophe inside", "won’t, won't; Xi'an", "won't;Xi’an", "won't=won’t | won't=won't | Xi’an=Xi'an"},
		{"comma", "mining, ban", "mining ban", ""},
		{"comma in the phrase", "in Washington, D.C., and Washington DC", "Washington, D.C.", "Washington, D.C.=Washington, D.C."},
		{"full stop", "They like mining. Ban it", "mining ban", ""},
		{"line", "mining\nban", "mining ban", ""},
		{"dots", "the U.S. and the US, U.S, u.s.a.", "US;usa", "US=U.S. | US=US | US=U.S | usa=u.s.a."},
		{"dots and possessive", "the U.S.'s and U.K.’s", "us;uk", "us=U.S. | uk=U.K."},
		{"dots and hyphen", "U.S.-based", "us based", "us based=U.S.-based"},
		{"quotes", `so-called "mining" ban`, "mining ban", `mining ban=mining" ban`},
		{"soft hyphen", "min\u00ading", "mining", "mining=min\u00ading"},
		{"Han", "四川叫停比特币挖矿项目", "挖矿;比特币;比特币挖矿", "比特币挖矿=比特币挖矿 | 比特币=比特币 | 挖矿=挖矿"},
		{"Han, traditional", "虛擬貨幣挖礦，臺灣", "虚拟货币挖矿;台湾", "虚拟货币挖矿=虛擬貨幣挖礦 | 台湾=臺灣"},
		{"Han, traditional phrase", "虚拟货币挖矿", "虛擬貨幣", "虛擬貨幣=虚拟货币"},
		{"Han, quotes inside", "整治虚拟货币“挖矿”活动", "虚拟货币挖矿;挖矿活动", "虚拟货币挖矿=虚拟货币“挖矿 | 挖矿活动=挖矿”活动"},
		{"Han, other quotes", "虛擬貨幣「挖礦」活動", "虚拟货币挖矿活动", "虚拟货币挖矿活动=虛擬貨幣「挖礦」活動"},
		{"Han, space", "挖 矿　活动", "挖矿活动", "挖矿活动=挖 矿　活动"},
		{"Han, comma", "虚拟货币，挖矿", "虚拟货币挖矿", ""},
		{"Han and Latin", "BTC挖矿和5G", "btc;挖矿;5g;btc挖矿", "btc挖矿=BTC挖矿 | btc=BTC | 挖矿=挖矿 | 5g=5G"},
		{"kana", "ビットコインマイニング禁止", "マイニング;禁止", "マイニング=マイニング | 禁止=禁止"},
		{"Hangul", "중국은 채굴을 금지", "중국;채굴", "중국=중국 | 채굴=채굴"},
		{"Cyrillic", "Майнинг в РОССИИ, учёт", "майнинг;России;учет", "майнинг=Майнинг | России=РОССИИ | учет=учёт"},
		{"signs", "R&D costs $5", "r&d;$5", "r&d=R&D | $5=$5"},
		{"long words", "a counterrevolutionaries b counterrevolutionariez", "Counterrevolutionaries", "Counterrevolutionaries=counterrevolutionaries"},
		{"nothing", "", "a", ""},
		{"broken UTF-8", "a\xff\xfeb mining \xe4\xb8", "mining", "mining=mining"},
	} {
		if got := found(t, c.text, phrases(strings.Split(c.phrases, ";")...)...); got != c.want {
			t.Errorf("%s: in %q\n got %s\nwant %s", c.name, c.text, got, c.want)
		}
	}
}

func TestExact(t *testing.T) {
	for _, c := range []struct{ text, phrase, want string }{
		{"SEC sec. Sec S.E.C. s.e.c.", "SEC", "SEC=SEC | SEC=S.E.C."},
		{"us US U.S. u.s. Us", "US", "US=US | US=U.S."},
		{"us US U.S.", "U.S.", "U.S.=US | U.S.=U.S."},
		{"it IT It", "IT", "IT=IT"},
		{"Fed fed FED", "Fed", "Fed=Fed"},
		{"the QUÉBEC, Québec", "Québec", "Québec=Québec"},
		{"ＳＥＣ", "SEC", "SEC=ＳＥＣ"},
		{"The-Fed the fed the Fed", "the Fed", "the Fed=the Fed"},
		{"SEC's", "SEC", "SEC=SEC"},
	} {
		if got := found(t, c.text, match.Phrase{Text: c.phrase, Exact: true}); got != c.want {
			t.Errorf("%q in %q: got %s, want %s", c.phrase, c.text, got, c.want)
		}
	}
}

func TestSameKey(t *testing.T) {
	list := phrases("proof of work", "x", "Proof-of-Work", "PROOF OF WORK")
	list[3].Exact = true
	m, err := match.Compile(list)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(m.Append(nil, "proof of work; PROOF OF WORK"))
	want := "[{0 0 13} {2 0 13} {0 15 28} {2 15 28} {3 15 28}]"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCompileEmpty(t *testing.T) {
	for _, empty := range []string{"", " ", "“”", "\u200b", "\n"} {
		_, err := match.Compile(phrases("a", empty))
		if !errors.Is(err, match.ErrEmpty) || !strings.Contains(err.Error(), "phrase 1 ") {
			t.Errorf("%q: got %v", empty, err)
		}
	}
	m, err := match.Compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	if hits := m.Append(nil, "no phrase, 没有"); len(hits) != 0 {
		t.Errorf("a matcher of nothing found %v", hits)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"China’s “Proof-of-Work” BAN, U.S.", "china 's proof of work ban , us"},
		{"整治虛擬貨幣「挖礦」活動。", "整治虚拟货币挖矿活动 。"},
		{" ＢＴＣ挖矿\n\n Ünï ", "btc 挖矿\nuni"},
		{"", ""},
	} {
		if got := match.Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTraditional(t *testing.T) {
	for _, c := range []struct{ traditional, simplified string }{
		{"虛擬貨幣挖礦活動整治", "虚拟货币挖矿活动整治"},
		{"臺灣與澳門、廣東省發展區塊鏈", "台湾与澳门、广东省发展区块链"},
		{"數位貨幣監管機構證監會", "数位货币监管机构证监会"},
	} {
		if got, want := match.Fold(c.traditional), match.Fold(c.simplified); got != want {
			t.Errorf("Fold(%s) = %s, want %s", c.traditional, got, want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	m, err := match.Compile(append(phrases("mining", "挖矿"), match.Phrase{Text: "SEC", Exact: true}))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			text := strings.Repeat("mining 挖礦 SEC S.E.C. ", i+1)
			for range 200 {
				if n := len(m.Append(nil, text)); n != 4*(i+1) {
					t.Errorf("%d hits, want %d", n, 4*(i+1))
					return
				}
			}
		})
	}
	wg.Wait()
}

func ExampleMatcher_Append() {
	phrases := []match.Phrase{{Text: "mining ban"}, {Text: "虚拟货币挖矿"}, {Text: "SEC", Exact: true}}
	m, err := match.Compile(phrases)
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "The S.E.C. on a Mining-Ban; 整治虛擬貨幣「挖礦」"
	for _, h := range m.Append(nil, text) {
		fmt.Printf("%d: %s\n", h.Phrase, text[h.Start:h.End])
	}
	// Output:
	// 2: S.E.C.
	// 0: Mining-Ban
	// 1: 虛擬貨幣「挖礦
}
