package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"edict/web"
)

// visit reads a page with a header of the browser's and with cookies.
func visit(t *testing.T, server *web.Server, target, accept string, cookies ...string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost"
	r.Header.Set("Accept-Language", accept)
	for i := 0; i < len(cookies); i += 2 {
		r.AddCookie(&http.Cookie{Name: cookies[i], Value: cookies[i+1]})
	}
	w := httptest.NewRecorder()
	server.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	server := site(t, stocked())
	for _, c := range []struct{ accept, cookie, lang, words string }{
		{"", "", "en", "Times are UTC"},
		{"de-DE, fr;q=0.5", "", "en", "Times are UTC"},
		{"zh-CN, zh;q=0.9, en;q=0.8", "", "zh-Hans", "时间为 UTC"},
		{"zh", "", "zh-Hans", "时间为 UTC"},
		{"zh-SG", "", "zh-Hans", "时间为 UTC"},
		{"zh-TW, en;q=0.5", "", "zh-Hant", "時間為 UTC"},
		{"zh-HK", "", "zh-Hant", "時間為 UTC"},
		{"en-GB, zh;q=0.5", "", "en", "Times are UTC"},
		{"zh-CN", "en", "en", "Times are UTC"},
		{"en", "zh-Hant", "zh-Hant", "時間為 UTC"},
		{"en", "tlh", "en", "Times are UTC"},
		{"; ,,q=zh", "", "en", "Times are UTC"},
	} {
		var cookies []string
		if c.cookie != "" {
			cookies = []string{"edict_language", c.cookie}
		}
		page := visit(t, server, "/stream", c.accept, cookies...)
		lacks(t, c.accept+" "+c.cookie, page, `<html lang="`+c.lang+`">`, c.words, `value="`+c.lang+`" lang="`+c.lang+`" aria-pressed="true"`)
	}
}

// A Chinese page has places, labels, stages and times in Chinese, and each story in its
// own language.
func TestMixedTextSaysItsLanguage(t *testing.T) {
	server := site(t, stocked())
	page := visit(t, server, "/stream", "zh-CN")
	lacks(t, "the stream", page, `lang="en" dir="auto">Sichuan orders the last hydropower mines off the grid</a>`, ">四川 <code>CN-SC</code>", "打击挖矿", "执行中",
		"4 分钟前", `lang="zh-Hans" dir="auto">江西省出台`, "2026年11月25日 14:26 UTC")
	lacks(t, "the map", visible(visit(t, server, "/", "zh-CN")), "据 Harbour Post 2026年11月16日报道，中国 34 个省级行政区中有 33 个出台了支持区块链的政策；Edict 自有证据涉及 5 个。",
		"据 Edict 自有证据，中国 34 个省级行政区中有 3 个打击挖矿，另外 31 个未知。", "哈萨克斯坦")
	lacks(t, "traditional", visible(visit(t, server, "/", "zh-TW")), "中國 34 個省級行政區中有 33 個", "哈薩克")
	record := visit(t, server, "/records/"+samples()[1].ID, "zh-TW")
	lacks(t, "a record", record, `<div class="text" lang="zh-Hans">`, `<html lang="zh-Hant">`, "關於此記錄")
	if strings.Contains(record, `<span lang="zh-Hans">江西`) {
		t.Error("a place is named twice in Chinese")
	}
	if page := visit(t, server, "/records/"+samples()[1].ID, "en"); !strings.Contains(page, `<span lang="zh-Hans">江西</span>`) {
		t.Error("an English page names a place of a Chinese story in English alone")
	}
	events := streamIn(t, server, "/live?since=0", "zh-CN")
	lacks(t, "live updates", events, "打击挖矿", "执行中")
}

func TestTimesAreTheReaders(t *testing.T) {
	server := site(t, stocked())
	page := visit(t, server, "/records/"+samples()[12].ID, "en", "edict_zone", "Asia/Shanghai")
	lacks(t, "a zone", strings.ReplaceAll(page, "&#43;", "+"), ` data-zone="Asia/Shanghai"`, "Times are Asia/Shanghai", "16 Nov 2026, 22:30 UTC+8", `datetime="2026-11-16T14:30:00Z"`)
	lacks(t, "half an hour", visit(t, server, "/records/"+samples()[12].ID, "en", "edict_zone", "America/St_Johns"), "16 Nov 2026, 11:00 UTC−3:30")
	for _, zone := range []string{"Local", "../../etc/passwd", "Mars/Olympus", strings.Repeat("x", 90)} {
		lacks(t, zone, visit(t, server, "/", "en", "edict_zone", zone), "Times are UTC")
	}
}

func TestSettingsAreKept(t *testing.T) {
	server := site(t, stocked())
	send := func(form url.Values, head ...string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/settings", strings.NewReader(form.Encode()))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	res := send(url.Values{"language": {"zh-Hant"}, "back": {"/places/CN?label=mining_crackdown"}})
	if c := res.Cookies(); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/places/CN?label=mining_crackdown" || len(c) != 1 ||
		c[0].Value != "zh-Hant" || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("a language: %d %v %v", res.StatusCode, res.Header, c)
	}
	if c := send(url.Values{"zone": {" Asia/Taipei "}}).Cookies(); len(c) != 1 || c[0].Value != "Asia/Taipei" {
		t.Errorf("a zone: %v", c)
	}
	if c := send(url.Values{"zone": {""}}).Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("no zone any more: %v", c)
	}
	if res := send(url.Values{"zone": {"Mars/Olympus"}}); res.StatusCode != http.StatusBadRequest || len(res.Cookies()) != 0 {
		t.Errorf("no zone of this world: %d %v", res.StatusCode, res.Cookies())
	}
	if c := send(url.Values{"language": {"tlh"}}).Cookies(); len(c) != 0 {
		t.Errorf("a language that there is not: %v", c)
	}
	if res := send(url.Values{"language": {"en"}}, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
		t.Errorf("from another site: %d", res.StatusCode)
	}
	for _, back := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "stream", "/x\r\nSet-Cookie: a=b"} {
		if to := send(url.Values{"language": {"en"}, "back": {back}}).Header.Get("Location"); to != "/" {
			t.Errorf("back to %q leads to %q", back, to)
		}
	}
}
