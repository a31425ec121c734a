package app

import (
	"edict/crawler"
	"edict/news"
)

// observe turns what the crawler does into metrics.
func (p *program) observe(e crawler.Event) {
	m := p.metrics
	switch e.Kind {
	case crawler.Fetched:
		m.fetchSeconds.WithLabelValues(string(kindOf(e))).Observe(e.Duration.Seconds())
		m.fetchBytes.Add(float64(e.Bytes))
	case crawler.Polled:
		m.polls.WithLabelValues(e.Source, string(e.Outcome)).Inc()
	case crawler.Visited:
		m.visits.WithLabelValues(e.Source, string(e.Outcome)).Inc()
	case crawler.Published:
		m.published.Inc()
	}
}

// kindOf is the outcome that stands for how the request itself went.
func kindOf(e crawler.Event) news.Outcome {
	if e.Outcome == "" {
		return news.OK
	}
	return e.Outcome
}
