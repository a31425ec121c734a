package warc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// ErrTorn says that a file ends in the middle of a record or is damaged there: what
// follows cannot be read. A crash leaves such an end.
var ErrTorn = errors.New("the file is torn")

// The most that is read of one record. Larger pages are passed over.
const (
	maxHead  = 64 << 10
	maxBlock = 64 << 20
	maxPage  = 10 << 20 // after decompression
)

// A Reader reads the records of one file, compressed by record, as a whole, or not at
// all.
type Reader struct {
	in     *counter
	zip    *gzip.Reader // nil: not compressed
	member *bufio.Reader
	at     int64 // where the member begins
	first  bool
}

// A counter knows how much was taken from it, to the byte.
type counter struct {
	*bufio.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// NewReader returns a Reader of a file from its beginning, or from the beginning of a
// record.
func NewReader(file io.Reader) *Reader {
	return &Reader{in: &counter{Reader: bufio.NewReaderSize(file, 1<<16)}, first: true}
}

// A Record is one record of a file.
type Record struct {
	Kind   string // warcinfo, response, request…
	Offset int64  // where it begins; several records of one member share it
	Date   time.Time
	head   map[string]string // lower-case names
	block  []byte            // nil: it is too large, or of a kind that holds no page
}

// Next returns the next record; io.EOF at the end, ErrTorn where no more can be read.
func (r *Reader) Next() (Record, error) {
	for {
		if r.member == nil {
			if err := r.open(); err != nil {
				return Record{}, err
			}
		}
		rec, err := r.record()
		if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			if err != nil {
				err = fmt.Errorf("%w in the record at byte %d: %w", ErrTorn, r.at, err)
			}
			return rec, err
		}
		if r.zip == nil {
			return Record{}, io.EOF
		}
		r.member = nil
	}
}

// open goes to the next member.
func (r *Reader) open() error {
	r.at = r.in.n
	magic, err := r.in.Peek(2)
	switch {
	case len(magic) == 0 && errors.Is(err, io.EOF):
		return io.EOF
	case r.first && !bytes.Equal(magic, []byte{0x1f, 0x8b}):
		r.member = bufio.NewReader(r.in.Reader)
	case r.zip == nil && r.first:
		r.zip, err = gzip.NewReader(r.in)
	case r.zip == nil:
		return io.EOF
	default:
		err = r.zip.Reset(r.in)
	}
	r.first = false
	if r.zip == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w at byte %d: %w", ErrTorn, r.at, err)
	}
	r.zip.Multistream(false)
	r.member = bufio.NewReader(r.zip)
	return nil
}

// record reads one record of the member; io.EOF when there is none left.
func (r *Reader) record() (Record, error) {
	rec := Record{Offset: r.at, head: map[string]string{}}
	line, err := r.line()
	for err == nil && line == "" {
		line, err = r.line() // the blank lines behind the last one
	}
	if err != nil {
		return rec, err
	}
	if !strings.HasPrefix(line, "WARC/1.") {
		return rec, fmt.Errorf("it begins with %.20q and not with WARC/1: %w", line, news.ErrInvalid)
	}
	for size := 0; ; {
		if line, err = r.line(); err != nil {
			return rec, unexpected(err)
		}
		if line == "" {
			break
		}
		if size += len(line); size > maxHead {
			return rec, fmt.Errorf("its header is over %d bytes: %w", maxHead, news.ErrInvalid)
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			rec.head[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	rec.Kind = rec.head["warc-type"]
	rec.Date, _ = time.Parse(time.RFC3339Nano, rec.head["warc-date"])
	length, err := strconv.ParseInt(rec.head["content-length"], 10, 64)
	if err != nil || length < 0 {
		return rec, fmt.Errorf("its length %q is no number: %w", rec.head["content-length"], news.ErrInvalid)
	}
	if rec.Kind == "response" && length <= maxBlock {
		var b bytes.Buffer
		if _, err = io.CopyN(&b, r.member, length); err == nil {
			rec.block = b.Bytes()
		}
	} else {
		_, err = io.CopyN(io.Discard, r.member, length)
	}
	return rec, unexpected(err)
}

// line reads a line without its end.
func (r *Reader) line() (string, error) {
	var out []byte
	for {
		part, err := r.member.ReadSlice('\n')
		out = append(out, part...)
		if len(out) > maxHead {
			return "", fmt.Errorf("a line of a header is over %d bytes: %w", maxHead, news.ErrInvalid)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(out) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return strings.TrimRight(string(out), "\r\n"), err
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Address is the address that led to the page.
func (r Record) Address() string {
	if first := r.head[strings.ToLower(fieldURL)]; first != "" {
		return first
	}
	return r.target()
}

func (r Record) target() string { return strings.Trim(r.head["warc-target-uri"], "<>") }

// Capture returns the page of a response. The error is news.ErrInvalid where the
// record holds none that could be an article.
func (r Record) Capture() (Capture, error) {
	c := Capture{
		Source: r.head[strings.ToLower(fieldSource)], Title: r.head[strings.ToLower(fieldTitle)],
		Pinned: r.head[strings.ToLower(fieldPinned)] != "",
	}
	address := r.target()
	wrong := func(format string, args ...any) (Capture, error) {
		return c, fmt.Errorf("the page %s: %s: %w", address, fmt.Sprintf(format, args...), news.ErrInvalid)
	}
	switch {
	case r.Kind != "response":
		return wrong("it is a record of kind %q", r.Kind)
	case r.block == nil:
		return wrong("it is over %d bytes", maxBlock)
	case r.Date.IsZero():
		return wrong("its date %q cannot be read", r.head["warc-date"])
	}
	c.Published, _ = time.Parse(time.RFC3339Nano, r.head[strings.ToLower(fieldPublished)])
	c.Page = news.Page{URL: r.Address(), Address: address, Fetched: r.Date, Truncated: r.head["warc-truncated"] != ""}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(r.block)), nil)
	if err != nil {
		return wrong("its HTTP header cannot be read: %v", err)
	}
	defer resp.Body.Close()
	c.Page.Status, c.Page.ContentType = resp.StatusCode, resp.Header.Get("Content-Type")
	c.ETag, c.LastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	body := io.Reader(resp.Body)
	switch coding := strings.ToLower(resp.Header.Get("Content-Encoding")); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		zip, err := gzip.NewReader(body)
		if err != nil {
			return wrong("its body is no gzip: %v", err)
		}
		body = zip
	default:
		return wrong("its content encoding %q is not read", coding)
	}
	c.Page.Body, err = io.ReadAll(io.LimitReader(body, maxPage+1))
	if len(c.Page.Body) > maxPage {
		c.Page.Body, c.Page.Truncated = c.Page.Body[:maxPage], true
	} else if err != nil {
		return wrong("its body cannot be read: %v", err)
	}
	return c, nil
}
