package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"edict/bus"
	"edict/news"
	"edict/store"
)

// metrics are what /metrics shows. Times are seconds, sizes bytes.
type metrics struct {
	registry *prometheus.Registry

	polls, visits *prometheus.CounterVec
	fetchSeconds  *prometheus.HistogramVec
	fetchBytes    prometheus.Counter
	published     prometheus.Counter
	dead          *prometheus.CounterVec
	kept          prometheus.Counter
	batch         prometheus.Histogram
	toStored      prometheus.Histogram
	republished   prometheus.Counter
	heard         prometheus.Counter
	tries         *prometheus.CounterVec
	toSent        *prometheus.HistogramVec
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry:     prometheus.NewRegistry(),
		polls:        vec("edict_polls_total", "Readings of a feed, sitemap or listing, by what came of them.", "source", "outcome"),
		visits:       vec("edict_visits_total", "Fetches of story pages, by what came of them.", "source", "outcome"),
		fetchSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "edict_fetch_seconds", Help: "From asking a site to the whole answer.", Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 9)}, []string{"outcome"}),
		fetchBytes:   counter("edict_fetch_bytes_total", "Bytes of answers, after decompression."),
		published:    counter("edict_articles_published_total", "New article versions put on ARTICLES."),
		dead:         vec("edict_dead_total", "Messages that went to DEAD.", "stage"),
		kept:         counter("edict_records_kept_total", "Records that the sink was handed and that are in the store."),
		batch:        prometheus.NewHistogram(prometheus.HistogramOpts{Name: "edict_sink_batch_records", Help: "Records in one transaction of the sink.", Buckets: prometheus.ExponentialBuckets(1, 2, 10)}),
		toStored:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "edict_fetched_to_stored_seconds", Help: "From a page fetched to its record stored.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 14)}),
		republished:  counter("edict_republished_total", "Articles that the reconciler found in no stream and published again."),
		heard:        counter("edict_changes_heard_total", "Messages by which another process woke the readers of this one."),
	}
	m.tries = vec("edict_delivery_tries_total", "Tries to send an alert, by channel and what came of them.", "channel", "outcome")
	m.toSent = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "edict_due_to_sent_seconds", Help: "From an alert due to its receiver's answer.", Buckets: prometheus.ExponentialBuckets(0.005, 2.5, 14)}, []string{"channel"})
	m.registry.MustRegister(m.tries, m.toSent, m.polls, m.visits, m.fetchSeconds, m.fetchBytes, m.published, m.dead, m.kept, m.batch, m.toStored, m.republished, m.heard,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what is read from bus and store when somebody asks.
func (m *metrics) watch(b *bus.Bus, s *store.Store, d *duties, now func() time.Time) {
	m.registry.MustRegister(&lookCollector{
		bus: b, store: s, duties: d, now: now,
		messages: prometheus.NewDesc("edict_stream_messages", "Messages in a stream.", []string{"stream"}, nil),
		bytes:    prometheus.NewDesc("edict_stream_bytes", "Bytes in a stream.", []string{"stream"}, nil),
		limit:    prometheus.NewDesc("edict_stream_limit_bytes", "Bytes that a stream may hold.", []string{"stream"}, nil),
		oldest:   prometheus.NewDesc("edict_stream_oldest_seconds", "Age of the oldest message that is not acknowledged.", []string{"stream"}, nil),
		restarts: prometheus.NewDesc("edict_bus_restarts_total", "Restarts of the embedded server after a write error.", nil, nil),
		lines:    prometheus.NewDesc("edict_bus_log_lines_total", "Warnings and errors in the embedded server's log.", []string{"level"}, nil),
		ledger:   prometheus.NewDesc("edict_ledger_rows", "Article versions in the ledger.", []string{"state"}, nil),
		flags:    prometheus.NewDesc("edict_source_flag", "1 for what is wrong with a source, by the kind of its flag.", []string{"source", "flag"}, nil),
		share:    prometheus.NewDesc("edict_source_failure_share", "The part of a source's last stories that could not be read, 0 to 1.", []string{"source"}, nil),
		age:      prometheus.NewDesc("edict_source_new_story_seconds", "Time since something new was in a source.", []string{"source"}, nil),
		atWork:   prometheus.NewDesc("edict_at_work", "1 if this process is at work in a part, 0 if it stands by.", []string{"part"}, nil),
	})
}

// lookTimeout bounds a scrape.
const lookTimeout = 3 * time.Second

type lookCollector struct {
	bus                                                             *bus.Bus
	store                                                           *store.Store
	now                                                             func() time.Time
	duties                                                          *duties
	messages, bytes, limit, oldest, restarts, lines, ledger, atWork *prometheus.Desc
	flags, share, age                                               *prometheus.Desc
}

// Describe names what Collect returns.
func (c *lookCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.messages, c.bytes, c.limit, c.oldest, c.restarts, c.lines, c.ledger, c.atWork, c.flags, c.share, c.age} {
		ch <- d
	}
}

// Collect looks at bus and store. What does not answer is left out of this scrape.
func (c *lookCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	for part, does := range c.duties.all() {
		gauge(c.atWork, map[bool]float64{true: 1}[does == atWork], part)
	}
	if stats, err := c.bus.Stats(ctx); err == nil {
		for _, s := range stats.Streams {
			gauge(c.messages, float64(s.Messages), s.Name)
			gauge(c.bytes, float64(s.Bytes), s.Name)
			gauge(c.limit, float64(s.Limit), s.Name)
			gauge(c.oldest, s.Oldest.Seconds(), s.Name)
		}
		counter(c.restarts, float64(stats.Restarts))
		counter(c.lines, float64(stats.Warnings), "warning")
		counter(c.lines, float64(stats.Errors), "error")
	}
	if list, err := c.store.Healths(ctx); err == nil {
		for _, h := range list {
			for _, f := range h.Flags {
				gauge(c.flags, 1, h.Source, string(f.Kind))
			}
			gauge(c.share, h.FailureShare(), h.Source)
			if !h.NewStory.IsZero() {
				gauge(c.age, c.now().Sub(h.NewStory).Seconds(), h.Source)
			}
		}
	}
	if b, err := c.store.Balance(ctx); err == nil {
		gauge(c.ledger, float64(b.Stored), string(news.Stored))
		gauge(c.ledger, float64(b.Dead), string(news.Dead))
		gauge(c.ledger, float64(b.Waiting), string(news.Waiting))
	}
}

// announcing is the sink's store: what it keeps is measured, and readers of the
// changes are woken.
type announcing struct {
	store   *store.Store
	changed func()
	metrics *metrics
	now     func() time.Time
}

// Keep stores records; see store.Store.Keep.
func (a announcing) Keep(ctx context.Context, records []news.Record) error {
	if err := a.store.Keep(ctx, records); err != nil {
		return err
	}
	a.changed()
	a.metrics.kept.Add(float64(len(records)))
	a.metrics.batch.Observe(float64(len(records)))
	for _, r := range records {
		a.metrics.toStored.Observe(a.now().Sub(r.Fetched).Seconds())
	}
	return nil
}
