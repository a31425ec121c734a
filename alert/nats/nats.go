// Package nats publishes alerts on Edict's own bus, for programs of the operator's:
// subject edict.alerts.v1.<subscription>, with the message's id, under which a repeat is
// dropped.
package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"edict/alert"
	"edict/alert/payload"
	"edict/news"
)

// A Channel publishes on the bus.
type Channel struct {
	// Publish returns when the bus has kept the message.
	Publish func(ctx context.Context, subscription, id string, body []byte) error
}

// Check returns news.ErrInvalid if an address is given: there is one bus.
func (Channel) Check(address string) error {
	if address != "" {
		return fmt.Errorf("nats: takes no address, since alerts go to edict.alerts.v1.<subscription> on the bus: %w", news.ErrInvalid)
	}
	return nil
}

// Send publishes the message once.
func (c Channel) Send(ctx context.Context, to alert.Target, m alert.Message) alert.Answer {
	body, err := json.Marshal(payload.New(m))
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its payload cannot be made: " + err.Error()}
	}
	err = c.Publish(ctx, to.Subscription, m.ID, body)
	switch {
	case err == nil:
		return alert.Answer{Outcome: news.TrySent, Text: "kept by the bus"}
	case errors.Is(err, news.ErrInvalid):
		return alert.Answer{Outcome: news.TryRefused, Text: err.Error()}
	case ctx.Err() != nil:
		return alert.Answer{Outcome: news.TryUnknown, Text: "the bus did not answer in time"}
	}
	return alert.Answer{Outcome: news.TryLater, Text: err.Error()}
}
