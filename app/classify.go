package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"edict/classifier"
	"edict/crawler/extract"
	"edict/news"
)

// maxLine is the longest line of a JSON lines file, in bytes: an article of the
// greatest length, escaped.
const maxLine = 8 << 20

// ErrSome is returned when a part of the work failed; each failure was reported
// where it belongs, and the rest was done.
var ErrSome = errors.New("some could not be done")

// Explain reads one input, a page, a JSON story or a plain text, and says what the
// rules make of it and why.
func Explain(ctx context.Context, c *classifier.Classifier, in Inputs, name string) (classifier.Explanation, error) {
	p, err := in.Page(ctx, name)
	if err != nil {
		return classifier.Explanation{}, err
	}
	a, err := readArticle(p, name)
	if err != nil {
		return classifier.Explanation{}, fmt.Errorf("%s: %w", name, err)
	}
	return c.Explain(a), nil
}

func readArticle(p news.Page, name string) (news.Article, error) {
	body := bytes.TrimSpace(p.Body)
	if len(body) > 0 && body[0] == '{' && json.Valid(body) {
		s, err := parseStoryLine(body)
		if err != nil {
			return news.Article{}, err
		}
		return s.article(p.Fetched), nil
	}
	if p.ContentType == "" && !looksLikePage(body) {
		s, err := plainStory(name, body)
		if err != nil {
			return news.Article{}, err
		}
		return s.article(p.Fetched), nil
	}
	content, err := extract.Article(p, extract.Options{})
	if err != nil {
		return news.Article{}, err
	}
	content.Source = "input"
	return news.NewArticle(content, true), nil
}

// A classifiedLine is what ClassifyLines writes for each line that it read.
type classifiedLine struct {
	ID    string      `json:"id"`
	Tags  []news.Tag  `json:"tags"`
	Near  []news.Near `json:"near"`
	Error string      `json:"error,omitempty"`
}

// ClassifyLines reads stories as JSON lines from file ("-": in.Stdin) and writes a
// line for each, in their order. A line that cannot be read becomes a line with an
// error, and ErrSome at the end.
func ClassifyLines(ctx context.Context, c *classifier.Classifier, in Inputs, file string, out io.Writer) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	failed := 0
	err := in.eachLine(file, func(n int, line []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		result := classifiedLine{Tags: []news.Tag{}, Near: []news.Near{}}
		s, err := parseStoryLine(line)
		result.ID = s.ID
		if err != nil {
			failed++
			result.Error = fmt.Sprintf("line %d: %v", n, err)
		} else {
			r := c.Classify(s.article(in.Now()))
			result.Tags, result.Near = r.Tags, r.Near
		}
		return enc.Encode(result)
	})
	if err := errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d lines could not be read: %w", failed, ErrSome)
	}
	return nil
}

// eachLine calls do with the number and the text of every line that is not blank.
func (in Inputs) eachLine(file string, do func(n int, line []byte) error) error {
	r := in.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("%w: %w", err, notFound(err))
		}
		defer f.Close()
		r = f
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := do(n, line); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: line %d: %w", file, n+1, err)
	}
	return nil
}
