package alert

import (
	"cmp"
	"context"
	"time"

	"edict/news"
)

// A settlement is what is to be written of deliveries.
type settlement struct {
	deliveries []news.Delivery
	tries      []news.Try
}

// atOnce bounds how many are written in one transaction.
const atOnce = 500

// A waiter is a queue that waits until its settlement is written.
type waiter struct {
	settlement
	done chan error
}

// settle returns when s is written. What comes from several queues while the store
// writes is written together, so that a commit costs all of them once.
func (w *Worker) settle(s settlement) error {
	x := waiter{s, make(chan error, 1)}
	w.settling <- x
	return <-x.done
}

// settleAll writes settlements until there are no more queues.
func (w *Worker) settleAll() {
	for first := range w.settling {
		all := []waiter{first}
		n := len(first.deliveries)
	gather:
		for n < atOnce {
			select {
			case x, more := <-w.settling:
				if !more {
					break gather
				}
				all = append(all, x)
				n += len(x.deliveries)
			default:
				break gather
			}
		}
		err := w.write(all)
		for _, x := range all {
			x.done <- err
		}
	}
}

// settleTries is how often a store that is away is asked again before it is given up
// for this time: what was sent is sent again then, under the same id.
const (
	settleTries = 10
	settleWait  = 50 * time.Millisecond // longer each time
)

// write writes them together. What was sent should be noted even while the program
// stops.
func (w *Worker) write(all []waiter) (err error) {
	var deliveries []news.Delivery
	var tries []news.Try
	for _, x := range all {
		deliveries = append(deliveries, x.deliveries...)
		tries = append(tries, x.tries...)
	}
	for n := range settleTries {
		ctx, cancel := context.WithTimeout(context.Background(), sendWithin)
		err = w.Outbox.Settle(ctx, deliveries, tries)
		cancel()
		if err == nil {
			return nil
		}
		if n == 0 {
			w.Log.Warn("What was sent could not be noted; trying again", "deliveries", len(deliveries), "error", err)
		}
		time.Sleep(time.Duration(n+1) * cmp.Or(w.settleWait, settleWait))
	}
	return err
}
