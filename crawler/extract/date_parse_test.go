package extract

import (
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	fetched := time.Date(2025, 12, 1, 8, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		in    string
		home  *time.Location
		want  string
		clock bool
	}{
		{"2021-07-14T11:10:00.000Z", time.UTC, "2021-07-14T11:10:00Z", true},
		{"2024-04-26T15:24:04.336+02:00", time.UTC, "2024-04-26T13:24:04Z", true},
		{"2024-04-26T15:24:04+0200", time.UTC, "2024-04-26T13:24:04Z", true},
		{"2024-04-26 15:24", china, "2024-04-26T07:24:00Z", true},
		{"2024-04-26", china, "2024-04-25T16:00:00Z", false},
		{"2024/4/6 15:24", china, "2024-04-06T07:24:00Z", true},
		{"20240426T152400Z", time.UTC, "2024-04-26T15:24:00Z", true},
		{"1714145044", time.UTC, "2024-04-26T15:24:04Z", true},
		{"1714145044000", time.UTC, "2024-04-26T15:24:04Z", true},
		{"2021年7月14日 11:10", china, "2021-07-14T03:10:00Z", true},
		{"发布时间：2021年07月14日11时10分", china, "2021-07-14T03:10:00Z", true},
		{"2021年7月14日（星期三）下午3:05", china, "2021-07-14T07:05:00Z", true},
		{"2021年7月14日", china, "2021-07-13T16:00:00Z", false},
		{"7月14日 11:10", china, "2025-07-14T03:10:00Z", true},
		{"12月30日 11:10", china, "2024-12-30T03:10:00Z", true},
		{"3小时前", china, "2025-12-01T05:30:00Z", true},
		{"25分钟前", china, "2025-12-01T08:05:00Z", true},
		{"3 小時前", china, "2025-12-01T05:30:00Z", true},
		{"半小时前", china, "2025-12-01T08:00:00Z", true},
		{"昨天 20:15", china, "2025-11-30T12:15:00Z", true},
		{"今天 09:00", china, "2025-12-01T01:00:00Z", true},
		{"刚刚", china, "2025-12-01T08:30:00Z", true},
		{"2 hours ago", time.UTC, "2025-12-01T06:30:00Z", true},
		{"an hour ago", time.UTC, "2025-12-01T07:30:00Z", true},
		{"July 14, 2021 at 7:10 a.m. EDT", time.UTC, "2021-07-14T11:10:00Z", true},
		{"Jul 14, 2021, 7:10 AM ET", time.UTC, "2021-07-14T11:10:00Z", true},
		{"Dec. 14, 2021 7:10 PM ET", time.UTC, "2021-12-15T00:10:00Z", true},
		{"14 July 2021 11:10 UTC", time.UTC, "2021-07-14T11:10:00Z", true},
		{"Published: 14th July 2021", time.UTC, "2021-07-14T00:00:00Z", false},
		{"Wed, 14 Jul 2021 11:10:00 +0000", time.UTC, "2021-07-14T11:10:00Z", true},
		{"14.07.2021, 11:10 Uhr", time.UTC, "2021-07-14T11:10:00Z", true},
		{"14. Juli 2021 | 11:10 Uhr", time.UTC, "2021-07-14T11:10:00Z", true},
		{"14 de julio de 2021", time.UTC, "2021-07-14T00:00:00Z", false},
		{"not a date", time.UTC, "", false},
		{"2021-13-45", time.UTC, "", false},
		{"1850-01-01", time.UTC, "", false},
		{"2031-01-01T00:00:00Z", time.UTC, "", false}, // after it was fetched
		{"", time.UTC, "", false},
	} {
		m, ok := parseMoment(c.in, fetched, c.home)
		got := ""
		if ok {
			got = m.time.Truncate(time.Second).Format(time.RFC3339)
		}
		if got != c.want || m.clock != c.clock {
			t.Errorf("parseMoment(%q) = %q clock %t, want %q clock %t", c.in, got, m.clock, c.want, c.clock)
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, s := range []string{"2021-07-14T11:10:00Z", "2021年7月14日 11:10", "3小时前", "July 14, 2021 7:10 a.m. EDT", "14.07.21 11:10", "昨天 20:15"} {
		f.Add(s)
	}
	fetched := time.Date(2025, 12, 1, 8, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := parseMoment(s, fetched, china)
		b, same := parseMoment(s, fetched, china)
		if ok != same || a != b {
			t.Errorf("%q is %v and %v", s, a, b)
		}
		if ok && !sensible(a.time, fetched) {
			t.Errorf("%q is %s", s, a.time)
		}
	})
}

func TestLanguageOf(t *testing.T) {
	for _, c := range []struct{ text, hint, want string }{
		{"The ministry said that it will not close the plants, which are owned by the state.", "", "en"},
		{"The ministry said that it will not close the plants, which are owned by the state, and that all of them have been at work for the whole of the year as it was agreed.", "de", "en"},
		{"Das Ministerium hat die Anlagen nicht geschlossen", "de-DE", "de"},
		{"内蒙古关停三家虚拟货币挖矿企业", "", "zh-Hans"},
		{"金管會擬訂虛擬資產服務法草案", "", "zh-Hant"},
		{"金管會擬訂虛擬資產服務法草案", "zh-CN", "zh-Hant"},
		{"日本の金融庁は暗号資産の規則を発表した", "", "ja"},
		{"금융위원회는 새로운 규칙을 발표했다", "", "ko"},
		{"Министерство энергетики запретило майнинг", "", "ru"},
		{"Міністерство енергетики", "uk", "uk"},
		{"在 Python 中实现延迟调用：with open(path, mode) as handle: handle.write(content) 然后调用 defer(function_name, argument_list) 即可完成", "", "zh-Hans"},
		{"", "", "und"},
		{"12345", "", "und"},
	} {
		if got := languageOf(c.text, c.hint); got != c.want {
			t.Errorf("languageOf(%q, %q) = %q, want %q", c.text, c.hint, got, c.want)
		}
	}
}

func TestNoiseWhy(t *testing.T) {
	for _, s := range []string{
		"Read more: Two towns close their mines", "STORY CONTINUES BELOW", "Advertisement", "Advertisement · Scroll on", "Sign up for our newsletter",
		"By signing up you accept our terms", "More For You", "Related: Another story", "Share this article", "© 2025 Example", "责任编辑：高洋",
		"（责编：刘泽、张雪冬）", "原标题：某某通报", "（原题为《某某通报》）", "本文原标题：《某某通报》", "编辑|王一责编|李二校对|张三来源|某某日报、某某发布扫描下方二维码", "相关阅读", "扫一扫 分享到微信", "未经授权不得转载", "📍相關報導📍", "请继续往下阅读...", "3条评论",
		"In this article: energy, mining", "Never miss a story by signing up to our newsletter today!", "Das könnte Sie auch interessieren:", "Schon gelesen?", "A dam at dawn. © AFP / Jo Doe", "関連記事", "무단전재 및 재배포 금지",
	} {
		if noiseWhy(s) == "" {
			t.Errorf("%q is taken for text", s)
		}
	}
	for _, s := range []string{
		"该国官员估计，未经许可的矿机超过80万台，消耗全国用电量的近5%。", "举报非法矿场的人可获奖励。", "更多城市开始关注挖矿的能耗问题。", "The advertisement was withdrawn after complaints.",
		"Read the rules carefully, the regulator told exchanges.", "Subscribers to the service rose by a tenth.", "Related companies must register by June.", "记者从能源局获悉，项目已关停。",
		"Copyrighted works may be tokenised under the bill.", "来源不明的矿机被扣押。", "Sharing power with neighbours is legal.", "关注度不断上升的稳定币迎来监管。",
		"In this article, we explain how the tax on miners works.", "The ministry's newsletter says that licences are sold out.", "Advertisements for tokens must carry a warning.",
	} {
		if why := noiseWhy(s); why != "" {
			t.Errorf("%q is cut: %s", s, why)
		}
	}
}

func TestStateDate(t *testing.T) {
	day := foundTime{time.Date(2025, 10, 14, 0, 0, 0, 0, time.UTC), "visible date"}
	several := `[{"publishedAt":"2025-10-12T07:00:00Z"},{"publishedAt":"2025-10-14T09:35:00Z"},{"publishedAt":"2025-10-15T20:00:00Z"}]`
	for _, c := range []struct {
		name, script string
		day          foundTime
		want         string
	}{
		{"the only one", `{"a":{"publishDate":"2025-10-14T09:35:00Z"}}`, foundTime{}, "2025-10-14T09:35:00Z"},
		{"twice the same", `{"datePublished":"2025-10-14T09:35:00Z","pubDate":"2025-10-14T09:35:10Z"}`, foundTime{}, "2025-10-14T09:35:10Z"},
		{"inside a string", `self.x.push("{\"published_at\":\"2025-10-14T09:35:00Z\"}")`, foundTime{}, "2025-10-14T09:35:00Z"},
		{"several stories", several, foundTime{}, ""},
		{"several, the day known", several, day, "2025-10-14T09:35:00Z"},
		{"no time of day", `{"publishDate":"2025-10-14"}`, foundTime{}, ""},
	} {
		got, ok := stateDate([]string{c.script}, time.Time{}, time.UTC, c.day)
		if ok != (c.want != "") || ok && got.time.Format(time.RFC3339) != c.want {
			t.Errorf("%s: %v %v, want %q", c.name, got, ok, c.want)
		}
	}
}
