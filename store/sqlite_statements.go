package store

import (
	"context"
	"database/sql/driver"
	"math"
)

// maxKept bounds the statements that a connection keeps, and keptText the length of
// their texts: what is asked for with a list of its own length each time is not kept.
const (
	maxKept  = 24
	keptText = 1 << 10
)

// A keeper opens connections that keep their statements: to read a statement costs
// SQLite more than most of ours cost to run.
type keeper struct{ driver.Connector }

// Connect is for database/sql.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keepingConn{sqliteConn: conn.(sqliteConn), kept: map[string]*keptStmt{}}, nil
}

// sqliteConn is what SQLite's connections are for database/sql.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// A keepingConn is used by one goroutine at a time, as database/sql promises.
type keepingConn struct {
	sqliteConn
	kept  map[string]*keptStmt // that nobody uses now
	turns int64
}

// A keptStmt goes back to its connection when it is closed.
type keptStmt struct {
	sqliteStmt
	conn  *keepingConn
	text  string
	used  int64 // at which turn
	spoil bool  // it failed, and may be in any state
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (c *keepingConn) take(ctx context.Context, text string) (*keptStmt, error) {
	c.turns++
	if s := c.kept[text]; s != nil {
		delete(c.kept, text)
		s.used = c.turns
		return s, nil
	}
	s, err := c.sqliteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &keptStmt{sqliteStmt: s.(sqliteStmt), conn: c, text: text, used: c.turns}, nil
}

// Close keeps the statement, in place of the one that was not used for longest.
func (s *keptStmt) Close() error {
	c := s.conn
	if s.spoil || len(s.text) > keptText || c.kept[s.text] != nil {
		return s.sqliteStmt.Close()
	}
	if len(c.kept) >= maxKept {
		oldest := &keptStmt{used: math.MaxInt64}
		for _, k := range c.kept {
			if k.used < oldest.used {
				oldest = k
			}
		}
		delete(c.kept, oldest.text)
		if err := oldest.sqliteStmt.Close(); err != nil {
			return err
		}
	}
	c.kept[s.text] = s
	return nil
}

func (s *keptStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.sqliteStmt.ExecContext(ctx, args)
	s.spoil = s.spoil || err != nil
	return r, err
}

func (s *keptStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := s.sqliteStmt.QueryContext(ctx, args)
	s.spoil = s.spoil || err != nil
	return r, err
}

// PrepareContext is for database/sql, as are the methods below.
func (c *keepingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	return c.take(ctx, text)
}

func (c *keepingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if closed := s.Close(); err == nil {
		err = closed
	}
	return r, err
}

func (c *keepingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = s.Close() // the query's own error says what is wrong
		return nil, err
	}
	return &keptRows{rows, s}, nil
}

func (c *keepingConn) Close() error {
	for text, s := range c.kept {
		delete(c.kept, text)
		_ = s.sqliteStmt.Close() // an error of its last use, which was told then
	}
	return c.sqliteConn.Close()
}

// keptRows give their statement back.
type keptRows struct {
	driver.Rows
	of *keptStmt
}

func (r *keptRows) Close() error {
	of := r.of
	if r.of = nil; of == nil {
		return nil // it is another's by now
	}
	err := r.Rows.Close()
	of.spoil = of.spoil || err != nil
	if closed := of.Close(); err == nil {
		err = closed
	}
	return err
}
