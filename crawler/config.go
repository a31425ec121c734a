package crawler

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"time"

	"edict/news"
)

// What holds where Config says nothing.
const (
	DefaultDelay   = time.Second
	DefaultTimeout = 30 * time.Second
	DefaultMaxBody = 10 << 20
	DefaultQuiet   = 48 * time.Hour
)

// Config is how a Crawler behaves. UserAgent is required; the zero value of the
// rest is a sensible default.
type Config struct {
	// UserAgent is sent with every request and should name a contact. Its first word
	// up to "/" is the name that robots.txt is searched for.
	UserAgent string
	// PerHostDelay is the pause between the end of one request to a registrable
	// domain and the beginning of the next. 0 is DefaultDelay; a negative one is no
	// pause at all, for sites of one's own.
	PerHostDelay time.Duration
	// AllowPrivateNetworks lets loopback and private addresses through the guard.
	AllowPrivateNetworks bool
	// AllowListeners are loopback listeners that pass the guard, each exactly.
	AllowListeners []netip.AddrPort
	// Concurrency is how many requests and pages are worked on at once. 0 is four for
	// each processor.
	Concurrency int
	// Proxy is the URL of an HTTP or SOCKS5 proxy. Names are resolved by the proxy
	// then, so it is the proxy that must refuse private addresses; addresses that
	// stand in a URL as numbers are still refused here.
	Proxy string
	// Every is the interval of sources that set none. 0: by each source's own rhythm,
	// from a minute to a day.
	Every time.Duration
	// QuietAfter is the age from which an article alerts nobody.
	QuietAfter time.Duration
	// MaxBody is the most that is read of a body, in bytes, after decompression.
	MaxBody int64
	// Timeout is the longest that one request may take, from dialling to the last
	// byte.
	Timeout time.Duration
	// Shelf keeps the pages of stories; nil: none is kept.
	Shelf Shelf
	// Log takes one line for what a person should know. nil: nothing is logged.
	Log *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Observe is called for everything that happens, by many goroutines, and must
	// return at once. It may be nil.
	Observe func(Event)
}

// complete fills in the defaults.
func (c *Config) complete() error {
	if strings.TrimSpace(c.UserAgent) == "" {
		return fmt.Errorf("crawler: it needs a user agent: %w", news.ErrInvalid)
	}
	if c.Proxy != "" {
		if u, err := url.Parse(c.Proxy); err != nil || u.Hostname() == "" {
			return fmt.Errorf("crawler: proxy %q is not a URL such as http://proxy:3128: %w", c.Proxy, news.ErrInvalid)
		}
	}
	switch {
	case c.PerHostDelay == 0:
		c.PerHostDelay = DefaultDelay
	case c.PerHostDelay < 0:
		c.PerHostDelay = 0
	}
	if c.Concurrency <= 0 {
		c.Concurrency = 4 * runtime.GOMAXPROCS(0)
	}
	if c.QuietAfter <= 0 {
		c.QuietAfter = DefaultQuiet
	}
	if c.MaxBody <= 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Observe == nil {
		c.Observe = func(Event) {}
	}
	return nil
}

// An EventKind says what an Event tells of.
type EventKind string

// The kinds of event.
const (
	Fetched   EventKind = "fetched"   // one request was answered, or failed
	Polled    EventKind = "polled"    // an address of a source was read
	Visited   EventKind = "visited"   // a story's page was read, or could not be
	Published EventKind = "published" // a new version of an article was handed on
	GaveUp    EventKind = "gave-up"   // a story will not be tried again
	Withdrew  EventKind = "withdrew"  // a story that was read is no longer there
	Paused    EventKind = "paused"    // readers have no room: all sources wait
	Resumed   EventKind = "resumed"
)

// An Event is something that happened, for metrics and for a source's page.
type Event struct {
	Kind     EventKind
	Time     time.Time
	Source   string // slug; "" for robots.txt, which belongs to a site
	Address  string
	Outcome  news.Outcome
	Detail   string        // for a person; "" when there is nothing to say
	Bytes    int64         // of the body, after decompression
	Duration time.Duration // of the request
	Read     time.Time     // Visited, Published: when the page was complete
	Entries  int           // Polled: in the document
	New      int           // Polled: of these, not seen before
	Partial  bool          // Visited, Published: the feed's words stand in for the page
}
