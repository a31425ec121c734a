package alert

import (
	"context"
	"time"

	"edict/news"
)

// A Channel is a way out of the program. Each is a folder beside this one.
type Channel interface {
	// Check returns news.ErrInvalid for an address that it cannot send to, without
	// repeating what may be secret in it.
	Check(address string) error
	// Send tries once to send a message, and says what came of it. It ends with ctx.
	// Nothing secret of the target is in the answer.
	Send(ctx context.Context, to Target, m Message) Answer
}

// A Target is where a channel sends to.
type Target struct {
	Subscription string
	Name         string // of the channel, with nothing secret in it
	Address      string // what stands behind the channel's kind
	Secret       string // what signs messages to it; "" where none does
}

// An Answer is what came of a try.
type Answer struct {
	Outcome news.TryOutcome
	Text    string        // what the receiver said, or why nothing came
	After   time.Duration // it asks to be left alone for so long; 0: it did not say
}

// A Message is what is sent at one time on one channel of a subscription: one alert, or
// those of a batch.
type Message struct {
	ID string // the same in every try
	// Thread is the story, if all items are of one: a message on it updates the one before.
	Thread       string
	Update       bool // a message on this story came before
	Attempt      int  // from 1
	Subscription string
	Name         string // of the subscription
	Language     string // en, zh-Hans or zh-Hant
	Sent         time.Time
	Page         string          // the subscription's page or feed
	Unsubscribe  string          // "": there is no such link
	Test         bool            // it was asked for, and tells of no event
	Notice       news.NoticeKind // "": it tells of stories
	Items        []Item          // the oldest first
	More         int             // how many are left out, since there are so many
}

// An Item tells of one alert. All texts but those of ours are as a page gave them: each
// renderer makes them harmless in its own form.
type Item struct {
	Delivery string // id
	Story    string
	Change   int64
	Causes   []news.Cause
	Headline string
	Language string // of the article
	Source   Publisher
	Others   int    // how many more sources tell of it
	URL      string // of the original
	Page     string // ours
	Facts    []Fact
	Lines    []string // what a notice says, in the reader's language
	Evidence []Quote
	Record   string
	Rules    string // their version

	Published, Fetched, Tagged time.Time
	// Links that act without a login; "" where there are none.
	MuteStory, Snooze, MuteSource, MutePhrase, Wrong string
	Phrase                                           string // that MutePhrase is about
}

// A Publisher is a source as a reader knows it.
type Publisher struct {
	Slug     string
	Name     string
	Official bool
}

// A Fact is one label in one place, with its names in the reader's language.
type Fact struct {
	news.Fact

	LabelName, Place, StageName string
}

// A Quote is a sentence that proves a fact, and what the rule that found it means.
type Quote struct {
	Text string
	Rule string
	Says string // in the reader's language
}
