package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"edict/crawler/extract"
	"edict/eval"
	"edict/news"
)

// An Extraction is an article and how it was found in its page.
type Extraction = extract.Explanation

// Extract reads one page and says which article it holds, and how it was found.
func Extract(ctx context.Context, in Inputs, name string) (Extraction, error) {
	p, err := in.Page(ctx, name)
	if err != nil {
		return Extraction{}, err
	}
	e, err := extract.Explain(p, extract.Options{})
	if err != nil {
		return e, fmt.Errorf("%s: %w", name, err)
	}
	return e, nil
}

// An extractedLine is what ExtractLines writes for each page of a list.
type extractedLine struct {
	Path      string    `json:"path"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	Summary   string    `json:"summary"`
	Text      string    `json:"text"`
	Authors   []string  `json:"authors"`
	Published time.Time `json:"published,omitzero"`
	Modified  time.Time `json:"modified,omitzero"`
	Language  string    `json:"language"`
	Quality   float64   `json:"quality"`
	Error     string    `json:"error,omitempty"`
}

// ExtractLines reads a list of saved pages (see eval.EachPage) and writes a line for
// each, in their order. A page without an article becomes a line with an error, and
// ErrSome at the end.
func ExtractLines(ctx context.Context, list string, out io.Writer) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	failed := 0
	err := eval.EachPage(list, func(l eval.PageLine, p news.Page, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := extractedLine{Path: l.Path, URL: l.URL(), Authors: []string{}}
		var c news.Content
		if err == nil {
			c, err = extract.Article(p, extract.Options{})
		}
		if err != nil {
			failed++
			line.Error = err.Error()
			return enc.Encode(line)
		}
		line.Title, line.Summary, line.Text, line.Language, line.Quality = c.Title, c.Summary, c.Text, c.Language, c.Quality
		line.Published, line.Modified = c.Published, c.Modified
		line.Authors = append(line.Authors, c.Authors...)
		return enc.Encode(line)
	})
	if err := errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d pages gave no article: %w", failed, ErrSome)
	}
	return nil
}
