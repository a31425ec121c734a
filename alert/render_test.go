package alert_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"edict/alert"
	"edict/news"
)

func message(language string, items ...alert.Item) alert.Message {
	return alert.Message{
		ID: "m", Thread: "s", Subscription: "sub", Name: "Mining in China", Language: language, Page: "https://edict.example.org/feeds/sub.atom",
		Unsubscribe: "https://edict.example.org/links/u", Sent: time.Date(2021, 6, 18, 14, 5, 32, 0, time.UTC), Items: items,
	}
}

func sichuan() alert.Item {
	return alert.Item{
		Story: "s", Causes: []news.Cause{news.NewStory}, Headline: "四川清退虚拟货币挖矿", Language: "zh-Hans",
		Source: alert.Publisher{Slug: "daily", Name: "Daily", Official: true}, Others: 11, URL: "https://daily.example/a?x=1&y=2", Page: "https://edict.example.org/records/r",
		Facts:     []alert.Fact{{Fact: news.Fact{Label: news.Crackdown, Jurisdiction: "CN-SC", Stage: news.Enforced}, LabelName: "Mining crackdown", Place: "Sichuan", StageName: "enforced"}},
		Evidence:  []alert.Quote{{Text: "四川省发改委要求电力企业关停挖矿项目。", Rule: "mining_crackdown/zh-power", Says: "an authority acts on the power of miners"}},
		Published: time.Date(2021, 6, 18, 14, 0, 0, 0, time.UTC), Fetched: time.Date(2021, 6, 18, 14, 5, 30, 0, time.UTC), Tagged: time.Date(2021, 6, 18, 14, 5, 31, 0, time.UTC),
		MuteStory: "https://edict.example.org/links/m", Wrong: "https://edict.example.org/links/w", Phrase: "挖矿", MutePhrase: "https://edict.example.org/links/p",
	}
}

// A message says what a reader needs to judge it, in each form, and in his language.
func TestMessageSays(t *testing.T) {
	m := message("en", sichuan())
	for form, text := range map[string]string{"text": m.Text(), "html": html.UnescapeString(m.HTML()), "short": m.Short(4096, alert.Plain)} {
		for _, part := range []string{
			"四川清退虚拟货币挖矿", "New", "Mining crackdown · Sichuan · enforced", "“四川省发改委要求电力企业关停挖矿项目。”", "an authority acts on the power of miners",
			"Source: Daily (official) and 11 more", "5 min 32 s after it was published, 2.0 s after it was fetched",
			"https://daily.example/a?x=1&y=2", "https://edict.example.org/records/r", "https://edict.example.org/links/m", "This is wrong", "Mute “挖矿”",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q:\n%s", form, part, text)
			}
		}
		if form != "short" && (!strings.Contains(text, "Published 2021-06-18 14:00:00 UTC, fetched 2021-06-18 14:05:30 UTC, tagged 2021-06-18 14:05:31 UTC, sent 2021-06-18 14:05:32 UTC") ||
			!strings.Contains(text, "https://edict.example.org/links/u")) {
			t.Errorf("%s lacks a time or the way out:\n%s", form, text)
		}
	}
	if got := m.Title(200); got != "Mining crackdown · Sichuan · 四川清退虚拟货币挖矿" {
		t.Errorf("the title is %q", got)
	}
	m.Update = true
	if got := m.Title(200); !strings.HasPrefix(got, "Update: ") {
		t.Errorf("the title of an update is %q", got)
	}
	for language, part := range map[string]string{"zh-Hans": "来源：Daily（官方） 及另外 11 个来源", "zh-Hant": "來源：Daily（官方） 及另外 11 個來源"} {
		if text := message(language, sichuan()).Text(); !strings.Contains(strings.NewReplacer(" (", "（", ")", "）").Replace(text), part) {
			t.Errorf("%s lacks %q:\n%s", language, part, text)
		}
	}
	second := sichuan()
	second.Headline = "Another"
	digest := message("en", sichuan(), second)
	digest.Thread, digest.More = "", 3
	if got := digest.Title(200); got != "Mining in China: 5 alerts" {
		t.Errorf("the title of a digest is %q", got)
	}
	if text := digest.Text(); !strings.Contains(text, "Another") || !strings.Contains(text, "and 3 more") {
		t.Errorf("the digest:\n%s", text)
	}
}

// What is cut ends at a word or a character, and says so.
func TestCut(t *testing.T) {
	item := sichuan()
	item.Headline = strings.Repeat("word ", 100)
	m := message("en", item)
	if got := m.Title(60); len(got) > 60 || !strings.HasSuffix(got, "word…") {
		t.Errorf("%q", got)
	}
	item.Headline = strings.Repeat("挖", 100)
	if got := message("en", item).Title(100); len(got) > 100 || !strings.HasSuffix(got, "挖…") || !utf8.ValidString(got) {
		t.Errorf("%q", got)
	}
}

// A chat service finds no markup of a page's, and nobody is called.
func TestMarkupIsHarmless(t *testing.T) {
	item := sichuan()
	item.Headline = "[click](https://evil.example) @everyone <!channel> <@U1> `x` **b** __u__ ~~s~~ > q # h | t https://evil.example & </b>"
	m := message("en", item)
	discord, slack := m.Short(2000, alert.Markdown), m.Short(4000, alert.Slack)
	for _, bad := range []string{"[click](", "@everyone", " <!", " <@", " `x", "**b", "__u", "~~s", "://evil"} {
		if strings.Contains(discord, bad) {
			t.Errorf("Discord would read %q in %q", bad, discord)
		}
	}
	for _, bad := range []string{"<!", "<@", "`x", "**b", "://evil", " & "} {
		if strings.Contains(slack, bad) {
			t.Errorf("Slack would read %q in %q", bad, slack)
		}
	}
	if !strings.Contains(slack, "x=1&amp;y=2") || !strings.Contains(discord, "x=1&y=2") {
		t.Errorf("links:\n%s\n%s", slack, discord)
	}
}

func TestSafeLink(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/b?c=d#e": "https://a.example/b?c=d#e", " http://[::1]:8080/x ": "http://[::1]:8080/x", "https://a.example/b c>d": "https://a.example/b%20c%3Ed",
		"javascript:alert(1)": "", "data:text/html,x": "", "https://": "", "https://u:p@a.example/": "", "//a.example": "", "ftp://a.example/": "", "https://a.example/\x00": "",
		"https://a.example<b>/": "", "https://a.example/" + strings.Repeat("x", 3000): "", "mailto:a@b.example": "",
	} {
		if got := alert.SafeLink(address); got != want {
			t.Errorf("%q is linked as %q, want %q", address, got, want)
		}
	}
}

func TestRedact(t *testing.T) {
	for _, c := range [][3]string{
		{"https://hooks.example/services/T0000/B0000/abcdefgh", `Post "https://hooks.example/services/T0000/B0000/abcdefgh": EOF`, `Post "…": EOF`},
		{"https://h.example/x?token=s3cr3t", "no s3cr3t", "no …"},
		{"https://user:hunter22@h.example/", "hunter22 user", "… user"},
		{"discord://toktoktok@123456", "at 123456 with toktoktok", "at … with …"},
		{"ada@example.org", "550 ada@example.org unknown", "550 … unknown"},
		{"https://h.example/api/v1", "405 api v1", "405 api v1"},
		{"://", "x", "x"},
	} {
		if got := alert.Redact(c[0], c[1]); got != c[2] {
			t.Errorf("Redact(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	allowed = regexp.MustCompile(`^<(!DOCTYPE html|/?(html|head|title|body|p|strong|h2|ul|li|blockquote|small|a|br|hr|meta)( [^<>]*)?)>$`)
)

// FuzzRender: whatever a page says, no form is over its limit, none is broken, and none
// holds markup of the page's.
func FuzzRender(f *testing.F) {
	f.Add("<script>alert(1)</script>", "\u202eevil\u202c \x1b[31m", "https://a.example/\"><img src=x>", "a`b\\c*_~|[x](y)", 300, uint8(0))
	f.Add(strings.Repeat("挖", 5000), "\xff\xfe", "javascript:alert(1)", strings.Repeat("*", 3000), 2000, uint8(1))
	f.Add("{{.}} & &lt;b&gt; </blockquote>", "\r\nBcc: eve@example.org", "https://[::1", "", 40, uint8(2))
	f.Fuzz(func(t *testing.T, headline, quote, address, name string, limit int, language uint8) {
		limit = min(max(limit, 0), 5000)
		item := sichuan()
		item.Headline, item.URL, item.Source.Name, item.Phrase, item.MuteSource = headline, address, name, quote, address
		item.Evidence = []alert.Quote{{Text: quote, Says: name}, {Text: headline}}
		item.Facts[0].Place = quote
		m := message([]string{"en", "zh-Hans", "zh-Hant"}[language%3], item, item)
		m.Name = name
		if limit%2 == 0 {
			m.Items = m.Items[:1]
		}
		for form, text := range map[string]string{
			"title": m.Title(limit), "plain": m.Short(limit, alert.Plain), "markdown": m.Short(limit, alert.Markdown), "slack": m.Short(limit, alert.Slack), "text": m.Text(), "html": m.HTML(),
		} {
			if form != "text" && form != "html" && len(text) > limit {
				t.Errorf("%s has %d bytes of %d", form, len(text), limit)
			}
			if !utf8.ValidString(text) {
				t.Errorf("%s is no UTF-8: %q", form, text)
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
				t.Errorf("%s has a control at %d: %q", form, i, text)
			}
			if form == "title" && strings.Contains(text, "\n") {
				t.Errorf("the title has lines: %q", text)
			}
			for _, tag := range tags.FindAllString(text, -1) {
				if form == "html" && !allowed.MatchString(tag) {
					t.Errorf("the page's markup %q is in it", tag)
				}
			}
			if form == "slack" && strings.Contains(text, "<") {
				t.Errorf("Slack would read markup: %q", text)
			}
			for _, scheme := range []string{`href="javascript:`, `href="data:`, `href="#ZgotmplZ`} {
				if form == "html" && strings.Contains(text, scheme) {
					t.Errorf("a link of %s", scheme)
				}
			}
		}
	})
}
