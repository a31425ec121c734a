package news

import (
	"net/url"
	"slices"
	"strings"
)

// tracking are query parameters that say where a reader came from and never which
// page is meant.
var tracking = []string{
	"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid",
	"spm", "_hsenc", "_hsmi", "mkt_tok", "ref_src", "cmpid", "ncid", "ocid", "sr_share", "share_token",
}

// NormalizeURL brings an address into the one form under which it is known: lower
// case scheme and host, no default port, no fragment, no tracking parameters,
// parameters in order, no dot segments. Percent-encoding is left as it is, so
// that a Chinese query in any charset stays what it was. An address that cannot be
// parsed is returned trimmed.
func NormalizeURL(raw string) string {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	u.Scheme = strings.ToLower(u.Scheme)
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	u.Host = host
	if u.Path == "" {
		u.Path = "/"
	} else if strings.Contains(u.Path, "/.") {
		u = u.JoinPath()
	}
	u.RawQuery = normalizeQuery(u.RawQuery)
	u.ForceQuery = false
	return u.String()
}

func normalizeQuery(raw string) string {
	if raw == "" {
		return ""
	}
	kept := slices.DeleteFunc(strings.Split(raw, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(strings.ToLower(pair), "=")
		return pair == "" || strings.HasPrefix(name, "utm_") || slices.Contains(tracking, name)
	})
	slices.SortStableFunc(kept, func(a, b string) int {
		an, _, _ := strings.Cut(a, "=")
		bn, _, _ := strings.Cut(b, "=")
		return strings.Compare(an, bn)
	})
	return strings.Join(kept, "&")
}
