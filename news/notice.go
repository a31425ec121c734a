package news

import (
	"strings"
	"time"
)

// A NoticeKind says what a notice is for.
type NoticeKind string

// The kinds.
const (
	Heartbeat NoticeKind = "heartbeat" // each week, so that silence means that nothing happened
	Warning   NoticeKind = "warning"   // what a subscription relies on is broken
)

// A Notice tells a subscriber of no story but of how Edict fares for him. It goes the
// way of alerts: a delivery for each channel.
type Notice struct {
	ID           string     `json:"id"`
	Subscription string     `json:"subscription"`
	Kind         NoticeKind `json:"kind"`
	Time         time.Time  `json:"time"`
	Since        time.Time  `json:"since"`    // what it counts came since then
	Sources      int        `json:"sources"`  // that are watched for it
	Broken       []Broken   `json:"broken"`   // of these
	Articles     int64      `json:"articles"` // read, over all sources
	Alerts       int        `json:"alerts"`
	Held         int        `json:"held"` // deliveries that are held
	Near         []NearMiss `json:"near"` // that would be alerts if an analyst accepted them
	Slowest      string     `json:"slowest,omitempty"`
	// Delay is the median time from published to fetched of the slowest source.
	Delay time.Duration `json:"delay,omitempty"`
}

// Broken is a source that cannot be read.
type Broken struct {
	Source string    `json:"source"`
	Since  time.Time `json:"since,omitzero"` // when it was read last; zero: never
	Detail string    `json:"detail"`
}

// A NearMiss is a story that waits for review and would be an alert.
type NearMiss struct {
	Record       string       `json:"record"`
	Title        string       `json:"title"`
	Label        Label        `json:"label"`
	Jurisdiction Jurisdiction `json:"jurisdiction"`
	Score        float64      `json:"score"`
}

// NewNotice begins a notice; what it is about, key, makes its id, so that it is sent once.
func NewNotice(kind NoticeKind, subscription, key string, now time.Time) Notice {
	return Notice{
		ID: digest("notice", string(kind), subscription, key), Subscription: subscription, Kind: kind, Time: now.UTC(),
		Broken: []Broken{}, Near: []NearMiss{},
	}
}

const noticeStory = "notice:"

// Delivery is that of a notice on a channel. In the place of a story it names the notice.
func (n Notice) Delivery(channel string, due time.Time) Delivery {
	return NewDelivery(Alert{Subscription: n.Subscription, Story: noticeStory + n.ID, Time: n.Time, Due: due}, channel)
}

// Notice is the id of the notice that d tells, if it tells one.
func (d Delivery) Notice() (id string, is bool) { return strings.CutPrefix(d.Story, noticeStory) }
