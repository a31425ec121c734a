package news

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Subscription is a saved query with channels and a schedule.
type Subscription struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Owner   string    `json:"owner"`
	Created time.Time `json:"created"`
	Query   Query     `json:"query"`
	// Channels are where its alerts go, each as kind:target, such as
	// webhook:https://example.org/hook or mail:ada@example.org.
	Channels []string `json:"channels"`
	// Language is what its messages are written in: en, zh-Hans or zh-Hant; "" is en.
	Language string   `json:"language,omitempty"`
	Schedule Schedule `json:"schedule,omitzero"`
	// NoHeartbeat leaves out the weekly report on its channels.
	NoHeartbeat bool   `json:"no_heartbeat,omitempty"`
	Paused      bool   `json:"paused"`
	Why         string `json:"why,omitempty"` // it is paused, or a channel is halted
	// Halted says of channels, by their names, why nothing is sent on them: the receiver
	// wants nothing more. Resuming the subscription ends it.
	Halted map[string]string `json:"halted,omitempty"`
}

// ChannelNames are the names of its channels, which hold nothing secret.
func (s Subscription) ChannelNames() []string {
	names := make([]string, len(s.Channels))
	for i, c := range s.Channels {
		names[i] = ChannelName(c)
	}
	return names
}

// Channel returns the channel that has a name, and whether there is one.
func (s Subscription) Channel(name string) (channel string, found bool) {
	i := slices.IndexFunc(s.Channels, func(c string) bool { return ChannelName(c) == name })
	if i < 0 {
		return "", false
	}
	return s.Channels[i], true
}

// Shown is s without anything secret: each channel is its name.
func (s Subscription) Shown() Subscription {
	s.Channels = s.ChannelNames()
	return s
}

// A Query selects what a subscription is told of. What is said of tags must meet in
// one tag that counts. An empty list or zero is anything.
type Query struct {
	Labels        []Label        `json:"labels,omitempty"`
	Jurisdictions []Jurisdiction `json:"jurisdictions,omitempty"` // a country includes its divisions
	// AllDivisions lets CN include HK, MO and TW: all 34 divisions.
	AllDivisions bool     `json:"all_divisions,omitempty"`
	Stages       []Stage  `json:"stages,omitempty"`
	MinScore     float64  `json:"min_score,omitempty"`
	Reviewed     bool     `json:"reviewed,omitempty"` // only tags that an analyst has accepted
	Sources      []string `json:"sources,omitempty"`  // slugs
	Languages    []string `json:"languages,omitempty"`
	// Words must all be there: words, "phrases", and -word or -"phrase" for what must
	// not. Chinese finds both scripts.
	Words string `json:"words,omitempty"`
}

// Limits of a subscription.
const (
	MaxName     = 200 // bytes
	MaxWords    = 1000
	maxChannels = 20
	maxChannel  = 2000 // bytes of one
	maxListed   = 300  // of labels, places, sources, languages
)

// NeedsTag reports whether a story without a tag cannot fit.
func (q Query) NeedsTag() bool {
	return len(q.Labels) > 0 || len(q.Jurisdictions) > 0 || len(q.Stages) > 0 || q.MinScore > 0 || q.Reviewed
}

// A TagKey is a label and a place that a tag may have; "" is any.
type TagKey struct {
	Label Label
	Place Jurisdiction
}

// TagKeys are what a tag must have one of to be what the query asks of tags: a country
// stands for its divisions.
func (q Query) TagKeys() (keys []TagKey) {
	labels, places := q.Labels, q.Jurisdictions
	if len(labels) == 0 {
		labels = []Label{""}
	}
	if len(places) == 0 {
		places = []Jurisdiction{""}
	}
	if q.AllDivisions && slices.Contains(places, "CN") {
		places = append(slices.Clone(places), "HK", "MO", "TW")
	}
	for _, l := range labels {
		for _, p := range places {
			keys = append(keys, TagKey{l, p})
		}
	}
	return keys
}

// FitsTag reports whether one tag is what the query asks of tags.
func (q Query) FitsTag(t Tag) bool {
	return t.State.Counts() && (!q.Reviewed || t.State == Accepted) && t.Score >= q.MinScore &&
		(len(q.Labels) == 0 || slices.Contains(q.Labels, t.Label)) &&
		(len(q.Stages) == 0 || slices.Contains(q.Stages, t.Stage)) &&
		(len(q.Jurisdictions) == 0 || slices.ContainsFunc(q.Jurisdictions, func(j Jurisdiction) bool { return q.includes(j, t.Jurisdiction) }))
}

func (q Query) includes(area, place Jurisdiction) bool {
	if place.Within(area) {
		return true
	}
	return q.AllDivisions && area == "CN" && (place == "HK" || place == "MO" || place == "TW")
}

// Validate reports the first thing that is wrong with s, as ErrInvalid.
func (s Subscription) Validate() error {
	q := s.Query
	switch {
	case s.ID == "" || s.Owner == "":
		return fmt.Errorf("a subscription needs an id and an owner: %w", ErrInvalid)
	case strings.TrimSpace(s.Name) == "" || len(s.Name) > MaxName || !utf8.ValidString(s.Name):
		return fmt.Errorf("a subscription needs a name of up to %d bytes: %w", MaxName, ErrInvalid)
	case !q.NeedsTag() && strings.TrimSpace(q.Words) == "" && len(q.Sources) == 0:
		return fmt.Errorf("it would be told of everything: name a label, a place, a source or words: %w", ErrInvalid)
	case len(q.Words) > MaxWords:
		return fmt.Errorf("its words are over %d bytes: %w", MaxWords, ErrInvalid)
	case q.MinScore < 0 || q.MinScore > 1:
		return fmt.Errorf("the least score %v is not from 0 to 1: %w", q.MinScore, ErrInvalid)
	case len(s.Channels) > maxChannels:
		return fmt.Errorf("it has over %d channels: %w", maxChannels, ErrInvalid)
	case max(len(q.Labels), len(q.Jurisdictions), len(q.Sources), len(q.Languages)) > maxListed:
		return fmt.Errorf("it names over %d of one kind: %w", maxListed, ErrInvalid)
	}
	if err := s.Schedule.Validate(); err != nil {
		return err
	}
	for _, l := range q.Labels {
		if !ValidLabel(l) {
			return fmt.Errorf("label %q is not a-z, 0-9 and _: %w", l, ErrInvalid)
		}
	}
	for _, j := range q.Jurisdictions {
		if !j.Valid() {
			return fmt.Errorf("%q is no place's code: %w", j, ErrInvalid)
		}
	}
	for _, stage := range q.Stages {
		if !slices.Contains([]Stage{Proposed, Enacted, Enforced, Lifted}, stage) {
			return fmt.Errorf("stage %q is unknown: %w", stage, ErrInvalid)
		}
	}
	for _, source := range q.Sources {
		if !ValidSlug(source) {
			return fmt.Errorf("source %q is not a slug: %w", source, ErrInvalid)
		}
	}
	if !slices.Contains([]string{"", "en", "zh-Hans", "zh-Hant"}, s.Language) {
		return fmt.Errorf("language %q is none of en, zh-Hans, zh-Hant: %w", s.Language, ErrInvalid)
	}
	for i, c := range s.Channels {
		kind, target := ChannelKind(c)
		if kind == "" || kind == c || target == "" && kind != "nats" || !utf8.ValidString(c) || len(c) > maxChannel {
			return fmt.Errorf("channel %d (%s) is not kind:target of up to %d bytes, such as webhook:https://example.org/hook: %w", i+1, kind, maxChannel, ErrInvalid)
		}
		if slices.Contains(s.Channels[:i], c) {
			return fmt.Errorf("channel %s is there twice: %w", ChannelName(c), ErrInvalid)
		}
	}
	return nil
}
