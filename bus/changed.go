package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"edict/news"
)

// changed is the subject on which processes tell each other that the store has
// changed. It belongs to no stream.
const changed = "edict.changed"

// TellChanged tells the readers in other processes that the store has changed. It does
// not wait, and the message may be lost: readers must look by themselves too.
func (b *Bus) TellChanged() {
	if err := b.conn.Publish(changed, nil); err != nil {
		b.log.Debug("Readers in other processes were not woken; they look by themselves", "error", err)
	}
}

// HearChanged calls wake whenever a process has told that the store has changed, until
// ctx ends; it returns nil then. wake must not block.
func (b *Bus) HearChanged(ctx context.Context, wake func()) error {
	sub, err := b.conn.Subscribe(changed, func(*nats.Msg) { wake() })
	if err != nil {
		return fmt.Errorf("hear of changes: %w: %w", err, news.ErrUnavailable)
	}
	<-ctx.Done()
	_ = sub.Unsubscribe() // a connection that is closed by now has ended it
	return nil
}
