package app

import (
	"context"
	"errors"
	"fmt"
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
	sinkBatch = 400
	sinkWait  = 100 * time.Millisecond
)

// flow is the way of a story. Stages are started from its end and stopped from its
// beginning, each row when the rows before it have drained.
func (p *program) flow() [][]stage {
	rows := p.works()
	rows[0] = append(rows[0], p.alone("crawler", p.crawler.Run), p.alone("reconciler", p.reconciler.Run))
	return append(rows, []stage{{"pages", p.pages.serve}, {"demonstration site", p.serveDemo}})
}

// works are the rows that take an article from the ledger to the readers.
func (p *program) works() [][]stage {
	return [][]stage{
		{p.alone("handover", p.handover.Run)},
		{{"classifier", func(ctx context.Context) error {
			return p.bus.Articles.Consume(ctx, p.cfg.classifiers(), p.classifier.Handle)
		}}, {"rules", p.followRules}},
		{p.alone("sink", func(ctx context.Context) error {
			return p.bus.Records.ConsumeBatch(ctx, sinkBatch, sinkWait, p.sink.HandleBatch)
		})},
		{p.alone("relay", p.relay.Run), {"search index", p.index}},
	}
}

// alone is a stage of which one is at work at a time, of all programs that share a
// bus; the others stand by. A bus of its own has a program to itself.
func (p *program) alone(name string, run func(ctx context.Context) error) stage {
	if p.cfg.Bus.URL == "" {
		return stage{name, run}
	}
	return stage{name, func(ctx context.Context) error { return p.store.Alone(ctx, name, run) }}
}

// run starts the flow, waits until ctx ends or a stage fails, and stops it.
func (p *program) run(ctx context.Context) error {
	failed := make(chan error, 16)
	stop := startAll(p.flow(), failed)
	p.status.Data = p.cfg.Data
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
	for {
		select {
		case more := <-failed:
			err = errors.Join(err, more)
		default:
			return err
		}
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

// indexBatch is how many changes the search index takes in one transaction.
const indexBatch = 200

// index keeps the search index behind the changes. Storing never waits for it.
func (p *program) index(ctx context.Context) error {
	for {
		changed := p.changed.next()
		for {
			done, err := p.store.Index(ctx, indexBatch)
			if err != nil {
				if ctx.Err() != nil {
					return nil
				}
				p.log.Warn("The search index waits: the store is away", "error", err)
				break
			}
			if done < indexBatch {
				break
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-time.After(time.Second): // another process may have stored
		}
	}
}
