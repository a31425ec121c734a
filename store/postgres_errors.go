package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"edict/news"

	"github.com/jackc/pgx/v5/pgconn"
)

// away are the classes of SQLSTATE codes, and single codes, that say that the server
// cannot do it now: trying again helps, perhaps after somebody has mended something.
var away = []string{
	"08",    // connection
	"0B",    // transaction that cannot begin
	"25006", // a standby, which only reads
	"25P03", // idle in transaction for too long
	"28",    // who we are is not accepted
	"3D",    // there is no such database (any more)
	"40",    // rolled back: deadlock, serialization
	"42501", // not allowed
	"53",    // disk, memory or connections are used up
	"55",    // locked, or not ready
	"57",    // an operator or a limit of time stepped in; going down, coming up
	"58",    // the system beneath it
	"F0",    // its configuration
	"XX",    // damage
}

// wrong are those that say that a value cannot be kept.
var wrong = []string{
	"22", // data, such as a text with U+0000
	"23", // a constraint
	"54", // too large
}

func (postgresDialect) sentinel(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		for _, code := range away {
			if strings.HasPrefix(e.Code, code) {
				return news.ErrUnavailable
			}
		}
		for _, code := range wrong {
			if strings.HasPrefix(e.Code, code) {
				return news.ErrInvalid
			}
		}
		return nil
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	_, system := errors.AsType[*os.SyscallError](err)
	gone := connecting || network || system || errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
	if gone {
		return news.ErrUnavailable
	}
	return nil
}

func (d postgresDialect) broken(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "57P01" || e.Code == "57P02" // the server that it led to goes down
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return !connecting && d.sentinel(err) != nil
}
