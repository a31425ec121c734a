package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"edict/news"
)

// Links are signed links in messages: whoever has one may do what it says, without a
// session. ErrRefused: nobody here made it. ErrExpired: its time is over.
type Links interface {
	// OpenLink says what a link asks for, with the name of its subscription, and does
	// nothing.
	OpenLink(ctx context.Context, token string) (news.Link, string, error)
	// FollowLink does it, once however often it is called. Of a link that mutes or snoozes
	// it returns the silence, of others a zero one.
	FollowLink(ctx context.Context, token string) (news.Silence, error)
}

// linkBody is the page of a link, before it is followed (Ask is set) and after.
type linkBody struct {
	Heading, Ask, Button string
	Done                 string
}

// serveLinks shows what a link asks for, and does it when that is confirmed: programs
// that look at the links of a mail, as scanners do, only get the page. A mailbox's own
// button to unsubscribe sends the confirmation itself (RFC 8058).
func (s *Server) serveLinks(mux *router) {
	mux.HandleFunc("GET /links/{token}", s.linkPage((*Server).showLink))
	mux.Handle("POST /links/{token}", s.linkPage((*Server).followLink))
}

// linkPage keeps what a link leads to out of caches.
func (s *Server) linkPage(show func(*Server, *http.Request) (view, error)) http.HandlerFunc {
	page := s.page(func(s *Server, r *http.Request) (view, error) {
		v, err := show(s, r)
		if status := Status(err); status == http.StatusForbidden || status == http.StatusGone {
			e := s.toldBody(status, err, "link.broken")
			v = view{template: "error", status: status, title: e.Heading, body: e}
			err = nil
		}
		return v, err
	})
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		page(w, r)
	}
}

func sentinelOf(err error) error {
	for _, known := range []error{news.ErrExpired, news.ErrInvalid, news.ErrConflict, news.ErrNotFound, errSilent} {
		if errors.Is(err, known) {
			return known
		}
	}
	return news.ErrRefused
}

func (s *Server) showLink(r *http.Request) (view, error) {
	if s.Links == nil {
		return view{}, news.ErrNotFound
	}
	l, name, err := s.Links.OpenLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return view{}, err
	}
	b := linkBody{Heading: s.say("link.heading", "name", name)}
	b.Ask, b.Button = s.linkWords(l)
	return view{template: "link", title: b.Button, body: b}, nil
}

// linkWords ask whether to do what a link says.
func (s *Server) linkWords(l news.Link) (ask, button string) {
	what := s.say("link.story")
	switch {
	case l.Source != "":
		what = s.say("link.source", "source", l.Source)
	case l.Phrase != "":
		what = s.say("link.phrase", "phrase", l.Phrase)
	}
	switch l.Act {
	case news.MuteLink:
		return s.say("link.mute", "what", what), s.say("link.mute.do")
	case news.SnoozeLink:
		return s.say("link.snooze", "what", what), s.say("link.snooze.do")
	case news.WrongLink:
		return s.say("link.wrong"), s.say("link.wrong.do")
	}
	if l.Channel != "" {
		kind, _, _ := strings.Cut(l.Channel, "#")
		return s.say("link.channel", "channel", kind), s.say("link.unsubscribe.do")
	}
	return s.say("link.unsubscribe"), s.say("link.unsubscribe.do")
}

func (s *Server) followLink(r *http.Request) (view, error) {
	if s.Links == nil {
		return view{}, news.ErrNotFound
	}
	l, _, err := s.Links.OpenLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return view{}, err
	}
	silence, err := s.Links.FollowLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return view{}, err
	}
	b := linkBody{Heading: s.say("link.done")}
	switch l.Act {
	case news.MuteLink:
		b.Done = s.say("link.muted", "day", s.day(silence.Until), "command", "edict silences remove "+silence.ID)
	case news.SnoozeLink:
		b.Done = s.say("link.snoozed", "time", s.full(silence.Until))
	case news.WrongLink:
		b.Done = s.say("link.noted")
	default:
		b.Done = s.say("link.unsubscribed")
	}
	return view{template: "link", title: b.Heading, body: b}, nil
}
