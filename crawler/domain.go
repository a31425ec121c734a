package crawler

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// domainOf returns what u's requests are paced by: its registrable domain, so that
// all host names of a site count together. A host that has none, such as an IP
// address or a single label, is its own, whatever the port: the machine behind it is
// one.
func domainOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// hostOf returns what a robots.txt speaks for: scheme, host and port (RFC 9309).
func hostOf(u *url.URL) string {
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host)
}

// isFront reports whether u is the front page of its site.
func isFront(u *url.URL) bool {
	return strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}
