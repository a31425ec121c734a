package app

import (
	"context"
	"math/rand/v2"
	"time"

	"edict/alert"
	"edict/news"
)

// newDeliveries makes the worker that sends what is due.
func (p *program) newDeliveries() *alert.Worker {
	composer := &alert.Composer{Library: p.store, Now: p.o.Now, Base: p.base, Link: (&linkSigner{linkDesk: linkDesk{p.store, p.o.Now, p.base}}).sign}
	if p.places != nil {
		composer.Place = p.places.Name
	}
	return &alert.Worker{
		Outbox: p.store, Compose: composer.Compose, Channels: p.sending.channels, Log: p.log.With("part", "alert"), Now: p.o.Now,
		Silenced: p.silencer.silenced, Wake: p.due.next, Random: rand.Float64, Observe: p.observeDelivery,
	}
}

// base is where readers find the pages.
func (p *program) base() string {
	if p.cfg.Web.BaseURL == "" && p.pages != nil && p.pages.pageAddress() != "" {
		return p.pages.pageAddress()
	}
	return p.cfg.baseURL()
}

func (p *program) observeDelivery(kind string, outcome news.TryOutcome, latency time.Duration) {
	p.metrics.tries.WithLabelValues(kind, string(outcome)).Inc()
	if outcome == news.TrySent {
		p.metrics.toSent.WithLabelValues(kind).Observe(latency.Seconds())
	}
}

// How often deliveries that are too old are looked for, and how many go at a time.
const (
	pruneEvery = time.Hour
	pruneBatch = 500
)

// prune forgets by its age what was sent. What could not be sent stays.
func (p *program) prune(ctx context.Context) error {
	keep := time.Duration(p.cfg.Alert.KeepDeliveries)
	if keep == 0 {
		return nil
	}
	var gone int64
	for {
		n, err := p.store.PruneDeliveries(ctx, p.o.Now().Add(-keep), pruneBatch)
		if gone += n; err == nil && n == pruneBatch {
			continue
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("Old deliveries could not be forgotten; they will be tried again", "error", err)
		}
		if gone > 0 {
			p.log.Info("Deliveries were forgotten by their age; the alerts are kept", "deliveries", gone, "older_than", keep)
			gone = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pruneEvery):
		}
	}
}
