package bus

import (
	"time"

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

// A stream is one of the five streams. Both work queues refuse what does not fit,
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
	stored   = stream{name: "STORED", subject: "edict.stored.v1", share: 5, age: 7 * 24 * time.Hour}
	alerts   = stream{name: "ALERTS", subject: "edict.alerts.v1", share: 5, age: 7 * 24 * time.Hour}
	dead     = stream{name: "DEAD", subject: "edict.dead.v1", share: 10, age: 90 * 24 * time.Hour}

	streams = []stream{articles, records, stored, alerts, dead}
)

const (
	// maxPayload is the largest message of the embedded server, headers included.
	maxPayload = 4 << 20
	// headroom is kept free in a message for the headers that DEAD adds.
	headroom = 64 << 10
	// minStore lets the others hold a few messages of the largest size.
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
