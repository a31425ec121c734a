package feed

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// What a feed may hold at most. The parser behind recurses and keeps every element
// that it does not know: 5 MB of nested elements took it 1.4 GB.
const (
	maxDepth    = 200      // feeds need about 6, and some carry XHTML
	maxElements = 150_000  // 2,000 entries with 75 elements each; more are cut off
	maxTag      = 64 << 10 // bytes of one tag with its attributes
)

var (
	errDeep = errors.New("its elements nest too deep")
	errTag  = errors.New("a tag is longer than 64 KiB")
)

// boundXML walks over a feed once, before anything is built from it. It drops the
// declaration (whose encoding is no longer true), refuses what nests too deep, and
// ends the document after MaxEntries entries.
func boundXML(body []byte) (bounded []byte, wasCut bool, err error) {
	if bytes.HasPrefix(body, []byte("<?xml")) {
		body = after(body, "?>")
	}
	var open []string
	elements, entries := 0, 0
	for i := 0; i < len(body); {
		next := bytes.IndexByte(body[i:], '<')
		if next < 0 {
			break
		}
		i += next
		rest := body[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			i += skipTo(rest, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			i += skipTo(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("<?")):
			i += skipTo(rest, "?>")
		case bytes.HasPrefix(rest, []byte("<!")):
			i += skipTo(rest, ">")
		case bytes.HasPrefix(rest, []byte("</")):
			open = closeElement(open, elementName(rest[2:]))
			i += skipTo(rest, ">")
		default:
			name := elementName(rest[1:])
			if name == "" {
				i++
				continue
			}
			if isEntry(name) {
				entries++
			}
			if elements++; entries > MaxEntries || elements > maxElements {
				return closeAll(body[:i], open), true, nil
			}
			length, selfClosing := tagLength(rest)
			if length > maxTag {
				return nil, false, errTag
			}
			if !selfClosing {
				open = append(open, name)
			}
			if len(open) > maxDepth {
				return nil, false, errDeep
			}
			i += length
		}
	}
	return body, false, nil
}

func isEntry(name string) bool {
	switch strings.ToLower(name) {
	case "item", "entry", "rss:item", "rdf:item", "atom:entry":
		return true
	}
	return false
}

func skipTo(b []byte, end string) int {
	if i := bytes.Index(b, []byte(end)); i >= 0 {
		return i + len(end)
	}
	return len(b)
}

// tagLength returns how long the start tag at b is, with quoted attributes that
// may hold ">", and whether it closes itself.
func tagLength(b []byte) (length int, selfClosing bool) {
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1, b[i-1] == '/'
		}
	}
	return len(b), false
}

// closeElement closes the innermost open element of that name and what was left
// open inside it, such as a stray <br>.
func closeElement(open []string, name string) []string {
	for i, o := range slices.Backward(open) {
		if o == name {
			return open[:i]
		}
	}
	return open
}

func closeAll(body []byte, open []string) []byte {
	var b strings.Builder
	for _, o := range slices.Backward(open) {
		b.WriteString("</" + o + ">")
	}
	return append(bytes.Clone(body), b.String()...)
}
