package extract

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"edict/news"
)

// Options change how a page is read. The zero value is right for most sources.
type Options struct {
	Select   news.Selectors // a source's own: Text and Remove are used
	Deadline time.Duration  // 0: DefaultDeadline
}

// DefaultDeadline is how long one page may take. The slowest real page of 320 KB
// takes under 0.2 s on one core; the rest is for a machine that is busy.
const DefaultDeadline = 10 * time.Second

// Limits on a page. Real news pages are under 4 MB and 15,000 nodes.
const (
	maxPage  = 16 << 20
	maxNodes = 120_000
)

var errDeadline = errors.New("it took too long")

// Article makes an article out of p. It sets all of Content but Source, Partial
// and Version.
//
// Errors: news.ErrEmpty when the page holds no article text, news.ErrRefused when
// it is a wall (consent, subscription, bot check, legal text) in place of an
// article, news.ErrInvalid when it is not a text page, is over the limits, or took
// longer than the deadline. It never panics.
func Article(p news.Page, o Options) (news.Content, error) {
	e, err := Explain(p, o)
	return e.Article, err
}

// Explain makes the same article as Article, with the same errors, and tells how.
// What was found before an error is in the explanation.
func Explain(p news.Page, o Options) (Explanation, error) {
	if o.Deadline <= 0 {
		o.Deadline = DefaultDeadline
	}
	type answer struct {
		e   Explanation
		err error
	}
	done := make(chan answer, 1)
	r := &reading{page: p, options: o, stop: make(chan struct{})}
	go func() {
		var a answer
		defer func() {
			if x := recover(); x != nil {
				a.err = fmt.Errorf("extract %s: reading panicked: %v: %w", p.Address, x, news.ErrInvalid)
			}
			done <- a
		}()
		a.e, a.err = r.read()
	}()
	timer := time.NewTimer(o.Deadline)
	defer timer.Stop()
	var a answer
	select {
	case a = <-done:
	case <-timer.C:
		close(r.stop)
		a.err = fmt.Errorf("extract %s: %w after %s: %w", p.Address, errDeadline, o.Deadline, news.ErrInvalid)
	}
	if a.err != nil {
		a.e.Error = a.err.Error()
	}
	return a.e, a.err
}

// A reading is one page being read.
type reading struct {
	page    news.Page
	options Options
	stop    chan struct{} // closed when nobody waits any more
}

func (r *reading) stopped() bool {
	select {
	case <-r.stop:
		return true
	default:
		return false
	}
}

func (r *reading) read() (Explanation, error) {
	e := Explanation{Fields: map[string]string{}}
	fail := func(err error, why string) (Explanation, error) {
		return e, fmt.Errorf("extract %s: %s: %w", r.page.Address, why, err)
	}
	if why := notText(r.page); why != "" {
		return fail(news.ErrInvalid, why)
	}
	base, err := url.Parse(r.page.Address)
	if err != nil {
		base = &url.URL{}
	}
	text, charset := Decode(r.page)
	e.Charset = charset
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return fail(news.ErrInvalid, "not HTML that can be parsed: "+err.Error())
	}
	if n := countNodes(root, maxNodes); n >= maxNodes {
		return fail(news.ErrInvalid, fmt.Sprintf("more than %d nodes", maxNodes))
	}
	s := newSurvey(root, base)
	if r.stopped() {
		return fail(news.ErrInvalid, errDeadline.Error())
	}
	ld := readLinkedData(s.ld)
	r.describe(&e, s, ld)
	r.write(&e, s, ld)
	e.Article.Language = languageOf(e.Article.Title+"\n"+e.Article.Text, s.lang)
	if why := wallWhy(s, e.Article.Title, e.Article.Text, r.page.Status); why != "" {
		return fail(news.ErrRefused, why)
	}
	if e.Article.Text == "" {
		return fail(news.ErrEmpty, "no text")
	}
	return e, nil
}

// describe fills in everything but the text and the language.
func (r *reading) describe(e *Explanation, s *survey, ld linkedData) {
	c := &e.Article
	c.URL, c.Fetched = r.page.Address, r.page.Fetched.UTC()
	canonical, original := pickAddresses(s, r.page.Address)
	c.CanonicalURL, c.Original = canonical.value, original.value
	title := pickTitle(s, ld)
	c.Title = title.value
	authors := pickAuthors(s, ld)
	c.Authors = authors.values
	home := time.UTC
	if l := languageOf(c.Title+sampleText(s), s.lang); strings.HasPrefix(l, "zh") {
		home = china
	}
	published, modified := pickDates(s, ld, r.page.Fetched, home, c.Title)
	c.Published, c.Modified = published.time, modified.time
	summary := pickSummary(s, ld)
	c.Summary = summary.value
	e.Section, e.Keywords, e.Image, e.Caption = ld.section, ld.keywords, ld.image, ld.caption
	if e.Section == "" {
		e.Section, _ = s.meta("article:section", "section")
	}
	if e.Keywords == nil {
		words, _ := s.meta("news_keywords", "keywords")
		e.Keywords = wordValues(words)
	}
	if e.Image == "" {
		e.Image, _ = s.meta("og:image", "twitter:image")
	}
	for field, from := range map[string]string{
		"canonical_url": canonical.from, "original": original.from, "title": title.from, "authors": authors.from,
		"published": published.from, "modified": modified.from, "summary": summary.from,
	} {
		if from != "" {
			e.Fields[field] = from
		}
	}
}

func pickSummary(s *survey, ld linkedData) found {
	v, from := s.meta("og:description", "description", "twitter:description", "sailthru.description", "dc.description")
	if v == "" {
		v, from = ld.description, "json-ld description"
	}
	if v = squeeze(unescape(v)); v == "" {
		return found{}
	}
	v, _ = Truncate(v, news.MaxSummary)
	return found{v, from}
}

// sampleText is enough of the page's words to tell its language.
func sampleText(s *survey) string {
	var b strings.Builder
	for i := range s.blocks {
		if b.Len() > 8<<10 {
			break
		}
		if size(s.blocks[i].text) > 60 {
			b.WriteByte('\n')
			b.WriteString(s.blocks[i].text)
		}
	}
	return b.String()
}

// notText says why the page is not one to read, or "".
func notText(p news.Page) string {
	if len(p.Body) > maxPage {
		return fmt.Sprintf("%d bytes are over the limit of %d", len(p.Body), maxPage)
	}
	kind, _, _ := strings.Cut(strings.ToLower(p.ContentType), ";")
	switch kind = strings.TrimSpace(kind); {
	case kind == "", strings.HasPrefix(kind, "text/"), strings.Contains(kind, "html"), strings.Contains(kind, "xml"), kind == "application/octet-stream":
	default:
		return "content type " + kind
	}
	head := p.Body[:min(len(p.Body), 4<<10)]
	for _, magic := range []string{"%PDF-", "\x1f\x8b", "PK\x03\x04", "\x89PNG", "GIF8", "\xff\xd8\xff", "RIFF", "\x00\x00\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return "binary data"
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return ""
	}
	bad := 0
	for _, c := range head {
		if c == 0 || c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			bad++
		}
	}
	if bad*20 > len(head) {
		return "binary data"
	}
	return ""
}

func countNodes(n *html.Node, limit int) int {
	count := 0
	for range n.Descendants() {
		if count++; count >= limit {
			break
		}
	}
	return count
}
