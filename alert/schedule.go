package alert

import (
	"time"

	"edict/news"
)

// A Plan says when an alert of a subscription leaves, and with what: alerts that have
// the same batch and are due leave as one message, and "" leaves alone. last is when
// the alert before it, on the same story, leaves or has left; zero for the first.
// It must give the same for the same arguments; now is the alert's time.
type Plan func(sub news.Subscription, a news.Alert, last time.Time) (due time.Time, batch string)

// gather is how long after an alert of a story what follows on it is gathered.
const gather = 2 * time.Minute

// AtOnce is the Plan of a subscription without a schedule: the first alert of a story
// leaves at once, and what follows within two minutes of one leaves together at their
// end.
func AtOnce(_ news.Subscription, a news.Alert, last time.Time) (due time.Time, batch string) {
	switch {
	case last.IsZero() || !a.Time.Before(last.Add(gather)):
		return a.Time, ""
	case last.After(a.Time): // some are gathered already
		return last, a.Story
	}
	return last.Add(gather), a.Story
}
