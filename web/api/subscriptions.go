package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"edict/account"
	"edict/news"

	"github.com/danielgtaylor/huma/v2"
)

// subscriptionBody is what a caller says of a subscription.
type subscriptionBody struct {
	Name     string        `json:"name" maxLength:"200"`
	Query    news.Query    `json:"query"`
	Channels []string      `json:"channels,omitempty" maxItems:"20" doc:"Where alerts go, each as kind:target. Of a saved subscription they are read by their names, which hold nothing secret, and a name given back stands for the channel."`
	Language string        `json:"language,omitempty" doc:"Of its messages: en, zh-Hans or zh-Hant; en unless given."`
	Schedule news.Schedule `json:"schedule,omitzero"`

	NoHeartbeat bool `json:"no_heartbeat,omitempty" doc:"Leave out the weekly report on its channels."`
}

// OneSubscription is asked for by its id.
type OneSubscription struct {
	ID string `path:"id" maxLength:"64"`
}

type subscriptionAnswer struct {
	ETag string `header:"ETag"`
	Body news.Subscription
}

type subscriptionMade struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     news.Subscription
}

// answerWith shows a subscription, without its channels' secrets, and its version.
func answerWith(sub news.Subscription) *subscriptionAnswer {
	return &subscriptionAnswer{ETag: etag(sub), Body: shown(sub)}
}

func shown(sub news.Subscription) news.Subscription {
	sub = sub.Shown()
	if sub.Channels == nil {
		sub.Channels = []string{}
	}
	return sub
}

// etag tells versions of a subscription apart. What is not shown is part of it.
func etag(sub news.Subscription) string {
	body, err := json.Marshal(sub)
	if err != nil {
		return `""` // it came out of JSON
	}
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func (s *server) addSubscriptions(api huma.API) {
	add(s, api, operation{id: "list-subscriptions", method: http.MethodGet, path: "/subscriptions", summary: "List the subscriptions"}, s.listSubscriptions)
	add(s, api, operation{
		id: "create-subscription", method: http.MethodPost, path: "/subscriptions", status: http.StatusCreated, summary: "Save a subscription",
		about: "It is told of what comes from then on.",
	}, s.createSubscription)
	add(s, api, operation{
		id: "try-subscription", method: http.MethodPost, path: "/subscriptions/try", summary: "Say what a subscription would have been sent",
		about: "Nothing is saved. The trial goes over what was published in the last 90 days, or as many as are asked for.",
	}, s.trySubscription)
	add(s, api, operation{id: "get-subscription", method: http.MethodGet, path: "/subscriptions/{id}", summary: "Read a subscription"}, s.getSubscription)
	add(s, api, operation{
		id: "edit-subscription", method: http.MethodPut, path: "/subscriptions/{id}", summary: "Edit a subscription",
		about: "If-Match names the version that is edited, by its ETag; if it is another one by now nothing is written (412).",
	}, s.editSubscription)
	add(s, api, operation{
		id: "delete-subscription", method: http.MethodDelete, path: "/subscriptions/{id}", summary: "Remove a subscription for good",
		about: "What it was told stays; what waits to be sent is not sent any more.",
	}, s.deleteSubscription)
	add(s, api, operation{id: "pause-subscription", method: http.MethodPost, path: "/subscriptions/{id}/pause", summary: "Send it nothing until it is resumed"}, s.setPaused(true))
	add(s, api, operation{id: "resume-subscription", method: http.MethodPost, path: "/subscriptions/{id}/resume", summary: "Send it again, and what was held"}, s.setPaused(false))
}

func (s *server) listSubscriptions(ctx context.Context, in *Paging) (*page[news.Subscription], error) {
	list, _, err := s.Subscriptions.Subscriptions(ctx) // by id
	if err != nil {
		return nil, err
	}
	who := account.From(ctx)
	list = slices.DeleteFunc(slices.Clone(list), func(sub news.Subscription) bool { return !who.Owns(sub.Owner) })
	if in.After != "" {
		at, found := slices.BinarySearchFunc(list, in.After, func(sub news.Subscription, id string) int { return strings.Compare(sub.ID, id) })
		if list = list[at:]; found {
			list = list[1:]
		}
	}
	list = slices.Clone(list[:min(len(list), in.Limit+1)])
	for i := range list {
		list[i] = shown(list[i])
	}
	return newPage(list, in.Limit, func(sub news.Subscription) string { return sub.ID }), nil
}

func (s *server) getSubscription(ctx context.Context, in *OneSubscription) (*subscriptionAnswer, error) {
	sub, err := s.own(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answerWith(sub), nil
}

// own returns a subscription of who asks, or any for an administrator. Another's is
// ErrNotFound, as one that there is not.
func (s *server) own(ctx context.Context, id string) (news.Subscription, error) {
	sub, err := s.Subscriptions.Subscription(ctx, id)
	if err == nil && !account.From(ctx).Owns(sub.Owner) {
		return news.Subscription{}, errNotYours
	}
	return sub, err
}

var errNotYours = fmt.Errorf("there is no such subscription of yours: %w", news.ErrNotFound)

func (s *server) createSubscription(ctx context.Context, in *struct{ Body subscriptionBody }) (*subscriptionMade, error) {
	sub := news.Subscription{ID: s.NewID(), Owner: account.From(ctx).Name, Created: s.Now().UTC()}
	if err := s.fill(ctx, &sub, in.Body); err != nil {
		return nil, err
	}
	if err := s.Subscriptions.SaveSubscription(ctx, sub); err != nil {
		return nil, err
	}
	return &subscriptionMade{ETag: etag(sub), Location: base + "/subscriptions/" + sub.ID, Body: shown(sub)}, nil
}

// fill puts what a caller says into a subscription, and says what of it cannot be.
func (s *server) fill(ctx context.Context, sub *news.Subscription, body subscriptionBody) (err error) {
	known := *sub
	sub.Name, sub.Query, sub.Language, sub.Schedule, sub.NoHeartbeat = body.Name, body.Query, body.Language, body.Schedule, body.NoHeartbeat
	sub.Channels = []string{}
	for _, c := range body.Channels {
		if c, err = channelOf(known, c); err != nil {
			return err
		}
		sub.Channels = append(sub.Channels, c)
	}
	if err := sub.Validate(); err != nil {
		return err
	}
	return s.Check(ctx, *sub)
}

// channelName is how the name of a channel ends.
var channelName = regexp.MustCompile(`#[0-9a-f]{8}$`)

// channelOf is the channel that a caller means: one of those that the subscription has,
// by its name, or a new one.
func channelOf(sub news.Subscription, text string) (string, error) {
	if c, found := sub.Channel(text); found {
		return c, nil
	}
	if channelName.MatchString(text) {
		return "", fmt.Errorf("channel %q is the name of a channel that this subscription does not have: %w", text, news.ErrInvalid)
	}
	return text, nil
}

type subscriptionEdit struct {
	OneSubscription
	IfMatch string `header:"If-Match" doc:"The ETag of the version that is edited."`
	Body    subscriptionBody
}

func (s *server) editSubscription(ctx context.Context, in *subscriptionEdit) (*subscriptionAnswer, error) {
	if in.IfMatch == "" {
		return nil, errUnseen
	}
	sub, err := s.Subscriptions.EditSubscription(ctx, in.ID, func(sub *news.Subscription) error {
		if !account.From(ctx).Owns(sub.Owner) {
			return errNotYours
		}
		if in.IfMatch != etag(*sub) {
			return errStale
		}
		return s.fill(ctx, sub, in.Body)
	})
	if err != nil {
		return nil, err
	}
	return answerWith(sub), nil
}

func (s *server) setPaused(paused bool) func(context.Context, *OneSubscription) (*subscriptionAnswer, error) {
	return func(ctx context.Context, in *OneSubscription) (*subscriptionAnswer, error) {
		sub, err := s.Subscriptions.EditSubscription(ctx, in.ID, func(sub *news.Subscription) error {
			who := account.From(ctx)
			if !who.Owns(sub.Owner) {
				return errNotYours
			}
			if paused {
				sub.Paused, sub.Why = true, "by "+who.Name
			} else {
				sub.Paused, sub.Why, sub.Halted = false, "", nil
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		return answerWith(sub), nil
	}
}

func (s *server) deleteSubscription(ctx context.Context, in *OneSubscription) (*struct{}, error) {
	if _, err := s.own(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Subscriptions.RemoveSubscription(ctx, in.ID)
}

// maxTried is how many alerts of a trial are shown; all are counted.
const maxTried = 100

type trial struct {
	Body struct {
		Since  time.Time    `json:"since"`
		Count  int          `json:"count" doc:"How many alerts it would have been sent."`
		Alerts []TriedAlert `json:"alerts" doc:"The last of them, 100 at most, the last first."`
	}
}

type trialAsked struct {
	Days int `query:"days" minimum:"1" maximum:"3650" default:"90" doc:"How far back to look."`
	Body struct {
		Query news.Query `json:"query"`
	}
}

func (s *server) trySubscription(ctx context.Context, in *trialAsked) (*trial, error) {
	sub := news.Subscription{ID: "trial", Name: "trial", Owner: account.From(ctx).Name, Query: in.Body.Query}
	if err := sub.Validate(); err != nil {
		return nil, err
	}
	var out trial
	out.Body.Since = s.Now().UTC().AddDate(0, 0, -in.Days)
	alerts, err := s.Try(ctx, sub, out.Body.Since)
	if err != nil {
		return nil, err
	}
	out.Body.Count = len(alerts)
	out.Body.Alerts = append([]TriedAlert{}, alerts[:min(len(alerts), maxTried)]...)
	return &out, nil
}
