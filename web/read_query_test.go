package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

func TestFiltersSelect(t *testing.T) {
	server := site(t, stocked())
	for target, want := range map[string]int{
		"/stream":                                          11,
		"/stream?all=1":                                    13,
		"/stream?label=mining_crackdown":                   8,
		"/stream?label=pro_blockchain_policy":              5,
		"/stream?jurisdiction=CN":                          5,
		"/stream?jurisdiction=cn-jx":                       2,
		"/stream?jurisdiction=CN-HK":                       1, // read as HK
		"/stream?label=mining_crackdown&jurisdiction=US":   2,
		"/stream?source=chainfeed":                         0,
		"/stream?source=chainfeed&all=1":                   2,
		"/stream?q=%E7%9F%BF%E5%9C%BA":                     1, // 矿场
		"/stream?q=moratorium&label=pro_blockchain_policy": 0,
		"/stream?label=&jurisdiction=&q=&source=&all=":     11, // a form that was sent empty
	} {
		page := get(t, server, target, http.StatusOK)
		if n := strings.Count(page, `class="card"`); n != want {
			t.Errorf("%s: %d stories, want %d", target, n, want)
		}
	}
	for _, target := range []string{
		"/stream?q=x&by=oldest", "/stream?q=x&by=relevance&skip=-1", "/stream?q=x&by=relevance&after=2026-11-25T14:30:00Z_ab", "/stream?label=No!", "/stream?jurisdiction=China", "/stream?source=Not%20a%20slug", "/stream?all=yes", "/stream?after=yesterday", "/stream?after=2026-11-25T14:30:00Z_%3Cb%3E",
		"/stream?q=" + strings.Repeat("x", 257), "/live?since=-1", "/live?since=x",
	} {
		get(t, server, target, http.StatusBadRequest)
	}
}

var olderLink = regexp.MustCompile(`<p class="older" id="older"><a href="([^"]+)"`)

func TestOlderPagesGoThroughEverythingOnce(t *testing.T) {
	many := manySamples(12)
	server := site(t, newShelf(many...))
	seen := map[string]int{}
	target, pages := "/stream?all=1", 0
	for target != "" {
		page := get(t, server, target, http.StatusOK)
		for _, r := range many {
			seen[r.ID] += strings.Count(page, `href="/records/`+r.ID+`"`)
		}
		if pages++; pages > len(many) {
			t.Fatal("the pages have no end")
		}
		target = ""
		if m := olderLink.FindStringSubmatch(page); m != nil {
			target = strings.ReplaceAll(m[1], "&amp;", "&")
			if !strings.Contains(target, "all=1") {
				t.Fatalf("the next page forgets the filters: %s", target)
			}
		}
	}
	if want := (len(many) + web.PageSize - 1) / web.PageSize; pages != want {
		t.Errorf("%d pages, want %d", pages, want)
	}
	for _, r := range many {
		if seen[r.ID] != 1 {
			t.Errorf("%s was shown %d times", r.ID, seen[r.ID])
		}
	}
}

func TestJurisdictionsAreGroupedByCountry(t *testing.T) {
	page := get(t, site(t, stocked()), "/stream?label=mining_crackdown&jurisdiction=CN-SC", http.StatusOK)
	form := page[strings.Index(page, "<select"):strings.Index(page, "</select>")]
	china := form[strings.Index(form, `<optgroup label="China">`):]
	china = china[:strings.Index(china, "</optgroup>")]
	for _, want := range []string{">All of China (CN) · 6<", `<option value="CN-SC" selected>Sichuan (CN-SC) · 1<`, ">Jiangxi (CN-JX) · 1<"} {
		if !strings.Contains(china, want) {
			t.Errorf("the choice lacks %q:\n%s", want, china)
		}
	}
	if strings.Contains(china, "Iran") || !strings.Contains(form, ">Iran (IR) · 1<") {
		t.Error("Iran is not beside China")
	}
}

// FuzzQuery holds for any address: what is read is written so that it is read the
// same again.
func FuzzQuery(f *testing.F) {
	f.Add("label=mining_crackdown&jurisdiction=cn-jx&q=%E7%9F%BF&source=a-b&all=1&after=2026-11-25T14:30:00.5Z_ab")
	f.Add("label=&q=+x+&all=0")
	f.Add("q=x&by=relevance&skip=50")
	f.Add("q=&by=relevance")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		first, err := web.Rewrite(v)
		if err != nil {
			return
		}
		u, err := url.Parse(first)
		if err != nil {
			t.Fatalf("%q: %v", first, err)
		}
		second, err := web.Rewrite(u.Query())
		if err != nil || second != first {
			t.Fatalf("%q became %q: %v", first, second, err)
		}
	})
}

func TestWordsForThings(t *testing.T) {
	server := site(t, newShelf())
	for age, want := range map[time.Duration]string{
		0: "just now", 40 * time.Second: "40 s ago", 61 * time.Second: "1 min ago", 119 * time.Minute: "1 h ago", 25 * time.Hour: "1 day ago",
		50 * time.Hour: "2 days ago", 8 * 24 * time.Hour: "17 Nov 2026", -90 * time.Second: "in 1 min",
	} {
		if got := server.Relative(now.Add(-age), now); got != want {
			t.Errorf("%s: %q, want %q", age, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := web.Thousands(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	for want, a := range map[string]news.Amount{
		"CNY 17,500,000": {Value: 17.5e6, Currency: "CNY"}, "up to USD 2.50": {Value: 2.5, Currency: "USD", Cap: true}, "EUR -0.75": {Value: -.75, Currency: "EUR"},
	} {
		if got := server.AmountLine(a); got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
	for raw, want := range map[string]string{
		"https://a.example/x?y=1": "https://a.example/x?y=1", "javascript:alert(1)": "", "data:text/html,x": "", "//a.example/": "", "/x": "",
		"https://user:pass@a.example/": "", "HTTP://A.example": "http://A.example", "https:///x": "", "ftp://a.example/": "",
	} {
		if got := web.OutLink(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
