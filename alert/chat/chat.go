// Package chat sends alerts to chat and push services through shoutrrr, which knows
// their addresses and forms. Each try is one request: when to try again is ours.
package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"edict/alert"
	"edict/guard"
	"edict/news"
)

// A Channel sends through shoutrrr. An address is one of shoutrrr's, such as
// discord://token@id.
type Channel struct {
	Guard *guard.Guard
	// Transport is what services that let us choose go out by. The others dial by
	// themselves, after their host was looked at.
	Transport http.RoundTripper
}

// A service is what is known of one.
type service struct {
	limit  int  // of a message, in bytes
	hosted bool // the address names the host; else it is the service's own
	markup alert.Markup
}

// services are those that may be used. Others of shoutrrr's write to a log, post
// anything anywhere, or have a channel of their own here.
var services = map[string]service{
	"discord":    {2000, false, alert.Markdown},
	"slack":      {4000, false, alert.Slack},
	"telegram":   {4096, false, alert.Plain},
	"pushover":   {1024, false, alert.Plain},
	"mattermost": {4000, true, alert.Markdown},
	"rocketchat": {4000, true, alert.Markdown},
	"matrix":     {8000, true, alert.Plain},
	"zulip":      {8000, true, alert.Markdown},
	"gotify":     {4000, true, alert.Plain},
}

// names are the services, for messages.
const names = "discord, slack, telegram, pushover, mattermost, rocketchat, matrix, zulip, gotify"

// Check returns news.ErrInvalid for what is no address of a service that is known.
func (Channel) Check(address string) error {
	_, _, err := locate(address)
	return err
}

func locate(address string) (types.Service, service, error) {
	scheme, _, _ := strings.Cut(address, "://")
	s, known := services[scheme]
	if !known {
		return nil, s, fmt.Errorf("chat needs an address of one of %s, such as discord://token@id: %w", names, news.ErrInvalid)
	}
	var r router.ServiceRouter
	r.SetLogger(log.New(io.Discard, "", 0)) // it would log addresses
	way, err := r.Locate(address)
	if err != nil {
		return nil, s, fmt.Errorf("the address is none of %s's; shoutrrr's documentation shows its form: %w", scheme, news.ErrInvalid)
	}
	return way, s, nil
}

// Send sends the message once. A service that does not answer holds up nobody beyond
// the time of a try, though its request may end later.
func (c Channel) Send(ctx context.Context, to alert.Target, m alert.Message) alert.Answer {
	way, s, err := locate(to.Address)
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: err.Error()}
	}
	if s.hosted {
		if a := c.look(ctx, to.Address); a != nil {
			return *a
		}
	}
	text := m.Short(s.limit, s.markup)
	var seen *once
	if d, is := way.(*discord.Service); is {
		seen = &once{ctx: ctx, by: c.Transport}
		d.HTTPClient, d.Sleeper = seen, awake{}
	}
	done := make(chan error, 1)
	go func() { done <- way.Send(text, &types.Params{}) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		return alert.Answer{Outcome: news.TryUnknown, Text: "no answer in time"}
	}
	if seen != nil {
		return seen.answer(err)
	}
	return read(err)
}

// look refuses a host whose addresses may not be dialled.
func (c Channel) look(ctx context.Context, address string) *alert.Answer {
	u, err := url.Parse(address)
	if err != nil {
		return &alert.Answer{Outcome: news.TryRefused, Text: "the address cannot be read"}
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		port = 443
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return &alert.Answer{Outcome: news.TryLater, Text: "the host's name is not known"}
	}
	for _, ip := range found {
		if err := c.Guard.Check(netip.AddrPortFrom(ip, uint16(port))); err != nil {
			return &alert.Answer{Outcome: news.TryRefused, Text: err.Error() + "; alert.allow_private_networks lets it through if it is private"}
		}
	}
	return nil
}

var statusForm = regexp.MustCompile(`\b([1-5]\d\d) [A-Z][a-z]+`)

// read says what an error of shoutrrr means. It keeps the status as text alone.
func read(err error) alert.Answer {
	if err == nil {
		return alert.Answer{Outcome: news.TrySent, Text: "taken"}
	}
	if found := statusForm.FindStringSubmatch(err.Error()); found != nil {
		code, _ := strconv.Atoi(found[1])
		return alert.Answer{Outcome: outcome(code), Text: strconv.Itoa(code) + " " + http.StatusText(code)}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return alert.Answer{Outcome: news.TryLater, Text: "no connection: " + op.Err.Error()}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return alert.Answer{Outcome: news.TryUnknown, Text: "no answer in time"}
	}
	return alert.Answer{Outcome: news.TryLater, Text: err.Error()}
}

func outcome(code int) news.TryOutcome {
	switch {
	case code < 300:
		return news.TrySent
	case code == http.StatusGone:
		return news.TryGone
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		return news.TryLater
	}
	return news.TryRefused
}

// once lets one request through and notes what came of it.
type once struct {
	ctx    context.Context // of the try: the service makes its own
	by     http.RoundTripper
	status int
	after  time.Duration
}

var errOnce = errors.New("one request is enough for one try")

// Do sends the first request.
func (o *once) Do(req *http.Request) (*http.Response, error) {
	if o.status != 0 {
		return nil, errOnce
	}
	r, err := o.by.RoundTrip(req.WithContext(o.ctx))
	if err != nil {
		return nil, err
	}
	o.status = r.StatusCode
	if seconds, err := strconv.ParseFloat(r.Header.Get("Retry-After"), 64); err == nil && seconds > 0 && seconds < 86400 {
		o.after = time.Duration(seconds * float64(time.Second))
	}
	return r, nil
}

func (o *once) answer(err error) alert.Answer {
	if o.status == 0 {
		return read(err)
	}
	a := alert.Answer{Outcome: outcome(o.status), Text: strings.TrimSpace(strconv.Itoa(o.status) + " " + http.StatusText(o.status))}
	if a.Outcome == news.TryLater {
		a.After = o.after
	}
	return a
}

// awake does not wait between requests, of which there is one.
type awake struct{}

// Sleep returns at once.
func (awake) Sleep(time.Duration) {}
