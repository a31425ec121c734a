package account

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// How fast passwords and tokens may be guessed. OWASP's Authentication Cheat Sheet asks
// for a limit per account; that of an address keeps one machine from trying a few
// passwords on every account. An account's limit leaves about 2,900 tries a day, with
// which a password of 15 characters is not found; NIST SP 800-63B-4, section 3.2.2, asks
// for no more than 100 in a row, which the first tries of a limit stay below.
const (
	accountBurst = 10
	accountEvery = 30 * time.Second
	addressBurst = 20
	addressEvery = 10 * time.Second
	tokenBurst   = 60
	tokenEvery   = time.Second
)

// buckets is how many buckets a limit has, whatever is tried: names and addresses
// that nobody has do not take memory. Two that share one share its limit, and whose
// share one cannot be known from outside.
const buckets = 4096

// A limit lets so many tries through for each key at first, and one after each interval
// then.
type limit struct {
	burst int
	every time.Duration
	seed  maphash.Seed

	mu   sync.Mutex // guards what follows
	full [buckets]time.Time
}

func newLimit(burst int, every time.Duration) *limit {
	return &limit{burst: burst, every: every, seed: maphash.MakeSeed()}
}

func (l *limit) at(key string) *time.Time {
	return &l.full[maphash.String(l.seed, key)%buckets]
}

// take takes one try of a key, or says how long to wait for one.
func (l *limit) take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.at(key) // when the bucket is full again
	if full.Before(now) {
		*full = now
	}
	if wait := full.Sub(now) - time.Duration(l.burst-1)*l.every; wait > 0 {
		return wait
	}
	*full = full.Add(l.every)
	return 0
}

// giveBack is for a try that was none.
func (l *limit) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.at(key)
	*full = full.Add(-l.every)
}

// network is what counts as one address: an IPv6 user has 2^64 of them.
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
