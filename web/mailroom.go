package web

import (
	"context"
	"time"

	"edict/news"
)

// Alerts is what lets the pages say who is told of what, and change it. All of it is
// required.
type Alerts struct {
	Subscriptions Subscriptions
	Outbox        Outbox
	Silences      Silences
	Dead          DeadLetters
	// Check says with ErrInvalid what of a subscription cannot work: words that cannot be
	// read, a channel that there is not.
	Check func(ctx context.Context, sub news.Subscription) error
	// Try says which alerts a subscription would have been sent of what was published
	// since a time, the last first.
	Try func(ctx context.Context, sub news.Subscription, since time.Time) ([]TriedAlert, error)
	// Test sends a test message on each channel of a subscription.
	Test func(ctx context.Context, sub news.Subscription) ([]ChannelTest, error)
	// Secrets makes new secrets for the webhooks of a subscription. They cannot be read
	// again.
	Secrets func(ctx context.Context, sub news.Subscription) ([]ChannelSecret, error)
	// NewID returns an id that nobody can guess.
	NewID  func() string
	Labels []news.Label // that the rules know
}

// Subscriptions are kept in a store. All methods may be called at once, and return
// ErrUnavailable while it is away; what one has written is durable when it returns.
type Subscriptions interface {
	// Subscriptions returns all of them, and a number that is another one whenever any
	// has changed.
	Subscriptions(ctx context.Context) ([]news.Subscription, int64, error)
	// Subscription returns one, or ErrNotFound.
	Subscription(ctx context.Context, id string) (news.Subscription, error)
	// SaveSubscription writes one, or returns ErrInvalid.
	SaveSubscription(ctx context.Context, sub news.Subscription) error
	// EditSubscription writes what edit makes of one, in one transaction, and returns it.
	// An error of edit is returned, and nothing is written then.
	EditSubscription(ctx context.Context, id string, edit func(*news.Subscription) error) (news.Subscription, error)
	// RemoveSubscription takes one out for good, or returns ErrNotFound.
	RemoveSubscription(ctx context.Context, id string) error
}

// An Outbox is what was told, and what has become of it. ErrUnavailable: it is away.
type Outbox interface {
	// AlertsBefore returns up to limit alerts of a subscription, the last first: those
	// before one, of which the change and the story are asked, or the last ones.
	AlertsBefore(ctx context.Context, subscription string, before *news.Alert, limit int) ([]news.Alert, error)
	// Deliveries returns those that f selects, the last first.
	Deliveries(ctx context.Context, f news.DeliveryFilter) ([]news.Delivery, error)
	// Delivery returns one by the beginning of its id, with the tries of its message, or
	// ErrNotFound.
	Delivery(ctx context.Context, id string) (news.Delivery, []news.Try, error)
	// SumDeliveries says what has become of the deliveries of subscriptions, by their ids.
	SumDeliveries(ctx context.Context, subscriptions []string) (map[string]news.DeliverySum, error)
	// Replay lets deliveries that are held or dead be tried again, and returns how many
	// there were. To call it twice does no harm.
	Replay(ctx context.Context, ids []string) (int64, error)
	// DropDeliveries forgets those of them that are dead, and returns how many there were.
	DropDeliveries(ctx context.Context, ids []string) (int64, error)
}

// Silences are what readers want nothing of. ErrUnavailable: the store is away.
type Silences interface {
	// Silences returns those that hold at a time, and those that are over and hold
	// deliveries still, by their ends, with how many each holds.
	Silences(ctx context.Context, now time.Time) ([]news.Silence, error)
	// SaveSilence writes one, or returns ErrInvalid.
	SaveSilence(ctx context.Context, s news.Silence) error
	// EndSilence ends one now, lets go what it holds if deliver says so, and returns how
	// many deliveries these are. ErrNotFound: there is none.
	EndSilence(ctx context.Context, id string, deliver bool) (held int64, err error)
}

// DeadLetters are articles that a stage gave up.
type DeadLetters interface {
	// DeadRows returns up to limit of them, the last first.
	DeadRows(ctx context.Context, limit int) ([]news.DeadRow, error)
	// DeadOf returns the one with a key, or ErrNotFound.
	DeadOf(ctx context.Context, key news.Key) (news.DeadRow, error)
	// Revive lets them be handled once more, and returns how many there were. To call it
	// twice does no harm.
	Revive(ctx context.Context, keys []news.Key) (int, error)
}

// A TriedAlert is an alert that a subscription would have been sent.
type TriedAlert struct {
	news.Alert
	Title, URL string
}

// A ChannelTest is what came of a test message on one channel.
type ChannelTest struct {
	Channel string // its name
	Outcome news.TryOutcome
	Answer  string
	Took    time.Duration
}

// A ChannelSecret signs what is sent on a channel.
type ChannelSecret struct{ Channel, Secret string }
