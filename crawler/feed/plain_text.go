package feed

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// plain makes one line of plain text of s, which may hold markup, within limit
// bytes. Text inside script and style is dropped.
func plain(s string, limit int) string {
	if strings.ContainsAny(s, "<&") {
		s = stripMarkup(s, 4*limit)
	}
	return cut(strings.Join(strings.Fields(s), " "), limit)
}

// stripMarkup returns the text of s, about limit bytes of it.
func stripMarkup(s string, limit int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := ""
	for b.Len() < limit {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == "" {
				b.WriteString(z.Token().Data)
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch n := string(name); n {
			case "script", "style":
				skip = n
			default:
				space(&b, n)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if n := string(name); n == skip {
				skip = ""
			} else {
				space(&b, n)
			}
		case html.SelfClosingTagToken:
			name, _ := z.TagName()
			space(&b, string(name))
		}
	}
	return b.String()
}

// space sets words apart that an element sets apart. Inline elements do not: in
// Chinese a space inside a word would break it.
func space(b *strings.Builder, element string) {
	switch element {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr":
	default:
		b.WriteByte(' ')
	}
}

// cut returns at most limit bytes of s, whole words where it has any near the end,
// and valid UTF-8.
func cut(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if i := strings.LastIndexByte(s[:end], ' '); i > end-100 && i > 0 {
		end = i
	}
	return s[:end]
}
