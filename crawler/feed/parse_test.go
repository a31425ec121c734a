package feed_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/crawler/feed"
	"edict/news"
)

const base = "https://site.test/rss/feed.xml"

func parse(t *testing.T, body string) feed.Document {
	t.Helper()
	d, err := feed.Parse(base, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// One story in every format comes out the same.
func TestFormats(t *testing.T) {
	want := feed.Entry{
		URL: "https://site.test/a?x=1&y=2", Title: "Mines & ledgers", Summary: "First words. Second words.",
		Published: time.Date(2021, 7, 14, 11, 10, 0, 0, time.UTC), Authors: []string{"Jo Do"},
	}
	for format, body := range map[string]string{
		feed.RSS: `<?xml version="1.0" encoding="gb2312"?><!-- a feed --><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Site</title>
			<item><title>Mines &amp;amp; ledgers</title><link>/a?x=1&amp;y=2</link><description><![CDATA[<p>First <b>words</b>.</p><p>Second words.</p><script>alert(1)</script>]]></description>
			<dc:creator>Jo Do</dc:creator><pubDate>Wed, 14 Jul 2021 13:10:00 +0200</pubDate></item></channel></rss>`,
		"rdf": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Site</title></channel>
			<item rdf:about="https://site.test/a"><title>Mines &amp; ledgers</title><link>https://site.test/a?x=1&amp;y=2</link><description>First words. Second words.</description><dc:creator>Jo Do</dc:creator><dc:date>2021-07-14T11:10:00Z</dc:date></item></rdf:RDF>`,
		feed.Atom: "\ufeff" + `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Site</title>
			<entry><title type="html">Mines &amp;amp; ledgers</title><link rel="self" href="/self"/><link rel="alternate" href="../a?x=1&amp;y=2"/><id>tag:1</id>
			<content type="html">&lt;p&gt;First words.&lt;/p&gt;&lt;p&gt;Second words.&lt;/p&gt;</content><author><name>Jo Do</name></author><published>2021-07-14T11:10:00Z</published></entry></feed>`,
		feed.JSON: `{"version":"https://jsonfeed.org/version/1.1","title":"Site","items":[{"id":17,"url":"/a?x=1&y=2","title":"Mines & ledgers","content_html":"<p>First words.</p> <p>Second words.</p>",
			"authors":[{"name":"Jo Do"}],"date_published":"2021-07-14T13:10:00+02:00"}]}`,
	} {
		d := parse(t, body)
		if format != "rdf" && d.Format != format || d.Title != "Site" && format != "rdf" {
			t.Errorf("%s: format %q, title %q", format, d.Format, d.Title)
		}
		if len(d.Entries) != 1 {
			t.Errorf("%s: %d entries", format, len(d.Entries))
			continue
		}
		got := d.Entries[0]
		if got.URL != want.URL || got.Title != want.Title || got.Summary != want.Summary || !got.Published.Equal(want.Published) || !slices.Equal(got.Authors, want.Authors) {
			t.Errorf("%s:\n got %+v\nwant %+v", format, got, want)
		}
	}
}

func TestSitemaps(t *testing.T) {
	d := parse(t, `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
		<url><loc>https://site.test/old</loc><lastmod>2021-01-01</lastmod></url>
		<url><loc>https://site.test/new</loc><image:image><image:loc>https://site.test/picture.jpg</image:loc><image:title>A picture</image:title></image:image>
		<news:news><news:publication><news:name>Site</news:name></news:publication><news:publication_date>2021-07-14T11:10+00:00</news:publication_date><news:title><![CDATA[New & <b>good</b>]]></news:title></news:news></url></urlset>`)
	if d.Format != feed.Sitemap || len(d.Entries) != 2 || d.Entries[0].URL != "https://site.test/new" || d.Entries[0].Title != "New & good" || d.Entries[0].Published.Minute() != 10 {
		t.Errorf("%+v", d)
	}
	d = parse(t, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/a.xml</loc><lastmod>2021-01-01</lastmod></sitemap><sitemap><loc>/b.xml.gz</loc><lastmod>2021-02-01</lastmod></sitemap></sitemapindex>`)
	if d.Format != feed.Index || !slices.Equal(d.Sitemaps, []string{"https://site.test/b.xml.gz", "https://site.test/a.xml"}) {
		t.Errorf("%+v", d)
	}
	// A plain sitemap lists all pages: what is surely no story is left out.
	d = parse(t, `<urlset><url><loc>/</loc></url><url><loc>/about</loc></url><url><loc>/tag/coins</loc></url><url><loc>/2021/07/story-of-a-mine</loc></url></urlset>`)
	if len(d.Entries) != 1 || d.Entries[0].URL != "https://site.test/2021/07/story-of-a-mine" {
		t.Errorf("%+v", d.Entries)
	}
	// It breaks off.
	d = parse(t, `<urlset><url><loc>/2021/a-story-of-mines</loc></url><url><loc>/2021/b-sto`)
	if len(d.Entries) != 1 {
		t.Errorf("%+v", d.Entries)
	}
}

// Links: what is no web address, or stands twice, is left out.
func TestLinks(t *testing.T) {
	var items strings.Builder
	for _, l := range []string{"javascript:alert(1)", "", "ftp://site.test/a", "https://site.test/a", "https://SITE.test/a#x", "https://site.test/a?utm_source=rss", "//other.test/b", "mailto:a@b", "https://user:secret@site.test/c", "http://[::1", "https://site.test/" + strings.Repeat("x", 3000)} {
		fmt.Fprintf(&items, "<item><title>T</title><link>%s</link></item>", l)
	}
	items.WriteString(`<item><title>T</title><guid isPermaLink="true">https://site.test/guid</guid></item><item><title>T</title><guid>17</guid></item>`)
	var got []string
	for _, e := range parse(t, `<rss version="2.0"><channel>`+items.String()+`</channel></rss>`).Entries {
		got = append(got, e.URL)
	}
	if want := []string{"https://site.test/a", "https://other.test/b", "https://site.test/c", "https://site.test/guid"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What is no feed says what it looks like.
func TestNoFeed(t *testing.T) {
	for body, want := range map[string]string{
		"":                             "it is empty",
		"hello":                        "neither XML nor JSON",
		"\x89PNG\r\n\x1a\n\x00\x00":    "a binary file",
		`{"a":1}`:                      "no JSON Feed",
		`{"a":`:                        "begins like JSON",
		`<?xml version="1.0"?><opml/>`: "the root element <opml>",
		`<!DOCTYPE html><html><head><title>Front page</title><link rel="alternate" type="application/atom+xml" href="/atom">`: `the HTML page "Front page" (it offers the feed https://site.test/atom)`,
		`<div>404</div>`:                         "the root element <div>",
		`<rss version="2.0"><channel><item>`:     "unexpected EOF",
		"<urlset><url":                           "its XML is broken",
		"<rss>" + strings.Repeat("<a>", 300):     "nest too deep",
		`<rss><a b="` + strings.Repeat("c", 1e5): "longer than 64 KiB",
	} {
		_, err := feed.Parse(base, []byte(body))
		if !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want news.ErrInvalid with %q", body, err, want)
		}
	}
	if got := feed.Discover(base, []byte(`<link rel="alternate" type="application/rss+xml" href="x"><link rel=alternate type=application/feed+json href=/j><link rel=stylesheet href=/c>`)); !slices.Equal(got, []string{"https://site.test/rss/x", "https://site.test/j"}) {
		t.Errorf("Discover: %v", got)
	}
}

func TestLimits(t *testing.T) {
	many := strings.Repeat("<item><title>T</title><link>/a%d</link></item>", 1)
	var items, entries strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&items, many, i)
		fmt.Fprintf(&entries, `{"url":"/a%d"},`, i)
	}
	for name, body := range map[string]string{
		"rss":  `<rss version="2.0"><channel>` + items.String() + `</channel></rss>`,
		"json": `{"version":"https://jsonfeed.org/version/1","items":[` + strings.TrimSuffix(entries.String(), ",") + `]}`,
	} {
		if d := parse(t, body); len(d.Entries) != feed.MaxEntries || !d.Cut {
			t.Errorf("%s: %d entries, cut %v", name, len(d.Entries), d.Cut)
		}
	}
	d := parse(t, `<rss version="2.0"><channel><item><link>/a</link><title>`+strings.Repeat("矿场", 2000)+`</title><description>`+strings.Repeat("word ", 10_000)+`</description></item></channel></rss>`)
	if e := d.Entries[0]; len(e.Title) > news.MaxTitle || len(e.Title) < news.MaxTitle-3 || len(e.Summary) > news.MaxSummary || !strings.HasSuffix(e.Summary, "word") {
		t.Errorf("title %d bytes, summary %d bytes", len(e.Title), len(e.Summary))
	}
	// Dates that no story has.
	d = parse(t, `{"version":"https://jsonfeed.org/version/1","items":[{"url":"/a","date_published":"0001-01-01T00:00:00Z"},{"url":"/b","date_published":"soon"}]}`)
	for _, e := range d.Entries {
		if !e.Published.IsZero() {
			t.Errorf("%s: published %s", e.URL, e.Published)
		}
	}
}

// A stray tag that is never closed does not make a feed too deep.
func TestSloppyMarkup(t *testing.T) {
	d := parse(t, `<rss version="2.0"><channel>`+strings.Repeat(`<item><title>T</title><description>a<br>b<br>c</description><link>/x</link></item>`, 300)+`</channel></rss>`)
	if len(d.Entries) != 1 || d.Entries[0].Summary != "a b c" && d.Entries[0].Summary == "" {
		t.Errorf("%+v", d.Entries)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`<rss version="2.0"><channel><item><title>A &lt;b&gt;</title><link>/a</link><pubDate>Wed, 14 Jul 2021 13:10:00 +0200</pubDate></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="/a"/><updated>2021-07-14T11:10:00Z</updated></entry></feed>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"/a","authors":[{}]}]}`,
		`<urlset><url><loc>/2021/a</loc><lastmod>2021-01-01</lastmod></url></urlset>`,
		`<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>`,
		"\ufeff<!DOCTYPE html><title>x</title>", "<?xml", "<!--", "<![CDATA[", "<a:b c='>'>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := feed.Parse(base, body)
		if err != nil && !errors.Is(err, news.ErrInvalid) {
			t.Errorf("an error of another kind: %v", err)
		}
		check(t, d)
	})
}
