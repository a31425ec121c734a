package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

const (
	// pullSize messages of the largest size stay under the 64 MiB that a server
	// holds for a connection before it cuts it as too slow.
	pullSize = 12
	// batchBytes closes a batch early, so that it fits into memory.
	batchBytes = 16 << 20
)

// Consume calls handle for every message, in up to workers goroutines, until ctx
// ends; then it waits for the handlers that run and returns nil. It rides out a
// server that is away. What handle returns decides:
//
//   - nil: the message is done;
//   - ErrUnavailable or ErrFull: it comes again, however often that takes;
//   - ErrInvalid: it goes to DEAD at once;
//   - any other error, and a panic: it comes again after 1 s, 5 s, 30 s, 2 min and
//     10 min, and goes to DEAD when it fails for the sixth time.
//
// A message may be handled more than once: handle must be idempotent. Its context
// outlives ctx, so that work under way is finished, and carries the message's
// attempt. ErrInvalid is returned for a topic without a consumer.
func (t Topic[M]) Consume(ctx context.Context, workers int, handle func(context.Context, M) error) error {
	one := func(ctx context.Context, ms []M) []error { return []error{handle(ctx, ms[0])} }
	return t.pull(ctx, workers, func(ctx context.Context, _ jetstream.Consumer, first jetstream.Msg) bool {
		return t.process(withAttemptOf(ctx, first), []jetstream.Msg{first}, one)
	})
}

// ConsumeBatch is Consume with up to size messages at once, one batch after the
// other. A batch is closed when it is full, holds 16 MiB, or wait after its first
// message. handle returns nil if all are done, else one error, or nil, for each.
// When handle panics, each message is handled alone, so that one cannot take the
// others with it. The context carries no attempt.
func (t Topic[M]) ConsumeBatch(ctx context.Context, size int, wait time.Duration, handle func(context.Context, []M) []error) error {
	if size < 1 || size > maxBatch {
		return fmt.Errorf("consume %s: batch of %d is not 1 to %d: %w", t.stream.name, size, maxBatch, news.ErrInvalid)
	}
	return t.pull(ctx, 1, func(ctx context.Context, cons jetstream.Consumer, first jetstream.Msg) bool {
		return t.process(ctx, t.gather(cons, first, size, wait), handle)
	})
}

// gather completes the batch that first begins. It ends by itself after wait, so
// that no message is left in a pull that nobody reads.
func (t Topic[M]) gather(cons jetstream.Consumer, first jetstream.Msg, size int, wait time.Duration) []jetstream.Msg {
	msgs := []jetstream.Msg{first}
	bytes := len(first.Data())
	end := t.bus.cfg.Now().Add(wait)
	for len(msgs) < size && bytes < batchBytes {
		n := min(size-len(msgs), pullSize)
		left := end.Sub(t.bus.cfg.Now())
		var got jetstream.MessageBatch
		var err error
		if left < time.Millisecond {
			got, err = cons.FetchNoWait(n)
		} else {
			got, err = cons.Fetch(n, jetstream.FetchMaxWait(left))
		}
		if err != nil {
			break
		}
		before := len(msgs)
		for m := range got.Messages() {
			msgs = append(msgs, m)
			bytes += len(m.Data())
		}
		if len(msgs)-before < n {
			break
		}
	}
	return msgs
}

// A task handles first, and what it fetches to go with it. It reports true if none
// could be handled as something is away.
type task func(ctx context.Context, cons jetstream.Consumer, first jetstream.Msg) (away bool)

// pull fetches one message at a time in each worker and hands it to do. It never
// fetches ahead: a message that waits in memory would be delivered again.
func (t Topic[M]) pull(ctx context.Context, workers int, do task) error {
	b := t.bus
	if t.stream.consumer == "" {
		return fmt.Errorf("consume %s: it is for outside programs: %w", t.stream.name, news.ErrInvalid)
	}
	if workers < 1 {
		return fmt.Errorf("consume %s: %d workers: %w", t.stream.name, workers, news.ErrInvalid)
	}
	if err := b.begin(); err != nil {
		return fmt.Errorf("consume %s: %w", t.stream.name, err)
	}
	defer b.running.Done()
	lasting := context.WithoutCancel(ctx)
	fetching, stop := context.WithCancel(ctx)
	defer stop()
	go cancelOn(fetching, b.closing, stop)
	work, kill := context.WithCancel(lasting)
	defer kill()
	go cancelOn(work, b.killed, kill)

	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { t.work(fetching, work, do) })
	}
	wg.Wait()
	if err := t.flush(lasting); err != nil {
		b.log.Warn("The last acknowledgements may be lost; their messages come again", "stream", t.stream.name, "error", err)
	}
	return nil
}

// flush waits until the server has worked through our acknowledgements. They are
// sent without waiting, as each costs the server a write to disk, and stand in one
// queue: the answer to a sign of life for a message that is done comes after them.
func (t Topic[M]) flush(ctx context.Context) error {
	ctx, cancel := t.bus.bounded(ctx)
	defer cancel()
	last := t.bus.tally[t.stream.name].last.Load()
	if last == nil {
		return t.bus.conn.FlushWithContext(ctx)
	}
	_, err := t.bus.conn.RequestWithContext(ctx, *last, []byte("+WPI"))
	return err
}

// work is one worker: it opens the consumer, and again whenever that breaks.
func (t Topic[M]) work(fetching, work context.Context, do task) {
	b := t.bus
	for tries := 0; ; tries++ {
		handled, err := t.session(fetching, work, do)
		if fetching.Err() != nil {
			return
		}
		if handled {
			tries = 0
		}
		delay := pick(b.cfg.timing.away, tries)
		b.log.Warn("Fetching stopped; trying again", "stream", t.stream.name, "in", delay, "error", err)
		if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerDeleted) {
			if err := b.declare(fetching); err != nil {
				b.log.Error("The stream is gone and cannot be declared again", "stream", t.stream.name, "error", err)
			}
		}
		pause(fetching, delay)
	}
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// session fetches and works until fetching ends or the consumer breaks.
func (t Topic[M]) session(fetching, work context.Context, do task) (handled bool, err error) {
	cons, err := t.bus.consumer(fetching, t.stream)
	if err != nil {
		return false, err
	}
	it, err := cons.Messages(jetstream.PullMaxMessages(1))
	if err != nil {
		return false, fmt.Errorf("fetch from %s: %w", t.stream.name, err)
	}
	defer giveBack(it)
	for away := 0; ; {
		msg, err := it.Next(jetstream.NextContext(fetching))
		if err != nil {
			return handled, fmt.Errorf("fetch from %s: %w", t.stream.name, err)
		}
		handled = true
		if !do(work, cons, msg) {
			away = 0
		} else {
			// The next message would meet the same: do not hurry.
			pause(fetching, pick(t.bus.cfg.timing.away, away))
			away++
		}
		if fetching.Err() != nil {
			return handled, nil
		}
	}
}

// giveBack closes it, and returns what arrived meanwhile to the stream at once.
func giveBack(it jetstream.MessagesContext) {
	it.Drain()
	for {
		msg, err := it.Next(jetstream.NextMaxWait(time.Second))
		if err != nil {
			it.Stop()
			return
		}
		_ = msg.Nak()
	}
}

func pick(delays []time.Duration, i int) time.Duration {
	return delays[min(i, len(delays)-1)]
}
