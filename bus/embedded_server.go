package bus

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"edict/news"
)

const (
	// startTime bounds recovery of the streams: 1.6 s was measured after kill -9
	// with 900,000 messages.
	startTime = 60 * time.Second
	// maxServer is no limit: each stream has its own, and a lower limit of the whole
	// server would refuse to open streams after max_store was lowered. Unset, it
	// would be three quarters of the free disk.
	maxServer = 1 << 50
	// maxMemory is for memory streams, of which we have none.
	maxMemory = 64 << 20
)

// embedded is a NATS server inside this process that can be started anew. The
// client dials it through InProcessConn, and so always the current one.
type embedded struct {
	cfg      Config
	password string // of internalUser, made at random
	log      *serverLog
	restarts atomic.Uint64

	mu      sync.Mutex // guards what follows
	current *server.Server
	address string // where it listens; "" = nowhere

	quit chan struct{} // ends the supervisor
	done sync.WaitGroup
}

func startEmbedded(cfg Config) (*embedded, error) {
	e := &embedded{cfg: cfg, password: rand.Text(), log: &serverLog{log: cfg.Log.With("from", "nats")}, quit: make(chan struct{})}
	if err := e.start(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *embedded) options() (*server.Options, error) {
	dir, err := filepath.Abs(e.cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("folder of the NATS server: %w", err)
	}
	o := &server.Options{
		ServerName: "edict", DontListen: true, NoSigs: true,
		JetStream: true, StoreDir: dir, SyncAlways: true,
		JetStreamMaxStore: maxServer, JetStreamMaxMemory: maxMemory,
		MaxPayload:                 maxPayload,
		CustomClientAuthentication: &gate{password: e.password, reader: e.cfg.Password, open: e.cfg.Listen != ""},
	}
	if e.cfg.Listen != "" {
		o.DontListen = false
		if o.Host, o.Port, err = splitListen(e.cfg.Listen); err != nil {
			return nil, err
		}
		o.MaxSubs = maxSubscriptions
		if e.cfg.TLSCert != "" {
			o.TLSConfig, o.TLSTimeout = listenerTLS(e.cfg.TLSCert, e.cfg.TLSKey), tlsSeconds
		}
	}
	return o, nil
}

// start makes a server and waits until its streams are recovered.
func (e *embedded) start() error {
	o, err := e.options()
	if err != nil {
		return err
	}
	s, err := server.NewServer(o)
	if err != nil {
		return fmt.Errorf("make NATS server: %w: %w", err, news.ErrInvalid)
	}
	e.log.fatal.Store(nil)
	s.SetLogger(e.log, false, false)
	s.Start()
	if err := e.ready(s); err != nil {
		s.Shutdown()
		s.WaitForShutdown()
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = s
	if a, ok := s.Addr().(*net.TCPAddr); ok {
		e.address = a.String()
	}
	return nil
}

// ready waits until s works or has given up.
func (e *embedded) ready(s *server.Server) error {
	const step = 100 * time.Millisecond
	for range startTime / step {
		ready := s.ReadyForConnections(step)
		switch why := e.log.fatal.Load(); {
		case why != nil:
			return fmt.Errorf("the NATS server does not start: %s: %w", *why, news.ErrUnavailable)
		case ready && s.JetStreamEnabled():
			return nil
		case ready:
			return fmt.Errorf("the NATS server starts without JetStream (its log says why): %w", news.ErrUnavailable)
		}
	}
	return fmt.Errorf("the NATS server is not ready after %s: %w", startTime, news.ErrUnavailable)
}

// InProcessConn dials the current server.
func (e *embedded) InProcessConn() (net.Conn, error) {
	s := e.server()
	if s == nil {
		return nil, errors.New("the NATS server is being restarted")
	}
	return s.InProcessConn()
}

func (e *embedded) server() *server.Server {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current
}

func (e *embedded) health() error {
	s := e.server()
	if s == nil {
		return errors.New("the NATS server is being restarted")
	}
	return healthOf(s)
}

// halt stops the current server and waits until its files are closed.
func (e *embedded) halt() {
	e.mu.Lock()
	s := e.current
	e.current = nil
	e.mu.Unlock()
	if s != nil {
		s.Shutdown()
		s.WaitForShutdown()
	}
}

// stop ends the supervisor, then the server.
func (e *embedded) stop() {
	close(e.quit)
	e.done.Wait()
	e.halt()
}

// Address is where outside programs may connect, as host:port; "" if nowhere.
func (b *Bus) Address() string {
	if b.server == nil {
		return ""
	}
	b.server.mu.Lock()
	defer b.server.mu.Unlock()
	return b.server.address
}
