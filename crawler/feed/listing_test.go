package feed_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"edict/crawler/feed"
	"edict/news"
)

// check fails the test where a document does not hold what the package promises.
func check(t *testing.T, d feed.Document) {
	t.Helper()
	if len(d.Entries) > feed.MaxEntries {
		t.Errorf("%d entries", len(d.Entries))
	}
	seen := map[string]bool{}
	for _, e := range d.Entries {
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Errorf("address %q", e.URL)
		}
		if key := news.NormalizeURL(e.URL); seen[key] {
			t.Errorf("%s stands twice", key)
		} else {
			seen[key] = true
		}
		for _, s := range append([]string{e.Title, e.Summary}, e.Authors...) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\t") {
				t.Errorf("text %q", s)
			}
		}
		if len(e.Title) > news.MaxTitle || len(e.Summary) > news.MaxSummary {
			t.Errorf("title %d bytes, summary %d bytes", len(e.Title), len(e.Summary))
		}
		if !e.Published.IsZero() && (e.Published.Year() < 1990 || e.Published.Location() != time.UTC) {
			t.Errorf("published %s", e.Published)
		}
	}
}

func links(t *testing.T, address, body, selector string) []string {
	t.Helper()
	d, err := feed.Listing(address, []byte(body), selector)
	if err != nil {
		t.Fatal(err)
	}
	check(t, d)
	var out []string
	for _, e := range d.Entries {
		out = append(out, e.URL)
	}
	return out
}

// Fronts of the kinds that newsrooms and authorities have.
func TestStoriesOnAPage(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{
			"articles with headlines", `<header><nav><a href="/markets">Markets and everything about them</a></nav></header>
			<main><article><h2><a href="/x/1">Short</a></h2></article><article><a href="/x/2"><img src=i.png></a><h3><a href="/x/2">A second story</a></h3></article></main>
			<aside><h2><a href="/x/3">A story in the side bar of the page</a></h2></aside><footer><h3><a href="/x/4">A headline in the footer</a></h3></footer>`,
			[]string{"https://site.test/x/1", "https://site.test/x/2"},
		},
		{
			"a card that is one link", `<div class="post-card"><a href="/2024/05/coin-mines-must-close-by-june/"><div><h3>Coin mines must close by June</h3><p>Words.</p></div></a></div>`,
			[]string{"https://site.test/2024/05/coin-mines-must-close-by-june/"},
		},
		{
			"a plain Chinese list", `<ul class="menu"><li><a href="/gywm/">关于我们</a></li><li><a href="/zwgk/">政务公开</a></li></ul>
			<ul class="list"><li><a href="./202405/t20240501_123456.html" title="关于整治虚拟货币“挖矿”活动的通知（全文）">关于整治虚拟货币“挖矿”活动的...</a><span>2024-05-01</span></li>
			<li><a href="../zcfb/content_987654.htm">国务院办公厅关于促进区块链产业发展的指导意见</a></li></ul>`,
			[]string{"https://site.test/news/202405/t20240501_123456.html", "https://site.test/zcfb/content_987654.htm"},
		},
		{
			"a table", `<table><tr><td><a href="/press/release-2024-117-digital-assets-framework">SEC proposes a framework for digital assets</a></td><td>May 1</td></tr></table>`,
			[]string{"https://site.test/press/release-2024-117-digital-assets-framework"},
		},
		{"no stories", `<main><ul><li><a href="/tag/bitcoin">Everything about bitcoin and more of it</a></li><li><a href="/2024/05/report.pdf">The report of the year as a file to print</a></li>
			<li><a href="/author/jo-do">Stories by Jo Do, our man in the capital</a></li><li><a href="https://other.test/2024/05/01/a-story-that-is-elsewhere">A story on another site altogether</a></li>
			<li><a href="#top">Back to the top of this very long page</a></li><li><a href="/private/account">Your account and all of its settings</a></li>
			<li><a href="javascript:void(0)">Click here to see all of the newest stories</a></li><li><a href="/markets">Markets</a></li></ul></main>`, nil},
		{"its own address and the front page", `<main><article><h2><a href="/news/">All news of this site on one page</a></h2><h2><a href="/">To the front page of this site</a></h2></article></main>`, nil},
		{
			"www is the same host", `<main><h2><a href="https://www.site.test/2024/story-of-the-day-and-more">The story of the day</a></h2></main>`,
			[]string{"https://www.site.test/2024/story-of-the-day-and-more"},
		},
		{
			"a base", `<base href="https://site.test/deep/"><main><article><h2><a href="a-story">A story below the base of the page</a></h2></article></main>`,
			[]string{"https://site.test/deep/a-story"},
		},
	} {
		if got := links(t, "https://site.test/news/", c.body, ""); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %v\nwant %v", c.name, got, c.want)
		}
	}
}

func TestWordsOfLinks(t *testing.T) {
	d, err := feed.Listing("https://site.test/news/", []byte(`<title>All the news</title><main>
		<article><a href="/a/12345-x"><img></a><h2><a href="/a/12345-x">A whole headline &amp; more</a></h2><time datetime="2024-05-01T10:00:00+08:00">1 May</time><a href="/a/12345-x">Read more</a></article>
		<ul><li><a href="/t20240501_1.html" title="关于整治虚拟货币挖矿活动的通知（全文）">关于整治虚拟货币挖矿…</a></li></ul>`), "")
	if err != nil || len(d.Entries) != 2 || d.Title != "All the news" {
		t.Fatalf("%+v, %v", d, err)
	}
	if e := d.Entries[0]; e.Title != "A whole headline & more" || !e.Published.Equal(time.Date(2024, 5, 1, 2, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", e)
	}
	if e := d.Entries[1]; e.Title != "关于整治虚拟货币挖矿活动的通知（全文）" {
		t.Errorf("%+v", e)
	}
}

// A selector takes exactly what it says, wherever that leads.
func TestSelector(t *testing.T) {
	body := `<nav class="x"><a href="/in-a-menu">In a menu</a></nav><div class="x"><p><a href="https://other.test/b">B</a></p></div><main><h1><a href="/c">A headline that is long enough to be one</a></h1></main>`
	if got, want := links(t, "https://site.test/", body, ".x"), []string{"https://site.test/in-a-menu", "https://other.test/b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := links(t, "https://site.test/", body, "main h1 > a"), []string{"https://site.test/c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := feed.Listing("https://site.test/", []byte(body), "a[["); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "a[[") {
		t.Errorf("a bad selector: %v", err)
	}
}

func TestNoPage(t *testing.T) {
	for body, want := range map[string]string{
		"":                       "empty",
		`<rss version="2.0"/>`:   "a feed (set it as",
		"<urlset/>":              "a sitemap (set it as",
		`{"a":1}`:                "JSON",
		"PK\x03\x04\x00\x00\x00": "a binary file",
	} {
		if _, err := feed.Listing(base, []byte(body), ""); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
}

func TestLargePage(t *testing.T) {
	d, err := feed.Listing(base, []byte("<main>"+strings.Repeat("<p>x", 200_000)), "")
	if err != nil || !d.Cut {
		t.Errorf("cut %v, %v", d.Cut, err)
	}
}

func FuzzListing(f *testing.F) {
	f.Add([]byte(`<main><article><h2><a href="/x/1" title="T">Short…</a></h2><time datetime="2024-05-01">x</time></article></main>`), "")
	f.Add([]byte(`<base href="//b"><a href="?a=1">x</a>`), "a")
	f.Add([]byte(`<ul><li><a href="./202405/t20240501_1.html">关于整治虚拟货币挖矿活动的通知</a>`), "li")
	f.Fuzz(func(t *testing.T, body []byte, selector string) {
		d, err := feed.Listing(base, body, selector)
		if err != nil && !errors.Is(err, news.ErrInvalid) {
			t.Errorf("an error of another kind: %v", err)
		}
		check(t, d)
	})
}
