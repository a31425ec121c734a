// Package payload is the JSON form of a message, as webhooks and the bus carry it. Within
// its version it only gains fields.
package payload

import (
	"time"

	"edict/alert"
	"edict/news"
)

// Type is the type of the events that are sent.
const (
	Type     = "edict.alert.v1"
	TestType = "edict.test.v1"
	// NoticeType is of what tells of no story: notice says whether it is a heartbeat or a
	// warning, and each alert holds lines instead of facts.
	NoticeType = "edict.notice.v1"
)

// A Payload is what is posted. Within its version it only gains fields.
type Payload struct {
	Type      string    `json:"type"` // edict.alert.v1, or edict.test.v1
	Timestamp time.Time `json:"timestamp"`
	Data      Data      `json:"data"`
}

// Data is the message.
type Data struct {
	ID           string       `json:"id"` // the same in every try, as in the header webhook-id
	Attempt      int          `json:"attempt"`
	Subscription Subscription `json:"subscription"`
	Notice       string       `json:"notice,omitempty"` // heartbeat or warning
	Alerts       []Alert      `json:"alerts"`
	More         int          `json:"more"` // alerts that are left out, over a hundred
}

// Subscription is what asked for it.
type Subscription struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// An Alert is one event, or something new about it.
type Alert struct {
	ID        string       `json:"id"`    // of the delivery
	Story     string       `json:"story"` // the same for all that is told of one event
	Change    int64        `json:"change"`
	Causes    []news.Cause `json:"causes"`
	Headline  string       `json:"headline"`
	Language  string       `json:"language"`
	URL       string       `json:"url"`
	Page      string       `json:"page"` // on Edict's own pages
	Source    Source       `json:"source"`
	Others    int          `json:"others"` // how many more sources tell of it
	Facts     []Fact       `json:"facts"`
	Lines     []string     `json:"lines,omitempty"` // of a notice
	Evidence  []Evidence   `json:"evidence"`
	Record    string       `json:"record"`
	Rules     string       `json:"rules"` // their version
	Published *time.Time   `json:"published"`
	Fetched   *time.Time   `json:"fetched"`
	Tagged    *time.Time   `json:"tagged"`
	Sent      time.Time    `json:"sent"`
}

// Source is the best source that tells of it.
type Source struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Official bool   `json:"official"`
}

// A Fact is one label in one place.
type Fact struct {
	Label        news.Label        `json:"label"`
	Jurisdiction news.Jurisdiction `json:"jurisdiction"`
	Place        string            `json:"place"`
	Stage        news.Stage        `json:"stage"`
}

// Evidence is a sentence that proves it.
type Evidence struct {
	Quote string `json:"quote"`
	Rule  string `json:"rule"`
	Says  string `json:"says"`
}

// New is the payload of a message.
func New(m alert.Message) Payload {
	p := Payload{Type: Type, Timestamp: m.Sent.UTC(), Data: Data{
		ID: m.ID, Attempt: m.Attempt, Subscription: Subscription{m.Subscription, m.Name}, Alerts: []Alert{}, More: m.More,
	}}
	if m.Notice != "" {
		p.Type, p.Data.Notice = NoticeType, string(m.Notice)
	}
	if m.Test {
		p.Type = TestType
	}
	for _, item := range m.Items {
		a := Alert{
			ID: item.Delivery, Story: item.Story, Change: item.Change, Causes: item.Causes, Headline: item.Headline, Language: item.Language,
			URL: item.URL, Page: item.Page, Source: Source{item.Source.Slug, item.Source.Name, item.Source.Official}, Others: item.Others,
			Facts: []Fact{}, Lines: item.Lines, Evidence: []Evidence{}, Record: item.Record, Rules: item.Rules,
			Published: moment(item.Published), Fetched: moment(item.Fetched), Tagged: moment(item.Tagged), Sent: m.Sent.UTC(),
		}
		if a.Causes == nil {
			a.Causes = []news.Cause{}
		}
		for _, f := range item.Facts {
			a.Facts = append(a.Facts, Fact{f.Label, f.Jurisdiction, f.Place, f.Stage})
		}
		for _, q := range item.Evidence {
			a.Evidence = append(a.Evidence, Evidence{q.Text, q.Rule, q.Says})
		}
		p.Data.Alerts = append(p.Data.Alerts, a)
	}
	return p
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
