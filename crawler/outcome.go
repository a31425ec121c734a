package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"edict/guard"
	"edict/news"
)

// read takes what the status and the headers of an answer say.
func (r *result) read(status int, h http.Header, from *url.URL, now time.Time) {
	r.etag, r.lastModified = shortHeader(h, "ETag"), shortHeader(h, "Last-Modified")
	r.maxAge = maxAge(h.Get("Cache-Control"))
	r.outcome, r.detail = outcomeOf(status)
	if r.outcome == news.Busy || status >= 500 {
		r.retryAfter = retryAfter(h.Get("Retry-After"), now)
	}
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		to, err := from.Parse(h.Get("Location"))
		if err != nil || h.Get("Location") == "" || to.Hostname() == "" || to.Scheme != "http" && to.Scheme != "https" {
			r.outcome, r.detail = news.Redirects, fmt.Sprintf("HTTP %d to %q, which is no web address", status, cutText(h.Get("Location"), 80))
			return
		}
		to.User, to.Fragment, to.RawFragment = nil, "", ""
		r.location, r.outcome, r.detail = to, "", ""
		r.permanent = status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
	}
}

// outcomeOf says in one word what a status means for us.
func outcomeOf(status int) (news.Outcome, string) {
	said := fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))
	switch {
	case status == http.StatusNotModified:
		return news.Unchanged, ""
	case status == http.StatusNoContent || status == http.StatusResetContent:
		return news.Nothing, said
	case status >= 200 && status < 300:
		return news.OK, ""
	case status == http.StatusUnauthorized, status == http.StatusPaymentRequired, status == http.StatusForbidden, status == http.StatusUnavailableForLegalReasons:
		return news.Blocked, said
	case status == http.StatusNotFound, status == http.StatusGone:
		return news.Gone, said
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return news.Busy, said
	}
	return news.ServerError, said
}

// failure says what an error of the transport means.
func failure(err error, timeout time.Duration, limit int64) (news.Outcome, string) {
	var refusal *guard.Error
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &refusal):
		return news.Guarded, refusal.Error()
	case errors.Is(err, errTooLarge):
		return news.TooLarge, fmt.Sprintf("the body is over the limit of %d bytes", limit)
	case errors.Is(err, errEncoding):
		return news.NotNews, err.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return news.Unreachable, fmt.Sprintf("no whole answer within %s", timeout)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return news.Unreachable, "the answer was cut short"
	case errors.As(err, &dns):
		return news.Unreachable, "the name " + dns.Name + " cannot be resolved"
	case errors.As(err, &cert):
		return news.Unreachable, "its certificate is not valid: " + cutText(cert.Err.Error(), 200)
	case errors.Is(err, syscall.ECONNREFUSED):
		return news.Unreachable, "the connection is refused"
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return news.Unreachable, cutText(err.Error(), 300)
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// shortHeader returns a header that is to be kept; one of more than 1 KiB is none.
func shortHeader(h http.Header, name string) string {
	if v := h.Get(name); len(v) <= 1024 && utf8.ValidString(v) {
		return v
	}
	return ""
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if s, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(s)*time.Second)
	}
	if t, err := http.ParseTime(value); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// maxAge reads the max-age of a Cache-Control header.
func maxAge(header string) time.Duration {
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			if s, err := strconv.ParseInt(strings.Trim(v, `"`), 10, 32); err == nil {
				return max(0, time.Duration(s)*time.Second)
			}
		}
	}
	return 0
}

// lasting reports whether an outcome will not resolve soon by itself, so that the
// feed's own words take the page's place at once.
func lasting(o news.Outcome) bool {
	switch o {
	case news.Busy, news.ServerError, news.Unreachable:
		return false
	}
	return true
}

// cutText returns at most limit bytes of s, valid UTF-8.
func cutText(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
