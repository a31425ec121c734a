package news

import (
	"fmt"
	"slices"
	"time"
)

// A LinkAct is what a signed link in a message does.
type LinkAct string

// The acts of links.
const (
	MuteLink        LinkAct = "mute"        // a silence of what the link names
	SnoozeLink      LinkAct = "snooze"      // a short one, after which what was held leaves
	WrongLink       LinkAct = "wrong"       // a flag on the record
	UnsubscribeLink LinkAct = "unsubscribe" // nothing more on the channel
)

// A Link is what a signed link in a message asks for. It is made for one subscription,
// and whoever has it may do what it says and nothing else, without a session.
type Link struct {
	Act          LinkAct   `json:"a"`
	Subscription string    `json:"s"`
	Channel      string    `json:"c,omitempty"` // its name
	Story        string    `json:"t,omitempty"`
	Record       string    `json:"r,omitempty"`
	Source       string    `json:"o,omitempty"`
	Phrase       string    `json:"p,omitempty"`
	Expires      time.Time `json:"-"`
}

// Validate reports the first thing that is wrong with l, as ErrInvalid.
func (l Link) Validate() error {
	of := 0
	for _, name := range []string{l.Story, l.Source, l.Phrase} {
		if name != "" {
			of++
		}
	}
	switch {
	case !slices.Contains([]LinkAct{MuteLink, SnoozeLink, WrongLink, UnsubscribeLink}, l.Act):
		return fmt.Errorf("a link that does %q: %w", l.Act, ErrInvalid)
	case l.Subscription == "":
		return fmt.Errorf("a link for nobody: %w", ErrInvalid)
	case (l.Act == MuteLink || l.Act == SnoozeLink) && of != 1:
		return fmt.Errorf("a link mutes a story, a source or a phrase, and one of them: %w", ErrInvalid)
	case l.Act == WrongLink && (l.Story == "" || l.Record == ""):
		return fmt.Errorf("a link that says that something is wrong names the story and the record: %w", ErrInvalid)
	case len(l.Phrase) > MaxPhrase:
		return fmt.Errorf("a phrase has up to %d bytes: %w", MaxPhrase, ErrInvalid)
	}
	return nil
}

// A LinkKey signs links. Links name the number of theirs, so that keys can change.
type LinkKey struct {
	Number  int64
	Created time.Time
	Secret  []byte
}
