package crawler

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"edict/news"
)

// An Answer says whether an address may be fetched, and if not, why not.
type Answer struct {
	May     bool
	Outcome news.Outcome  // "" if it may
	Why     string        // in words
	Domain  string        // what its requests are paced by
	Pause   time.Duration // between two requests to the domain
}

// Ask says whether an address may be fetched, by the same judge as every request:
// the guard, the site's robots.txt, which it reads where it is not known, and the
// pace. The address itself is not fetched. What is no web address is
// news.ErrInvalid.
func (c *Crawler) Ask(ctx context.Context, address string) (Answer, error) {
	defer c.hangUp()
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Answer{}, fmt.Errorf("%q is no web address such as https://site.example/story: %w", address, news.ErrInvalid)
	}
	a := Answer{Domain: domainOf(u)}
	for {
		v := c.manners.admit(u, false)
		switch {
		case v.robots != "":
			if r := c.readRobots(ctx, u, v.robots); r.stopped {
				return a, ctx.Err()
			}
			continue
		case v.refused != "":
			a.Outcome, a.Why = v.refused, v.why
		case v.yes:
			c.manners.giveBack(u)
			a.May, a.Why = true, "robots.txt allows it"
		case ctx.Err() != nil:
			return a, ctx.Err()
		default:
			sleep(ctx, v.at.Sub(c.config.Now()))
			continue
		}
		a.Pause = c.manners.pauseOf(u)
		return a, nil
	}
}

// giveBack undoes an admit whose request is not made.
func (m *manners) giveBack(u *url.URL) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.domain(domainOf(u)).busy = false
}

// pauseOf returns the pause between two requests to u's domain.
func (m *manners) pauseOf(u *url.URL) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	pause := m.delay
	if h := m.hosts[hostOf(u)]; h != nil {
		pause = max(pause, h.rules.delay)
	}
	return max(pause, m.domain(domainOf(u)).slow)
}
