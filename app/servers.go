package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"edict/classifier/places"
	"edict/news"
	"edict/web"
)

// servers are the HTTP listeners: the pages, and what operation asks for.
type servers struct {
	web       *web.Server // nil: the pages run elsewhere
	log       *slog.Logger
	listeners []net.Listener
	servers   []*http.Server
}

// openServers listens. /livez, /readyz and /metrics are with the pages unless
// ops.listen gives them a listener of their own. A process without pages has that one
// or none.
func (p *program) openServers(gazetteer *places.Gazetteer) (*servers, error) {
	s := &servers{log: p.log}
	if err := p.openPages(s, gazetteer); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if p.cfg.Ops.Listen != "" {
		ops := http.NewServeMux()
		p.mountOps(ops)
		if err := s.listen("ops.listen", p.cfg.Ops.Listen, ops); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	if len(s.listeners) == 0 {
		p.log.Info("Nobody can ask this process whether it is well: ops.listen is empty")
	}
	return s, nil
}

func (p *program) openPages(s *servers, gazetteer *places.Gazetteer) (err error) {
	if !p.o.runs(Web) {
		return nil
	}
	programs, err := p.newAPI()
	if err != nil {
		return err
	}
	gate, err := p.openAccounts()
	if err != nil {
		return err
	}
	p.bench = newRulesBench(p.store, p.log.With("part", "rules"), p.o.Now)
	s.web, err = web.New(web.Config{
		Reader: p.store, Searcher: p.store, Atlas: p.store, Crawl: p.store, Feeds: p.store, Gazetteer: gazetteer, Wake: p.changed.next, Rules: p.status.Rules,
		API: programs, Links: linkDesk{p.store, p.o.Now, p.base},
		Watch: p.store, Scout: newSourceScout(p), Reasons: newReasoner(p.store, p.classifier.Classifier),
		Review: p.review(), RuleDirs: p.cfg.Rules,
		Alerts:  p.alertPages(),
		Version: p.o.Version, Accounts: gate, Vitals: p, Base: p.cfg.Web.BaseURL, Demo: p.o.Demo, Log: p.log.With("part", "pages"), Now: p.o.Now,
	})
	if err != nil {
		return err
	}
	top := http.NewServeMux()
	top.Handle("/", s.web.Handler())
	if p.cfg.Ops.Listen == "" && loopback(p.cfg.Web.Listen) {
		ops := http.NewServeMux()
		p.mountOps(ops)
		for _, path := range opsPaths {
			top.Handle(path, web.OnLoopback(ops)) // no rebound name, and nobody whom a proxy lets through
		}
	}
	return s.listen("web.listen", p.cfg.Web.Listen, top)
}

// review is what analysts read and write through the pages.
func (p *program) review() *web.Review {
	return &web.Review{Desk: p.store, Judge: p.store, Hold: p.store, Notes: p.store, Books: p.store, Rules: p.store, Bench: p.bench}
}

func (s *servers) listen(key, address string, h http.Handler) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %w; set %s to a free address, such as 127.0.0.1:0 for any free port", key, err, key)
	}
	s.listeners = append(s.listeners, l)
	s.servers = append(s.servers, web.NewHTTPServer(h, slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)))
	return nil
}

// keepReady makes what the pages show of the whole archive before somebody asks for it.
func (s *servers) keepReady(ctx context.Context) error {
	if s.web == nil {
		return nil
	}
	return s.web.KeepReady(ctx)
}

// serve answers until ctx ends, then lets requests finish.
func (s *servers) serve(ctx context.Context) error {
	failed := make(chan error, len(s.servers))
	for i, server := range s.servers {
		go func() { failed <- server.Serve(s.listeners[i]) }()
	}
	var err error
	left := len(s.servers)
	select {
	case <-ctx.Done():
	case err = <-failed:
		left--
	}
	if s.web != nil {
		s.web.Close()
	}
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, server := range s.servers {
		if server.Shutdown(shutdown) != nil {
			_ = server.Close() // a reader that does not go is cut off
		}
	}
	for range left {
		if e := <-failed; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// close frees the listeners of servers that never served.
func (s *servers) close() error {
	for _, l := range s.listeners {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
	}
	return nil
}

func (s *servers) pageAddress() string {
	if s.web == nil {
		return ""
	}
	return "http://" + s.listeners[0].Addr().String()
}

func (s *servers) opsAddress() string {
	if len(s.listeners) == 0 {
		return ""
	}
	return "http://" + s.listeners[len(s.listeners)-1].Addr().String()
}

// opsPaths are what mountOps mounts.
var opsPaths = []string{"/livez", "/readyz", "/metrics"}

func (p *program) mountOps(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", p.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(p.metrics.registry, promhttp.HandlerOpts{Registry: p.metrics.registry}))
}

// Readiness is the answer of /readyz: whether each part does its work now.
type Readiness struct {
	Ready bool              `json:"ready"`
	Parts map[string]string `json:"parts"` // "ok", or what is wrong
	// Stages says what each part that this process has does: it is at work, or stands by.
	Stages map[string]string `json:"stages"`
	// Ledger is the balance of the crawl ledger.
	Ledger news.Balance `json:"ledger"`
	// Streams is how many messages each stream holds.
	Streams map[string]uint64 `json:"streams"`
}

func (p *program) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), lookTimeout)
	defer cancel()
	out := Readiness{Ready: true, Parts: map[string]string{}, Stages: p.duties.all(), Streams: map[string]uint64{}}
	part := func(name string, err error) {
		out.Parts[name] = "ok"
		if err != nil {
			out.Ready, out.Parts[name] = false, err.Error()
		}
	}
	part("bus", p.bus.Healthy(ctx))
	balance, err := p.store.Balance(ctx)
	part("store", err)
	out.Ledger = balance
	if stats, err := p.bus.Stats(ctx); err == nil {
		for _, s := range stats.Streams {
			out.Streams[s.Name] = s.Messages
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if !out.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(out) // a reader that went away is nobody's loss
}
