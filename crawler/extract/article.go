package extract

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"

	"edict/news"
)

// Options change how a page is read. The zero value is right for most sources.
type Options struct {
	Select   news.Selectors // a source's own: Text and Remove are used
	Deadline time.Duration  // 0: DefaultDeadline
}

// DefaultDeadline is how long one page may take. The slowest real page of 320 KB
// takes under 0.2 s on one core; the rest is for a machine that is busy.
const DefaultDeadline = 30 * time.Second

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
	if strings.HasPrefix(strings.ToLower(r.page.ContentType), "text/plain") {
		text = "<pre>" + html.EscapeString(strings.ReplaceAll(text, "\r\n", "\n")) + "</pre>"
	}
	root, err := parse(text)
	if err != nil {
		return e, fmt.Errorf("extract %s: %w", r.page.Address, err)
	}
	if err := removeSelected(&e, root, r.options.Select.Remove); err != nil {
		return e, fmt.Errorf("extract %s: %w", r.page.Address, err)
	}
	s := newSurvey(root, base)
	if r.stopped() {
		return fail(news.ErrInvalid, errDeadline.Error())
	}
	ld := readLinkedData(s.ld)
	r.describe(&e, s, ld)
	if err := r.write(&e, s, ld); err != nil {
		return e, fmt.Errorf("extract %s: %w", r.page.Address, err)
	}
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
	c.Twins = pickTwins(s, r.page.Address, canonical.value)
	title := pickTitle(s, ld)
	c.Title = title.value
	authors := pickAuthors(s, ld)
	c.Authors = authors.values
	home := homeZone(s, ld, c.Title)
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
	if s.sample != "" {
		return s.sample
	}
	var b strings.Builder
	for i := range s.blocks {
		if b.Len() > 8<<10 {
			break
		}
		if s.blocks[i].size() > 60 {
			b.WriteByte('\n')
			b.WriteString(s.blocks[i].text)
		}
	}
	s.sample = b.String()
	return s.sample
}
