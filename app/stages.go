package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"edict/news"
)

// A stage runs until its context ends, and drains then.
type stage struct {
	name string
	run  func(ctx context.Context) error
}

// Batches of the sink: so many records, or as many as come within this long after
// the first.
const (
	sinkBatch = 500
	sinkWait  = 100 * time.Millisecond
)

// A part with its stages. Of one that works alone, one process is at work at a time
// and the others stand by.
type part struct {
	name  Part
	alone bool
	rows  [][]stage
}

// flow is the way of a story, and which part runs what. Rows are started from the end
// and stopped from the beginning, each when the rows before it have drained.
func (p *program) flow() []part {
	return []part{
		{name: Crawler, alone: true, rows: [][]stage{
			{{"crawler", p.crawl}, {"reconciler", p.reconciler.Run}},
			{{"handover", p.handover.Run}},
		}},
		{name: Classifier, rows: [][]stage{
			{{"classifier", p.classify}, {"rules", p.followRules}},
		}},
		{name: Sink, alone: true, rows: [][]stage{
			{{"sink", p.keep}},
			{{"relay", p.relay.Run}, {"search index", p.index}, {"old texts", p.expire}},
		}},
		{name: Alert, alone: true, rows: [][]stage{
			{{"alerts", p.alerts.Run}, {"silences", p.endSilences}, {"notices", p.notify}, {"old deliveries", p.prune}},
			{{"deliveries", p.deliveries.Run}},
			{{"changes of other processes", p.hearChanges}},
		}},
		{name: Web, rows: [][]stage{
			{{"changes of other processes", p.hearChanges}, {"what pages show of all", p.pages.keepReady}, {"work on rules", p.workOnRules}},
		}},
		{name: everywhere, rows: [][]stage{
			{{"pages", p.pages.serve}, {"demonstration site", p.serveDemo}, {"memory", p.limitMemory}},
		}},
	}
}

// works are the rows that take an article from the ledger to the readers: the flow
// without the crawler and the pages.
func (p *program) works() (rows [][]stage) {
	for _, x := range p.flow() {
		if x.name == Alert || x.name == Web || x.name == everywhere {
			continue
		}
		for _, row := range x.rows {
			rows = append(rows, slices.DeleteFunc(row, func(s stage) bool { return s.name == string(Crawler) }))
		}
	}
	return rows
}

func (p *program) classify(ctx context.Context) error {
	return p.bus.Articles.Consume(ctx, p.cfg.classifiers(), p.classifier.Handle)
}

func (p *program) keep(ctx context.Context) error {
	return p.bus.Records.ConsumeBatch(ctx, sinkBatch, sinkWait, p.sink.HandleBatch)
}

// run starts the flow, waits until ctx ends or a stage fails, and stops it.
func (p *program) run(ctx context.Context) error {
	failed := make(chan error, 16)
	stop := p.startParts(failed)
	p.status.Parts, p.status.Data = p.o.Only, p.cfg.place()
	p.status.Page, p.status.Ops = p.pages.pageAddress(), p.pages.opsAddress()
	if p.o.Ready != nil {
		p.o.Ready(p.status)
	}
	var err error
	select {
	case <-ctx.Done():
		p.log.Info("Stopping: letting the stages finish what they hold")
	case err = <-failed:
	}
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(grace):
		return errors.Join(err, fmt.Errorf("the stages did not drain within %s; what they held comes again at the next start: %w", grace, news.ErrUnavailable))
	}
	return errors.Join(err, drained(failed))
}

// drained takes what else has failed.
func drained(failed <-chan error) (err error) {
	for {
		select {
		case more := <-failed:
			err = errors.Join(err, more)
		default:
			return err
		}
	}
}

// startParts starts the parts that this process has, from the last to the first, and
// returns what stops them from the first to the last.
func (p *program) startParts(failed chan<- error) (stop func()) {
	rows := [][]stage{}
	for _, x := range p.flow() {
		switch {
		case !p.o.runs(x.name):
		case x.alone && p.cfg.isShared():
			p.duties.set(x.name, standsBy)
			rows = append(rows, []stage{{string(x.name), func(ctx context.Context) error { return p.store.Alone(ctx, string(x.name), p.duty(x)) }}})
		default:
			p.duties.set(x.name, atWork)
			rows = append(rows, x.rows...)
		}
	}
	return startAll(rows, failed)
}

// duty runs a part's rows until ctx ends or one of its stages fails.
func (p *program) duty(x part) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		p.duties.set(x.name, atWork)
		defer p.duties.set(x.name, standsBy)
		failed := make(chan error, 16)
		stop := startAll(x.rows, failed)
		var err error
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
		stop()
		return errors.Join(err, drained(failed))
	}
}

// startAll starts the rows from the last to the first, and returns what stops them
// from the first to the last.
func startAll(rows [][]stage, failed chan<- error) (stop func()) {
	stops := make([]func(), len(rows))
	for i := len(rows) - 1; i >= 0; i-- {
		stops[i] = start(rows[i], failed)
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// start runs the stages of a row and returns what stops them and waits.
func start(row []stage, failed chan<- error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, s := range row {
		running.Go(func() {
			if err := s.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("%s: %w", s.name, err)
			}
		})
	}
	return func() { cancel(); running.Wait() }
}

// How often texts that are too old are looked for, and how many go at a time.
const (
	expireEvery = time.Hour
	expireBatch = 200
)

// expire gives up texts by their age.
func (p *program) expire(ctx context.Context) error {
	keep := time.Duration(p.cfg.Store.KeepTexts)
	if keep == 0 {
		return nil
	}
	gone := 0
	for {
		n, err := p.store.Expire(ctx, p.o.Now().Add(-keep), expireBatch)
		if gone += n; err == nil && n == expireBatch {
			continue
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("Old texts could not be given up; they will be tried again", "error", err)
		}
		if gone > 0 {
			p.log.Info("Texts were given up by their age; their tags and quotes are kept", "texts", gone, "older_than", keep)
			gone = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(expireEvery):
		}
	}
}

// How many changes the search index takes in one transaction, and how often it looks.
// The first of many changes is taken at once and the others together: few large
// segments cost less than many small ones, which must be merged.
const (
	indexBatch = 250
	indexEvery = 500 * time.Millisecond
)

// index keeps the search index behind the changes, and makes it quicker when it has
// caught up. Storing never waits for it.
func (p *program) index(ctx context.Context) error {
	for {
		changed, rest := p.changed.next(), time.After(indexEvery)
		var more bool
		var err error
		for done := indexBatch; done == indexBatch && err == nil; {
			done, err = p.store.Index(ctx, indexBatch)
		}
		if err == nil {
			more, err = p.store.Refine(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			p.log.Warn("The search index waits: the store is away", "error", err)
		case more:
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-rest:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-time.After(time.Second): // another process may have stored
		}
	}
}
