// Package guard refuses to connect to addresses that a web crawler or a webhook
// must not reach: the machine itself, private networks, cloud metadata services,
// and everything else that is not the public internet.
//
// It looks at the address that is dialled, after names were resolved, so a redirect
// or a name that resolves to something else the second time is covered too. It
// knows nothing of URLs, names or HTTP; what a proxy connects to is the proxy's to
// refuse.
package guard

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"code.dny.dev/ssrf"

	"edict/news"
)

// Config says what is let through besides the public internet.
type Config struct {
	// AllowPrivate lets loopback and private networks through, but no link-local,
	// multicast, reserved or metadata address.
	AllowPrivate bool
	// AllowListener are the loopback listeners that pass, each exactly: the same
	// address and the same port, nothing else. An entry that is not loopback is an
	// error.
	AllowListener []netip.AddrPort
}

// A Guard decides which addresses may be dialled. It is made by New, does not
// change afterwards, and may be used by any number of goroutines.
type Guard struct {
	listeners []netip.AddrPort
	metadata  []netip.Prefix // refused whatever is allowed
	rules     *ssrf.Guardian
}

// Error is the refusal of one address. It matches news.ErrRefused.
type Error struct {
	Address string // as it was dialled, host and port
	Reason  string // what the address is, in a few words
}

// Error names the address and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("address %s is refused: %s", e.Address, e.Reason)
}

// Unwrap returns news.ErrRefused.
func (e *Error) Unwrap() error { return news.ErrRefused }

// New returns a guard, or news.ErrInvalid when a listener to be let through is not
// a loopback address with a port.
func New(c Config) (*Guard, error) {
	g := &Guard{metadata: metadata()}
	for _, l := range c.AllowListener {
		l = netip.AddrPortFrom(l.Addr().Unmap(), l.Port())
		if !l.Addr().IsLoopback() || l.Port() == 0 {
			return nil, fmt.Errorf("guard: listener %s is not a loopback address with a port: %w", l, news.ErrInvalid)
		}
		g.listeners = append(g.listeners, l)
	}
	options := []ssrf.Option{ssrf.WithAnyPort()}
	if c.AllowPrivate {
		options = append(options, ssrf.WithAllowedV4Prefixes(private4()...), ssrf.WithAllowedV6Prefixes(private6()...))
	}
	g.rules = ssrf.New(options...)
	return g, nil
}

// Control is for net.Dialer: it refuses the address with an *Error before a
// connection is tried.
func (g *Guard) Control(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return &Error{address, "only TCP is dialled, not " + network}
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Error{address, "not an IP address with a port"}
	}
	return g.Check(to)
}

// Check returns nil if to may be dialled, and an *Error if not.
func (g *Guard) Check(to netip.AddrPort) error {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	if slices.Contains(g.listeners, to) {
		return nil
	}
	if in(to.Addr(), g.metadata) || g.rules.SafeAddrPort(to) != nil {
		return &Error{to.String(), reason(to.Addr())}
	}
	return nil
}
