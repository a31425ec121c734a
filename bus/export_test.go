package bus

import (
	"context"
	"time"
)

// PublishRaw publishes what no topic would.
func PublishRaw(ctx context.Context, b *Bus, subject string, data []byte) error {
	_, err := b.js.Publish(ctx, subject, data)
	return err
}

// Quick returns c with waits of milliseconds, for tests.
func Quick(c Config) Config {
	retries, away := c.timing.retries, c.timing.away
	c.timing = timing{
		ackWait: c.timing.ackWait, publish: 10 * time.Second,
		watch: 50 * time.Millisecond, restart: 50 * time.Millisecond, grace: 10 * time.Second,
		retries: []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 4 * time.Millisecond, 5 * time.Millisecond},
		away:    []time.Duration{time.Millisecond, 5 * time.Millisecond},
	}
	if retries != nil {
		c.timing.retries = retries
	}
	if away != nil {
		c.timing.away = away
	}
	if c.timing.ackWait == 0 {
		c.timing.ackWait = 10 * time.Second
	}
	return c
}

// AckWait shortens the time after which a message without a sign of life comes
// again.
func AckWait(c Config, d time.Duration) Config {
	c.timing.ackWait = d
	return c
}

// Delays sets the waits before a failed message comes again, and before one does
// that needs what is away.
func Delays(c Config, retries, away []time.Duration) Config {
	c.timing.retries, c.timing.away = retries, away
	return c
}

// HeaderText makes a text fit a header.
func HeaderText(s string) string { return headerText(s) }

// Waits are the waits that a program gets.
type Waits struct {
	AckWait, Publish time.Duration
	Retries          []time.Duration
}

// DefaultWaits returns them.
func DefaultWaits() Waits {
	return Waits{defaultTiming.ackWait, defaultTiming.publish, defaultTiming.retries}
}
