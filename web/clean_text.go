package web

import (
	"bytes"
	"net/url"
	"strings"
)

// clean makes finished markup safe in one respect that escaping does not touch:
// characters that turn the direction of what follows become U+FFFD, since with
// them a story can make a page seem to say what it does not. The direction of a
// text in Arabic or Hebrew comes from dir="auto" instead. It is done to the whole
// answer, so that no field can be forgotten.
func clean(markup []byte) []byte {
	if bytes.IndexFunc(markup, turnsDirection) < 0 {
		return markup
	}
	return bytes.Map(func(r rune) rune {
		if turnsDirection(r) {
			return '\uFFFD'
		}
		return r
	}, markup)
}

// turnsDirection reports whether r is an embedding, override or isolate of the
// Unicode Bidirectional Algorithm (UAX 9, sections 2.1 to 2.5).
func turnsDirection(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// outLink returns raw if it may stand behind a link out of a page: an http or
// https address with a host and without a user name. Otherwise "".
func outLink(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// siteOf returns the host of an address for a person to read, without "www.".
func siteOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// cut shortens s to at most n characters, at a space where there is one in the
// last third, and marks the cut with an ellipsis.
func cut(s string, n int) string {
	runes := 0
	for i := range s {
		if runes == n {
			head := s[:i]
			if sp := strings.LastIndexByte(head, ' '); sp > len(head)*2/3 {
				head = head[:sp]
			}
			return strings.TrimRight(head, " ,;:，、；：") + "…"
		}
		runes++
	}
	return s
}
