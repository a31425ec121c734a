package app

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"edict/crawler"
	"edict/crawler/warc"
	"edict/news"
)

func isWARC(file string) bool {
	name := strings.ToLower(filepath.Base(file))
	return strings.HasSuffix(name, ".warc") || strings.HasSuffix(name, ".warc.gz")
}

// takeWARC takes in the pages of a WARC file, Edict's own or another program's. Records
// of other things, such as robots.txt, pictures and errors, are passed over, and so is
// the rest of a file that is torn.
func (g *ingest) takeWARC(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%w: %w", err, notFound(err))
	}
	defer f.Close()
	list, err := g.store.Sources(ctx)
	if err != nil {
		return err
	}
	selectors := map[string]news.Selectors{}
	for _, s := range list {
		selectors[s.Slug] = s.Select
	}
	n := 0
	err = eachRecord(ctx, warc.NewReader(f), func(err error) {
		g.count.Wrong++
		g.o.Wrong(n+1, fmt.Errorf("the rest of the file is passed over: %w", err))
	}, func(r warc.Record) error {
		n++
		g.read = r.Offset
		if r.Kind != "response" {
			return nil
		}
		c, err := r.Capture()
		if err == nil && !mayBeStory(c.Page) {
			g.count.Passed++
			return nil
		}
		if err == nil {
			err = g.takePage(c, selectors)
		}
		switch {
		case errors.Is(err, news.ErrEmpty), errors.Is(err, news.ErrRefused):
			g.count.Passed++
		case err != nil:
			g.count.Wrong++
			g.o.Wrong(n, err)
		}
		if len(g.articles) < ingestBatch {
			return nil
		}
		return g.flush(ctx)
	})
	err = errors.Join(err, g.flush(ctx))
	if err == nil && g.count.Wrong > 0 {
		err = fmt.Errorf("%s: %d records could not be taken in: %w", file, g.count.Wrong, ErrSome)
	}
	return err
}

func (g *ingest) takePage(c warc.Capture, selectors map[string]news.Selectors) error {
	if c.Source == "" {
		c.Source = g.o.Source
	}
	content, err := crawler.Derive(c, selectors[c.Source])
	if err != nil {
		return err
	}
	a := news.NewArticle(content, !g.o.Alert)
	if err := a.Validate(); err != nil {
		return err
	}
	g.articles = append(g.articles, a)
	return nil
}

// mayBeStory reports whether a page was served whole and is one of text.
func mayBeStory(p news.Page) bool {
	kind, _, err := mime.ParseMediaType(p.ContentType)
	return p.Status == http.StatusOK && (err != nil && p.ContentType == "" || kind == "text/html" || kind == "application/xhtml+xml")
}
