// Package ntfy sends alerts to a topic of an ntfy server, which shows them on phones:
// one notification for a story, which changes when there is something new.
package ntfy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"edict/alert"
	"edict/alert/post"
	"edict/news"
)

// A Channel publishes to ntfy topics. An address is the topic's, such as
// https://ntfy.sh/topic; with a user and a password before the host, or a token alone
// (https://:tk_…@host/topic), it authenticates.
type Channel struct {
	Client    *post.Client
	UserAgent string
}

// Limits of ntfy, in bytes. What is over the first becomes an attached file there.
const (
	maxMessage = 4096
	maxTitle   = 250
)

// Priorities of ntfy.
const (
	normal = 3
	high   = 4
)

var topicForm = regexp.MustCompile(`^[-_A-Za-z0-9]{1,64}$`)

// Check returns news.ErrInvalid for what is no topic's address.
func (Channel) Check(address string) error {
	_, _, err := split(address)
	return err
}

// split returns the server's address, to which JSON is posted, and the topic.
func split(address string) (server *url.URL, topic string, err error) {
	server, err = url.Parse(address)
	if err != nil || server.Scheme != "https" && server.Scheme != "http" || server.Hostname() == "" || server.RawQuery != "" || server.Fragment != "" {
		return nil, "", fmt.Errorf("ntfy needs the address of a topic, such as https://ntfy.sh/topic: %w", news.ErrInvalid)
	}
	i := strings.LastIndexByte(server.Path, '/')
	if topic = server.Path[i+1:]; i < 0 || !topicForm.MatchString(topic) {
		return nil, "", fmt.Errorf("an ntfy topic is 1 to 64 letters, digits, - and _ behind the server's address: %w", news.ErrInvalid)
	}
	server.Path, server.RawPath = server.Path[:i+1], ""
	return server, topic, nil
}

// A publication is what ntfy reads as JSON. Messages with the same sequence id are one
// notification, which the last one replaces; servers before 2.16 show each.
type publication struct {
	Topic    string   `json:"topic"`
	Title    string   `json:"title"`
	Message  string   `json:"message"`
	Priority int      `json:"priority"`
	Tags     []string `json:"tags,omitempty"`
	Click    string   `json:"click,omitempty"`
	Actions  []action `json:"actions,omitempty"`
	Sequence string   `json:"sequence_id,omitempty"`
}

type action struct {
	Action string `json:"action"`
	Label  string `json:"label"`
	URL    string `json:"url"`
}

// maxActions is how many buttons ntfy shows.
const maxActions = 3

// Send publishes the message once.
func (c Channel) Send(ctx context.Context, to alert.Target, m alert.Message) alert.Answer {
	server, topic, err := split(to.Address)
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: err.Error()}
	}
	p := publication{
		Topic: topic, Title: m.Title(maxTitle), Message: m.Short(maxMessage, alert.Plain), Priority: normal, Sequence: m.ID,
	}
	if m.Thread != "" {
		p.Sequence = m.Thread
	}
	if m.Urgent() {
		p.Priority = high
	}
	if len(m.Items) == 1 {
		item := m.Items[0]
		p.Click = alert.SafeLink(item.Page)
		for _, l := range m.Buttons(item) {
			if len(p.Actions) < maxActions {
				p.Actions = append(p.Actions, action{"view", l.Name, l.URL})
			}
		}
		for _, f := range item.Facts {
			if len(p.Tags) == 0 {
				p.Tags = append(p.Tags, string(f.Label))
			}
			p.Tags = append(p.Tags, string(f.Jurisdiction))
		}
	}
	body, err := json.Marshal(p)
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its message cannot be made: " + err.Error()}
	}
	user := server.User
	server.User = nil
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.String(), bytes.NewReader(body))
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its address cannot be read"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.UserAgent)
	if user != nil {
		password, _ := user.Password()
		if user.Username() == "" {
			req.Header.Set("Authorization", "Bearer "+password)
		} else {
			req.SetBasicAuth(user.Username(), password)
		}
	}
	return c.Client.Do(req)
}
