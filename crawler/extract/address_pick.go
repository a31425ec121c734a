package extract

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"edict/news"
)

// pickAddresses reads the page's own word on its address. On the same registrable
// domain it is the article's identity; on another it marks a copy, and the address
// that was served stays the identity.
func pickAddresses(s *survey, served string) (canonical, original found) {
	canonical = found{served, "address served"}
	for _, c := range []struct {
		raw  []string
		from string
	}{{s.links["canonical"], "rel=canonical"}, {s.metas["og:url"], "og:url"}} {
		for _, raw := range c.raw {
			u := resolve(s.base, raw)
			if u == nil {
				continue
			}
			if sameDomain(u.Hostname(), s.base.Hostname()) {
				if isFront(u) && !isFront(s.base) {
					continue // a site's template that names its front page on every page
				}
				return found{u.String(), c.from}, found{}
			}
			if original.value == "" && !isFront(u) {
				original = found{u.String(), c.from}
			}
		}
	}
	return canonical, original
}

// pickTwins reads at which other addresses the site has the same story: as AMP, and
// for telephones. served and canonical are the page's own.
func pickTwins(s *survey, served, canonical string) []string {
	var twins []string
	for _, raw := range append(s.links["amphtml"], s.links["alternate"]...) {
		u := resolve(s.base, raw)
		if u == nil || isFront(u) || !sameDomain(u.Hostname(), s.base.Hostname()) {
			continue
		}
		u.Fragment, u.RawFragment = "", ""
		if twin := u.String(); len(twins) < news.MaxTwins && twin != served && twin != canonical && !slices.Contains(twins, twin) {
			twins = append(twins, twin)
		}
	}
	return twins
}

func resolve(base *url.URL, raw string) *url.URL {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil
	}
	u, err := base.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil
	}
	return u
}

func isFront(u *url.URL) bool {
	return strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}

// sameDomain reports whether two hosts are of one registrable domain. An address
// or a single label is its own.
func sameDomain(a, b string) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	if a == b {
		return true
	}
	if net.ParseIP(a) != nil || net.ParseIP(b) != nil {
		return false
	}
	x, errX := publicsuffix.EffectiveTLDPlusOne(a)
	y, errY := publicsuffix.EffectiveTLDPlusOne(b)
	return errX == nil && errY == nil && x == y
}
