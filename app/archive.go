package app

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"edict/news"
	"edict/store"
)

// quietLog is for commands that report by themselves.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// An Archive is the store of a data directory, opened beside a running program or not.
type Archive = store.Store

// MakeArchive is OpenArchive that begins an archive where there is none.
func MakeArchive(ctx context.Context, c Config, now func() time.Time) (*Archive, error) {
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	return store.Open(ctx, c.storeURL(), quietLog(), now)
}

// OpenArchive opens the store of a data directory, beside a running program or not.
// One in which nothing was ever stored is news.ErrNotFound.
func OpenArchive(ctx context.Context, c Config, now func() time.Time) (*Archive, error) {
	if file, ok := strings.CutPrefix(c.storeURL(), "sqlite:"); ok {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("no archive at %s: run 'edict run' first, or set EDICT_DATA to where it runs: %w", file, news.ErrNotFound)
		}
	}
	return store.Open(ctx, c.storeURL(), quietLog(), now)
}

// Search returns what q finds, after bringing the index up to date with what was
// stored.
func Search(ctx context.Context, s *store.Store, q news.Search) (found news.Found, err error) {
	for {
		n, err := s.Index(ctx, indexBatch)
		if err != nil && !errors.Is(err, news.ErrUnavailable) { // the running program is at it
			return found, err
		}
		if n < indexBatch {
			break
		}
	}
	return s.Search(ctx, q)
}

// Export writes every record that f selects, newest first, in format jsonl or csv.
// It returns how many.
func Export(ctx context.Context, s *store.Store, f news.Filter, format string, out io.Writer) (n int, err error) {
	w := bufio.NewWriter(out)
	var write func(news.Record) error
	switch format {
	case "jsonl":
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		write = func(r news.Record) error { return enc.Encode(r) }
	case "csv":
		c := csv.NewWriter(w)
		if err := c.Write(csvHeader); err != nil {
			return 0, err
		}
		write = func(r news.Record) error {
			row, err := csvRow(r)
			if err != nil {
				return err
			}
			if err := c.Write(row); err != nil {
				return err
			}
			c.Flush()
			return c.Error()
		}
	default:
		return 0, fmt.Errorf("format %q is neither jsonl nor csv: %w", format, news.ErrInvalid)
	}
	err = s.Each(ctx, f, func(r news.Record) error { n++; return write(r) })
	return n, errors.Join(err, w.Flush())
}

// csvHeader are the fields of a record, in their order in JSON. What is an object or
// a list there is JSON in its cell, so that both formats hold the same.
var csvHeader = []string{
	"schema", "id", "url", "canonical_url", "original", "source", "twins", "title", "summary", "authors", "published", "modified", "fetched",
	"language", "text", "truncated", "partial", "partial_why", "quality", "version", "page", "story", "quiet", "expired", "rules", "tags", "near", "amounts", "counts",
}

// inert is a text that no spreadsheet takes for a formula: with a ' before what begins
// one, as spreadsheets mark text themselves.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}

func csvRow(r news.Record) ([]string, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	row := make([]string, len(csvHeader))
	for i, name := range csvHeader {
		var text string
		if raw := fields[name]; json.Unmarshal(raw, &text) == nil {
			row[i] = inert(text)
		} else {
			row[i] = string(raw)
		}
	}
	return row, nil
}
