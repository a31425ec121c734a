package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"edict/news"
	"edict/store"
)

// IngestOptions say how a file is taken in.
type IngestOptions struct {
	Source string // slug of stories that name none
	Alert  bool   // what comes in is not quiet
	// Wrong is told of every line that could not be taken in.
	Wrong func(line int, err error)
	// Progress, if not nil, is told after each batch how many bytes were read.
	Progress func(bytes int64)
}

// Ingested counts the lines of what was taken in.
type Ingested struct {
	Records int // stored as they were
	Stories int // put into the ledger, to be classified
	Known   int // held already
	Wrong   int
	Passed  int // records of a WARC file that hold no page of a story
}

// ingestBatch is how many lines one transaction takes.
const ingestBatch = 200

// Ingest takes JSON lines from file ("-": in.Stdin) into the archive. A line with the
// schema of a record is stored as it is, verdicts included; any other line with a
// title or a text goes into the ledger, to be classified (see HandOver). Lines that
// are held already are passed over, so that a file which was taken in half is taken
// in again whole. A line that is wrong does not stop the others; ErrSome then.
func Ingest(ctx context.Context, s *store.Store, in Inputs, file string, o IngestOptions) (Ingested, error) {
	g := &ingest{store: s, o: o, now: in.Now}
	if isWARC(file) {
		err := g.takeWARC(ctx, file)
		return g.count, err
	}
	err := in.eachLine(file, func(n int, line []byte) error {
		g.read += int64(len(line)) + 1
		if err := g.take(n, line); err != nil {
			g.count.Wrong++
			o.Wrong(n, err)
			return nil
		}
		if len(g.records)+len(g.articles) < ingestBatch {
			return nil
		}
		return g.flush(ctx)
	})
	err = errors.Join(err, g.flush(ctx))
	if err == nil && g.count.Wrong > 0 {
		err = fmt.Errorf("%s: %d lines could not be taken in: %w", file, g.count.Wrong, ErrSome)
	}
	return g.count, err
}

// An ingest is a file that is being taken in.
type ingest struct {
	store    *store.Store
	o        IngestOptions
	now      func() time.Time
	records  []news.Record
	articles []news.Article
	read     int64
	count    Ingested
}

// take reads one line into the batch.
func (g *ingest) take(n int, line []byte) error {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return fmt.Errorf("it is no JSON object: %w: %w", err, news.ErrInvalid)
	}
	if strings.HasPrefix(head.Schema, "edict.record/") {
		r, err := news.Decode[news.Record](line)
		if err == nil {
			err = r.Validate()
		}
		if err == nil {
			g.records = append(g.records, r)
		}
		return err
	}
	s, err := parseStoryLine(line)
	if err != nil {
		return err
	}
	if s.ID == "" {
		s.ID = fmt.Sprintf("%s/%d", g.o.Source, n)
	}
	if s.slug() == "" {
		s.Source = g.o.Source
	}
	a := s.article(g.now().UTC())
	a.Quiet = !g.o.Alert
	if err := a.Validate(); err != nil {
		return err
	}
	g.articles = append(g.articles, a)
	return nil
}

// flush writes the batch. A store that is away is waited for.
func (g *ingest) flush(ctx context.Context) error {
	for _, write := range []func() error{g.keep, g.hand} {
		if err := whileAway(ctx, write); err != nil {
			return err
		}
	}
	g.records, g.articles = g.records[:0], g.articles[:0]
	if g.o.Progress != nil {
		g.o.Progress(g.read)
	}
	return nil
}

func (g *ingest) keep() error {
	if len(g.records) == 0 {
		return nil
	}
	isNew, err := g.store.Import(context.Background(), g.records, !g.o.Alert)
	if err == nil {
		g.count.Records += isNew
		g.count.Known += len(g.records) - isNew
		g.records = g.records[:0]
	}
	return err
}

func (g *ingest) hand() error {
	if len(g.articles) == 0 {
		return nil
	}
	isNew, err := g.store.Hand(context.Background(), g.articles)
	if err == nil {
		g.count.Stories += isNew
		g.count.Known += len(g.articles) - isNew
		g.articles = g.articles[:0]
	}
	return err
}

// whileAway does work again and again while the store is away.
func whileAway(ctx context.Context, work func() error) error {
	for {
		err := work()
		if !errors.Is(err, news.ErrUnavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(time.Second):
		}
	}
}
