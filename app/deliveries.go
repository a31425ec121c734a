package app

import (
	"math/rand/v2"
	"time"

	"edict/alert"
	"edict/news"
)

// newDeliveries makes the worker that sends what is due.
func (p *program) newDeliveries() *alert.Worker {
	composer := &alert.Composer{Library: p.store, Now: p.o.Now, Base: p.base, Link: linkDesk{p.store, p.o.Now, p.base}.sign}
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
