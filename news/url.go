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
// parameters in order, no dot segments. Percent-encoding in the query is
// left as it is, so that a Chinese one in any charset stays what it was. What is no web
// address is returned trimmed.
func NormalizeURL(raw string) string {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return raw // url.Parse has made the scheme lower case
	}
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
	host, port := strings.TrimRight(strings.ToLower(u.Hostname()), "."), u.Port()
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
	kept := slices.DeleteFunc(strings.Split(escapeBytes(raw), "&"), func(pair string) bool {
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

// escapeBytes encodes what may not stand in an address, byte by byte: a query that
// was written in Chinese is the same as the one that a browser sends.
func escapeBytes(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
