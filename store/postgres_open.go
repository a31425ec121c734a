package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"time"

	"edict/news"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// oldestPostgres is the oldest version of PostgreSQL that is taken: the oldest that
// its makers still mend.
const oldestPostgres = 14

// connectTimeout bounds making a connection, where store.url sets no connect_timeout.
const connectTimeout = 5 * time.Second

// writePatience bounds a transaction that writes, the wait for the lock included: ten
// times what the largest batch takes on a slow disk.
const writePatience = 2 * time.Minute

type postgresDialect struct {
	config *pgx.ConnConfig
	log    *slog.Logger
}

// openPostgres opens two pools: one connection that writes, and some that can only
// read.
func openPostgres(ctx context.Context, url string, log *slog.Logger) (d postgresDialect, writing, reading *sql.DB, err error) {
	d.log = log
	if d.config, err = postgresConfig(url); err != nil {
		return d, nil, nil, err
	}
	writing = d.pool(1, map[string]string{
		// A lock that somebody holds for longer is told to the caller, who tries again.
		"lock_timeout": milliseconds(busyTimeout),
	})
	reading = d.pool(maxReaders, map[string]string{
		"default_transaction_read_only": "on",
		// What a filter selects decides how it is best read: never by one plan for all.
		"plan_cache_mode": "force_custom_plan",
		// A hundred thousand matches are sorted in memory.
		"work_mem": "16MB",
	})
	if err = d.inspect(ctx, writing); err != nil {
		return d, nil, nil, errors.Join(err, reading.Close(), writing.Close())
	}
	return d, writing, reading, nil
}

func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("store.url: %w: %w", err, news.ErrInvalid) // without the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// A server whose machine is gone is noticed while it is waited for.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	set := func(name, value string) {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	set("application_name", "edict")
	// And so is this machine, should it be gone, by the server.
	set("tcp_keepalives_idle", "5")
	set("tcp_keepalives_interval", "2")
	set("tcp_keepalives_count", "2")
	return config, nil
}

// pool opens a pool of connections that have settings of their own.
func (d postgresDialect) pool(connections int, settings map[string]string) *sql.DB {
	config := d.config.Copy()
	maps.Copy(config.RuntimeParams, settings)
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// inspect refuses a server on which the promises of this package cannot be kept, and
// says of one on which they hold in part only.
func (d postgresDialect) inspect(ctx context.Context, db *sql.DB) error {
	var version int
	var encoding, fsync, pages, commit string
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'),
		current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')`).
		Scan(&version, &encoding, &fsync, &pages, &commit)
	switch {
	case err != nil:
		return err
	case version/10000 < oldestPostgres:
		return fmt.Errorf("it is PostgreSQL %d: version %d or newer is needed: %w", version/10000, oldestPostgres, news.ErrInvalid)
	case encoding != "UTF8":
		return fmt.Errorf("the database is encoded as %s: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0: %w", encoding, news.ErrInvalid)
	}
	for name, value := range map[string]string{"fsync": fsync, "full_page_writes": pages, "synchronous_commit": commit} {
		if value == "off" {
			d.log.Warn("A power cut can cost what was stored: PostgreSQL runs with "+name+" off", "setting", name)
		}
	}
	return nil
}

// place is where the database is, without a password.
func (d postgresDialect) place() string {
	if d.config == nil {
		return "PostgreSQL"
	}
	return fmt.Sprintf("%s on %s", d.config.Database, d.config.Host)
}

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// check looks for rows that point nowhere, which the database forbids, and for what
// it has noticed of itself.
func (postgresDialect) check(ctx context.Context, tx session) (problems []string, err error) {
	for _, q := range []struct{ query, says string }{
		{"SELECT datname || ': ' || checksum_failures FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0", "PostgreSQL has met pages whose checksum is wrong, in %s"},
		{"SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace", "The index %s is not valid: REINDEX makes it anew"},
		{"SELECT r.id FROM records r WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.version = r.version) LIMIT 20", "The text of record %s is not there: it points to a row that is not there"},
		{"SELECT e.record FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.id = e.record) LIMIT 20", "Evidence of record %s points to a row that is not there"},
		{"SELECT t.record FROM tags t WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.id = t.record) LIMIT 20", "A tag of record %s points to a row that is not there"},
		{"SELECT a.id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = a.story) LIMIT 20", "The story of article %s points to a row that is not there"},
	} {
		list, err := column[string](ctx, tx, q.query)
		if err != nil {
			return nil, err
		}
		for _, what := range list {
			problems = append(problems, fmt.Sprintf(q.says+".", what))
		}
	}
	return problems, nil
}
