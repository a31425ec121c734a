package extract_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"edict/crawler/extract"
	"edict/news"
)

var fetched = time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)

const body = `<p>The energy ministry disconnected forty mining sites that had no licence, two weeks before winter.</p>
<p>The sites drew about ninety megawatts between them, the ministry said in a statement on Tuesday evening.</p>
<p>Licensed miners, who pay a surcharge on each kilowatt-hour, are not affected by the order, it added.</p>`

func read(address, html string) (news.Content, error) {
	return extract.Article(news.Page{URL: address, Address: address, Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte(html), Fetched: fetched}, extract.Options{})
}

func TestErrors(t *testing.T) {
	deep := strings.Repeat("<div>", 600) + "x"
	open := strings.Repeat("<b class=x>", 500) + strings.Repeat("<p>x", 5000)
	wide := strings.Repeat("<p>x</p>", 130_000)
	for _, c := range []struct {
		name, kind, html string
		want             error
	}{
		{"empty", "text/html", "", news.ErrEmpty},
		{"no text", "text/html", "<html><body><div></div></body></html>", news.ErrEmpty},
		{"navigation only", "text/html", `<nav><a href="/a">Home</a><a href="/b">News</a></nav>`, news.ErrEmpty},
		{"image", "image/png", "\x89PNG\r\n\x1a\n", news.ErrInvalid},
		{"PDF under a wrong type", "text/html", "%PDF-1.7 ...", news.ErrInvalid},
		{"binary", "text/html", strings.Repeat("\x01\x02\x00\x03", 500), news.ErrInvalid},
		{"too deep", "text/html", deep, news.ErrInvalid},
		{"formatting left open", "text/html", open, news.ErrInvalid},
		{"too many nodes", "text/html", wide, news.ErrInvalid},
		{"bot check", "text/html", "<title>Just a moment...</title><body><h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p></body>", news.ErrRefused},
		{"Chinese bot check", "text/html", "<title>安全验证</title><body><p>当前环境异常，请完成验证后继续访问。</p></body>", news.ErrRefused},
		{"subscription", "text/html", "<title>Story</title><article><h1>Story</h1><p>This article is for subscribers only. Subscribe to continue reading.</p></article>", news.ErrRefused},
		{"consent", "text/html", "<title>Site</title><div><h2>We value your privacy</h2><p>We and our 842 partners keep cookies on your device and process what you do here.</p><p>Manage your cookie preferences at any time, or object where we claim a legitimate interest.</p></div>", news.ErrRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := extract.Article(news.Page{Address: "https://a.example/x", ContentType: c.kind, Body: []byte(c.html), Fetched: fetched}, extract.Options{})
			if !errors.Is(err, c.want) {
				t.Errorf("error is %v, want %v", err, c.want)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	_, err := extract.Article(news.Page{Address: "https://a.example/x", Body: []byte("<article>" + strings.Repeat(body, 2000) + "</article>"), Fetched: fetched}, extract.Options{Deadline: time.Nanosecond})
	if !errors.Is(err, news.ErrInvalid) {
		t.Errorf("error is %v, want %v", err, news.ErrInvalid)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ served, canonical, wantCanonical, wantOriginal string }{
		{"https://www.site.example.com/a?x=1", "https://www.site.example.com/a", "https://www.site.example.com/a", ""},
		{"https://amp.site.co.uk/a", "https://www.site.co.uk/a", "https://www.site.co.uk/a", ""},
		{"https://www.site.co.uk/a", "https://other.co.uk/a", "https://www.site.co.uk/a", "https://other.co.uk/a"},
		{"https://www.site.com/a", "/b", "https://www.site.com/b", ""},
		{"https://www.site.com/a", "https://www.site.com/", "https://www.site.com/a", ""},
		{"http://127.0.0.1:8101/a", "https://www.site.com/a", "http://127.0.0.1:8101/a", "https://www.site.com/a"},
		{"http://127.0.0.1:8101/a?b", "http://127.0.0.1:8101/a", "http://127.0.0.1:8101/a", ""},
		{"http://127.0.0.1/a", "http://127.0.0.2/a", "http://127.0.0.1/a", "http://127.0.0.2/a"},
		{"https://www.site.com/a", "javascript:alert(1)", "https://www.site.com/a", ""},
		{"https://www.site.com/a", "", "https://www.site.com/a", ""},
	} {
		got, err := read(c.served, fmt.Sprintf(`<link rel="canonical" href="%s"><article><h1>Power cut to mines</h1>%s</article>`, c.canonical, body))
		if err != nil {
			t.Fatal(err)
		}
		if got.URL != c.served || got.CanonicalURL != c.wantCanonical || got.Original != c.wantOriginal {
			t.Errorf("served %s, canonical %q: url %q canonical %q original %q", c.served, c.canonical, got.URL, got.CanonicalURL, got.Original)
		}
	}
}

func TestSelectors(t *testing.T) {
	page := news.Page{Address: "https://a.example/x", ContentType: "text/html", Fetched: fetched, Body: []byte(`<h1>Power cut to mines</h1><div class="mine"><p>Only this sentence is the story.</p><p class="x">But not this one.</p><p>Advertisement</p></div><article>` + body + `</article>`)}
	c, err := extract.Article(page, extract.Options{Select: news.Selectors{Text: ".mine", Remove: []string{".x"}}})
	if err != nil || c.Text != "Only this sentence is the story." {
		t.Errorf("text is %q, error %v", c.Text, err)
	}
	if c, err = extract.Article(page, extract.Options{Select: news.Selectors{Text: ".nowhere"}}); err != nil || !strings.Contains(c.Text, "forty mining sites") {
		t.Errorf("where the selector finds nothing, text is %q, error %v", c.Text, err)
	}
	for _, s := range []news.Selectors{{Text: "p["}, {Remove: []string{"p["}}} {
		if _, err = extract.Article(page, extract.Options{Select: s}); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("selector %v: error is %v, want %v", s, err, news.ErrInvalid)
		}
	}
}

func TestRelativeDate(t *testing.T) {
	c, err := read("https://a.example/x", `<html lang="zh"><body><h1>自治区关停三家虚拟货币挖矿企业</h1><div class="time">3小时前</div><article><p>自治区能源局表示，最后三家虚拟货币挖矿企业已经关停，腾出用电负荷二十一万千瓦。</p><p>今年以来，自治区先后清理退出三十五个项目，预计全年节电五十二亿千瓦时。</p></article></body></html>`)
	if want := fetched.Add(-3 * time.Hour); err != nil || !c.Published.Equal(want) || c.Language != "zh-Hans" {
		t.Errorf("published %s, language %s, error %v, want %s", c.Published, c.Language, err, want)
	}
}

// TestSame wants the same article from the same page, whatever else runs.
func TestSame(t *testing.T) {
	pages := goldPages(t)
	for _, g := range pages[:10] {
		first, _ := extract.Explain(g.page(), extract.Options{})
		for range 3 {
			again, _ := extract.Explain(g.page(), extract.Options{})
			if fmt.Sprint(first) != fmt.Sprint(again) {
				t.Errorf("%s: two readings differ:\n%v\n%v", g.name, first, again)
			}
		}
	}
}

func FuzzArticle(f *testing.F) {
	for _, g := range goldPages(f) {
		f.Add(g.html, g.ContentType)
	}
	f.Add([]byte("<p>"+body), "text/html")
	f.Add([]byte(`<script type="application/ld+json">{"@type":["NewsArticle"],"author":[[{"name":{"name":1}}]]}</script>`+body), "")
	f.Add([]byte(`<script type="application/ld+json">{"@graph":[{"@type":"Article","author":[{"@id":"#a"},[{"@id":["#a"]}]]},{"@type":"Person","@id":"#a","name":"A B"}]}</script><script>{"publishedAt":"2025-10-14 09:35","x":"`+strings.Repeat("y", 500)+`"}</script>`+body), "text/html")
	f.Fuzz(func(t *testing.T, html []byte, contentType string) {
		p := news.Page{URL: "https://a.example/x", Address: "https://a.example/x", Status: 200, ContentType: contentType, Body: html, Fetched: fetched}
		c, err := extract.Article(p, extract.Options{})
		if err != nil {
			if !errors.Is(err, news.ErrEmpty) && !errors.Is(err, news.ErrRefused) && !errors.Is(err, news.ErrInvalid) {
				t.Errorf("error without a name: %v", err)
			}
			if strings.Contains(err.Error(), "panicked") {
				t.Errorf("%v", err)
			}
			return
		}
		c.Source = "fuzz"
		if err := news.NewArticle(c, false).Validate(); err != nil {
			t.Errorf("not a valid article: %v", err)
		}
		for _, s := range []string{c.Title, c.Summary, c.Text, strings.Join(c.Authors, "")} {
			if extract.Clean(s) != s || !utf8.ValidString(s) {
				t.Errorf("not clean: %q", s)
			}
		}
	})
}

func TestPlainText(t *testing.T) {
	const text = "The agency today charged three operators of mining farms with theft of power.\r\n\r\nThey face up to five years in prison & a fine of <b> thirty thousand."
	c, err := extract.Article(news.Page{Address: "https://a.example/x.txt", ContentType: "text/plain", Body: []byte(text), Fetched: fetched}, extract.Options{})
	if want := strings.ReplaceAll(text, "\r\n\r\n", "\n"); err != nil || c.Text != want {
		t.Errorf("text is %q, error %v, want %q", c.Text, err, want)
	}
}

func TestOnlyHeading(t *testing.T) {
	for _, c := range []struct{ title, h1, want string }{
		{"快讯_链讯", "四川要求26家矿场今晚全部关停", "四川要求26家矿场今晚全部关停"},
		{"Power cut to forty mines | Plains Herald", "Plains Herald", "Power cut to forty mines"},
		{"Power cut to forty mines | Plains Herald", "Power cut to forty mines", "Power cut to forty mines"},
	} {
		got, err := read("https://plainsherald.example/x", "<title>"+c.title+"</title><h1>"+c.h1+"</h1><h2>Power cut to forty mines</h2><article>"+body+"</article>")
		if err != nil || got.Title != c.want {
			t.Errorf("title %q and heading %q give %q, error %v, want %q", c.title, c.h1, got.Title, err, c.want)
		}
	}
}

// The addresses at which the same site has the story for telephones are its twins.
func TestTwins(t *testing.T) {
	got, err := read("https://www.site.example/story", `<link rel="canonical" href="/story"><link rel="amphtml" href="/amp/story#top">
		<link rel="alternate" media="only screen and (max-width: 640px)" href="https://m.site.example/story">
		<link rel="alternate" media="handheld" href="https://m.site.example/story"><link rel="alternate" hreflang="de" href="/de/story">
		<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="amphtml" href="https://cache.example/c/site.example/story">
		<link rel="amphtml" href="/"><link rel="amphtml" href="/story"><link rel="amphtml" href="javascript:1"><article><h1>Power cut to mines</h1>`+body+`</article>`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"https://www.site.example/amp/story", "https://m.site.example/story"}; !slices.Equal(got.Twins, want) {
		t.Errorf("twins %q, want %q", got.Twins, want)
	}
}
