package app

import (
	"context"
	"fmt"

	"edict/bus"
	"edict/news"
	"edict/sink"
)

// layInSources makes the store's list of what is watched that of the configuration:
// the file's, or the embedded one where the file names none. What the page and the
// commands added stays. A process without the crawler leaves the list as it is.
func (p *program) layInSources(ctx context.Context) error {
	list, origin, err := p.configured()
	if err != nil {
		return err
	}
	if p.o.runs(Crawler) {
		if err := p.store.LayInSources(ctx, origin, list); err != nil { // takes the place of the other list
			return fmt.Errorf("lay in the sources: %w", err)
		}
	}
	p.status.Sources, err = p.store.Sources(ctx)
	return err
}

func (p *program) configured() ([]news.Source, news.Origin, error) {
	switch {
	case p.site != nil:
		list := p.site.Sources()
		for i := range list {
			list[i].Origin = news.FromEmbedded
		}
		return list, news.FromEmbedded, nil
	case p.cfg.Sources != nil:
		list, err := p.cfg.watched()
		return list, news.FromFile, err
	default:
		list, err := p.cfg.watched()
		return list, news.FromEmbedded, err
	}
}

func (p *program) newReconciler() *sink.Reconciler {
	return &sink.Reconciler{
		Ledger: p.store, Streams: p.bus, Log: p.log.With("part", "reconciler"), Now: p.o.Now,
		Publish: p.publishAgain,
		Observe: func(republished int, _ error) { p.metrics.republished.Add(float64(republished)) },
	}
}

// publishAgain publishes an article that the ledger holds. The attempt is part of the
// message id, so that the bus takes it for no repeat.
func (p *program) publishAgain(ctx context.Context, a news.Article, attempt int) error {
	return p.bus.Articles.Publish(bus.WithAttempt(ctx, attempt), a)
}

func (p *program) newRelay() *sink.Relay {
	return &sink.Relay{Changes: p.store, Publisher: p.bus.Stored, Log: p.log.With("part", "relay"), Wake: p.changed.next}
}
