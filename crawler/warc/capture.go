package warc

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the digest that WARC files carry by custom, no protection
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// A Capture is a page with what was known of it before it was read.
type Capture struct {
	Page         news.Page // URL is the address that led to it
	Source       string    // slug
	Title        string    // as a feed gave it
	Published    time.Time // as a feed gave it
	Pinned       bool      // its article is that of Page.URL, whatever address the page gives itself
	ETag         string
	LastModified string
}

// The fields of ours.
const (
	fieldSource    = "Edict-Source"
	fieldURL       = "Edict-Url"
	fieldTitle     = "Edict-Title"
	fieldPublished = "Edict-Published"
	fieldPinned    = "Edict-Pinned"
)

const (
	version     = "WARC/1.1"
	responseKey = "application/http;msgtype=response"
)

// record is the WARC record of c, not compressed.
func (c Capture) record() []byte {
	p := c.Page
	var block bytes.Buffer
	fmt.Fprintf(&block, "HTTP/1.1 %d %s\r\n", p.Status, http.StatusText(p.Status))
	field(&block, "Content-Type", p.ContentType)
	field(&block, "ETag", c.ETag)
	field(&block, "Last-Modified", c.LastModified)
	field(&block, "Content-Length", strconv.Itoa(len(p.Body)))
	block.WriteString("\r\n")
	block.Write(p.Body)

	digest := sha1.Sum(p.Body) //nolint:gosec // see above
	var b bytes.Buffer
	b.Grow(block.Len() + 1024)
	head(&b, "response", recordID("response", p.Address, p.Fetched, block.Bytes()), p.Fetched)
	field(&b, "WARC-Target-URI", p.Address)
	field(&b, "WARC-Payload-Digest", "sha1:"+base32.StdEncoding.EncodeToString(digest[:]))
	if p.Truncated {
		field(&b, "WARC-Truncated", "length")
	}
	field(&b, fieldSource, c.Source)
	if p.URL != p.Address {
		field(&b, fieldURL, p.URL)
	}
	field(&b, fieldTitle, c.Title)
	if !c.Published.IsZero() {
		field(&b, fieldPublished, c.Published.UTC().Format(time.RFC3339Nano))
	}
	if c.Pinned {
		field(&b, fieldPinned, "yes")
	}
	field(&b, "Content-Type", responseKey)
	field(&b, "Content-Length", strconv.Itoa(block.Len()))
	b.WriteString("\r\n")
	b.Write(block.Bytes())
	b.WriteString("\r\n\r\n")
	return b.Bytes()
}

// infoRecord is the record that a file begins with.
func infoRecord(name, agent string, now time.Time) []byte {
	var block bytes.Buffer
	field(&block, "software", "Edict")
	field(&block, "format", "WARC File Format 1.1")
	field(&block, "conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/")
	field(&block, "http-header-user-agent", agent)
	field(&block, "description", "pages after decompression, with the header fields that are known of them")
	var b bytes.Buffer
	head(&b, "warcinfo", recordID("warcinfo", name, now, block.Bytes()), now)
	field(&b, "WARC-Filename", name)
	field(&b, "Content-Type", "application/warc-fields")
	field(&b, "Content-Length", strconv.Itoa(block.Len()))
	b.WriteString("\r\n")
	b.Write(block.Bytes())
	b.WriteString("\r\n\r\n")
	return b.Bytes()
}

func head(b *bytes.Buffer, kind, id string, at time.Time) {
	b.WriteString(version + "\r\n")
	field(b, "WARC-Type", kind)
	field(b, "WARC-Record-ID", id)
	field(b, "WARC-Date", at.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// recordID names a record by what is in it: a UUID of version 8.
func recordID(kind, address string, at time.Time, block []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%d\n", kind, address, at.UnixNano())
	h.Write(block)
	sum := h.Sum(nil)[:16]
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	x := hex.EncodeToString(sum)
	return "<urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:] + ">"
}

// field writes one line of a header; nothing where the value is empty. What would
// break the line becomes a space.
func field(b *bytes.Buffer, name, value string) {
	value = textproto.TrimString(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(value, "\ufffd")))
	if value != "" {
		b.WriteString(name + ": " + value + "\r\n")
	}
}
