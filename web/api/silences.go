package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"edict/account"
	"edict/news"

	"github.com/danielgtaylor/huma/v2"
)

// Silences are what readers want nothing of. ErrUnavailable: the store is away.
type Silences interface {
	// Silences returns those that hold at a time, and those that are over and hold
	// deliveries still, by their ends, with how many each holds.
	Silences(ctx context.Context, now time.Time) ([]news.Silence, error)
	// SaveSilence writes one, or returns ErrInvalid.
	SaveSilence(ctx context.Context, s news.Silence) error
	// EndSilence ends one now, lets go what it holds if deliver says so, and returns how
	// many deliveries these are. ErrNotFound: there is none.
	EndSilence(ctx context.Context, id string, deliver bool) (held int64, err error)
	// Flags returns up to limit alerts that readers said are wrong, the last first; those
	// of a story, if one is named.
	Flags(ctx context.Context, story string, limit int) ([]news.Flag, error)
}

type silenceBody struct {
	Reason       string    `json:"reason" maxLength:"4096"`
	Until        time.Time `json:"until"`
	Subscription string    `json:"subscription,omitempty" maxLength:"64"`
	Story        string    `json:"story,omitempty" maxLength:"64"`
	Source       string    `json:"source,omitempty" maxLength:"40" doc:"A source's slug."`
	Phrase       string    `json:"phrase,omitempty" maxLength:"200"`
	Deliver      bool      `json:"deliver,omitempty" doc:"Let go what was held when it ends."`
}

type silenceAnswer struct{ Body news.Silence }

func (s *server) addSilences(api huma.API) {
	add(s, api, operation{
		id: "list-silences", method: http.MethodGet, path: "/silences", summary: "List the silences: whose, why, until when, and how many deliveries they hold",
	}, s.listSilences)
	add(s, api, operation{
		id: "create-silence", method: http.MethodPost, path: "/silences", status: http.StatusCreated, summary: "Hold what is sent of a story, a source or a phrase",
		about: "What is named must all fit. Alerts are still written; their deliveries are held and counted.",
	}, s.createSilence)
	add(s, api, operation{id: "end-silence", method: http.MethodDelete, path: "/silences/{id}", status: http.StatusOK, summary: "End a silence now"}, s.endSilence)
	add(s, api, operation{id: "list-flags", method: http.MethodGet, path: "/flags", summary: "List the alerts that readers said are wrong, the last first"}, s.listFlags)
}

func (s *server) listSilences(ctx context.Context, _ *struct{}) (*page[news.Silence], error) {
	list, err := s.Silences.Silences(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	return newPage(list, len(list), nil), nil
}

func (s *server) createSilence(ctx context.Context, in *struct{ Body silenceBody }) (*silenceAnswer, error) {
	b, who := in.Body, account.From(ctx)
	if !who.May(account.Review) {
		if b.Subscription == "" {
			return nil, fmt.Errorf("a reader silences a subscription of his own, and names it: %w", news.ErrRefused)
		}
		if _, err := s.own(ctx, b.Subscription); err != nil {
			return nil, err
		}
	}
	x := news.Silence{
		ID: s.NewID(), Author: who.Name, Reason: b.Reason, Created: s.Now().UTC(), Until: b.Until.UTC(),
		Subscription: b.Subscription, Story: b.Story, Source: b.Source, Phrase: b.Phrase, Deliver: b.Deliver,
	}
	if err := s.Silences.SaveSilence(ctx, x); err != nil {
		return nil, err
	}
	return &silenceAnswer{x}, nil
}

type silenceEnd struct {
	ID      string `path:"id" maxLength:"64"`
	Deliver bool   `query:"deliver" doc:"Send what it holds."`
}

type silenceEnded struct {
	Body struct {
		Held int64 `json:"held" doc:"How many deliveries it held, which are sent now or stay held."`
	}
}

func (s *server) endSilence(ctx context.Context, in *silenceEnd) (*silenceEnded, error) {
	var out silenceEnded
	if err := s.mayEnd(ctx, in.ID); err != nil {
		return nil, err
	}
	var err error
	out.Body.Held, err = s.Silences.EndSilence(ctx, in.ID, in.Deliver)
	return &out, err
}

// mayEnd refuses to end a silence that somebody else made, but to those who review.
func (s *server) mayEnd(ctx context.Context, id string) error {
	who := account.From(ctx)
	if who.May(account.Review) {
		return nil
	}
	list, err := s.Silences.Silences(ctx, s.Now())
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID == id && who.Owns(x.Author) {
			return nil
		}
	}
	return fmt.Errorf("there is no such silence of yours: %w", news.ErrNotFound)
}

func (s *server) listFlags(ctx context.Context, in *struct {
	Story string `query:"story" maxLength:"64"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"At most so many."`
},
) (*page[news.Flag], error) {
	list, err := s.Silences.Flags(ctx, in.Story, in.Limit)
	if err != nil {
		return nil, err
	}
	return newPage(list, len(list), nil), nil
}
