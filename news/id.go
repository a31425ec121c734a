package news

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Ids are the first 128 bits of a SHA-256, in hex: short enough for an address,
// long enough that no two of a billion meet.
const idBytes = 16

// ArticleID is the id of the article at address: the hash of its normalised URL.
func ArticleID(address string) string {
	return digest("article", NormalizeURL(address))
}

// VersionID is the id of a text: the hash of title, summary and text.
func VersionID(title, summary, text string) string {
	return digest("version", title, summary, text)
}

// RecordID is the id of what the rules with rulesHash make of an article version.
func RecordID(article, version, rulesHash string) string {
	return digest("record", article, version, rulesHash)
}

// digest hashes parts with their lengths, so that no two lists of parts run into
// the same bytes.
func digest(kind string, parts ...string) string {
	h := sha256.New()
	var held [512]byte // a text goes through it piece by piece: a copy of the whole would be garbage at once
	write := func(p string) {
		h.Write(append(strconv.AppendInt(held[:0], int64(len(p)), 10), ':'))
		for len(p) > 0 {
			n := copy(held[:], p)
			h.Write(held[:n])
			p = p[n:]
		}
	}
	write(kind)
	for _, p := range parts {
		write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:idBytes])
}

// checkSchema accepts the major version of want, whatever was added to it later.
func checkSchema(got, want string) error {
	if got != want {
		return fmt.Errorf("schema %q: this program reads %s: %w", got, want, ErrInvalid)
	}
	return nil
}

// checkText accepts valid UTF-8 without control characters but line feed and tab.
func checkText(s string, limit int) error {
	if len(s) > limit {
		return fmt.Errorf("%d bytes are over the limit of %d: %w", len(s), limit, ErrInvalid)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("not valid UTF-8: %w", ErrInvalid)
	}
	for i := range len(s) { // a control character is one byte, and a byte of no other
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0x7f {
			return fmt.Errorf("control character %#x at byte %d: %w", c, i, ErrInvalid)
		}
	}
	return nil
}

// Decode reads one message or export line into v, and returns ErrInvalid for what
// is not JSON or does not hold what a v must.
func Decode[T interface{ Validate() error }](data []byte) (T, error) {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("not a %T: %w: %w", v, err, ErrInvalid)
	}
	return v, v.Validate()
}
