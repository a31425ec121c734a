package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/mail"
	"edict/news"
)

// A postbox is a small SMTP server on loopback.
type postbox struct {
	host string
	port int
	pool *x509.CertPool

	mu      sync.Mutex
	answer  map[string]string // guarded by mu; to a verb, instead of its own
	silent  bool              // guarded by mu; it says nothing after a message
	login   string            // guarded by mu; what was used
	inClear bool              // guarded by mu; a message came without TLS
	mails   []string          // guarded by mu
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ok(t, err)
	certificate, err := x509.ParseCertificate(der)
	ok(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	p := &postbox{host: "127.0.0.1", port: l.Addr().(*net.TCPAddr).Port, pool: x509.NewCertPool(), answer: map[string]string{}}
	p.pool.AddCert(certificate)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	var serving sync.WaitGroup
	t.Cleanup(func() { l.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(conn, config) })
		}
	})
	return p
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *postbox) serve(conn net.Conn, config *tls.Config) {
	defer func() { conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	in, secure := bufio.NewReader(conn), false
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("220 postbox")
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		verb = strings.ToUpper(verb)
		p.mu.Lock()
		other, silent := p.answer[verb], p.silent
		p.mu.Unlock()
		if other != "" {
			say("%s", other)
			continue
		}
		switch verb {
		case "EHLO":
			if secure {
				say("250-postbox\r\n250-8BITMIME\r\n250 AUTH PLAIN")
			} else {
				say("250-postbox\r\n250 STARTTLS")
			}
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, config)
			in, secure = bufio.NewReader(conn), true
		case "AUTH":
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			p.mu.Lock()
			p.login = string(raw)
			p.mu.Unlock()
			say("235 welcome")
		case "DATA":
			say("354 go on")
			var body bytes.Buffer
			for {
				row, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if row == ".\r\n" {
					break
				}
				body.WriteString(strings.TrimPrefix(row, "."))
			}
			p.mu.Lock()
			p.mails = append(p.mails, body.String())
			p.inClear = p.inClear || !secure
			p.mu.Unlock()
			if silent {
				_, _ = io.Copy(io.Discard, in)
				return
			}
			say("250 queued as 42")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (p *postbox) channel() mail.Channel {
	return mail.Channel{Server: mail.Server{
		Host: p.host, Port: p.port, User: "edict", Password: "hunter22", From: "Edict <edict@example.org>", TLS: mail.StartTLS,
		Roots: &tls.Config{RootCAs: p.pool, MinVersion: tls.VersionTLS12},
	}}
}

// taken are the mails that came.
func (p *postbox) taken() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.mails...)
}

func (p *postbox) says(verb, line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.answer)
	p.answer[verb] = line
}

func message() alert.Message {
	return alert.Message{
		ID: "m1", Thread: "story1", Subscription: "sub1", Name: "Mining", Language: "en", Sent: time.Now(), Unsubscribe: "https://edict.example.org/links/u",
		Items: []alert.Item{{Story: "story1", Headline: "四川清退\r\nBcc: eve@example.org <script>", Evidence: []alert.Quote{{Text: "<b>证据</b>\n.\nQUIT"}}, Page: "https://edict.example.org/records/r"}},
	}
}

// parts reads a mail: its head, its text and its HTML.
func parts(t *testing.T, raw string) (head netmail.Header, text, page string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	ok(t, err)
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	ok(t, err)
	if kind != "multipart/alternative" {
		t.Fatalf("the mail is %s", kind)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, text, page
		}
		ok(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		ok(t, err)
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			page = string(body)
		} else {
			text = string(body)
		}
	}
}

// A mail has text and HTML, a way to unsubscribe that mail programs show, and a thread
// for its story; a page's text is neither a header nor markup.
func TestMail(t *testing.T) {
	p := newPostbox(t)
	c := p.channel()
	to := alert.Target{Address: "ada@example.org"}
	first := message()
	if a := c.Send(t.Context(), to, first); a.Outcome != news.TrySent || !strings.Contains(a.Text, "queued as 42") {
		t.Fatalf("%+v", a)
	}
	update := message()
	update.ID, update.Update = "m2", true
	digest := message()
	digest.ID, digest.Thread, digest.Unsubscribe = "m3", "", ""
	for _, m := range []alert.Message{update, digest} {
		if a := c.Send(t.Context(), to, m); a.Outcome != news.TrySent {
			t.Fatalf("%+v", a)
		}
	}
	p.mu.Lock()
	login, inClear := p.login, p.inClear
	p.mu.Unlock()
	if login != "\x00edict\x00hunter22" || inClear || len(p.taken()) != 3 {
		t.Fatalf("login %q, in the clear %t, %d mails", login, inClear, len(p.taken()))
	}
	head, text, page := parts(t, p.taken()[0])
	subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject"))
	ok(t, err)
	for name, want := range map[string]string{
		"To": "<ada@example.org>", "From": `"Edict" <edict@example.org>`, "Message-Id": "<story1.sub1@example.org>", "References": "", "Bcc": "",
		"List-Unsubscribe": "<https://edict.example.org/links/u>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated",
	} {
		if got := head.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if subject != "四川清退 Bcc: eve@example.org <script>" || !strings.Contains(text, "<b>证据</b> . QUIT") || !strings.Contains(page, "&lt;b&gt;证据&lt;/b&gt;") || strings.Contains(page, "<script") {
		t.Errorf("subject %q\n%s\n%s", subject, text, page)
	}
	head, _, _ = parts(t, p.taken()[1])
	if head.Get("Message-Id") != "<m2@example.org>" || head.Get("References") != "<story1.sub1@example.org>" || head.Get("In-Reply-To") != "<story1.sub1@example.org>" {
		t.Errorf("the update: %v", head)
	}
	head, _, _ = parts(t, p.taken()[2])
	if head.Get("Message-Id") != "<m3@example.org>" || head.Get("References") != "" || head.Get("List-Unsubscribe") != "" {
		t.Errorf("the digest: %v", head)
	}
}

// What a server's answer means for the next try; the password is in none.
func TestAnswers(t *testing.T) {
	p := newPostbox(t)
	for _, c := range []struct {
		verb, says string
		want       news.TryOutcome
	}{
		{"RCPT", "550 no such user", news.TryRefused},
		{"RCPT", "450 later", news.TryLater},
		{"MAIL", "421 full", news.TryLater},
		{"DATA", "554 spam", news.TryRefused},
		{"AUTH", "535 wrong password", news.TryLater},
		{"EHLO", "250 postbox", news.TryLater}, // without STARTTLS nothing is sent
	} {
		p.says(c.verb, c.says)
		a := p.channel().Send(t.Context(), alert.Target{Address: "ada@example.org"}, message())
		if a.Outcome != c.want || a.Text == "" || strings.Contains(a.Text, "hunter22") {
			t.Errorf("%s after %s: %+v", c.says, c.verb, a)
		}
	}
	if len(p.taken()) != 0 {
		t.Errorf("%d mails were taken", len(p.taken()))
	}
	p.says("X", "x")
	stranger := p.channel()
	stranger.Server.Roots = nil
	if a := stranger.Send(t.Context(), alert.Target{Address: "ada@example.org"}, message()); a.Outcome != news.TryLater || len(p.taken()) != 0 {
		t.Errorf("a certificate that nobody vouches for: %+v", a)
	}
}

// A server that takes a message and says nothing may have it: the try is unknown.
func TestSilent(t *testing.T) {
	p := newPostbox(t)
	p.mu.Lock()
	p.silent = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if a := p.channel().Send(ctx, alert.Target{Address: "ada@example.org"}, message()); a.Outcome != news.TryUnknown || len(p.taken()) != 1 {
		t.Errorf("%+v, %d mails", a, len(p.taken()))
	}
}

func TestCheck(t *testing.T) {
	c := mail.Channel{Server: mail.Server{Host: "127.0.0.1"}}
	for address, want := range map[string]bool{
		"ada@example.org": true, "Ada <ada@example.org>": false, "ada": false, "": false, "a@b, c@d": false, "ada@example.org\r\nBcc: x@y": false,
	} {
		if err := c.Check(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
	if err := (mail.Channel{}).Check("ada@example.org"); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "alert.smtp") {
		t.Errorf("without a server: %v", err)
	}
}
