package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"edict/news"
)

const (
	// scanSize and scanBytes bound one answer of the server to scan.
	scanSize  = 500
	scanBytes = 4 << 20
	// directGet is JetStream's subject for reading messages without a consumer: a
	// work queue allows no second one (nats-architecture-and-design ADR-31).
	directGet = "$JS.API.DIRECT.GET."
)

// Held returns the article versions that wait in ARTICLES or RECORDS. It reads
// ARTICLES first: what moves on meanwhile is then found in RECORDS, as a stage
// publishes before it acknowledges. It reads every message there, some 40,000 of
// 5 KiB a second. ErrUnavailable if the server does not answer.
func (b *Bus) Held(ctx context.Context) (map[news.Key]bool, error) {
	held := map[news.Key]bool{}
	for _, s := range []stream{articles, records} {
		if err := b.scan(ctx, s, func(h nats.Header) {
			if k := keyOf(h); k != (news.Key{}) {
				held[k] = true
			}
		}); err != nil {
			return nil, fmt.Errorf("read what waits in %s: %w: %w", s.name, err, news.ErrUnavailable)
		}
	}
	return held, nil
}

// keyOf is the article version that a message's headers name; zero if none.
func keyOf(h nats.Header) news.Key {
	return news.Key{Article: h.Get(headerArticle), Version: h.Get(headerVersion)}
}

// scan calls each with the headers of every message in the stream, in order, until
// the last one that was there at its start.
func (b *Bus) scan(ctx context.Context, from stream, each func(nats.Header)) error {
	s, err := b.look(ctx, from)
	if err != nil {
		return err
	}
	answers, err := b.conn.SubscribeSync(b.conn.NewInbox())
	if err != nil {
		return err
	}
	defer func() { _ = answers.Unsubscribe() }()
	state := s.CachedInfo().State
	for next := max(state.FirstSeq, 1); next <= state.LastSeq; {
		after, err := b.scanPart(ctx, from, next, answers, each)
		if err != nil {
			return err
		}
		if after == next {
			return nil
		}
		next = after
	}
	return nil
}

// scanPart reads up to scanSize messages from sequence next on, and returns where
// to go on: next itself at the end of the stream.
func (b *Bus) scanPart(ctx context.Context, from stream, next uint64, answers *nats.Subscription, each func(nats.Header)) (uint64, error) {
	ask, err := json.Marshal(struct {
		Sequence uint64 `json:"seq"`
		Batch    int    `json:"batch"`
		MaxBytes int    `json:"max_bytes"`
	}{next, scanSize, scanBytes})
	if err != nil {
		return 0, err
	}
	if err := b.conn.PublishRequest(directGet+from.name, answers.Subject, ask); err != nil {
		return 0, err
	}
	ctx, cancel := b.bounded(ctx)
	defer cancel()
	for {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return 0, err
		}
		switch status := m.Header.Get("Status"); status {
		case "":
			each(m.Header)
			seq, err := strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64)
			if err != nil {
				return 0, fmt.Errorf("answer without a sequence: %w", err)
			}
			next = seq + 1
		case "204", "404": // the end of this part; no message there
			return next, nil
		default:
			return 0, fmt.Errorf("status %s %s", status, m.Header.Get("Description"))
		}
	}
}
