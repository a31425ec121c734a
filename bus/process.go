package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// withAttemptOf carries the attempt of m into ctx.
func withAttemptOf(ctx context.Context, m jetstream.Msg) context.Context {
	n, _ := strconv.Atoi(m.Headers().Get(headerAttempt))
	return WithAttempt(ctx, n)
}

// process brings every message of msgs to its end for this delivery. It reports
// true if none could be handled as something is away.
func (t Topic[M]) process(ctx context.Context, msgs []jetstream.Msg, handle func(context.Context, []M) []error) (away bool) {
	defer keepAlive(msgs, t.bus.cfg.timing.ackWait/3)()
	tally := t.bus.tally[t.stream.name]
	good := make([]jetstream.Msg, 0, len(msgs))
	values := make([]M, 0, len(msgs))
	for _, m := range msgs {
		if reason := tally.doomed(sequence(m)); reason != "" {
			t.bury(ctx, m, reason)
			continue
		}
		v, err := news.Decode[M](m.Data())
		if err != nil {
			t.settle(ctx, m, err)
			continue
		}
		good, values = append(good, m), append(values, v)
	}
	if len(good) == 0 {
		return false
	}
	away = true
	for i, err := range t.call(ctx, values, handle) {
		t.settle(ctx, good[i], err)
		away = away && isAway(err)
	}
	return away
}

// isAway reports whether err says that the message is good and must wait.
func isAway(err error) bool {
	return errors.Is(err, news.ErrUnavailable) || errors.Is(err, news.ErrFull)
}

// errPanic marks the error that a handler's panic was made into.
var errPanic = errors.New("panic")

// call runs handle and returns one error, or nil, for each value.
func (t Topic[M]) call(ctx context.Context, values []M, handle func(context.Context, []M) []error) []error {
	errs, err := t.guarded(ctx, values, handle)
	if errors.Is(err, errPanic) && len(values) > 1 {
		errs = make([]error, 0, len(values))
		for _, v := range values {
			errs = append(errs, t.call(ctx, []M{v}, handle)...)
		}
		return errs
	}
	if err == nil && len(errs) != 0 && len(errs) != len(values) {
		err = fmt.Errorf("handler of %s returned %d errors for %d messages", t.stream.name, len(errs), len(values))
	}
	if err == nil && len(errs) == len(values) {
		return errs
	}
	errs = make([]error, len(values))
	for i := range errs {
		errs[i] = err
	}
	return errs
}

func (t Topic[M]) guarded(ctx context.Context, values []M, handle func(context.Context, []M) []error) (errs []error, err error) {
	defer func() {
		if p := recover(); p != nil {
			t.bus.log.Error("A handler panicked", "stream", t.stream.name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return handle(ctx, values), nil
}

// settle turns what a handler returned for m into an acknowledgement. It is the
// only place that does.
func (t Topic[M]) settle(ctx context.Context, m jetstream.Msg, err error) {
	b, seq := t.bus, sequence(m)
	tally, log := b.tally[t.stream.name], b.log.With("stream", t.stream.name, "sequence", seq)
	switch {
	case err == nil:
		tally.forget(seq)
		if err := m.Ack(); err != nil {
			log.Warn("An acknowledgement was not sent; the message comes again", "error", err)
			return
		}
		reply := m.Reply()
		tally.last.Store(&reply)
	case ctx.Err() != nil:
		// The bus is closing and cancelled the handler: no verdict on the message.
		t.later(m, 0)
	case isAway(err):
		n := tally.update(seq, func(o *outcome) { o.away++ }).away
		log.Debug("A message waits, as something it needs is away", "error", err)
		t.later(m, pick(b.cfg.timing.away, n-1))
	case errors.Is(err, news.ErrInvalid):
		t.bury(ctx, m, err.Error())
	default:
		n := tally.update(seq, func(o *outcome) { o.failed++; o.away = 0 }).failed
		if n > len(b.cfg.timing.retries) {
			t.bury(ctx, m, fmt.Sprintf("failed %d times, last: %v", n, err))
			return
		}
		delay := b.cfg.timing.retries[n-1]
		log.Warn("A message failed; trying again", "try", n, "in", delay, "error", err)
		t.later(m, delay)
	}
}

func (t Topic[M]) later(m jetstream.Msg, delay time.Duration) {
	if err := m.NakWithDelay(delay); err != nil {
		t.bus.log.Debug("A message comes again only after its time is up", "stream", t.stream.name, "error", err)
	}
}

// keepAlive tells the server that msgs are still worked on, until its result is
// called.
func keepAlive(msgs []jetstream.Msg, every time.Duration) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				for _, m := range msgs {
					// A message that is settled by now refuses; that is no harm.
					_ = m.InProgress()
				}
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// sequence is the message's number in its stream; 0 if it does not say.
func sequence(m jetstream.Msg) uint64 {
	md, err := m.Metadata()
	if err != nil {
		return 0
	}
	return md.Sequence.Stream
}
