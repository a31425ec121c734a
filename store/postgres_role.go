package store

import (
	"context"
	"hash/fnv"

	"edict/news"

	"github.com/jackc/pgx/v5"
)

// roleLocks is the first of the two numbers of a role's advisory lock: "edic".
const roleLocks = 0x65646963

// postgresHold is an advisory lock of a session: when the connection ends, the
// server gives it to another.
type postgresHold struct{ conn *pgx.Conn }

func (d postgresDialect) take(ctx context.Context, role string) (hold, error) {
	conn, err := pgx.ConnectConfig(ctx, d.config)
	if err != nil {
		return nil, err
	}
	number := fnv.New32a()
	_, _ = number.Write([]byte(role)) // a hash takes anything
	var ours bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1::integer, $2::integer)", int32(roleLocks), int32(number.Sum32())).Scan(&ours)
	if err == nil && !ours {
		err = news.ErrConflict
	}
	h := postgresHold{conn}
	if err != nil {
		h.release()
		return nil, err
	}
	return h, nil
}

func (h postgresHold) sure(ctx context.Context) error { return h.conn.Ping(ctx) }

func (h postgresHold) release() {
	ctx, cancel := context.WithTimeout(context.Background(), sureWithin)
	defer cancel()
	_ = h.conn.Close(ctx) // gone in any case
}
