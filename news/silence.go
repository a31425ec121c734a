package news

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Silence says that nothing is to be sent of a story, of a source, or with a phrase,
// until a time: to one subscription or to all. What it names must all fit. It loses
// nothing: the alerts are written, and their deliveries are held.
type Silence struct {
	ID      string    `json:"id"`
	Author  string    `json:"author"`
	Reason  string    `json:"reason"`
	Created time.Time `json:"created"`
	Until   time.Time `json:"until"`
	// What it is of; "" is any.
	Subscription string `json:"subscription,omitempty"` // id
	Story        string `json:"story,omitempty"`        // id
	Source       string `json:"source,omitempty"`       // slug
	Phrase       string `json:"phrase,omitempty"`
	// Deliver lets go what was held when it ends, as a snooze does. Otherwise that stays
	// held until it is replayed.
	Deliver bool `json:"deliver,omitempty"`
	// Held counts the deliveries that it holds. It is not kept.
	Held int64 `json:"held"`
}

// MaxPhrase bounds the phrase of a silence, in bytes.
const MaxPhrase = 200

// Validate reports the first thing that is wrong with s, as ErrInvalid.
func (s Silence) Validate() error {
	switch {
	case s.ID == "" || s.Author == "" || len(s.Author) > MaxName:
		return fmt.Errorf("a silence needs an id and an author: %w", ErrInvalid)
	case strings.TrimSpace(s.Reason) == "" || len(s.Reason) > MaxReason || !utf8.ValidString(s.Reason):
		return fmt.Errorf("a silence needs a reason of up to %d bytes: %w", MaxReason, ErrInvalid)
	case !s.Until.After(s.Created):
		return fmt.Errorf("a silence needs an end in the future, and %s is none: %w", s.Until.UTC().Format(time.RFC3339), ErrInvalid)
	case s.Subscription+s.Story+s.Source+s.Phrase == "":
		return fmt.Errorf("it would silence everything: name a subscription, a story, a source or a phrase: %w", ErrInvalid)
	case s.Source != "" && !ValidSlug(s.Source):
		return fmt.Errorf("source %q is not a slug: %w", s.Source, ErrInvalid)
	case s.Phrase != "" && (len(s.Phrase) > MaxPhrase || !utf8.ValidString(s.Phrase) || !strings.ContainsFunc(s.Phrase, isWord)):
		return fmt.Errorf("a phrase has up to %d bytes, and a letter or a number: %w", MaxPhrase, ErrInvalid)
	case max(len(s.Subscription), len(s.Story)) > 64:
		return fmt.Errorf("an id has up to 64 bytes: %w", ErrInvalid)
	}
	return nil
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// HeldBy begins the answer of each delivery that the silence with an id holds.
func HeldBy(id string) string { return "silence " + id + ":" }

// Line says why a delivery is held: who silenced it, until when, and why.
func (s Silence) Line() string {
	return fmt.Sprintf("%s by %s until %s: %s", HeldBy(s.ID), s.Author, s.Until.UTC().Format("2006-01-02 15:04 MST"), s.Reason)
}

// A Flag is a reader's word that an alert is wrong. It decides nothing: an analyst does.
type Flag struct {
	Number       int64     `json:"number"` // from 1
	Time         time.Time `json:"time"`
	Who          string    `json:"who"`
	Subscription string    `json:"subscription"`
	Story        string    `json:"story"`
	Record       string    `json:"record"`
	Reason       string    `json:"reason,omitempty"`
}
