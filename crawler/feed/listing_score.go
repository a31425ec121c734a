package feed

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// enough is the score from which a link is taken for a story's. A headline inside
// an article element has 6 and more, an entry of a plain list with a dated address
// 5, an item of a menu that is not marked as one 1 or 2.
const enough = 4

// Where stories are not: menus, side bars, footers, forms.
const outside = "nav, aside, footer, form, dialog, template, noscript, [role=navigation], [role=complementary], [role=contentinfo], [aria-hidden=true], [hidden]"

// sections are first path segments that no story has, and never those of one.
var sections = []string{
	"about", "about-us", "account", "advertise", "advertising", "author", "authors", "career", "careers", "category", "contact", "contact-us",
	"cookie", "cookies", "faq", "feed", "feeds", "help", "impressum", "jobs", "legal", "login", "logout", "my", "newsletter", "newsletters", "page",
	"people", "privacy", "privacy-policy", "private", "profile", "register", "rss", "search", "settings", "share", "shop", "signin", "sign-in",
	"signup", "sign-up", "sitemap", "staff", "subscribe", "subscription", "tag", "tags", "team", "terms", "terms-of-use", "topic", "topics",
	"user", "users", "wp-admin", "wp-content", "wp-login.php",
}

// groupings are path segments that name a list wherever they stand.
var groupings = []string{"author", "authors", "category", "page", "tag", "tags"}

// files are endings of addresses that are no pages.
var files = []string{
	".apk", ".avi", ".bmp", ".css", ".csv", ".doc", ".docx", ".exe", ".gif", ".gz", ".ico", ".jpeg", ".jpg", ".js", ".json", ".mov", ".mp3", ".mp4",
	".pdf", ".png", ".ppt", ".pptx", ".rar", ".rss", ".svg", ".tar", ".wav", ".webm", ".webp", ".xls", ".xlsx", ".xml", ".zip",
}

var (
	datedPath = regexp.MustCompile(`/(19|20)\d\d[-/_]?(0[1-9]|1[0-2])|/t20\d{6}_|/(19|20)\d\d/`)
	longID    = regexp.MustCompile(`\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}-`)
	storyName = regexp.MustCompile(`(?i)(^|[-_\s])(article|card|entry|headline|news|post|story|teaser|title)`)
)

// takeStories takes the links that look like those of stories.
func (l *linkList) takeStories(page *goquery.Document) {
	page.Find(outside).Remove()
	page.Find("body > header, [role=banner]").Remove()
	page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		address := absolute(l.base, a.AttrOr("href", ""))
		u, err := url.Parse(address)
		if address == "" || err != nil || !sameHost(u, l.page) || l.isPage(address) || !storyPath(u) {
			return
		}
		if text := linkText(a); place(a)+pathScore(u)+textScore(text) >= enough {
			l.take(address, Entry{Title: text, Published: l.timeNear(a)})
		}
	})
}

func sameHost(a, b *url.URL) bool {
	trim := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return trim(a) == trim(b)
}

// storyPath reports whether u may be a story's at all.
func storyPath(u *url.URL) bool {
	p := strings.Trim(strings.ToLower(u.Path), "/")
	if p == "" && u.RawQuery == "" || slices.Contains(files, path.Ext(p)) {
		return false
	}
	parts := strings.Split(p, "/")
	if slices.Contains(sections, parts[0]) {
		return false
	}
	return !slices.ContainsFunc(parts, func(s string) bool { return slices.Contains(groupings, s) })
}

// place scores where a link stands: in a headline, in an article, in a list of the
// main part.
func place(a *goquery.Selection) int {
	score, inItem, inHead, inStory := 0, false, a.Find("h1, h2, h3, h4").Length() > 0, false
	depth := 0
	for n := a.Get(0); n != nil && depth < 12; n, depth = n.Parent, depth+1 {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "h1", "h2", "h3", "h4":
			inHead = true
		case "article":
			inStory = true
		case "li", "td", "dd", "dt":
			inItem = true
		case "main":
			score++
		}
		if depth < 5 && n.Data != "body" && storyName.MatchString(attribute(n, "class")) {
			inStory = true
		}
	}
	if inHead {
		score += 3
	}
	if inStory {
		score += 2
	}
	if inItem {
		score++
	}
	return score
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// pathScore scores what a story's address looks like: dated, numbered, or with the
// headline in it.
func pathScore(u *url.URL) int {
	last := path.Base(strings.TrimSuffix(u.Path, "/"))
	score := 0
	if datedPath.MatchString(u.Path) {
		score += 2
	}
	if strings.Count(last, "-") >= 3 || strings.Count(last, "_") >= 3 || utf8.RuneCountInString(last) >= 30 {
		score += 2
	}
	if longID.MatchString(last) || longID.MatchString(u.RawQuery) {
		score++
	}
	switch path.Ext(last) {
	case ".html", ".htm", ".shtml":
		score++
	}
	return min(score, 3)
}

// textScore scores what a headline looks like: long. One Chinese character counts
// as three Latin ones.
func textScore(text string) int {
	width := 0
	for _, r := range text {
		if width++; unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			width += 2
		}
	}
	switch {
	case width >= 25:
		return 2
	case width >= 15:
		return 1
	}
	return 0
}

// timeNear returns the time that stands with a link, if it stands in a time element
// of the same article or list item. Each of those is looked through once: a page may
// be one article with 30,000 links.
func (l *linkList) timeNear(a *goquery.Selection) time.Time {
	around := a.Closest("article, li, tr, dd")
	if around.Length() == 0 {
		return time.Time{}
	}
	t, known := l.times[around.Get(0)]
	if !known {
		value, _ := around.Find("time[datetime]").First().Attr("datetime")
		t = parseTime(value)
		l.times[around.Get(0)] = t
	}
	return t
}
