package crawler

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxCrawlDelay is the longest Crawl-delay that is kept to; Heritrix keeps to 300 s,
// at which a newsroom's day would not be over in a day.
const maxCrawlDelay = time.Minute

// robotsRules are the rules of one robots.txt for one crawler, by RFC 9309. They are
// read here and not by github.com/temoto/robotstxt, which drops a whole file for one
// bad line, matches patterns in the middle of a path, prefers the first rule where
// the standard prefers "allow", and holds a compiled expression for each rule for as
// long as the file is cached.
type robotsRules struct {
	rules    []robotsRule
	delay    time.Duration // Crawl-delay, at most maxCrawlDelay
	sitemaps []string      // as they are written; at most maxSitemaps
}

// maxSitemaps is how many sitemaps of a robots.txt are remembered.
const maxSitemaps = 10

type robotsRule struct {
	path  string // percent-encoded in one way; may hold * and a $ at the end
	allow bool
}

// parseRobots keeps the groups of a robots.txt that are for the crawler called name,
// or those for all where none is. What is no rule is skipped.
func parseRobots(body []byte, name string) robotsRules {
	var own, all robotsRules
	var sitemaps []string
	var hasOwn, forOwn, forAll bool
	inAgents := false // between the user-agent lines of one group
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = bytes.Cut(line, []byte("#"))
		k, v, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		key, value := strings.ToLower(string(bytes.TrimSpace(k))), string(bytes.TrimSpace(v))
		switch key {
		case "user-agent":
			if !inAgents {
				forOwn, forAll, inAgents = false, false, true
			}
			switch agent := productName(value); {
			case value == "*":
				forAll = true
			case agent != "" && strings.EqualFold(agent, name):
				forOwn, hasOwn = true, true
			}
		case "sitemap": // belongs to no group, and ends none
			if len(sitemaps) < maxSitemaps && len(value) < 2048 {
				sitemaps = append(sitemaps, value)
			}
		case "allow", "disallow", "crawl-delay":
			inAgents = false
			if forOwn {
				own.add(key, value)
			}
			if forAll {
				all.add(key, value)
			}
		}
	}
	if hasOwn {
		all = own
	}
	all.sitemaps = sitemaps
	return all
}

// productName returns the name that a User-agent value or header begins with: its
// letters, hyphens and underscores (RFC 9309, 2.2.1).
func productName(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}

func (r *robotsRules) add(key, value string) {
	switch {
	case key == "crawl-delay":
		if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 {
			r.delay = min(time.Duration(min(s, maxCrawlDelay.Seconds())*float64(time.Second)), maxCrawlDelay)
		}
	case value != "" && !strings.Contains(value, "://"):
		if value[0] != '/' && value[0] != '*' {
			value = "/" + value // meant so by those who write it
		}
		r.rules = append(r.rules, robotsRule{encodePath(value), key == "allow"})
	}
}

// allows reports whether the rules let u be fetched: the longest rule that matches
// decides, and "allow" where two are equally long. Without a match all is allowed.
func (r *robotsRules) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = encodePath(path)
	longest, allowed := -1, true
	for _, rule := range r.rules {
		if n := len(rule.path); (n > longest || n == longest && rule.allow) && matchPath(rule.path, path) {
			longest, allowed = n, rule.allow
		}
	}
	return allowed
}

// matchPath matches a rule from the beginning of path: * stands for any characters,
// $ at the end for the end.
func matchPath(rule, path string) bool {
	toEnd := strings.HasSuffix(rule, "$")
	rule = strings.TrimSuffix(rule, "$")
	parts := strings.Split(rule, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	for i, part := range parts[1:] {
		if toEnd && i == len(parts)-2 {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
	}
	return !toEnd || path == ""
}

// encodePath brings a path into one way of percent-encoding: what needs none has
// none, what is not ASCII has, and the digits are capitals. So a rule written in
// Chinese matches an address that was encoded.
func encodePath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			v := unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if isUnreserved(v) {
				b.WriteByte(v)
			} else {
				b.Write([]byte{'%', hex[v>>4], hex[v&15]})
			}
		case c >= 0x80 || c <= ' ':
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// isUnreserved reports whether c means the same encoded or not (RFC 3986, 2.3).
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
