package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"edict/crawler"
	"edict/news"
)

// Inputs read what a command names: a file, a web address, or "-" for Stdin.
type Inputs struct {
	Stdin  io.Reader
	Config Config // how addresses are fetched
	Now    func() time.Time
}

// maxInput is the largest file that is read, in bytes: above every page that the
// crawler would take.
const maxInput = 64 << 20

// Page reads one input as a page. A file's address is file's own name under the
// reserved domain .invalid, which no site can have.
func (in Inputs) Page(ctx context.Context, name string) (news.Page, error) {
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		c, err := crawler.New(in.crawlerConfig(), nil, nil)
		if err != nil {
			return news.Page{}, err
		}
		return c.Page(ctx, name)
	}
	body, err := in.read(name)
	if err != nil {
		return news.Page{}, err
	}
	base := filepath.Base(name)
	if name == "-" {
		base = "stdin"
	}
	address := "https://file.invalid/" + strings.ReplaceAll(base, " ", "%20")
	return news.Page{URL: address, Address: address, Status: http.StatusOK, Body: body, Fetched: in.Now().UTC()}, nil
}

func (in Inputs) crawlerConfig() crawler.Config {
	p := program{cfg: in.Config, o: Options{Now: in.Now}, log: quietLog()}
	return p.crawlerConfig()
}

func (in Inputs) read(name string) ([]byte, error) {
	r := in.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", err, notFound(err))
		}
		defer f.Close()
		r = f
	}
	body, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case len(body) > maxInput:
		return nil, fmt.Errorf("read %s: it is over %s: %w", name, Size(maxInput), news.ErrInvalid)
	}
	return body, nil
}

func notFound(err error) error {
	if os.IsNotExist(err) {
		return news.ErrNotFound
	}
	return news.ErrInvalid
}

// looksLikePage reports whether body is markup.
func looksLikePage(body []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(body[:min(len(body), 1024)], "\ufeff \t\r\n"))
	return bytes.HasPrefix(head, []byte("<")) || bytes.Contains(head, []byte("<html"))
}
