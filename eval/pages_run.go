package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability"
	"github.com/markusmobius/go-trafilatura"

	"edict/crawler/extract"
	"edict/news"
)

// PageOptions change how a list of pages is scored.
type PageOptions struct {
	// Predictions is a file of lines as `edict extract --input` writes them. They are
	// scored in place of what Edict extracts now; a page without a line counts as
	// empty.
	Predictions string
	// NoLibraries leaves out the libraries that Edict is compared with.
	NoLibraries bool
}

// A reading is what one extractor made of a page.
type reading struct {
	title, text, summary string
	published            time.Time
	authors              []string
	err                  string
}

// A prediction is one line of extracted articles.
type prediction struct {
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	Summary   string   `json:"summary"`
	Text      string   `json:"text"`
	Authors   []string `json:"authors"`
	Published string   `json:"published"` // RFC 3339; "": not known
	Error     string   `json:"error"`
}

// The extractors that are scored, in the order in which they are printed.
const (
	edict           = "edict"
	trafilaturaName = "go-trafilatura"
	readable        = "go-readability"
)

// Pages extracts every page of the list at path and compares what comes out with
// what the list says, beside go-trafilatura and go-readability in the same run.
//
// Errors: those of EachPage; news.ErrInvalid when the list holds no reference at
// all; ctx's.
func Pages(ctx context.Context, path string, o PageOptions) (PageReport, error) {
	predicted, err := readPredictions(o.Predictions)
	if err != nil {
		return PageReport{}, err
	}
	names := []string{edict, trafilaturaName, readable}
	if o.NoLibraries {
		names = names[:1]
	}
	report := newPageReport(path, names)
	err = EachPage(path, func(l PageLine, p news.Page, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			var r reading
			switch {
			case name == trafilaturaName:
				r = byTrafilatura(p)
			case name == readable:
				r = byReadability(p)
			case predicted != nil:
				r = predicted[pageKey(l.URL())]
			default:
				r = byEdict(p)
			}
			report.add(name, l, r)
		}
		report.Pages++
		return nil
	})
	if err != nil {
		return PageReport{}, err
	}
	if report.Pages == 0 {
		return PageReport{}, fmt.Errorf("page list %s holds no page: %w", path, news.ErrInvalid)
	}
	report.finish()
	return report, nil
}

func byEdict(p news.Page) reading {
	c, err := extract.Article(p, extract.Options{})
	r := reading{title: c.Title, text: c.Text, summary: c.Summary, published: c.Published, authors: c.Authors}
	if err != nil {
		r.err = err.Error()
	}
	return r
}

func byTrafilatura(p news.Page) (r reading) {
	defer recoverInto(&r)
	text, _ := extract.Decode(p)
	address, _ := url.Parse(p.Address)
	out, err := trafilatura.Extract(strings.NewReader(text), trafilatura.Options{EnableFallback: true, OriginalURL: address, ExcludeComments: true})
	if err != nil || out == nil {
		return reading{err: fmt.Sprint(err)}
	}
	r = reading{title: out.Metadata.Title, text: out.ContentText, summary: out.Metadata.Description, published: out.Metadata.Date}
	for a := range strings.SplitSeq(out.Metadata.Author, ";") {
		if a = strings.TrimSpace(a); a != "" {
			r.authors = append(r.authors, a)
		}
	}
	return r
}

func byReadability(p news.Page) (r reading) {
	defer recoverInto(&r)
	text, _ := extract.Decode(p)
	address, _ := url.Parse(p.Address)
	out, err := readability.FromReader(strings.NewReader(text), address)
	if err != nil {
		return reading{err: err.Error()}
	}
	r = reading{title: out.Title, text: out.TextContent, summary: out.Excerpt}
	if out.PublishedTime != nil {
		r.published = *out.PublishedTime
	}
	if out.Byline != "" {
		r.authors = []string{out.Byline}
	}
	return r
}

// recoverInto turns a library's panic into an error of its reading.
func recoverInto(r *reading) {
	if x := recover(); x != nil {
		*r = reading{err: fmt.Sprint("panic: ", x)}
	}
}

func pageKey(address string) string { return news.NormalizeURL(address) }

func readPredictions(path string) (map[string]reading, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("predictions: %w", err)
	}
	out := map[string]reading{}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var p prediction
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, fmt.Errorf("predictions %s, line %d: %w: %w", path, i+1, err, news.ErrInvalid)
		}
		published, _ := referenceTime(p.Published)
		out[pageKey(p.URL)] = reading{p.Title, p.Text, p.Summary, published, p.Authors, p.Error}
	}
	return out, nil
}
