package alert

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"edict/news"
)

// An Outbox keeps what is to be sent. Methods return news.ErrUnavailable while the store
// is away.
type Outbox interface {
	// DueDeliveries returns what waits and is to be tried now, the longest due first, at
	// most limit, and none of the channels named. Of a story on a channel it is the earliest
	// that waits, and nothing until that is to be tried.
	DueDeliveries(ctx context.Context, now time.Time, without []string, limit int) ([]news.Delivery, error)
	// Seal returns what is one message with d, the same for every try.
	Seal(ctx context.Context, d news.Delivery, now time.Time) ([]news.Delivery, error)
	// Settle writes what became of deliveries and the tries, in one transaction. Written
	// twice it changes nothing.
	Settle(ctx context.Context, deliveries []news.Delivery, tries []news.Try) error
	// Halt notes that a channel of a subscription wants nothing more, and holds what waits.
	Halt(ctx context.Context, subscription, channel, why string) error
	// Subscription returns one, or news.ErrNotFound.
	Subscription(ctx context.Context, id string) (news.Subscription, error)
	// ChannelSecret returns what signs messages on a channel, or news.ErrNotFound.
	ChannelSecret(ctx context.Context, subscription, channel string) (string, error)
}

// A Worker sends what is due. Each target has a queue of its own, so that a slow one
// holds nobody else, and the messages of a story on a channel keep their order. What
// was sent is noted before the next message of the queue is sent: a kill at any moment
// sends at most one message of each queue again, under the same id.
type Worker struct {
	Outbox   Outbox
	Compose  func(ctx context.Context, sub news.Subscription, list []news.Delivery) (Message, error)
	Channels map[string]Channel // by kind
	// Silenced reports whether, and why, a subscriber wants nothing of a delivery, as it is
	// now; may be nil.
	Silenced func(ctx context.Context, d news.Delivery) (reason string, silenced bool, err error)
	Log      *slog.Logger
	Now      func() time.Time
	Wake     func() <-chan struct{} // returns a channel that is closed when something was written; may be nil
	Random   func() float64         // for jitter, from 0 to 1
	// Observe is told of each try, with the time since it was due; may be nil.
	Observe func(kind string, outcome news.TryOutcome, latency time.Duration)
	Within  time.Duration // bounds one try; 0: ten seconds

	settling   chan waiter
	settleWait time.Duration // 0: settleWait

	mu       sync.Mutex
	busy     map[string]bool      // guarded by mu; channels whose queue is at work
	failures map[string]int       // guarded by mu; of a channel, one after the other
	rests    map[string]time.Time // guarded by mu; until when it is left alone
	ended    chan struct{}        // capacity 1: a queue has come to its end
}

const (
	// dueAtOnce is how many deliveries are taken at a time. Those of one channel are taken
	// again when they are done.
	dueAtOnce = 500
	// sendWithin bounds one try. It is below the time that the program has to stop.
	sendWithin = 10 * time.Second
)

// Run sends what is due until ctx ends; it then lets tries that have begun come to
// their end, and returns nil.
func (w *Worker) Run(ctx context.Context) error {
	stop := w.begin()
	var queues sync.WaitGroup
	defer func() { queues.Wait(); stop() }()
	for ctx.Err() == nil {
		var woken <-chan struct{}
		if w.Wake != nil {
			woken = w.Wake()
		}
		n, err := w.look(ctx, &queues)
		wait := look
		switch {
		case err != nil && ctx.Err() == nil:
			w.Log.Warn("What is to be sent cannot be read; it will be tried again", "error", err)
			wait, woken = retry, nil
		case n == dueAtOnce:
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-woken:
		case <-w.ended:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// Pass sends what is due now, and returns how many deliveries that were.
func (w *Worker) Pass(ctx context.Context) (n int, err error) {
	stop := w.begin()
	defer stop()
	var queues sync.WaitGroup
	n, err = w.look(ctx, &queues)
	queues.Wait()
	return n, err
}

// begin starts what notes results, and returns what ends it when the queues have.
func (w *Worker) begin() (stop func()) {
	w.mu.Lock()
	if w.busy == nil {
		w.busy, w.failures, w.rests, w.ended = map[string]bool{}, map[string]int{}, map[string]time.Time{}, make(chan struct{}, 1)
	}
	w.mu.Unlock()
	w.settling = make(chan waiter)
	done := make(chan struct{})
	go func() { w.settleAll(); close(done) }()
	return func() { close(w.settling); <-done }
}

// look starts a queue for each channel that has something due and none at work.
func (w *Worker) look(ctx context.Context, queues *sync.WaitGroup) (n int, err error) {
	now := w.Now()
	list, err := w.Outbox.DueDeliveries(ctx, now, w.occupied(now), dueAtOnce)
	if err != nil {
		return 0, err
	}
	byChannel := map[string][]news.Delivery{}
	for _, d := range list {
		byChannel[d.Channel] = append(byChannel[d.Channel], d)
	}
	for channel, due := range byChannel {
		w.mu.Lock()
		w.busy[channel] = true
		w.mu.Unlock()
		queues.Go(func() {
			w.send(ctx, due)
			w.mu.Lock()
			delete(w.busy, channel)
			w.mu.Unlock()
			select {
			case w.ended <- struct{}{}:
			default:
			}
		})
	}
	return len(list), nil
}

// occupied are the channels of which nothing is to be taken now.
func (w *Worker) occupied(now time.Time) (names []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name := range w.busy {
		names = append(names, name)
	}
	for name, until := range w.rests {
		if !now.Before(until) {
			delete(w.rests, name)
		} else if !w.busy[name] {
			names = append(names, name)
		}
	}
	return names
}

// rest leaves a channel alone after a failure, longer each time, or as long as its
// receiver asks.
func (w *Worker) rest(channel string, a Answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch a.Outcome {
	case news.TryLater, news.TryUnknown:
		w.failures[channel]++
		w.rests[channel] = w.Now().Add(max(a.After, min(w.pause(w.failures[channel]), longestRest)))
	default:
		delete(w.failures, channel)
		delete(w.rests, channel)
	}
}

func (w *Worker) resting(channel string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Now().Before(w.rests[channel])
}

// send sends the deliveries of one channel, one message after the other.
func (w *Worker) send(ctx context.Context, list []news.Delivery) {
	done := map[string]bool{}
	for _, d := range list {
		if ctx.Err() != nil || w.resting(d.Channel) {
			return
		}
		if done[d.ID] {
			continue
		}
		parts, err := w.deliver(ctx, d)
		if err != nil {
			if ctx.Err() == nil {
				w.Log.Warn("A delivery could not be sent, and is tried again", "delivery", d.ID, "channel", d.Channel, "error", err)
				w.rest(d.Channel, Answer{Outcome: news.TryLater})
			}
			return
		}
		for _, p := range parts {
			done[p.ID] = true // with a batch
		}
	}
}
