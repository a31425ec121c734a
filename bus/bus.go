// Package bus carries articles, records and announcements between stages over
// NATS JetStream: in this process without a port, or in a cluster by URL. A
// message that was published is on disk; it is handled at least once, and ends
// acknowledged or in DEAD with a reason.
//
// It is transport, not a record: JetStream does not notice damaged files, so the
// ledger in the store decides what is still to be done. It knows nothing of what
// a stage does with a message.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	neturl "net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// A Config says where the bus lives and how much it may keep.
type Config struct {
	// URL names NATS servers, comma separated; "" = embedded in this process. Answers
	// to a user NAME come under _INBOX_NAME, so that no user need be let read another's.
	URL string
	Dir string // folder of the embedded server: made if missing, and locked

	// Listen lets outside programs connect to the embedded server at host:port as
	// user "reader", to subscribe to edict.stored.> and edict.alerts.>, and nothing else. "" opens no
	// port. Password may be empty only if Listen is a loopback address.
	Listen, Password string
	// TLSCert and TLSKey are files with the certificate and the key of that listener,
	// as PEM. Both or none; they are read anew for each connection, so that one that was
	// renewed holds at once. Without them what is sent can be read on its way.
	TLSCert, TLSKey string

	MaxStore    int64  // bytes; default 2 GiB. ARTICLES and RECORDS get 40 % each, STORED and DEAD 10 % each
	Replicas    int    // copies of each stream in a cluster; default 1
	Credentials string // path of a NATS credentials file, for URL

	Log *slog.Logger // default: discards

	// OnDead marks the ledger. It is called after the copy to DEAD is on disk and
	// before the original is removed, possibly more than once for one message. An
	// error means that the same is tried again later; nil is nothing to mark.
	OnDead func(ctx context.Context, d Dead) error

	Now func() time.Time // default: time.Now

	timing timing
}

// defaultMaxStore is the default of bus.max_store.
const defaultMaxStore = 2 << 30

// A Bus is an open bus. Its topics may be used by any number of goroutines.
type Bus struct {
	Topics

	cfg     Config
	log     *slog.Logger
	conn    *nats.Conn
	js      jetstream.JetStream
	server  *embedded // nil outside
	lock    *dirLock  // nil outside
	tally   map[string]*tally
	link    *link
	refused atomic.Pointer[context.CancelCauseFunc] // called when the server refuses one of our subjects

	closing, killed chan struct{} // closed to end fetching, and handlers that still run
	mu              sync.Mutex    // guards closed, and running.Add against Close
	closed          bool
	running         sync.WaitGroup // calls of Consume
	closeOnce       sync.Once
	closeErr        error
}

// Open locks the folder, starts or connects to the server, and declares streams
// and consumers. Declaring is idempotent: limits follow the configuration. A user who
// may not declare takes what is there.
//
// Errors: ErrConflict if another process holds the folder (at once, with its
// pid), ErrInvalid for a configuration that cannot be, ErrUnavailable if the
// server does not answer, or what we may not declare is not there yet.
func Open(ctx context.Context, cfg Config) (_ *Bus, err error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("open bus: %w", err)
	}
	b := &Bus{
		cfg: cfg, log: cfg.Log, tally: map[string]*tally{}, link: newLink(),
		closing: make(chan struct{}), killed: make(chan struct{}),
	}
	defer func() {
		if err != nil {
			b.release()
		}
	}()
	if cfg.URL == "" {
		if b.lock, err = lockDir(cfg.Dir, cfg.Now()); err != nil {
			return nil, fmt.Errorf("open bus: %w", err)
		}
		if b.server, err = startEmbedded(cfg); err != nil {
			return nil, fmt.Errorf("open bus in %s: %w", cfg.Dir, err)
		}
	}
	if err := b.connect(); err != nil {
		return nil, fmt.Errorf("open bus: %w", err)
	}
	if err := b.declare(ctx); err != nil {
		return nil, fmt.Errorf("open bus: %w", err)
	}
	for _, s := range []stream{articles, records} {
		b.tally[s.name] = newTally(cfg.Now)
	}
	b.Topics = Topics{
		Articles: Topic[news.Article]{b, articles, func(a news.Article) string { return a.Source }},
		Records:  Topic[news.Record]{b, records, func(r news.Record) string { return r.Source }},
		Stored:   Topic[news.Announcement]{b, stored, news.Announcement.Subject},
	}
	if b.server != nil {
		b.server.supervise(context.WithoutCancel(ctx), b)
	}
	return b, nil
}

// complete fills in defaults and refuses what cannot be.
func (c *Config) complete() error {
	if c.MaxStore == 0 {
		c.MaxStore = defaultMaxStore
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.timing.ackWait == 0 {
		c.timing = defaultTiming
	}
	switch {
	case c.MaxStore < minStore:
		return fmt.Errorf("max_store %d is under %d bytes: %w", c.MaxStore, minStore, news.ErrInvalid)
	case c.Replicas < 1 || c.Replicas > 5:
		return fmt.Errorf("replicas %d is not 1 to 5: %w", c.Replicas, news.ErrInvalid)
	case c.URL == "" && c.Dir == "":
		return fmt.Errorf("neither a URL nor a folder: %w", news.ErrInvalid)
	case c.URL == "" && c.Replicas > 1:
		return fmt.Errorf("replicas %d need a cluster at url: %w", c.Replicas, news.ErrInvalid)
	case c.URL != "" && c.Listen != "":
		return fmt.Errorf("listen is for the embedded server, and url names another: %w", news.ErrInvalid)
	}
	if c.Listen == "" {
		return nil
	}
	if err := checkCertificate(c.TLSCert, c.TLSKey); err != nil {
		return err
	}
	return checkListen(c.Listen, c.Password)
}

func (b *Bus) connect() error {
	opts := []nats.Option{
		nats.Name("edict"),
		nats.MaxReconnects(-1),
		nats.Timeout(b.cfg.timing.publish),
		nats.PingInterval(20 * time.Second),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if refuse := b.refused.Load(); refuse != nil && errors.Is(err, nats.ErrPermissionViolation) {
				(*refuse)(err)
				return
			}
			b.log.Warn("NATS reports an error", "error", err)
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // nil: closed by us
				b.log.Warn("The connection to NATS is lost; trying again", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("Connected to NATS again") }),
	}
	if b.server != nil {
		opts = append(opts, nats.InProcessServer(b.server), nats.UserInfo(internalUser, b.server.password),
			nats.ReconnectWait(50*time.Millisecond), nats.ReconnectJitter(0, 0))
	} else {
		opts = append(opts, nats.ReconnectWait(time.Second))
	}
	if b.cfg.Credentials != "" {
		opts = append(opts, nats.UserCredentials(b.cfg.Credentials))
	}
	if inbox := inboxOf(b.cfg.URL); inbox != "" {
		opts = append(opts, nats.CustomInboxPrefix(inbox))
	}
	var err error
	if b.conn, err = nats.Connect(b.cfg.URL, opts...); err != nil {
		return fmt.Errorf("connect to NATS: %w: %w", err, news.ErrUnavailable)
	}
	if limit := b.conn.MaxPayload(); limit < maxPayload {
		b.log.Warn("The NATS server takes smaller messages than Edict may send; set its max_payload", "server", limit, "edict", maxPayload)
	}
	if b.js, err = jetstream.New(b.conn, jetstream.WithDefaultTimeout(b.cfg.timing.publish)); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	return nil
}

// inboxOf is where answers to the user in url come; "" for the default.
func inboxOf(url string) string {
	first, _, _ := strings.Cut(url, ",")
	if u, err := neturl.Parse(first); err == nil && u.User != nil && validTokens(u.User.Username()) && !strings.Contains(u.User.Username(), ".") {
		return "_INBOX_" + u.User.Username()
	}
	return ""
}

// Close stops fetching, lets running handlers finish and acknowledge, stops the
// server and unlocks the folder. When ctx ends first, handlers are cancelled,
// their messages come again after the next Open, and the error says so. A second
// call returns what the first did.
func (b *Bus) Close(ctx context.Context) error {
	b.closeOnce.Do(func() {
		b.mu.Lock()
		b.closed = true
		b.mu.Unlock()
		close(b.closing)
		drained := make(chan struct{})
		go func() { b.running.Wait(); close(drained) }()
		select {
		case <-drained:
		case <-ctx.Done():
			close(b.killed)
			b.closeErr = fmt.Errorf("close bus: handlers were cut short: %w", context.Cause(ctx))
			select {
			case <-drained:
			case <-time.After(b.cfg.timing.grace):
			}
		}
		if err := b.conn.FlushTimeout(b.cfg.timing.publish); err != nil {
			b.log.Warn("The last acknowledgements may be lost; their messages come again", "error", err)
		}
		b.release()
	})
	return b.closeErr
}

// release gives up everything that Open took, in reverse.
func (b *Bus) release() {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.server.stop()
	}
	if b.lock != nil {
		b.lock.unlock()
	}
}

// begin registers a call of Consume, so that Close waits for it.
func (b *Bus) begin() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return fmt.Errorf("the bus is closed: %w", news.ErrUnavailable)
	}
	b.running.Add(1)
	return nil
}
