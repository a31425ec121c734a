package extract

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"edict/news"
)

// metaWindow is how far into a page its own word on its charset is looked for
// first. Browsers look at 1 KiB; real pages put scripts before it.
const metaWindow = 16 << 10

var metaCharset = regexp.MustCompile(`(?i)(?:<meta[^>]{0,300}?charset\s*=\s*|<\?xml[^>]{0,200}?encoding\s*=\s*)["']?\s*([a-z0-9_:.-]{2,40})`)

// Decode turns the bytes of p into UTF-8 and names the charset they were in. Bytes
// that are UTF-8 are taken as such whatever the labels say; then the header, then
// the page's own label are believed as long as the bytes bear them out; then the
// Chinese charsets are told apart by how common the characters are that come out.
// It never fails: what no charset explains becomes U+FFFD.
func Decode(p news.Page) (text, name string) {
	body := p.Body
	if text, name, ok := decodeMarked(body); ok {
		return text, name
	}
	if isUTF8(body) && !(bytes.Contains(body, []byte("\x1b$")) && labelled(pageLabels(p), "iso-2022-jp")) {
		return repairTwice(validUTF8(string(body))), "utf-8"
	}
	labels := pageLabels(p)
	for _, label := range labels {
		enc, name := lookup(label)
		if enc == nil || name == "utf-8" {
			continue
		}
		if text, ok := decodeAs(body, enc); ok && (!singleByte(name) || !chineseBytes(body)) {
			return text, name
		}
	}
	return guess(body, labels)
}

// validUTF8 puts U+FFFD in the place of what is broken.
func validUTF8(s string) string {
	if utf8.ValidString(s) { // far faster to see than to mend
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// decodeMarked decodes a body that begins with a byte order mark.
func decodeMarked(body []byte) (text, name string, ok bool) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return validUTF8(string(body[3:])), "utf-8", true
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(body)
		if err != nil {
			return "", "", false
		}
		name = "utf-16le"
		if body[0] == 0xfe {
			name = "utf-16be"
		}
		return string(out), name, true
	}
	return "", "", false
}

// isUTF8 allows a character that was cut at the end, and a few broken ones in a
// page that is otherwise full of good ones.
func isUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(b[i:]) {
				break
			}
			bad++
		} else {
			good++
		}
		i += n
	}
	return bad == 0 || good >= 20*bad
}

// pageLabels lists the charset labels of p: header, near meta, late meta.
func pageLabels(p news.Page) []string {
	var out []string
	if _, params, err := mime.ParseMediaType(p.ContentType); err == nil && params["charset"] != "" {
		out = append(out, params["charset"])
	} else if _, after, ok := strings.Cut(strings.ToLower(p.ContentType), "charset="); ok {
		out = append(out, strings.Trim(after, `"'; `))
	}
	near := p.Body[:min(len(p.Body), metaWindow)]
	m := metaCharset.FindSubmatch(near)
	if m == nil {
		m = metaCharset.FindSubmatch(p.Body)
	}
	if m != nil {
		out = append(out, string(m[1]))
	}
	return out
}

func labelled(labels []string, name string) bool {
	for _, l := range labels {
		if strings.EqualFold(l, name) {
			return true
		}
	}
	return false
}

// lookup finds an encoding by its label. The labels of the older Chinese charsets
// stand for the newest, which contains them: pages use its characters under them.
func lookup(label string) (encoding.Encoding, string) {
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030", "gb-18030", "gb_18030", "cp936", "windows-936", "hz-gb-2312":
		return simplifiedchinese.GB18030, "gb18030"
	case "big5-hkscs", "big5hkscs", "x-x-big5", "cp950", "windows-950":
		return traditionalchinese.Big5, "big5"
	}
	enc, name := charset.Lookup(strings.TrimSpace(label))
	switch name {
	case "replacement", "x-user-defined", "utf-16le", "utf-16be":
		return nil, ""
	}
	return enc, name
}

// decodeAs decodes b and reports whether its bytes bear the charset out: fewer
// than one character in a hundred that is not ASCII is broken.
func decodeAs(b []byte, enc encoding.Encoding) (string, bool) {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return "", false
	}
	good, bad := 0, 0
	for _, r := range string(out) {
		switch {
		case r == utf8.RuneError:
			bad++
		case r >= utf8.RuneSelf:
			good++
		}
	}
	return string(out), bad*100 <= good+bad
}

// singleByte reports whether name is a charset in which any bytes are some text,
// so that fitting it proves nothing.
func singleByte(name string) bool {
	return strings.HasPrefix(name, "windows-") || strings.HasPrefix(name, "iso-8859") || strings.HasPrefix(name, "koi8") || name == "macintosh"
}

// guess decides without a label that holds.
func guess(body []byte, labels []string) (text, name string) {
	type reading struct {
		text, name string
		score      float64
	}
	var best reading
	for _, c := range []struct {
		enc  encoding.Encoding
		name string
	}{
		{simplifiedchinese.GB18030, "gb18030"},
		{traditionalchinese.Big5, "big5"},
		{japanese.ShiftJIS, "shift_jis"},
		{japanese.EUCJP, "euc-jp"},
		{korean.EUCKR, "euc-kr"},
	} {
		out, err := c.enc.NewDecoder().Bytes(body)
		if err != nil {
			continue
		}
		if s := plausible(string(out), c.name); s > best.score {
			best = reading{string(out), c.name, s}
		}
	}
	if best.score >= 0.3 {
		return best.text, best.name
	}
	for _, label := range append(labels, "windows-1252") {
		if enc, name := lookup(label); enc != nil && name != "utf-8" {
			if text, ok := decodeAs(body, enc); ok {
				return text, name
			}
		}
	}
	return strings.ToValidUTF8(string(body), "\uFFFD"), "utf-8"
}

// chineseBytes reports whether b, under the label of a charset of single bytes,
// is Chinese text after all: servers add such labels by default.
func chineseBytes(b []byte) bool {
	for _, c := range []struct {
		enc  encoding.Encoding
		name string
	}{{simplifiedchinese.GB18030, "gb18030"}, {traditionalchinese.Big5, "big5"}} {
		if out, ok := decodeAs(b, c.enc); ok && plausible(out, c.name) >= 0.4 {
			return true
		}
	}
	return false
}

// plausible is the share of the characters beyond ASCII in text that are common in
// the script that charset name is made for; broken ones count against it.
func plausible(text, name string) float64 {
	common := commonHan
	n, hit := 0.0, 0.0
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		switch {
		case r == utf8.RuneError || r >= 0xE000 && r <= 0xF8FF:
			n += 3
		case r >= 0x2000 && r < 0x3040 || r >= 0xFF00:
			// Punctuation is common to all of them.
		case r >= 0x3040 && r <= 0x30FF:
			n++
			if name == "shift_jis" || name == "euc-jp" {
				hit++
			}
		case r >= 0xAC00 && r <= 0xD7A3:
			n++
			if name == "euc-kr" {
				hit++
			}
		default:
			n++
			if _, ok := common[r]; ok {
				hit++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return hit / n
}
