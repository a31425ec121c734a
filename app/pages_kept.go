package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"edict/crawler/warc"
)

// ErrTorn says that the rest of a file of kept pages cannot be read.
var ErrTorn = warc.ErrTorn

func (p *program) newShelf() *warc.Keeper {
	return warc.New(warc.Config{
		Dir: p.cfg.pagesDir(), Keep: time.Duration(p.cfg.Crawler.KeepPages), Agent: p.cfg.Crawler.UserAgent,
		Now: p.o.Now, Log: p.log.With("part", "kept pages"),
	})
}

// crawl runs the crawler, with a file of kept pages of its own.
func (p *program) crawl(ctx context.Context) error {
	p.shelf.Expire()
	err := p.crawler.Run(ctx)
	return errors.Join(err, p.shelf.Close())
}

// eachKept calls use for every record of the kept pages whose file may hold pages from
// since on, file by file in the order in which they were written. from is where to
// begin: a file and a record's offset in it. A file that is torn is told of, and read
// up to there.
func eachKept(ctx context.Context, dir string, since time.Time, from keptPlace, torn func(file string, err error), use func(keptPlace, warc.Record) error) error {
	files, err := warc.Files(dir)
	if err != nil {
		return fmt.Errorf("list the kept pages: %w", err)
	}
	for i, f := range files {
		if f.Name < from.File || i+1 < len(files) && files[i+1].Began.Before(since) {
			continue
		}
		at := int64(0)
		if f.Name == from.File {
			at = from.Offset
		}
		if err := eachKeptOf(ctx, dir, f.Name, at, torn, use); err != nil {
			return err
		}
	}
	return nil
}

// A keptPlace is where a page is kept.
type keptPlace struct {
	File   string `json:"file"`
	Offset int64  `json:"offset"`
}

func (p keptPlace) String() string { return fmt.Sprintf("%s:%d", p.File, p.Offset) }

func eachKeptOf(ctx context.Context, dir, name string, at int64, torn func(string, error), use func(keptPlace, warc.Record) error) error {
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil // deleted by its age meanwhile
	}
	if err != nil {
		return fmt.Errorf("read the kept pages: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(at, 0); err != nil {
		return fmt.Errorf("read the kept pages of %s: %w", name, err)
	}
	return eachRecord(ctx, warc.NewReader(f), func(err error) { torn(name, err) }, func(r warc.Record) error {
		return use(keptPlace{name, at + r.Offset}, r)
	})
}

// eachRecord calls use for each record that can be read. The rest of a file that is
// torn is told of.
func eachRecord(ctx context.Context, r *warc.Reader, torn func(error), use func(warc.Record) error) error {
	for ctx.Err() == nil {
		record, end, err := next(r)
		switch {
		case end:
			return nil
		case errors.Is(err, warc.ErrTorn):
			torn(err)
			return nil
		case err != nil:
			return err
		}
		if err := use(record); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func next(r *warc.Reader) (record warc.Record, end bool, err error) {
	record, err = r.Next()
	return record, errors.Is(err, io.EOF) && !errors.Is(err, warc.ErrTorn), err
}

// doctorPages says what the kept pages take.
func doctorPages(c Config, now time.Time, add addFinding) {
	files, err := warc.Files(c.pagesDir())
	if err != nil {
		add("pages", false, "the kept pages in %s cannot be listed: %v", c.pagesDir(), err)
		return
	}
	if len(files) == 0 {
		add("pages", true, "none are kept in %s", c.pagesDir())
		return
	}
	total := int64(0)
	for _, f := range files {
		total += f.Bytes
	}
	add("pages", true, "%s in %d files, kept for %.0f days; the oldest file is %.1f days old", Size(total), len(files), time.Duration(c.Crawler.KeepPages).Hours()/24, now.Sub(files[0].Began).Hours()/24)
}
