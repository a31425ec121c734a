package news

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Delivery is one alert on its way to one channel. Its id is made of both, so that
// however often it is tried, a receiver sees the same one.
type Delivery struct {
	ID           string `json:"id"`
	Subscription string `json:"subscription"`
	Channel      string `json:"channel"` // its name: ChannelName, without anything secret
	Story        string `json:"story"`
	Change       int64  `json:"change"`
	// Batch gathers what leaves together: deliveries of one subscription and channel that
	// share it and are due are one message. "": it leaves alone.
	Batch string `json:"batch,omitempty"`
	// Message is the id under which it is sent: its own, or one for all of its batch,
	// which is "" until they are sent first.
	Message  string        `json:"message,omitempty"`
	Created  time.Time     `json:"created"`
	Due      time.Time     `json:"due"`
	Next     time.Time     `json:"next"` // when it is tried next: due at first
	State    DeliveryState `json:"state"`
	Hold     Hold          `json:"hold,omitempty"`   // why it is held
	Attempts int           `json:"attempts"`         // how often it was tried
	Answer   string        `json:"answer,omitempty"` // to the last try, or what else there is to say of its state
	Sent     time.Time     `json:"sent,omitzero"`
}

// A DeliveryState is how far a delivery has come.
type DeliveryState string

// The states. What is held or dead may be replayed.
const (
	DeliveryWaiting DeliveryState = "waiting" // until it is due, or tried again
	DeliveryHeld    DeliveryState = "held"    // until what holds it ends
	DeliverySent    DeliveryState = "sent"    // the receiver has taken it
	DeliveryDead    DeliveryState = "dead"    // it is not tried any more
)

// A Hold is why a delivery is held.
type Hold string

// What holds deliveries. The first two end when the subscription is resumed; what was
// silenced stays so.
const (
	HoldPaused   Hold = "paused"   // the subscription is paused
	HoldHalted   Hold = "halted"   // the receiver wants nothing more on this channel
	HoldSilenced Hold = "silenced" // by the reader
)

// A Try is one attempt to send a message.
type Try struct {
	Message string        `json:"message"`
	Number  int           `json:"number"` // from 1
	Time    time.Time     `json:"time"`
	Took    time.Duration `json:"took"`
	Outcome TryOutcome    `json:"outcome"`
	Answer  string        `json:"answer"` // what the receiver said, or why nothing came
}

// A TryOutcome is what a try has come to.
type TryOutcome string

// The outcomes.
const (
	TrySent    TryOutcome = "sent"    // taken
	TryLater   TryOutcome = "later"   // not now: it is tried again
	TryUnknown TryOutcome = "unknown" // no answer came in time: it is tried again, under the same id
	TryRefused TryOutcome = "refused" // never: this message, as it is
	TryGone    TryOutcome = "gone"    // never: anything on this channel
)

// NewDelivery is the delivery of an alert on a channel of its subscription, to be sent
// when the alert is due.
func NewDelivery(a Alert, channel string) Delivery {
	name := ChannelName(channel)
	d := Delivery{
		ID:           digest("delivery", a.Subscription, a.Story, strconv.FormatInt(a.Change, 10), name),
		Subscription: a.Subscription, Channel: name, Story: a.Story, Change: a.Change, Batch: a.Batch,
		Created: a.Time, Due: a.Due, Next: a.Due, State: DeliveryWaiting,
	}
	if a.Batch == "" {
		d.Message = d.ID
	}
	return d
}

// BatchMessage is the id of the message of a batch whose first delivery is d.
func BatchMessage(d Delivery) string { return digest("message", d.Batch, d.ID) }

// ChannelKind is the kind of a channel and its target: kind:target.
func ChannelKind(channel string) (kind, target string) {
	kind, target, _ = strings.Cut(channel, ":")
	return kind, target
}

// ChannelName is how a channel is called wherever it is shown, logged or kept: its kind,
// the host or mailbox, and a few characters that tell two targets apart. Addresses of
// channels hold tokens, and topics that are as good as passwords: none of that is in it.
func ChannelName(channel string) string {
	kind, target := ChannelKind(channel)
	if target == "" {
		return kind
	}
	shown := target
	if u, err := url.Parse(target); err == nil && u.Scheme != "" {
		switch u.Scheme {
		case "http", "https":
			shown = u.Host
		default:
			shown = u.Scheme // of a chat service; the host may be a token
		}
	} else if kind != "mail" {
		shown = ""
	}
	sum := sha256.Sum256([]byte(channel))
	return kind + ":" + shown + "#" + hex.EncodeToString(sum[:4])
}

// A DeliverySum is what has become of the deliveries of one subscription.
type DeliverySum struct {
	Waiting, Held, Dead int64
	Sent                time.Time // when the last one was taken; zero: none is known
}

// A DeliveryFilter selects deliveries. An empty field is anything.
type DeliveryFilter struct {
	Subscription string
	Channel      string // its name
	State        DeliveryState
	After        Position // continue behind the one that was created then and has that id
	Limit        int      // at most so many; 0: all
}
