package app

import (
	"context"
	"net/http"
	"time"

	"edict/alert/payload"
	"edict/news"
	"edict/web"
	"edict/web/api"
)

// newAPI makes what programs read under /api/.
func (p *program) newAPI() (http.Handler, error) {
	return api.New(api.Config{
		Subscriptions: signing{p.store}, Outbox: p.store, Silences: p.store, Archive: p.store, Status: web.Status, Problem: web.Problem, Webhook: payload.Payload{}, NewID: NewSubscriptionID, Allow: web.Allow,
		Check: p.checkSubscription,
		Try: func(ctx context.Context, sub news.Subscription, since time.Time) ([]api.TriedAlert, error) {
			list, err := TrySubscription(ctx, p.store, sub, since)
			out := make([]api.TriedAlert, len(list))
			for i, a := range list {
				out[i] = api.TriedAlert(a)
			}
			return out, err
		},
		Log: p.log.With("part", "api"), Now: p.o.Now,
	})
}
