package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"edict/alert"
	"edict/bus"
	"edict/classifier"
	"edict/classifier/places"
	"edict/crawler"
	"edict/crawler/warc"
	"edict/demo"
	"edict/news"
	"edict/sink"
	"edict/sink/stories"
	"edict/store"
)

// Options are what the program is handed besides its configuration.
type Options struct {
	Version string
	Log     *slog.Logger
	Now     func() time.Time
	// Ready, if not nil, is called once, when every stage runs and the pages answer.
	Ready func(Status)
	// Demo watches a small news site inside the program and nothing else.
	Demo bool
	// Only runs these parts and no other; nil: all. It needs a bus and a store outside
	// of the process, else Run returns news.ErrInvalid.
	Only []Part
}

// Status is what the running program says of itself when it is ready.
type Status struct {
	Parts   []Part // that run in this process; nil: all
	Page    string // the address of the pages; "" if they run elsewhere
	Ops     string // the address of /livez, /readyz and /metrics; "" if there is none
	Data    string // where all is kept: a directory, or a database elsewhere
	Sources []news.Source
	Rules   news.RuleSet
	Labels  []news.Label
}

// grace is how long the stages may take to drain when the program is to stop.
const grace = 15 * time.Second

// Run runs the stages until ctx ends, then drains them and returns nil. Another
// error is a stage that failed, which stops the others. A data directory that
// another instance holds is news.ErrConflict.
func Run(ctx context.Context, cfg Config, o Options) error {
	if err := CheckOnly(cfg, o); err != nil {
		return err
	}
	p, err := open(ctx, cfg, o)
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // stopped while it started: nothing was begun
	}
	if err != nil {
		return err
	}
	err = p.run(ctx)
	return errors.Join(err, p.close())
}

// program is all that runs, in the order of the flow.
type program struct {
	cfg Config
	o   Options
	log *slog.Logger

	site *demo.Site // nil but in the demonstration

	crawler    *crawler.Crawler
	shelf      *warc.Keeper // of the pages that it fetches
	bus        *bus.Bus     // ARTICLES, RECORDS, STORED
	classifier *classifier.Stage
	sink       *sink.Stage
	store      *store.Store
	reconciler *sink.Reconciler
	handover   *sink.Handover
	relay      *sink.Relay
	alerts     *alert.Stage
	silencer   *silencer
	deliveries *alert.Worker

	places  *places.Gazetteer // nil where neither articles are classified nor alerts or pages shown
	changed *wake             // after each change in the store
	due     *wake             // after each alert that was written
	sending *ways             // out of the program, for alerts
	metrics *metrics
	pages   *servers
	bench   *rulesBench // nil where the pages run elsewhere
	duties  duties
	status  Status
}

// open makes everything, and starts nothing but the bus.
func open(ctx context.Context, cfg Config, o Options) (_ *program, err error) {
	p := &program{cfg: cfg, o: o, log: o.Log, changed: newWake(), due: newWake(), metrics: newMetrics()}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if o.Demo {
		if p.site, err = p.openDemo(); err != nil {
			return nil, err
		}
	}
	if err := p.openWorks(ctx); err != nil {
		return nil, err
	}
	if err := p.layInSources(ctx); err != nil {
		return nil, err
	}
	if err := p.layInDemo(ctx); err != nil {
		return nil, err
	}
	p.metrics.watch(p.bus, p.store, &p.duties, p.o.Now)
	if p.pages, err = p.openServers(p.places); err != nil {
		return nil, err
	}
	return p, nil
}

// openWorks opens bus and store and makes the stages between them.
func (p *program) openWorks(ctx context.Context) (err error) {
	if !p.cfg.isOutside() {
		if err := os.MkdirAll(p.cfg.Data, 0o750); err != nil {
			return fmt.Errorf("make the data directory: %w", err)
		}
	}
	// Before all that takes time: a second instance is to give way at once.
	if p.bus, err = p.openBus(ctx); err != nil {
		return err
	}
	if p.store, err = store.Open(ctx, p.cfg.storeURL(), p.log, p.o.Now); err != nil {
		return err
	}
	if err := p.openClassifier(ctx); err != nil {
		return err
	}
	return p.openStages()
}

func (p *program) openBus(ctx context.Context) (*bus.Bus, error) {
	c := p.cfg.Bus
	return bus.Open(ctx, bus.Config{
		URL: c.URL, Dir: p.cfg.busDir(), Listen: c.Listen, Password: c.Password, TLSCert: c.TLSCert, TLSKey: c.TLSKey, MaxStore: int64(c.MaxStore),
		Replicas: c.Replicas, Credentials: c.Credentials, Log: p.log.With("part", "bus"), Now: p.o.Now, OnDead: p.markDead,
	})
}

// markDead keeps the ledger true: what went to DEAD is no longer waited for.
func (p *program) markDead(ctx context.Context, d bus.Dead) error {
	p.metrics.dead.WithLabelValues(d.Stage).Inc()
	p.log.Error("A message went to DEAD", "stage", d.Stage, "subject", d.Subject, "article", d.Key.Article, "reason", d.Reason)
	if d.Key == (news.Key{}) {
		return nil // not from the ledger
	}
	err := p.store.MarkDead(ctx, d.Key, d.Stage, d.Reason)
	if errors.Is(err, news.ErrNotFound) {
		return nil
	}
	return err
}

// openClassifier reads rules and places, for the parts that need them.
func (p *program) openClassifier(ctx context.Context) error {
	if !p.o.runs(Classifier) && !p.o.runs(Alert) && !p.o.runs(Web) {
		return nil
	}
	book, err := p.takeRules(ctx)
	if err != nil {
		return err
	}
	rulesInUse, err := classifier.New(book.set, book.gazetteer)
	if err != nil {
		return err
	}
	p.places = book.gazetteer
	p.status.Rules, p.status.Labels = rulesInUse.RuleSet(), rulesInUse.Labels()
	p.classifier = classifier.NewStage(rulesInUse, p.bus.Records)
	reader, err := stories.NewReader(book.gazetteer)
	if err != nil {
		return err
	}
	p.classifier.Features = reader.Encoded
	return nil
}

func (p *program) openStages() (err error) {
	p.shelf = p.newShelf()
	c := p.crawlerConfig()
	c.Shelf = p.shelf
	p.crawler, err = crawler.New(c, p.store, p.bus.Articles)
	if err != nil {
		return err
	}
	p.sink = &sink.Stage{Store: announcing{p.store, p.tellChanged, p.metrics, p.o.Now}, Log: p.log.With("part", "sink"), Now: p.o.Now}
	p.reconciler = p.newReconciler()
	p.handover = &sink.Handover{Ledger: p.store, Publish: p.publishAgain, Log: p.log.With("part", "handover")}
	p.relay = p.newRelay()
	p.silencer = &silencer{store: p.store, now: p.o.Now}
	p.alerts = p.newAlerts()
	if p.sending, err = newWays(p.cfg, p.o, p.bus.PublishAlert); err != nil {
		return err
	}
	p.deliveries = p.newDeliveries()
	return nil
}

func (p *program) crawlerConfig() crawler.Config {
	c := p.cfg.Crawler
	var listeners []netip.AddrPort
	if p.site != nil {
		listeners = append(listeners, p.site.Addr())
	}
	delay := time.Duration(c.PerHostDelay)
	if delay == 0 {
		delay = -1 // the crawler's word for no pause at all
	}
	return crawler.Config{
		UserAgent: c.UserAgent, PerHostDelay: delay, AllowPrivateNetworks: c.AllowPrivateNetworks,
		AllowListeners: listeners, Concurrency: c.Concurrency, Proxy: c.Proxy, QuietAfter: time.Duration(p.cfg.Alert.MaxAge),
		Log: p.log.With("part", "crawler"), Now: p.o.Now, Observe: p.observe,
	}
}

// close gives up what open took, in reverse.
func (p *program) close() error {
	var errs []error
	if p.pages != nil {
		errs = append(errs, p.pages.close())
	}
	if p.sending != nil {
		p.sending.close()
	}
	if p.bus != nil {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		errs = append(errs, p.bus.Close(ctx))
	}
	if p.store != nil {
		errs = append(errs, p.store.Close())
	}
	if p.site != nil {
		errs = append(errs, p.site.Close())
	}
	return errors.Join(errs...)
}
