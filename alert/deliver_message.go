package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"edict/news"
)

// deliver tries the message that d is a part of, and returns its deliveries as they are
// then. An error is the store's, and means that nothing was sent, or that it is not
// noted what was.
func (w *Worker) deliver(ctx context.Context, d news.Delivery) (list []news.Delivery, err error) {
	sub, err := w.Outbox.Subscription(ctx, d.Subscription)
	if errors.Is(err, news.ErrNotFound) {
		return w.drop(d, news.DeliveryDead, "", "the subscription was removed")
	}
	if err != nil {
		return nil, err
	}
	channel, there := sub.Channel(d.Channel)
	why, halted := sub.Halted[d.Channel]
	switch {
	case !there:
		return w.drop(d, news.DeliveryDead, "", "the subscription has this channel no more")
	case sub.Paused:
		return w.drop(d, news.DeliveryHeld, news.HoldPaused, "the subscription is paused")
	case halted:
		return w.drop(d, news.DeliveryHeld, news.HoldHalted, why)
	}
	list = []news.Delivery{d}
	if d.Batch != "" {
		if list, err = w.Outbox.Seal(ctx, d, w.Now()); err != nil {
			return nil, err
		}
	}
	list, silenced, err := w.silence(ctx, list)
	if err != nil || len(list) == 0 {
		return silenced, err
	}
	kind, address := news.ChannelKind(channel)
	way := w.Channels[kind]
	if way == nil {
		return w.drop(d, news.DeliveryDead, "", fmt.Sprintf("this program has no channel %q", kind))
	}
	to := Target{Subscription: sub.ID, Name: d.Channel, Address: address}
	if to.Secret, err = w.Outbox.ChannelSecret(ctx, sub.ID, d.Channel); err != nil && !errors.Is(err, news.ErrNotFound) {
		return nil, err
	}
	m, err := w.Compose(ctx, sub, list)
	if errors.Is(err, news.ErrNotFound) {
		return w.drop(d, news.DeliveryDead, "", "its story is not in the archive any more")
	}
	if err != nil {
		return nil, err
	}
	list, err = w.try(ctx, way, to, m, list)
	return append(list, silenced...), err
}

// silence takes out what its reader has silenced since it was written.
func (w *Worker) silence(ctx context.Context, list []news.Delivery) (loud, silenced []news.Delivery, err error) {
	if w.Silenced == nil {
		return list, nil, nil
	}
	for _, d := range list {
		reason, quiet, err := w.Silenced(ctx, d)
		if err != nil {
			return nil, nil, err
		}
		if !quiet {
			loud = append(loud, d)
			continue
		}
		d.State, d.Hold, d.Answer = news.DeliveryHeld, news.HoldSilenced, reason
		silenced = append(silenced, d)
	}
	if len(silenced) > 0 {
		err = w.settle(settlement{deliveries: silenced})
	}
	return loud, silenced, err
}

// drop settles a delivery that is not sent.
func (w *Worker) drop(d news.Delivery, state news.DeliveryState, hold news.Hold, why string) ([]news.Delivery, error) {
	d.State, d.Hold, d.Answer = state, hold, why
	w.Log.Info("A delivery was not sent", "delivery", d.ID, "channel", d.Channel, "state", string(state), "why", why)
	list := []news.Delivery{d}
	return list, w.settle(settlement{deliveries: list})
}

// try sends a message once and notes what came of it. A program that stops lets it come
// to its end.
func (w *Worker) try(ctx context.Context, way Channel, to Target, m Message, list []news.Delivery) ([]news.Delivery, error) {
	m.Attempt = list[0].Attempts + 1
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(w.Within, sendWithin))
	defer cancel()
	began := w.Now().UTC()
	m.Sent = began
	a := safely(sending, way, to, m)
	ended := w.Now().UTC()
	a.Text = tidy(Redact(to.Address, a.Text))
	w.rest(to.Name, a)
	kind, _ := news.ChannelKind(to.Name)
	if w.Observe != nil {
		w.Observe(kind, a.Outcome, ended.Sub(list[0].Due))
	}
	for i := range list {
		w.conclude(&list[i], a, ended)
	}
	t := news.Try{Message: m.ID, Number: m.Attempt, Time: began, Took: ended.Sub(began), Outcome: a.Outcome, Answer: a.Text}
	w.report(list[0], t)
	if a.Outcome == news.TryGone {
		if err := w.Outbox.Halt(ctx, to.Subscription, to.Name, a.Text); err != nil && !errors.Is(err, news.ErrNotFound) {
			return nil, err
		}
	}
	return list, w.settle(settlement{list, []news.Try{t}})
}

// safely turns a panic of a channel into an answer: one message must not end them all.
func safely(ctx context.Context, way Channel, to Target, m Message) (a Answer) {
	defer func() {
		if r := recover(); r != nil {
			a = Answer{Outcome: news.TryRefused, Text: fmt.Sprintf("the channel failed: %v", r)}
		}
	}()
	return way.Send(ctx, to, m)
}

// conclude says what a delivery is after a try.
func (w *Worker) conclude(d *news.Delivery, a Answer, now time.Time) {
	d.Attempts++
	d.Answer, d.Hold = a.Text, ""
	switch a.Outcome {
	case news.TrySent:
		d.State, d.Sent = news.DeliverySent, now
	case news.TryRefused:
		d.State = news.DeliveryDead
	case news.TryGone:
		d.State, d.Hold = news.DeliveryHeld, news.HoldHalted
	default:
		d.Next = now.Add(max(w.pause(d.Attempts), a.After))
		if d.Next.After(d.Due.Add(giveUpAfter)) {
			d.State, d.Answer = news.DeliveryDead, fmt.Sprintf("given up after %d tries: %s", d.Attempts, a.Text)
		}
	}
}

func (w *Worker) report(d news.Delivery, t news.Try) {
	log, what := w.Log.Info, "An alert was not sent yet"
	switch {
	case d.State == news.DeliverySent:
		log, what = w.Log.Debug, "An alert was sent"
	case d.State != news.DeliveryWaiting:
		log, what = w.Log.Warn, "An alert was not sent and is not tried again by itself; see 'edict deliveries list'"
	}
	log(what, "delivery", d.ID, "subscription", d.Subscription, "channel", d.Channel, "try", t.Number, "outcome", string(t.Outcome), "answer", t.Answer)
}
