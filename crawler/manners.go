package crawler

import (
	"net/url"
	"sync"
	"time"

	"edict/news"
)

// What bounds the manners.
const (
	robotsTTL     = 24 * time.Hour  // RFC 9309, 2.4
	robotsLoading = 5 * time.Minute // after that, whoever reads a robots.txt is taken for dead
	maxHosts      = 10_000          // robots.txt files in memory
	maxSlowdown   = time.Minute     // between two requests to a site that says it is busy
	maxRetryAfter = 24 * time.Hour  // longer ones are asked again after a day
	busyElsewhere = 50 * time.Millisecond
	sweepAbove    = 512 // domains: fewer are not worth looking for those that may be forgotten
)

// manners decide whether an address may be fetched now, for everything in the
// process that fetches. They hold, for each domain, whether a request is on its way
// and when the next may begin, and for each host its robots.txt.
type manners struct {
	agent string // the name that robots.txt is searched for
	delay time.Duration
	now   func() time.Time

	mu      sync.Mutex
	domains map[string]*domainState // guarded by mu
	sweep   int                     // guarded by mu: so many domains are looked through
	hosts   map[string]*hostState   // guarded by mu
}

type domainState struct {
	busy bool
	next time.Time     // no request before it
	slow time.Duration // added while the site says that it is busy
}

type hostState struct {
	rules   robotsRules
	known   bool      // rules may be used
	until   time.Time // read again after it
	loading time.Time // somebody is reading it, since then; zero: nobody

	// While robots.txt cannot be read, the host is not fetched from.
	down    news.Outcome
	downWhy string
}

func newManners(c Config) *manners {
	return &manners{
		agent: productName(c.UserAgent), delay: c.PerHostDelay, now: c.Now,
		domains: map[string]*domainState{}, hosts: map[string]*hostState{},
	}
}

// A verdict says whether an address may be fetched now. Exactly one of its cases
// holds.
type verdict struct {
	yes     bool         // go: the domain is taken until release
	robots  string       // first this robots.txt must be read, by the asker
	at      time.Time    // not now; ask again then
	refused news.Outcome // no
	why     string       // for refused: the reason, for a person
	until   time.Time    // for refused: zero if robots.txt says no, else when it is read again
}

// admit decides about one request. robotsFile marks the request for a robots.txt,
// which is paced like any other but needs no permission.
func (m *manners) admit(u *url.URL, robotsFile bool) verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if !robotsFile {
		if v, ok := m.askRobots(u, now); !ok {
			return v
		}
	}
	d := m.domain(domainOf(u))
	switch {
	case d.busy:
		return verdict{at: now.Add(busyElsewhere)}
	case d.next.After(now):
		return verdict{at: d.next}
	}
	d.busy = true
	return verdict{yes: true}
}

// askRobots returns ok if the host's robots.txt is known and lets u be fetched.
func (m *manners) askRobots(u *url.URL, now time.Time) (v verdict, ok bool) {
	key := hostOf(u)
	h := m.hosts[key]
	if h == nil {
		m.forgetHosts(now)
		h = &hostState{}
		m.hosts[key] = h
	}
	if !now.Before(h.until) {
		if now.Sub(h.loading) < robotsLoading {
			return verdict{at: now.Add(4 * busyElsewhere)}, false
		}
		h.loading = now
		return verdict{robots: key + "/robots.txt"}, false
	}
	switch {
	case h.down != "" && !h.known:
		return verdict{refused: h.down, why: h.downWhy, until: h.until}, false
	case !h.rules.allows(u):
		return verdict{refused: news.Disallowed, why: "robots.txt forbids it"}, false
	}
	return verdict{}, true
}

func (m *manners) domain(name string) *domainState {
	d := m.domains[name]
	if d == nil {
		d = &domainState{}
		m.domains[name] = d
	}
	return d
}

// release ends a request that admit let through: the next one to the domain begins
// no sooner than the delay after it.
func (m *manners) release(u *url.URL, r result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	d := m.domain(domainOf(u))
	d.busy = false
	pause := m.delay
	if h := m.hosts[hostOf(u)]; h != nil {
		pause = max(pause, h.rules.delay)
	}
	if m.delay > 0 && r.took > time.Second {
		pause = max(pause, min(r.took, 10*time.Second)) // a site that is slow is not pressed
	}
	switch {
	case r.outcome == news.Busy && r.retryAfter == 0:
		d.slow = min(max(2*d.slow, 2*m.delay, time.Second), maxSlowdown)
	case r.outcome == news.OK || r.outcome == news.Unchanged:
		if d.slow = d.slow * 3 / 4; d.slow < m.delay {
			d.slow = 0
		}
	}
	d.next = now.Add(max(pause, d.slow, min(r.retryAfter, maxRetryAfter)))
	m.forgetDomains(now)
}

// sitemapsOf returns the sitemaps that the robots.txt of u's host names, if it is
// known.
func (m *manners) sitemapsOf(u *url.URL) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.hosts[hostOf(u)]; h != nil {
		return h.rules.sitemaps
	}
	return nil
}

// delayOf returns the Crawl-delay of u's host, 0 where it is not known.
func (m *manners) delayOf(u *url.URL) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.hosts[hostOf(u)]; h != nil {
		return h.rules.delay
	}
	return 0
}

// blockedUntil returns until when a domain is not asked at all.
func (m *manners) blockedUntil(domain string) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.domains[domain]; d != nil {
		return d.next
	}
	return time.Time{}
}

// learn takes what came of reading a host's robots.txt (RFC 9309, 2.3): rules; none
// where there is no file, which allows all; or nothing for now, which forbids all
// until it is read again. Rules that were known before stay in force then.
func (m *manners) learn(host string, r result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	h := m.hosts[host]
	if h == nil {
		h = &hostState{}
		m.hosts[host] = h
	}
	h.loading = time.Time{}
	switch r.outcome {
	case news.OK:
		*h = hostState{rules: parseRobots(r.page.Body, m.agent), known: true, until: now.Add(robotsTTL)}
		if u, err := url.Parse(host); err == nil && h.rules.delay > 0 {
			d := m.domain(domainOf(u)) // the delay holds after this very request
			d.next = later(d.next, r.page.Fetched.Add(h.rules.delay))
		}
	case news.Gone, news.Blocked, news.Redirects, news.Nothing, news.NotNews:
		*h = hostState{known: true, until: now.Add(robotsTTL)}
	default:
		if r.outcome == news.ServerError && r.page.Status >= 400 && r.page.Status < 500 {
			*h = hostState{known: true, until: now.Add(robotsTTL)}
			return
		}
		h.down, h.downWhy = r.outcome, "its robots.txt cannot be read ("+r.detail+"), so it is left alone"
		if r.outcome == news.Busy || r.outcome == news.ServerError {
			h.down = news.Disallowed
		}
		h.until = now.Add(max(min(r.retryAfter, maxRetryAfter), robotsRetry))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// robotsRetry is when a robots.txt that could not be read is tried again.
const robotsRetry = time.Minute

// unlearn is for a reader of robots.txt that was stopped before an answer.
func (m *manners) unlearn(host string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.hosts[host]; h != nil {
		h.loading = time.Time{}
	}
}

// forgetHosts makes room for a robots.txt when there are too many: first those that
// have run out go, then any, until a tenth of the room is free.
func (m *manners) forgetHosts(now time.Time) {
	if len(m.hosts) < maxHosts {
		return
	}
	for key, h := range m.hosts {
		if !now.Before(h.until) && now.Sub(h.loading) >= robotsLoading {
			delete(m.hosts, key)
		}
	}
	for key := range m.hosts {
		if len(m.hosts) <= maxHosts*9/10 {
			return
		}
		delete(m.hosts, key)
	}
}

// forgetDomains drops what says no more than a domain that was never seen. It looks
// when there are twice as many as it left the last time.
func (m *manners) forgetDomains(now time.Time) {
	if len(m.domains) < max(m.sweep, sweepAbove) {
		return
	}
	for key, d := range m.domains {
		if !d.busy && d.slow == 0 && d.next.Before(now) {
			delete(m.domains, key)
		}
	}
	m.sweep = 2 * len(m.domains)
}
