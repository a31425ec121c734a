package alert

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortSecret is the least length of a part of an address that is taken for a secret:
// what is shorter is a word such as "api" or "v1", which also stands elsewhere.
const shortSecret = 5

// Redact takes out of a text whatever may be secret in the address of a channel: the
// address itself, its password, and what stands in its path and its query.
func Redact(address, text string) string {
	secrets := []string{address}
	if u, err := url.Parse(address); err == nil {
		secrets = append(secrets, u.RequestURI(), u.EscapedPath(), u.RawQuery, u.Fragment)
		if u.User != nil {
			password, _ := u.User.Password()
			secrets = append(secrets, u.User.String(), password, u.User.Username())
		}
		if u.Scheme != "http" && u.Scheme != "https" {
			secrets = append(secrets, u.Host) // a chat service's id or token
		}
		secrets = append(secrets, strings.Split(u.Path, "/")...)
		for _, values := range u.Query() {
			secrets = append(secrets, values...)
		}
	}
	for _, s := range slices.Clone(secrets) {
		secrets = append(secrets, url.QueryEscape(s), url.PathEscape(s))
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, s := range secrets {
		if len(s) >= shortSecret {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return text
}

// maxAnswer bounds what is kept of an answer, in bytes.
const maxAnswer = 300

// tidy makes one harmless line of what a receiver said.
func tidy(text string) string {
	return cut(line(text), maxAnswer)
}

// line is text as one line of valid UTF-8 without controls, bidirectional ones among
// them, and without spaces in a row.
func line(text string) string {
	return strings.Join(strings.Fields(plain(text)), " ")
}

// plain is text as valid UTF-8 without controls but line feeds: nothing that steers a
// terminal, or turns what follows around.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r >= 0xE0000 && r <= 0xE007F || r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// cut shortens text to at most limit bytes, at the end of a word where one is near, else
// of a character, and says so with an ellipsis.
func cut(text string, limit int) string {
	const mark = "…"
	if len(text) <= limit {
		return text
	}
	if limit < len(mark) {
		return ""
	}
	end := limit - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	head := text[:end]
	if next, _ := utf8.DecodeRuneInString(text[end:]); !unicode.IsSpace(next) {
		if i := strings.LastIndexFunc(head, unicode.IsSpace); i > 0 && i >= end*2/3 {
			head = head[:i]
		}
	}
	return strings.TrimRightFunc(head, unicode.IsSpace) + mark
}
