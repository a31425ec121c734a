// Package post sends a message by HTTP and says what the answer means for the next try.
// It dials only what the guard lets through, and follows no redirect. It is not a
// channel; those that speak HTTP use it.
package post

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"edict/alert"
	"edict/guard"
	"edict/news"
)

// A Client sends requests. It is made by New and may be used by any number of
// goroutines.
type Client struct {
	http *http.Client
	now  func() time.Time
}

const (
	dialWithin = 5 * time.Second
	// maxBody bounds what is read of an answer, in bytes.
	maxBody = 1 << 10
	// maxPerHost bounds connections to one host: a slow address does not use up those of
	// the others.
	maxPerHost = 64
	// maxAfter bounds how long a receiver may ask to be left alone.
	maxAfter = 24 * time.Hour
)

// New returns a client that dials what g lets through.
func New(g *guard.Guard, now func() time.Time) *Client {
	return &Client{
		now: now,
		http: &http.Client{
			Transport:     Transport(g),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Transport dials what g lets through, and goes through no proxy.
func Transport(g *guard.Guard) *http.Transport {
	dialer := &net.Dialer{Timeout: dialWithin, Control: g.Control}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: dialWithin, ForceAttemptHTTP2: true,
		MaxConnsPerHost: maxPerHost, MaxIdleConnsPerHost: 4, MaxIdleConns: 256, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
	}
}

// Close gives up idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do sends a request once, and says what came of it.
func (c *Client) Do(req *http.Request) alert.Answer {
	answer, err := c.http.Do(req)
	if err != nil {
		return Failed(req.Context(), err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxBody)) // what the receiver says is a courtesy
	return c.read(answer, string(body))
}

// read says what an answer means: 2xx is taken; 429 and what says that the receiver is
// not well is tried again; 410 wants nothing more; what else is the request's fault
// would be so the next time too.
func (c *Client) read(r *http.Response, body string) alert.Answer {
	a := alert.Answer{Text: strings.TrimSpace(r.Status)}
	if r.StatusCode >= 300 && strings.TrimSpace(body) != "" {
		a.Text += ": " + body
	}
	switch code := r.StatusCode; {
	case code >= 200 && code < 300:
		a.Outcome = news.TrySent
	case code == http.StatusGone:
		a.Outcome = news.TryGone
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		a.Outcome, a.After = news.TryLater, after(r.Header.Get("Retry-After"), c.now())
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		a.Outcome = news.TryLater
	case code >= 300 && code < 400:
		a.Outcome, a.Text = news.TryRefused, strings.TrimSpace(r.Status)+": redirects are not followed; give the address that it leads to"
	default:
		a.Outcome = news.TryRefused
	}
	return a
}

// after reads Retry-After: seconds, or a date.
func after(header string, now time.Time) time.Duration {
	var d time.Duration
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && n < int(maxAfter/time.Second) {
		d = time.Duration(n) * time.Second
	} else if err == nil {
		d = maxAfter
	} else if at, err := http.ParseTime(header); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxAfter)
}

// Failed says what it means that no answer came. Addresses are left out of what is said:
// they hold tokens.
func Failed(ctx context.Context, err error) alert.Answer {
	var refusal *guard.Error
	var dns *net.DNSError
	var op *net.OpError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &refusal):
		return alert.Answer{Outcome: news.TryRefused, Text: refusal.Error() + "; alert.allow_private_networks lets it through if it is private"}
	case errors.As(err, &dns) && dns.IsNotFound:
		return alert.Answer{Outcome: news.TryLater, Text: "the host's name is not known"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return alert.Answer{Outcome: news.TryLater, Text: "connection refused"}
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return alert.Answer{Outcome: news.TryUnknown, Text: "no answer in time"}
	case errors.As(err, &op) && op.Op == "dial":
		return alert.Answer{Outcome: news.TryLater, Text: "no connection: " + op.Err.Error()}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return alert.Answer{Outcome: news.TryUnknown, Text: "the connection was closed before an answer came"}
	}
	return alert.Answer{Outcome: news.TryUnknown, Text: fmt.Sprintf("no answer: %v", bare(err))}
}

// bare is the innermost error: those around it name the address.
func bare(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
