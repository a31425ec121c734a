package bus

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// Stats is a look at the bus.
type Stats struct {
	Streams []StreamStats // ARTICLES, RECORDS, STORED, DEAD
	// Of the embedded server since Open; 0 outside.
	Warnings, Errors uint64 // lines of its log: the only sign of some damage
	Restarts         uint64 // by us, after a write error
}

// StreamStats is a look at one stream.
type StreamStats struct {
	Name     string
	Messages uint64
	Bytes    uint64
	Limit    int64 // bytes
	// Of the stream's consumer; 0 without one.
	Pending     uint64 // not yet delivered
	AckPending  int    // delivered, not yet acknowledged
	Redelivered int    // of those, delivered more than once
	// Oldest is the age of the oldest message that is not acknowledged; without a
	// consumer, of the oldest message. 0 if there is none.
	Oldest time.Duration
}

// look asks for a stream and its state.
func (b *Bus) look(ctx context.Context, at stream) (jetstream.Stream, error) {
	ctx, cancel := b.bounded(ctx)
	defer cancel()
	s, err := b.js.Stream(ctx, at.name)
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", at.name, err)
	}
	return s, nil
}

// consumer looks up the stream's durable consumer.
func (b *Bus) consumer(ctx context.Context, of stream) (jetstream.Consumer, error) {
	ctx, cancel := b.bounded(ctx)
	defer cancel()
	c, err := b.js.Consumer(ctx, of.name, of.consumer)
	if err != nil {
		return nil, fmt.Errorf("look at consumer %s: %w", of.consumer, err)
	}
	return c, nil
}

// Stats returns the state of each stream. ErrUnavailable if the server does not
// answer.
func (b *Bus) Stats(ctx context.Context) (Stats, error) {
	var out Stats
	if b.server != nil {
		out.Warnings, out.Errors = b.server.log.warnings.Load(), b.server.log.errors.Load()
		out.Restarts = b.server.restarts.Load()
	}
	for _, from := range streams {
		s, err := b.look(ctx, from)
		if err != nil {
			return Stats{}, fmt.Errorf("%w: %w", err, news.ErrUnavailable)
		}
		info := s.CachedInfo()
		st := StreamStats{Name: from.name, Messages: info.State.Msgs, Bytes: info.State.Bytes, Limit: info.Config.MaxBytes}
		if st.Messages > 0 {
			st.Oldest = max(b.cfg.Now().Sub(info.State.FirstTime), 0)
		}
		if from.consumer != "" {
			c, err := b.consumer(ctx, from)
			if err != nil {
				return Stats{}, fmt.Errorf("%w: %w", err, news.ErrUnavailable)
			}
			ci := c.CachedInfo()
			st.Pending, st.AckPending, st.Redelivered = ci.NumPending, ci.NumAckPending, ci.NumRedelivered
		}
		out.Streams = append(out.Streams, st)
	}
	return out, nil
}

// Healthy returns nil if the bus takes and gives messages now, else ErrUnavailable
// with what is wrong. Embedded, it sees write errors of the disk; neither way does
// it see damaged files.
func (b *Bus) Healthy(ctx context.Context) error {
	if err := b.link.down(); err != nil {
		return fmt.Errorf("bus: %w: %w", err, news.ErrUnavailable)
	}
	if b.server != nil {
		if err := b.server.health(); err != nil {
			return fmt.Errorf("bus: %w: %w", err, news.ErrUnavailable)
		}
	}
	if status := b.conn.Status(); status != nats.CONNECTED {
		return fmt.Errorf("bus: the connection to NATS is %s: %w", status, news.ErrUnavailable)
	}
	for _, s := range streams {
		if _, err := b.look(ctx, s); err != nil {
			return fmt.Errorf("bus: %w: %w", err, news.ErrUnavailable)
		}
	}
	return nil
}

// healthOf asks the server itself, which knows of streams that it cannot write or
// could not recover. Folders of streams that are not ours are no harm, and its
// report on connections is left out: it fails when the machine is slow for 1 ms.
func healthOf(s *server.Server) error {
	for _, e := range s.Healthz(&server.HealthzOptions{Details: true}).Errors {
		if e.Type == server.HealthzErrorConn || e.Stream != "" && !ours(e.Stream) {
			continue
		}
		return fmt.Errorf("NATS server: %s", e.Error)
	}
	return nil
}

func ours(name string) bool {
	return slices.ContainsFunc(streams, func(s stream) bool { return s.name == name })
}
