package extract

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"edict/news"
)

// Limits on a page. Real news pages are under 4 MB and 15,000 nodes.
const (
	maxPage  = 16 << 20 // bytes
	maxNodes = 120_000  // of the tree
	// maxGrowth is how many nodes the parser may make for a while. Formatting that is
	// left open is made again in every paragraph after it, up to the parser's own
	// depth of 512, so that a small page can ask for millions.
	maxGrowth = 1_000_000
	maxDepth  = 512
)

// notText says why the page is not one to read, or "".
func notText(p news.Page) string {
	if len(p.Body) > maxPage {
		return fmt.Sprintf("%d bytes are over the limit of %d", len(p.Body), maxPage)
	}
	kind, _, _ := strings.Cut(strings.ToLower(p.ContentType), ";")
	switch kind = strings.TrimSpace(kind); {
	case kind == "", strings.HasPrefix(kind, "text/"), strings.Contains(kind, "html"), strings.Contains(kind, "xml"), kind == "application/octet-stream":
	default:
		return "content type " + kind
	}
	head := p.Body[:min(len(p.Body), 4<<10)]
	for _, magic := range []string{"%PDF-", "\x1f\x8b", "PK\x03\x04", "\x89PNG", "GIF8", "\xff\xd8\xff", "RIFF", "\x00\x00\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return "binary data"
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return ""
	}
	bad := 0
	for _, c := range head {
		if c == 0 || c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			bad++
		}
	}
	if bad*20 > len(head) {
		return "binary data"
	}
	return ""
}

// formatting are the elements that the parser opens again when a block ends before
// they do.
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true, "small": true, "strike": true, "strong": true, "tt": true, "u": true,
}

// growth estimates, from above, how many nodes parsing text makes, and stops
// counting past limit.
func growth(text string, limit int) int {
	total, open := 0, 0
	for total <= limit {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			break
		}
		text = text[i+1:]
		closing := strings.HasPrefix(text, "/")
		rest := strings.TrimPrefix(text, "/")
		n := 0
		for n < len(rest) && n < 8 && (rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z') {
			n++
		}
		if n == 0 {
			continue
		}
		name := strings.ToLower(rest[:n])
		switch {
		case name == "script" || name == "style":
			if end := strings.Index(text, "</"+name); end > 0 && !closing {
				text = text[end:]
			}
			total++
		case formatting[name] && closing:
			open = max(0, open-1)
		case formatting[name]:
			open = min(open+1, maxDepth)
			total += 2
		case !closing:
			total += 2 + open
		}
	}
	return total
}

// parse makes the tree of a page, within the limits.
func parse(text string) (*html.Node, error) {
	if growth(text, maxGrowth) > maxGrowth {
		return nil, fmt.Errorf("more than %d nodes: %w", maxGrowth, news.ErrInvalid)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("not HTML that can be parsed: %w: %w", err, news.ErrInvalid)
	}
	count := 0
	for range root.Descendants() {
		if count++; count >= maxNodes {
			return nil, fmt.Errorf("more than %d nodes: %w", maxNodes, news.ErrInvalid)
		}
	}
	return root, nil
}
