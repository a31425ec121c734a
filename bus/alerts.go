package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"edict/news"
)

// PublishAlert puts a message for a subscription on ALERTS. When it returns nil, the
// message is on disk (in a cluster: on a majority of disks). One with the same id within
// 24 hours is dropped and is no error.
//
// Errors: ErrInvalid if the subscription cannot be part of a subject or the message is
// larger than the server takes, ErrUnavailable if there is no answer: then it may or may
// not be there, and publishing it again is right.
func (b *Bus) PublishAlert(ctx context.Context, subscription, id string, body []byte) error {
	if !validTokens(subscription) {
		return fmt.Errorf("publish to %s: %q cannot be part of a subject: %w", alerts.name, subscription, news.ErrInvalid)
	}
	if limit := min(b.conn.MaxPayload(), maxPayload) - headroom; int64(len(body)) > limit {
		return fmt.Errorf("publish to %s: %s has %d bytes, over the limit of %d: %w", alerts.name, id, len(body), limit, news.ErrInvalid)
	}
	h := nats.Header{}
	h.Set(nats.MsgIdHdr, id)
	if _, err := b.send(ctx, alerts.name, &nats.Msg{Subject: alerts.subject + "." + subscription, Header: h, Data: body}); err != nil {
		return fmt.Errorf("publish to %s: %s: %w", alerts.name, id, err)
	}
	return nil
}
