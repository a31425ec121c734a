package web

import (
	"context"
	"errors"
	"fmt"
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
	// FollowLink does it, once however often it is called, and says what was done.
	FollowLink(ctx context.Context, token string) (done string, err error)
}

// linkBody is the page of a link, before it is followed (Ask is set) and after.
type linkBody struct {
	Heading, Ask, Button string
	Done                 string
}

// serveLinks shows what a link asks for, and does it when that is confirmed: programs
// that look at the links of a mail, as scanners do, only get the page. A mailbox's own
// button to unsubscribe sends the confirmation itself (RFC 8058).
func (s *Server) serveLinks(mux *http.ServeMux) {
	writes := http.NewCrossOriginProtection()
	writes.SetDenyHandler(s.page(func(*http.Request) (view, error) {
		return view{}, fmt.Errorf("this was sent by a page of another site: %w", news.ErrRefused)
	}))
	mux.HandleFunc("GET /links/{token}", s.linkPage(s.showLink))
	mux.Handle("POST /links/{token}", writes.Handler(s.linkPage(s.followLink)))
}

// linkPage keeps what a link leads to out of caches.
func (s *Server) linkPage(show func(*http.Request) (view, error)) http.HandlerFunc {
	page := s.page(func(r *http.Request) (view, error) {
		v, err := show(r)
		if status := Status(err); status == http.StatusForbidden || status == http.StatusGone {
			v = view{template: "error", status: status, title: "This link does not work", body: errorBody{
				Status: status, Heading: "This link does not work", Detail: sentence(err, sentinelOf(err)), Advice: "A newer message has links that work.",
			}}
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
	if errors.Is(err, news.ErrExpired) {
		return news.ErrExpired
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
	b := linkBody{Heading: "Subscription “" + name + "”"}
	b.Ask, b.Button = linkWords(l)
	return view{template: "link", title: b.Button, body: b}, nil
}

// linkWords ask whether to do what a link says.
func linkWords(l news.Link) (ask, button string) {
	what := "this story"
	switch {
	case l.Source != "":
		what = "the source " + l.Source
	case l.Phrase != "":
		what = "stories with “" + l.Phrase + "”"
	}
	switch l.Act {
	case news.MuteLink:
		return "Send nothing more of " + what + " to this subscription?", "Mute"
	case news.SnoozeLink:
		return "Hold " + what + " for a day?", "Snooze"
	case news.WrongLink:
		return "Say that this alert is wrong? An analyst will see that you do.", "It is wrong"
	}
	if l.Channel != "" {
		kind, _, _ := strings.Cut(l.Channel, "#")
		return "Send nothing more to " + kind + "?", "Unsubscribe"
	}
	return "Send nothing more for this subscription?", "Unsubscribe"
}

func (s *Server) followLink(r *http.Request) (view, error) {
	if s.Links == nil {
		return view{}, news.ErrNotFound
	}
	done, err := s.Links.FollowLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return view{}, err
	}
	return view{template: "link", title: "Done", body: linkBody{Heading: "Done", Done: done}}, nil
}
