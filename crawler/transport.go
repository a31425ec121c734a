package crawler

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"edict/guard"
	"edict/news"
)

// maxErrorBody is how much of the body is read when the status is an error, in bytes.
const maxErrorBody = 16 << 10

// maxHeader is the most that is read of an answer's headers, in bytes.
const maxHeader = 256 << 10

var (
	errTooLarge = errors.New("the body is over the limit")
	errEncoding = errors.New("the body has an encoding that was not asked for")
)

// newTransport makes the transport under everything: each connection passes the
// guard when it is dialled.
func newTransport(c Config) (*http.Transport, error) {
	g, err := guard.New(guard.Config{AllowPrivate: c.AllowPrivateNetworks, AllowListener: c.AllowListeners})
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: min(10*time.Second, c.Timeout), KeepAlive: 30 * time.Second, Control: g.Control}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // bounded does it, within the limit
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    min(10*time.Second, c.Timeout),
		MaxResponseHeaderBytes: maxHeader,
	}
	if c.Proxy == "" {
		return t, nil
	}
	proxy, err := url.Parse(c.Proxy)
	if err != nil {
		return nil, fmt.Errorf("crawler: proxy: %w: %w", err, news.ErrInvalid)
	}
	// Only the proxy is dialled then, and it may stand in a private network.
	dialer.Control = nil
	t.Proxy = func(r *http.Request) (*url.URL, error) {
		if ip, err := netip.ParseAddr(r.URL.Hostname()); err == nil {
			if err := g.Check(netip.AddrPortFrom(ip, 0)); err != nil {
				return nil, err
			}
		}
		return proxy, nil
	}
	return t, nil
}

// An exchange is what one request wants and what was learnt of its answer on the
// way, beside what Colly passes on.
type exchange struct {
	url         *url.URL // exactly as it is to be asked for
	limit       int64
	keepCut     bool // a body over the limit is cut and not an error
	contentType string
	wasCut      bool
}

type exchangeKey struct{}

func withExchange(ctx context.Context, e *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, e)
}

// bounded is the transport that Colly sees. It hides from Colly what Colly would do
// badly: the charset, which it garbles for Chinese, and gzip, which it takes apart
// behind its limit.
type bounded struct {
	base  http.RoundTripper
	large chan struct{} // holds one for each large body that is being read
}

// largeBody is the size from which a body has to wait for its turn, in bytes, and
// largeAtOnce how many have theirs: bombs come together, and each takes several times
// the limit while its buffer grows.
const (
	largeBody   = 2 << 20
	largeAtOnce = 2
)

// RoundTrip sends the request and returns an answer whose body is unpacked, ends
// with an error beyond the limit, and is in the page's own charset.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	e, ok := r.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("a request without its exchange")
	}
	r = r.Clone(r.Context())
	r.URL = e.url
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := b.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		// What stands beside an error says nothing to us. It is read a little, so that
		// the connection can be used again, and what goes wrong with it does not hide
		// the status.
		_, _ = io.CopyN(io.Discard, resp.Body, maxErrorBody)
		_ = resp.Body.Close()
		resp.Body = http.NoBody
		resp.Header.Del("Content-Encoding")
	}
	e.contentType = resp.Header.Get("Content-Type")
	body, err := unpack(resp.Body, resp.Header.Get("Content-Encoding"), e.limit)
	if err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	resp.Body = &limitedBody{from: body, under: resp.Body, left: e.limit, exchange: e, large: b.large, done: r.Context().Done()}
	resp.Header.Del("Content-Type")
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
	return resp, nil
}

// unpack undoes gzip, once as the header says and once where a file is gzip itself,
// as a sitemap.xml.gz is.
func unpack(body io.Reader, encoding string, limit int64) (io.Reader, error) {
	body = io.LimitReader(body, limit+1) // packed bytes count too
	switch e := strings.ToLower(strings.TrimSpace(encoding)); e {
	case "", "identity":
	case "gzip", "x-gzip":
		body = &lazyGzip{from: body}
	default:
		return nil, fmt.Errorf("%w: %q", errEncoding, cutText(e, 40))
	}
	return &lazyGzip{from: body, sniff: true}, nil
}

// lazyGzip unpacks when it is first read, so that a header alone costs no read of
// the body. With sniff, what is not gzip is passed on as it is.
type lazyGzip struct {
	from  io.Reader
	sniff bool
	ready io.Reader
}

func (z *lazyGzip) Read(p []byte) (int, error) {
	if z.ready == nil {
		buffered := bufio.NewReader(z.from)
		magic, err := buffered.Peek(2)
		isGzip := err == nil && magic[0] == 0x1f && magic[1] == 0x8b
		switch {
		case err != nil && len(magic) == 0:
			return 0, err // io.EOF: an empty body, whatever it is called
		case !isGzip:
			// Not packed after all, which servers get wrong the other way round.
			z.ready = buffered
		default:
			if z.ready, err = gzip.NewReader(buffered); err != nil {
				return 0, err
			}
		}
	}
	return z.ready.Read(p)
}

// limitedBody ends a body after left bytes: with errTooLarge, or quietly when the
// exchange is content with a part.
type limitedBody struct {
	from     io.Reader
	under    io.Closer
	left     int64
	read     int64
	exchange *exchange
	large    chan struct{}
	turn     bool // it is one of the large ones
	done     <-chan struct{}
}

func (l *limitedBody) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, l.over()
	}
	if l.read > largeBody && !l.turn {
		select {
		case l.large <- struct{}{}:
			l.turn = true
		case <-l.done:
			return 0, context.DeadlineExceeded
		}
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	l.read += int64(n)
	if l.left -= int64(n); l.left < 0 {
		return n - 1, l.over()
	}
	return n, err
}

func (l *limitedBody) over() error {
	if l.exchange.keepCut {
		l.exchange.wasCut = true
		return io.EOF
	}
	return errTooLarge
}

// Close gives the turn to the next.
func (l *limitedBody) Close() error {
	if l.turn {
		l.turn = false
		<-l.large
	}
	return l.under.Close()
}
