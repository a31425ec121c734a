package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"edict/news"
)

// A PageLine is one line of a list of saved pages: where its bytes are, and what
// its article is known to be. A field that is empty is not known.
type PageLine struct {
	Site      string    `json:"site"`
	Path      string    `json:"path"`
	File      string    `json:"file"`    // HTML, gzipped or not, relative to the list
	Charset   string    `json:"charset"` // of the HTTP header; "" or "-": it named none
	Language  string    `json:"language"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Published string    `json:"published"`
	Authors   []string  `json:"authors"`
	Address   string    `json:"address"`
	Fetched   time.Time `json:"fetched,omitzero"`
}

// maxPageLine is the longest line of a list, and maxPageFile the longest page in
// it, in bytes after gunzip.
const (
	maxPageLine = 16 << 20
	maxPageFile = 32 << 20
)

// URL is the page's address, or one made from its site and path.
func (l PageLine) URL() string {
	if l.Address != "" {
		return l.Address
	}
	return "https://" + l.Site + ".invalid" + l.Path
}

// EachPage reads the list at path and calls f for every line in order, with the
// page as it was fetched. A page that cannot be read is given to f with err; f
// decides whether to go on.
//
// Errors: what f returns; news.ErrInvalid for a line that is not JSON; those of
// the file system.
func EachPage(path string, f func(l PageLine, p news.Page, err error) error) error {
	list, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("page list: %w", err)
	}
	defer func() { _ = list.Close() }()
	lines := bufio.NewScanner(list)
	lines.Buffer(make([]byte, 64<<10), maxPageLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var l PageLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("page list %s, line %d: %w: %w", path, n, err, news.ErrInvalid)
		}
		p, err := l.page(filepath.Dir(path))
		if err := f(l, p, err); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("page list %s: %w", path, err)
	}
	return nil
}

func (l PageLine) page(dir string) (news.Page, error) {
	p := news.Page{URL: l.URL(), Address: l.URL(), Status: 200, ContentType: "text/html", Fetched: l.Fetched}
	if l.Charset != "" && l.Charset != "-" {
		p.ContentType += "; charset=" + l.Charset
	}
	if l.File == "" {
		return p, fmt.Errorf("page %s: no file is named: %w", l.URL(), news.ErrInvalid)
	}
	raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(l.File)))
	if err != nil {
		return p, fmt.Errorf("page %s: %w", l.URL(), err)
	}
	if !bytes.HasPrefix(raw, []byte("\x1f\x8b")) {
		p.Body = raw
		return p, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return p, fmt.Errorf("page %s: %w", l.URL(), err)
	}
	if p.Body, err = io.ReadAll(io.LimitReader(z, maxPageFile)); err != nil {
		return p, fmt.Errorf("page %s: %w", l.URL(), err)
	}
	return p, nil
}
