package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// Headers of a message in DEAD, beside the original's own. MessageID is the
// original's Nats-Msg-Id.
const (
	headerError     = "Edict-Error"
	headerStage     = "Edict-Stage"
	headerStream    = "Edict-Stream"
	headerSequence  = "Edict-Sequence"
	headerSubject   = "Edict-Subject"
	headerMessageID = "Edict-Message-Id"
	headerCut       = "Edict-Cut" // bytes that did not fit into the copy
)

// maxReason bounds Edict-Error, in bytes.
const maxReason = 2 << 10

// A Dead is a message that was given up, as it stands in DEAD.
type Dead struct {
	ID       uint64 // its sequence in DEAD
	Time     time.Time
	Stage    string // who gave it up: classifier, sink
	Reason   string
	Stream   string // where it was
	Sequence uint64 // and its sequence there
	Subject  string
	Key      news.Key // zero if the message did not say
	// MessageID is the id under which it was published.
	MessageID string
	Data      []byte // as it was published
}

// bury copies m to DEAD, has the ledger marked, and removes the original. When a
// step fails, m comes again and goes on here without being handled once more.
func (t Topic[M]) bury(ctx context.Context, m jetstream.Msg, reason string) {
	b, seq := t.bus, sequence(m)
	log := b.log.With("stream", t.stream.name, "sequence", seq, "reason", reason)
	n := b.tally[t.stream.name].update(seq, func(o *outcome) { o.doomed = reason; o.away++ }).away
	d, err := b.copyToDead(ctx, t.stream, m, reason)
	if err == nil && b.cfg.OnDead != nil {
		err = b.cfg.OnDead(ctx, d)
	}
	if err != nil {
		delay := pick(b.cfg.timing.away, n-1)
		log.Error("A message cannot be given up yet; trying again", "in", delay, "error", err)
		t.later(m, delay)
		return
	}
	if err := m.TermWithReason(d.Reason); err != nil {
		log.Warn("A message in DEAD comes again, as it could not be removed", "error", err)
		return
	}
	b.tally[t.stream.name].forget(seq)
	log.Error("A message was given up", "dead", d.ID, "article", d.Key.Article, "version", d.Key.Version)
}

// copyToDead is idempotent for 24 hours: a second copy of one message is dropped.
func (b *Bus) copyToDead(ctx context.Context, from stream, m jetstream.Msg, reason string) (Dead, error) {
	md, err := m.Metadata()
	if err != nil {
		return Dead{}, fmt.Errorf("copy to DEAD: %w", err)
	}
	h := nats.Header{}
	for name, values := range maps.All(m.Headers()) {
		if !strings.HasPrefix(name, "Nats-") {
			h[name] = values
		}
	}
	h.Set(headerMessageID, m.Headers().Get(nats.MsgIdHdr))
	h.Set(headerError, headerText(reason))
	h.Set(headerStage, from.consumer)
	h.Set(headerStream, from.name)
	h.Set(headerSequence, strconv.FormatUint(md.Sequence.Stream, 10))
	h.Set(headerSubject, m.Subject())
	// The time tells a stream from one that was made anew under its name.
	h.Set(nats.MsgIdHdr, fmt.Sprintf("%s.%d.%d", from.name, md.Sequence.Stream, md.Timestamp.UnixNano()))
	data := m.Data()
	if limit := min(b.conn.MaxPayload(), maxPayload) - headroom/2; int64(len(data)) > limit {
		// Only another program can have published what leaves no room for headers.
		h.Set(headerCut, strconv.FormatInt(int64(len(data))-limit, 10))
		data = data[:limit]
	}
	id, err := b.send(ctx, dead.name, &nats.Msg{Subject: dead.subject + "." + from.consumer, Header: h, Data: data})
	if err != nil {
		return Dead{}, fmt.Errorf("copy to DEAD: %w", err)
	}
	return readDead(id, b.cfg.Now(), h, data), nil
}

// headerText makes s fit a header: one line, valid UTF-8, at most maxReason bytes.
func headerText(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if len(s) > maxReason {
		s = s[:maxReason]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	}
	return s
}

func readDead(id uint64, at time.Time, h nats.Header, data []byte) Dead {
	seq, _ := strconv.ParseUint(h.Get(headerSequence), 10, 64)
	return Dead{
		ID: id, Time: at.UTC(), Stage: h.Get(headerStage), Reason: h.Get(headerError),
		Stream: h.Get(headerStream), Sequence: seq, Subject: h.Get(headerSubject),
		Key:       keyOf(h),
		MessageID: h.Get(headerMessageID), Data: data,
	}
}

// DeadLetters returns up to limit messages of DEAD, newest first; all of them for
// a limit under 1. ErrUnavailable if the server does not answer.
func (b *Bus) DeadLetters(ctx context.Context, limit int) ([]Dead, error) {
	s, err := b.look(ctx, dead)
	if err != nil {
		return nil, fmt.Errorf("list DEAD: %w: %w", err, news.ErrUnavailable)
	}
	state := s.CachedInfo().State
	out := []Dead{}
	for id := state.LastSeq; id >= max(state.FirstSeq, 1) && (limit < 1 || len(out) < limit); id-- {
		d, err := b.deadLetter(ctx, s, id)
		if errors.Is(err, news.ErrNotFound) {
			continue // dropped meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("list DEAD: %w", err)
		}
		out = append(out, d)
	}
	return out, nil
}

// DeadLetter returns message id of DEAD. ErrNotFound if it is not there, or not any
// more after 90 days; ErrUnavailable if the server does not answer.
func (b *Bus) DeadLetter(ctx context.Context, id uint64) (Dead, error) {
	s, err := b.look(ctx, dead)
	if err != nil {
		return Dead{}, fmt.Errorf("read DEAD: %w: %w", err, news.ErrUnavailable)
	}
	return b.deadLetter(ctx, s, id)
}

func (b *Bus) deadLetter(ctx context.Context, s jetstream.Stream, id uint64) (Dead, error) {
	if id == 0 { // means any to JetStream
		return Dead{}, fmt.Errorf("read DEAD: message 0: %w", news.ErrNotFound)
	}
	ctx, cancel := b.bounded(ctx)
	defer cancel()
	m, err := s.GetMsg(ctx, id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Dead{}, fmt.Errorf("read DEAD: message %d: %w", id, news.ErrNotFound)
	}
	if err != nil {
		return Dead{}, fmt.Errorf("read DEAD: message %d: %w: %w", id, err, news.ErrUnavailable)
	}
	return readDead(m.Sequence, m.Time, m.Header, m.Data), nil
}
