// Package mail sends alerts by SMTP: text and HTML in one message, a thread for each
// story, and an unsubscribe link that mail programs show.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"edict/alert"
	"edict/news"
)

// A Server is where mail is handed over.
type Server struct {
	Host     string
	Port     int
	User     string // "": no login
	Password string
	From     string // the sender's address, perhaps with a name
	TLS      TLS
	Roots    *tls.Config // what certificates are checked with; nil: the system's
}

// TLS says how the connection is encrypted.
type TLS string

// The ways.
const (
	StartTLS TLS = "starttls" // after a greeting in the clear, and never without
	Implicit TLS = "implicit" // from the first byte
	NoTLS    TLS = "none"     // for a server on this machine
)

// A Channel sends mail through one server.
type Channel struct{ Server Server }

const connectWithin = 8 * time.Second

// maxSubject bounds a subject, in bytes.
const maxSubject = 180

// Check returns news.ErrInvalid for what is no mailbox.
func (c Channel) Check(address string) error {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || strings.ContainsAny(address, "\r\n") {
		return fmt.Errorf("mail goes to one address such as ada@example.org: %w", news.ErrInvalid)
	}
	if c.Server.Host == "" {
		return fmt.Errorf("mail needs a server: set alert.smtp (host, from) in the configuration: %w", news.ErrInvalid)
	}
	return nil
}

// Send hands the message over once.
func (c Channel) Send(ctx context.Context, to alert.Target, m alert.Message) alert.Answer {
	if err := c.Check(to.Address); err != nil {
		outcome := news.TryRefused
		if c.Server.Host == "" {
			outcome = news.TryLater // the operator may yet set it
		}
		return alert.Answer{Outcome: outcome, Text: err.Error()}
	}
	msg, err := c.message(to, m)
	if err != nil {
		return alert.Answer{Outcome: news.TryRefused, Text: "its mail cannot be made: " + err.Error()}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client, err := c.client(ctx)
	if err != nil {
		return alert.Answer{Outcome: news.TryLater, Text: "alert.smtp cannot be used: " + err.Error()}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() { // what goes wrong afterwards does not matter
		return alert.Answer{Outcome: news.TrySent, Text: strings.TrimSpace("taken " + msg.ServerResponse())}
	}
	return failed(ctx, err)
}

// client connects within ctx, and its connection is closed when ctx ends: the library
// itself would wait for a server that says nothing.
func (c Channel) client(ctx context.Context) (*gomail.Client, error) {
	s := c.Server
	options := []gomail.Option{gomail.WithTimeout(connectWithin), gomail.WithoutNoop()}
	switch s.TLS {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	config := s.Roots
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config = config.Clone()
	config.ServerName = s.Host
	options = append(options, gomail.WithTLSConfig(config), gomail.WithPort(s.Port), gomail.WithDialContextFunc(
		func(dialing context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(dialing, network, address)
			if err != nil {
				return nil, err
			}
			context.AfterFunc(ctx, func() { _ = conn.Close() }) // closed before, that does nothing
			if s.TLS == Implicit {
				return tls.Client(conn, config), nil
			}
			return conn, nil
		}))
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

func (c Channel) message(to alert.Target, m alert.Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(c.Server.From); err != nil {
		return nil, fmt.Errorf("alert.smtp.from: %w", err)
	}
	if err := msg.To(to.Address); err != nil {
		return nil, errors.New("the address cannot be read")
	}
	host := domain(c.Server.From)
	id := m.ID + "@" + host
	if m.Thread != "" {
		// The first message of a story has an id that the others can name without having
		// seen it.
		first := m.Thread + "." + m.Subscription + "@" + host
		if m.Update {
			msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+first+">")
			msg.SetGenHeader(gomail.HeaderReferences, "<"+first+">")
		} else {
			id = first
		}
	}
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(m.Sent)
	msg.Subject(m.Title(maxSubject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("List-Id", "<"+m.Subscription+".alerts."+host+">")
	msg.SetGenHeader("X-Edict-Message", m.ID)
	if address := alert.SafeLink(m.Unsubscribe); address != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+address+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text())
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML())
	return msg, nil
}

// domain is the part of an address behind the at sign.
func domain(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return "localhost"
	}
	return a.Address[strings.LastIndexByte(a.Address, '@')+1:]
}

// failed says what it means that a message was not taken: 4xx is tried again, 5xx would
// be the same the next time. What is wrong with the login is the operator's to mend, and
// tried again too.
func failed(ctx context.Context, err error) alert.Answer {
	var refusal *gomail.SendError
	var timeout net.Error
	switch {
	case err == nil:
		return alert.Answer{Outcome: news.TryUnknown, Text: "the server did not say whether it took it"}
	case errors.As(err, &refusal) && refusal.ErrorCode() >= 500:
		return alert.Answer{Outcome: news.TryRefused, Text: err.Error()}
	case errors.As(err, &refusal) && refusal.ErrorCode() >= 400:
		return alert.Answer{Outcome: news.TryLater, Text: err.Error()}
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return alert.Answer{Outcome: news.TryUnknown, Text: "no answer in time"}
	case errors.As(err, &refusal):
		return alert.Answer{Outcome: news.TryUnknown, Text: err.Error()}
	}
	return alert.Answer{Outcome: news.TryLater, Text: err.Error()}
}
