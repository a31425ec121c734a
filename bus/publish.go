package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// Headers of our messages, beside Nats-Msg-Id. Article and Version name the
// article version that a message is about; Attempt is the number of WithAttempt.
const (
	headerArticle = "Edict-Article"
	headerVersion = "Edict-Version"
	headerAttempt = "Edict-Attempt"
)

// publishTries bounds Publish to twice the time-out: the second try finds a server
// that was restarted after the first went unanswered.
const publishTries = 2

type attemptKey struct{}

// WithAttempt makes publishes within ctx, and those of the next stages for the
// same message, carry ids with the suffix "~n": the reconciler's n-th republish of
// an article is then no repeat of the first. n under 1 changes nothing.
func WithAttempt(ctx context.Context, n int) context.Context {
	if n < 1 {
		return ctx
	}
	return context.WithValue(ctx, attemptKey{}, n)
}

// Publish puts m on the topic. When it returns nil, m is on disk (in a cluster: on
// a majority of disks). A repeat within 24 hours is dropped and is no error.
//
// Errors: ErrInvalid if m fails Validate or is larger than the server takes,
// ErrFull if the stream has no room until its reader catches up, ErrUnavailable if
// there is no answer: then m may or may not be on the topic, and publishing it
// again is right. It takes at most twice 5 s.
func (t Topic[M]) Publish(ctx context.Context, m M) error {
	if err := m.Validate(); err != nil {
		return fmt.Errorf("publish to %s: %w", t.stream.name, err)
	}
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("publish to %s: encode %s: %w: %w", t.stream.name, m.MessageID(), err, news.ErrInvalid)
	}
	suffix := t.suffix(m)
	if !validTokens(suffix) {
		return fmt.Errorf("publish to %s: %q cannot be part of a subject: %w", t.stream.name, suffix, news.ErrInvalid)
	}
	id := m.MessageID()
	h := nats.Header{}
	if n, ok := ctx.Value(attemptKey{}).(int); ok {
		id += "~" + strconv.Itoa(n)
		h.Set(headerAttempt, strconv.Itoa(n))
	}
	h.Set(nats.MsgIdHdr, id)
	if k, ok := any(m).(interface{ Key() news.Key }); ok {
		h.Set(headerArticle, k.Key().Article)
		h.Set(headerVersion, k.Key().Version)
	}
	if limit := min(t.bus.conn.MaxPayload(), maxPayload) - headroom; int64(len(data)) > limit {
		return fmt.Errorf("publish to %s: %s has %d bytes, over the limit of %d: %w", t.stream.name, id, len(data), limit, news.ErrInvalid)
	}
	if _, err := t.bus.send(ctx, t.stream.name, &nats.Msg{Subject: t.stream.subject + "." + suffix, Header: h, Data: data}); err != nil {
		return fmt.Errorf("publish to %s: %s: %w", t.stream.name, id, err)
	}
	return nil
}

// validTokens reports whether s can end a subject: tokens of letters, digits, "_"
// and "-", with dots between them.
func validTokens(s string) bool {
	for token := range strings.SplitSeq(s, ".") {
		if token == "" || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			return false
		}
	}
	return true
}

// send publishes m to the stream and waits until it is on disk. It returns its
// sequence there.
func (b *Bus) send(ctx context.Context, stream string, m *nats.Msg) (uint64, error) {
	var err error
	for range publishTries {
		var seq uint64
		if seq, err = b.sendOnce(ctx, stream, m); err == nil {
			b.link.answered()
			return seq, nil
		}
		var api *jetstream.APIError
		switch {
		case errors.As(err, &api):
			b.link.answered()
			err = fmt.Errorf("%w: %w", err, meaning(api))
			if errors.Is(err, news.ErrUnavailable) {
				b.link.suspect()
			}
			return 0, err
		case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, nats.ErrBadSubject):
			return 0, fmt.Errorf("%w: %w", err, news.ErrInvalid)
		}
		if ctx.Err() != nil || b.link.down() != nil {
			break
		}
		b.link.suspect()
	}
	return 0, fmt.Errorf("%w: %w", err, news.ErrUnavailable)
}

// bounded is ctx with a time-out for one request. It ends when the server is known
// to be broken, too: an answer that is lost is not waited for.
func (b *Bus) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.timing.publish)
	go cancelOn(ctx, b.link.outage().begins, cancel)
	return ctx, cancel
}

func (b *Bus) sendOnce(ctx context.Context, stream string, m *nats.Msg) (uint64, error) {
	o := b.link.outage()
	if o.begun() {
		return 0, o.why
	}
	try, cancel := b.bounded(ctx)
	defer cancel()
	ack, err := b.js.PublishMsg(try, m, jetstream.WithExpectStream(stream))
	if err != nil && o.begun() {
		return 0, o.why
	}
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// JetStream's error codes that publishing can meet (server/errors.json).
const (
	accountFull   jetstream.ErrorCode = 10002 // "resource limits exceeded for account"
	serverFull    jetstream.ErrorCode = 10023 // "insufficient resources": max store
	storageFull   jetstream.ErrorCode = 10047 // "insufficient storage resources available"
	messageLarge  jetstream.ErrorCode = 10054 // "message size exceeds maximum allowed"
	storeFailed   jetstream.ErrorCode = 10077 // any error of the store, told apart by its text
	headerLarge   jetstream.ErrorCode = 10097 // "header size exceeds maximum allowed of 64k"
	discardedText                     = "maximum"
)

func meaning(e *jetstream.APIError) error {
	switch c := e.ErrorCode; {
	case c == accountFull, c == serverFull, c == storageFull:
		return news.ErrFull
	case c == messageLarge, c == headerLarge:
		return news.ErrInvalid
	case c == storeFailed && strings.Contains(e.Description, discardedText):
		// "maximum bytes exceeded" and "maximum messages exceeded": DiscardNew.
		return news.ErrFull
	}
	return news.ErrUnavailable
}
