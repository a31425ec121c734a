package alert

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// LinkLife is how long a link in a message works.
const LinkLife = 60 * 24 * time.Hour

// maxToken bounds what is read as a link, in bytes.
const maxToken = 2000

// linkWire is a link as it is signed.
type linkWire struct {
	news.Link
	Expires int64 `json:"e"` // seconds since 1970
}

// SignLink makes a token of a link: what it asks for, the number of the key, and the
// first 128 bits of an HMAC-SHA256 of both. It can be read by anybody, and made by nobody
// else.
func SignLink(key news.LinkKey, l news.Link) (string, error) {
	if err := l.Validate(); err != nil {
		return "", err
	}
	body, err := json.Marshal(linkWire{l, l.Expires.Unix()})
	if err != nil {
		return "", fmt.Errorf("sign a link: %w: %w", err, news.ErrInvalid)
	}
	signed := base64.RawURLEncoding.EncodeToString(body) + "." + strconv.FormatInt(key.Number, 10)
	return signed + "." + sealOf(key, signed), nil
}

// sealOf is the signature of what is signed. What it begins with keeps a key that signed
// something else, or another form, from passing here.
func sealOf(key news.LinkKey, signed string) string {
	mac := hmac.New(sha256.New, key.Secret)
	mac.Write([]byte("edict.link/1\n" + signed))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// OpenLink reads a token. One that no key of ours signed, in this very form, is
// news.ErrRefused; one whose time is over is news.ErrExpired.
func OpenLink(keys []news.LinkKey, token string, now time.Time) (l news.Link, err error) {
	forged := fmt.Errorf("this link was not made here, or not all of it was copied: %w", news.ErrRefused)
	at := strings.LastIndexByte(token, '.')
	if len(token) > maxToken || at < 0 {
		return l, forged
	}
	body, number, found := strings.Cut(token[:at], ".")
	if !found {
		return l, forged
	}
	sealed := false
	for _, key := range keys {
		if strconv.FormatInt(key.Number, 10) == number && subtle.ConstantTimeCompare([]byte(sealOf(key, token[:at])), []byte(token[at+1:])) == 1 {
			sealed = true
		}
	}
	if !sealed {
		return l, forged
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return l, forged
	}
	var wire linkWire
	if err := json.Unmarshal(raw, &wire); err != nil {
		return l, forged
	}
	l = wire.Link
	if l.Expires = time.Unix(wire.Expires, 0).UTC(); !now.Before(l.Expires) {
		return l, fmt.Errorf("this link worked until %s: %w", l.Expires.Format("2006-01-02 15:04 MST"), news.ErrExpired)
	}
	return l, l.Validate()
}
