package guard

import "net/netip"

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// private4 and private6 are what AllowPrivate lets through: loopback (RFC 1122,
// RFC 4291), private use (RFC 1918), shared address space (RFC 6598) and unique
// local addresses (RFC 4193).
func private4() []netip.Prefix {
	return prefixes("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
}

func private6() []netip.Prefix { return prefixes("::1/128", "fc00::/7") }

// metadata are the addresses at which clouds hand out credentials to any program on
// the machine. Some lie in private ranges, so they are refused by name, whatever is
// allowed: AWS, Azure, Google and others at 169.254.169.254, AWS's ECS and time at
// 169.254.170.2 and by IPv6, Alibaba at 100.100.100.200, Oracle at 192.0.0.192.
func metadata() []netip.Prefix {
	return prefixes("169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::254/128")
}

func in(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// reason says in a few words why a is refused. What has no name of its own is "not
// a public address": the registries of special addresses are the ssrf module's.
func reason(a netip.Addr) string {
	switch {
	case in(a, metadata()):
		return "a metadata or link-local address"
	case a.IsUnspecified():
		return "the unspecified address"
	case a.IsLoopback():
		return "the machine itself (loopback)"
	case a.IsPrivate() || in(a, prefixes("100.64.0.0/10")):
		return "a private network"
	case a.IsLinkLocalUnicast():
		return "a link-local address"
	case a.IsMulticast():
		return "a multicast address"
	case in(a, prefixes("64:ff9b::/96", "64:ff9b:1::/48")):
		return "a NAT64 address, which may lead to a private one"
	case in(a, prefixes("2002::/16", "192.88.99.0/24")):
		return "a 6to4 address, which may lead to a private one"
	}
	return "not a public address"
}
