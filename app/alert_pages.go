package app

import (
	"context"
	"time"

	"edict/alert"
	"edict/news"
	"edict/web"
)

// alertPages is what lets the pages show and change who is told of what.
func (p *program) alertPages() *web.Alerts {
	return &web.Alerts{
		Subscriptions: signing{p.store}, Outbox: p.store, Silences: p.store, Dead: p.store, Check: p.checkSubscription, NewID: NewSubscriptionID,
		Labels: p.status.Labels,
		Try: func(ctx context.Context, sub news.Subscription, since time.Time) ([]web.TriedAlert, error) {
			list, err := TrySubscription(ctx, p.store, sub, since)
			out := make([]web.TriedAlert, len(list))
			for i, a := range list {
				out[i] = web.TriedAlert(a)
			}
			return out, err
		},
		Test: func(ctx context.Context, sub news.Subscription) ([]web.ChannelTest, error) {
			list, err := testChannels(ctx, p.sending.channels, p.store, p.o.Now, sub, p.base())
			out := make([]web.ChannelTest, len(list))
			for i, t := range list {
				out[i] = web.ChannelTest{Channel: t.Channel, Outcome: t.Answer.Outcome, Answer: t.Answer.Text, Took: t.Took}
			}
			return out, err
		},
		Secrets: func(ctx context.Context, sub news.Subscription) ([]web.ChannelSecret, error) {
			list, err := MakeSecrets(ctx, p.store, sub, true)
			out := make([]web.ChannelSecret, len(list))
			for i, s := range list {
				out[i] = web.ChannelSecret(s)
			}
			return out, err
		},
	}
}

// checkSubscription says with ErrInvalid what of a subscription cannot work.
func (p *program) checkSubscription(_ context.Context, sub news.Subscription) error {
	if _, err := alert.NewTrial(sub); err != nil {
		return err
	}
	return CheckChannels(p.cfg, sub.Channels)
}
