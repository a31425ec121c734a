package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"edict/account"
	"edict/news"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) addAlerts(api huma.API) {
	add(s, api, operation{
		id: "list-alerts", method: http.MethodGet, path: "/subscriptions/{id}/alerts", summary: "List the alerts of a subscription, the last first",
		about: "An event is told once, and again when something is new; causes say what.",
	}, s.listAlerts)
}

func (s *server) listAlerts(ctx context.Context, in *struct {
	OneSubscription
	Paging
},
) (*page[news.Alert], error) {
	if _, err := s.own(ctx, in.ID); err != nil {
		return nil, err
	}
	var before *news.Alert
	if in.After != "" {
		change, story, err := readNumber(in.After)
		if err != nil {
			return nil, err
		}
		before = &news.Alert{Change: change, Story: story}
	}
	list, err := s.Outbox.AlertsBefore(ctx, in.ID, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return newPage(list, in.Limit, func(a news.Alert) string { return strconv.FormatInt(a.Change, 10) + "." + a.Story }), nil
}

func (s *server) addDeliveries(api huma.API) {
	add(s, api, operation{id: "list-deliveries", method: http.MethodGet, path: "/deliveries", summary: "List deliveries, the last first"}, s.listDeliveries)
	add(s, api, operation{id: "get-delivery", method: http.MethodGet, path: "/deliveries/{id}", summary: "Read a delivery with its tries"}, s.getDelivery)
	add(s, api, operation{
		id: "replay-delivery", method: http.MethodPost, path: "/deliveries/{id}/replay", summary: "Try a delivery again that is held or dead",
		about: "It keeps its id, so that a receiver that has it already can tell.",
	}, s.replayDelivery)
}

type deliveriesAsked struct {
	Paging
	Subscription string             `query:"subscription" maxLength:"64"`
	State        news.DeliveryState `query:"state" enum:"waiting,held,sent,dead"`
}

func (s *server) listDeliveries(ctx context.Context, in *deliveriesAsked) (*page[news.Delivery], error) {
	after, err := readPlace(in.After)
	if err != nil {
		return nil, err
	}
	if !account.From(ctx).May(account.Administer) {
		if in.Subscription == "" {
			return nil, fmt.Errorf("name the subscription whose deliveries you want to see; an administrator sees those of all: %w", news.ErrInvalid)
		}
		if _, err := s.own(ctx, in.Subscription); err != nil {
			return nil, err
		}
	}
	list, err := s.Outbox.Deliveries(ctx, news.DeliveryFilter{Subscription: in.Subscription, State: in.State, After: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	return newPage(list, in.Limit, func(d news.Delivery) string { return writePlace(d.Created, d.ID) }), nil
}

// OneDelivery is asked for by its id.
type OneDelivery struct {
	ID string `path:"id" pattern:"^[0-9a-f]{8,64}$"`
}

type deliveryAnswer struct {
	Body struct {
		news.Delivery
		Tries []news.Try `json:"tries" doc:"Of its message, the first one first. took is nanoseconds."`
	}
}

func (s *server) getDelivery(ctx context.Context, in *OneDelivery) (*deliveryAnswer, error) {
	var out deliveryAnswer
	var err error
	if out.Body.Delivery, out.Body.Tries, err = s.Outbox.Delivery(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := s.ownDelivery(ctx, out.Body.Delivery); err != nil {
		return nil, err
	}
	return &out, nil
}

// ownDelivery refuses the delivery of another's subscription, or of one that is gone, but
// to an administrator.
func (s *server) ownDelivery(ctx context.Context, d news.Delivery) error {
	if account.From(ctx).May(account.Administer) {
		return nil
	}
	_, err := s.own(ctx, d.Subscription)
	if errors.Is(err, news.ErrNotFound) {
		return fmt.Errorf("there is no such delivery of yours: %w", news.ErrNotFound)
	}
	return err
}

func (s *server) replayDelivery(ctx context.Context, in *OneDelivery) (*deliveryAnswer, error) {
	d, _, err := s.Outbox.Delivery(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.ownDelivery(ctx, d); err != nil {
		return nil, err
	}
	if d.State != news.DeliveryHeld && d.State != news.DeliveryDead {
		return nil, fmt.Errorf("delivery %s is %s; what is held or dead can be replayed: %w", d.ID, d.State, news.ErrConflict)
	}
	if _, err := s.Outbox.Replay(ctx, []string{d.ID}); err != nil {
		return nil, err
	}
	return s.getDelivery(ctx, &OneDelivery{ID: d.ID})
}
