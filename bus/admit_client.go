package bus

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"strconv"

	"github.com/nats-io/nats-server/v2/server"

	"edict/news"
)

const (
	internalUser = "edict"
	readerUser   = "reader"
	// maxSubscriptions of one connection. Connections are not bounded: a crowd of
	// readers would shut out our own after a restart.
	maxSubscriptions = 1000
)

// readerSubjects are all that outside programs may subscribe to.
func readerSubjects() []string { return []string{"edict.stored.>", "edict.alerts.>"} }

// A gate admits this process with all rights, and outside programs as readers.
type gate struct {
	password string // of internalUser
	reader   string // of readerUser; "" = none is asked for
	open     bool   // there is a port
}

// Check gives c its rights, or says no.
func (g *gate) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	if o.Username == internalUser {
		if !same(o.Password, g.password) {
			return false
		}
		c.RegisterUser(&server.User{Username: internalUser})
		return true
	}
	if !g.open || o.Username != readerUser && (o.Username != "" || g.reader != "") || !same(o.Password, g.reader) {
		return false
	}
	c.RegisterUser(&server.User{Username: readerUser, Permissions: &server.Permissions{
		Publish:   &server.SubjectPermission{Deny: []string{">"}},
		Subscribe: &server.SubjectPermission{Allow: readerSubjects()},
	}})
	return true
}

// same compares in constant time, whatever the lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// checkListen refuses an address that is none, and one beyond this machine without
// a password.
func checkListen(listen, password string) error {
	host, _, err := splitListen(listen)
	if err != nil {
		return err
	}
	ip := net.ParseIP(host)
	if password == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("listen %q is beyond this machine and needs a password: %w", listen, news.ErrInvalid)
	}
	return nil
}

// splitListen returns the host and the port as the server's options want them.
func splitListen(listen string) (string, int, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("listen %q is not host:port: %w: %w", listen, err, news.ErrInvalid)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 0 || n > 65535 {
		return "", 0, fmt.Errorf("listen %q: port %q is not 0 to 65535: %w", listen, port, news.ErrInvalid)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	if n == 0 {
		n = server.RANDOM_PORT
	}
	return host, n, nil
}
