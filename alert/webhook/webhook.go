// Package webhook sends alerts as signed JSON to an HTTP address, as the Standard
// Webhooks specification (https://www.standardwebhooks.com) says: a receiver of any
// language checks the signature with a ready library, and drops a repeat by its id.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"edict/alert"
	"edict/alert/payload"
	"edict/alert/post"
	"edict/news"
)

// A Channel sends webhooks.
type Channel struct {
	Client    *post.Client
	UserAgent string
}

// secretBytes is the length of a secret; the specification asks for 24 to 64.
const secretBytes = 32

const secretPrefix = "whsec_"

// NewSecret returns a secret to sign with, as the specification writes it.
func NewSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // it never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// Check returns news.ErrInvalid for what is no HTTP address.
func (Channel) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Fragment != "" {
		return fmt.Errorf("a webhook goes to an address such as https://example.org/hook: %w", news.ErrInvalid)
	}
	return nil
}

// Send posts the message once.
func (c Channel) Send(ctx context.Context, to alert.Target, m alert.Message) alert.Answer {
	body, err := json.Marshal(payload.New(m))
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its payload cannot be made: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Address, bytes.NewReader(body))
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its address cannot be read"}
	}
	signature, err := Sign(to.Secret, m.ID, m.Sent, body)
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: err.Error()}
	}
	// As the specification writes them.
	req.Header["webhook-id"] = []string{m.ID}
	req.Header["webhook-timestamp"] = []string{strconv.FormatInt(m.Sent.Unix(), 10)}
	req.Header["webhook-signature"] = []string{signature}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.UserAgent)
	return c.Client.Do(req)
}

// Sign returns the signature of a body: v1 and the HMAC-SHA256 of id, seconds and body
// with a point between.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || len(key) == 0 {
		return "", fmt.Errorf("the channel has no secret to sign with; take it out of the subscription and add it again: %w", news.ErrInvalid)
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%d.", id, at.Unix())
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}
