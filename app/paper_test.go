package app_test

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A story is one of a test's own news site.
type story struct {
	path, title, summary, language string
	paragraphs                     []string
	out                            time.Time

	tags []string // "label jurisdiction", that must be found
	none bool     // no tag may be found
}

func (s story) text() string { return strings.Join(s.paragraphs, "\n") }

// A paper is a news site on loopback: a feed of the newest stories, a listing of all,
// and a page for each, all with validators.
type paper struct {
	*httptest.Server

	mu          sync.Mutex
	stories     []story        // guarded by mu, newest first
	feedHolds   int            // guarded by mu; 0: the feed holds all
	asked       map[string]int // guarded by mu: requests by path
	conditional map[string]int // of these, with If-None-Match
	unchanged   map[string]int // of these, answered with 304
	pages       chan string    // the path of each story page that was asked for, as far as somebody reads
}

// openPaper opens a site on a loopback host, such as 127.0.0.1.
func openPaper(t testing.TB, host string, stories ...story) *paper {
	t.Helper()
	p := &paper{asked: map[string]int{}, conditional: map[string]int{}, unchanged: map[string]int{}, pages: make(chan string, 1)}
	p.Server = httptest.NewUnstartedServer(p)
	if host != "" {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(host, "0"))
		ok(t, err)
		ok(t, p.Listener.Close())
		p.Listener = l
	}
	p.Start()
	t.Cleanup(p.Close)
	p.bring(stories...)
	return p
}

// bring brings out stories.
func (p *paper) bring(stories ...story) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stories = append(p.stories, stories...)
	slices.SortStableFunc(p.stories, func(a, b story) int { return b.out.Compare(a.out) })
}

// sources is the section of a configuration that watches papers.
func sources(papers ...*paper) string {
	if len(papers) == 0 {
		return "sources: []\n" // not the embedded list
	}
	var b strings.Builder
	b.WriteString("sources:\n")
	for i, p := range papers {
		fmt.Fprintf(&b, "  - {name: Paper %d, feed: %s/feed.xml, listing: %s/news/, every: 1s}\n", i+1, p.URL, p.URL)
	}
	return b.String()
}

// counts returns how often a path was asked for, with If-None-Match, and answered 304.
func (p *paper) counts(path string) (asked, conditional, unchanged int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path], p.conditional[path], p.unchanged[path]
}

// fetched returns how many story pages were asked for, and the most for one of them.
func (p *paper) fetched() (all, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stories {
		all += p.asked[s.path]
		most = max(most, p.asked[s.path])
	}
	return all, most
}

// ServeHTTP answers a crawler.
func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.URL.Path]++
	kind := "text/html; charset=utf-8"
	var body string
	switch r.URL.Path {
	case "/feed.xml":
		kind, body = "application/rss+xml", p.feed()
	case "/news/":
		body = p.listing()
	default:
		i := slices.IndexFunc(p.stories, func(s story) bool { return s.path == r.URL.Path })
		if i < 0 {
			http.NotFound(w, r)
			return
		}
		body = p.page(p.stories[i])
		select {
		case p.pages <- r.URL.Path:
		default:
		}
	}
	tag := fmt.Sprintf("\"%x\"", sha256.Sum256([]byte(body)))
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", kind)
	if match := r.Header.Get("If-None-Match"); match != "" {
		p.conditional[r.URL.Path]++
		if match == tag {
			p.unchanged[r.URL.Path]++
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	fmt.Fprint(w, body)
}

func (p *paper) feed() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Paper</title><link>` + p.URL + `/</link>`)
	for _, s := range p.stories[:min(len(p.stories), cmp.Or(p.feedHolds, len(p.stories)))] {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><description>%s</description><pubDate>%s</pubDate></item>",
			html.EscapeString(s.title), p.URL+s.path, html.EscapeString(s.summary), s.out.Format(time.RFC1123Z))
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (p *paper) listing() string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><head><title>All stories - The Paper</title></head><body><nav><a href="/about">About</a></nav><main>`)
	for _, s := range p.stories {
		fmt.Fprintf(&b, "<article><h2><a href=%q>%s</a></h2><time datetime=%q></time></article>", s.path, html.EscapeString(s.title), s.out.Format(time.RFC3339))
	}
	b.WriteString("</main></body></html>")
	return b.String()
}

func (p *paper) page(s story) string {
	var b strings.Builder
	title := html.EscapeString(s.title)
	fmt.Fprintf(&b, `<!doctype html><html lang=%q><head><meta charset="utf-8"><title>%s - The Paper</title>
<meta property="og:title" content="%s"><meta property="og:type" content="article"><meta name="description" content="%s">
<meta property="article:published_time" content=%q></head>
<body><header><a href="/news/">The Paper</a></header><main><article><h1>%s</h1>`,
		s.language, title, title, html.EscapeString(s.summary), s.out.Format(time.RFC3339), title)
	for _, text := range s.paragraphs {
		fmt.Fprintf(&b, "\n<p>%s</p>", html.EscapeString(text))
	}
	b.WriteString("\n</article></main><aside><h3>More</h3><ul><li><a href=\"/news/\">All our stories</a></li></ul></aside><footer>The Paper, printed for a test</footer></body></html>")
	return b.String()
}
