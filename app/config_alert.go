package app

import (
	netmail "net/mail"
	"slices"
	"time"

	"edict/alert/mail"
)

// minKeepDeliveries leaves time to see what was sent.
const minKeepDeliveries = 24 * time.Hour

func (c AlertConfig) validate(bad *problems) {
	if c.MaxAge <= 0 {
		bad.add("alert.max_age: %s is no age", c.MaxAge)
	}
	if c.KeepDeliveries != 0 && time.Duration(c.KeepDeliveries) < minKeepDeliveries {
		bad.add("alert.keep_deliveries: %s is under a day; 0 keeps them for good", c.KeepDeliveries)
	}
	s := c.SMTP
	if !slices.Contains([]mail.TLS{mail.StartTLS, mail.Implicit, mail.NoTLS}, mail.TLS(s.TLS)) {
		bad.add("alert.smtp.tls: %q is none of starttls, implicit, none", s.TLS)
	}
	if s.Port < 1 || s.Port > 65535 {
		bad.add("alert.smtp.port: %d is not 1 to 65535", s.Port)
	}
	if s.Host == "" {
		return
	}
	if _, err := netmail.ParseAddress(s.From); err != nil {
		bad.add("alert.smtp.from: a sender is needed, such as Edict <edict@example.org>")
	}
	if s.TLS == string(mail.NoTLS) && s.User != "" && !loopback(s.Host+":0") {
		bad.add("alert.smtp.tls: none would show the password to the network; use starttls or implicit")
	}
}
