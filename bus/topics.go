package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// Topics is the whole flow, in order.
type Topics struct {
	Articles Topic[news.Article]      // crawler -> classifier
	Records  Topic[news.Record]       // classifier -> sink
	Stored   Topic[news.Announcement] // store -> outside programs
}

// A Message has an identity, under which a repeat is dropped, and knows whether
// it is what it should be.
type Message interface {
	MessageID() string
	Validate() error
}

// A Topic carries messages of one type.
type Topic[M Message] struct {
	bus    *Bus
	stream stream
	suffix func(M) string // the end of the subject
}

// A stream is one of the four streams. Both work queues refuse what does not fit,
// so that a full one holds back its writer; the others drop the oldest.
type stream struct {
	name     string
	subject  string // its subjects begin so
	consumer string // the durable consumer, which is also the stage's name in DEAD; "" = none
	share    int64  // percent of MaxStore
	age      time.Duration
}

var (
	articles = stream{name: "ARTICLES", subject: "edict.articles.v1", consumer: "classifier", share: 40}
	records  = stream{name: "RECORDS", subject: "edict.records.v1", consumer: "sink", share: 40}
	stored   = stream{name: "STORED", subject: "edict.stored.v1", share: 10, age: 7 * 24 * time.Hour}
	dead     = stream{name: "DEAD", subject: "edict.dead.v1", share: 10, age: 90 * 24 * time.Hour}

	streams = []stream{articles, records, stored, dead}
)

const (
	// maxPayload is the largest message of the embedded server, headers included.
	maxPayload = 4 << 20
	// headroom is kept free in a message for the headers that DEAD adds.
	headroom = 64 << 10
	// minStore lets STORED and DEAD hold a few messages of the largest size.
	minStore = 1 << 20
	// duplicates is how long a message id is remembered.
	duplicates = 24 * time.Hour
	// maxAckPending bounds what one stage holds unfinished, messages that wait for
	// their next try included: those must not stop the others.
	maxAckPending = 10_000
	// maxBatch is the largest batch.
	maxBatch = 1000
)

func (s stream) config(c Config) jetstream.StreamConfig {
	sc := jetstream.StreamConfig{
		Name: s.name, Subjects: []string{s.subject + ".>"},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		MaxBytes: c.MaxStore / 100 * s.share, MaxAge: s.age,
		Storage: jetstream.FileStorage, Replicas: c.Replicas,
		Duplicates: duplicates, AllowDirect: true,
	}
	if s.consumer != "" {
		sc.Retention, sc.Discard = jetstream.WorkQueuePolicy, jetstream.DiscardNew
	}
	return sc
}

func (s stream) consumerConfig(c Config) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable: s.consumer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: c.timing.ackWait,
		MaxDeliver: -1, MaxAckPending: maxAckPending,
	}
}

// declare makes or updates streams and consumers. Where our rights do not allow
// that, they are taken as somebody made them who may.
func (b *Bus) declare(ctx context.Context) error {
	for _, s := range streams {
		err := b.declareStream(ctx, s)
		if err == nil {
			continue
		}
		if errors.Is(err, nats.ErrPermissionViolation) {
			if _, err = b.look(ctx, s); err == nil {
				b.log.Info("No right to declare the stream; taking it as it is", "stream", s.name)
				continue
			}
			return fmt.Errorf("no right to declare the stream, and nobody has yet: %w: %w", err, news.ErrUnavailable)
		}
		kind := news.ErrUnavailable
		if api, ok := errors.AsType[*jetstream.APIError](err); ok {
			if kind = meaning(api); api.Code >= 400 && api.Code < 500 {
				kind = news.ErrInvalid // another stream has our subjects, or has them otherwise
			}
		}
		return fmt.Errorf("declare stream %s: %w: %w", s.name, err, kind)
	}
	return nil
}

func (b *Bus) declareStream(ctx context.Context, s stream) error {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.timing.publish)
	defer cancel()
	// A server that refuses a subject says so apart, and does not answer.
	ctx, refuse := context.WithCancelCause(ctx)
	defer refuse(nil)
	b.refused.Store(&refuse)
	defer b.refused.Store(nil)
	_, err := b.js.CreateOrUpdateStream(ctx, s.config(b.cfg))
	if err == nil && s.consumer != "" {
		_, err = b.js.CreateOrUpdateConsumer(ctx, s.name, s.consumerConfig(b.cfg))
	}
	if why := context.Cause(ctx); err != nil && why != nil {
		return why
	}
	return err
}
