package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"edict/account"
	"edict/news"
)

// AddSession writes a session, and takes out those that were not seen since one time or
// had their end before another.
func (s *Store) AddSession(ctx context.Context, x account.Session, unseen, ended time.Time) error {
	return s.write(ctx, "add a session", func(ctx context.Context, tx session) error {
		if _, err := tx.exec(ctx, "DELETE FROM sessions WHERE seen <= ? OR expires <= ?", micro(unseen), micro(ended)); err != nil {
			return err
		}
		_, err := tx.insert(ctx, sessionRows, "", [][]any{{x.Hash, x.User, micro(x.Created), micro(x.Seen), micro(x.Expires), x.Address, x.Agent}})
		return err
	})
}

// SeeSession notes when a session was seen. One that is gone stays gone.
func (s *Store) SeeSession(ctx context.Context, hash string, at time.Time) error {
	return s.write(ctx, "mark a session as seen", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "UPDATE sessions SET seen = ? WHERE hash = ? AND seen < ?", micro(at), hash, micro(at))
		return err
	})
}

const sessionColumns = "SELECT hash, account, created, seen, expires, address, agent FROM sessions"

func scanSession(scan func(...any) error) (x account.Session, err error) {
	var created, seen, expires int64
	err = scan(&x.Hash, &x.User, &created, &seen, &expires, &x.Address, &x.Agent)
	x.Created, x.Seen, x.Expires = fromMicro(created), fromMicro(seen), fromMicro(expires)
	return x, err
}

// Session returns a session by the hash of its token, or ErrNotFound.
func (s *Store) Session(ctx context.Context, hash string) (account.Session, error) {
	x, err := scanSession(s.readers().row(ctx, sessionColumns+" WHERE hash = ?", hash).Scan)
	return x, s.fault("read a session", err)
}

// Sessions returns those of a user, the one seen last first.
func (s *Store) Sessions(ctx context.Context, user string) ([]account.Session, error) {
	list := []account.Session{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		x, err := scanSession(rows.Scan)
		list = append(list, x)
		return err
	}, sessionColumns+" WHERE account = ? ORDER BY seen DESC, hash", user)
	return list, s.fault("list the sessions of "+user, err)
}

// EndSession takes a session out. One that is not there is no error.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	return s.write(ctx, "end a session", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "DELETE FROM sessions WHERE hash = ?", hash)
		return err
	})
}

// EndSessions takes out all sessions of a user but the one with a hash, and counts them.
func (s *Store) EndSessions(ctx context.Context, user, keep string) (n int64, err error) {
	err = s.write(ctx, "end the sessions of "+user, func(ctx context.Context, tx session) error {
		n, err = tx.exec(ctx, "DELETE FROM sessions WHERE account = ? AND hash <> ?", user, keep)
		return err
	})
	return n, err
}

const tokenColumns = "SELECT id, account, name, hash, scopes, created, coalesce(expires, 0), coalesce(used, 0) FROM tokens"

func scanToken(scan func(...any) error) (t account.Token, err error) {
	var scopes string
	var created, expires, used int64
	if err := scan(&t.ID, &t.User, &t.Name, &t.Hash, &scopes, &created, &expires, &used); err != nil {
		return t, err
	}
	t.Created = fromMicro(created)
	if expires != 0 {
		t.Expires = fromMicro(expires)
	}
	if used != 0 {
		t.Used = fromMicro(used)
	}
	t.Scopes, err = account.ParseScopes(scopes)
	return t, err
}

// AddToken writes a token and the line in the book.
func (s *Store) AddToken(ctx context.Context, t account.Token, a account.Act) error {
	return s.write(ctx, "add a token of "+t.User, func(ctx context.Context, tx session) error {
		_, err := tx.insert(ctx, tokenRows, "", [][]any{{
			t.ID, t.User, t.Name, t.Hash, account.JoinScopes(t.Scopes), micro(t.Created), due(t.Expires), due(t.Used),
		}})
		if err != nil {
			return err
		}
		return addAct(ctx, tx, a)
	})
}

// Token returns a token by its hash, or ErrNotFound.
func (s *Store) Token(ctx context.Context, hash string) (account.Token, error) {
	t, err := scanToken(s.readers().row(ctx, tokenColumns+" WHERE hash = ?", hash).Scan)
	return t, s.fault("read a token", err)
}

// Tokens returns those of a user, or all if none is named, the newest first.
func (s *Store) Tokens(ctx context.Context, user string) ([]account.Token, error) {
	list := []account.Token{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		t, err := scanToken(rows.Scan)
		list = append(list, t)
		return err
	}, tokenColumns+" WHERE ? IN ('', account) ORDER BY created DESC, id", user)
	return list, s.fault("list tokens", err)
}

// RevokeToken takes a token out for good, one of user's if one is named, and writes the
// line in the book. ErrNotFound: there is none.
func (s *Store) RevokeToken(ctx context.Context, id, user string, a account.Act) error {
	return s.write(ctx, "revoke token "+id, func(ctx context.Context, tx session) error {
		t, err := scanToken(tx.row(ctx, tokenColumns+" WHERE id = ?", id).Scan)
		if err != nil {
			return err
		}
		if user != "" && t.User != user {
			return fmt.Errorf("it is another's: %w", news.ErrNotFound)
		}
		if _, err := tx.exec(ctx, "DELETE FROM tokens WHERE id = ?", id); err != nil {
			return err
		}
		a.Target, a.Detail = t.User, t.ID+" ("+t.Name+")"
		return addAct(ctx, tx, a)
	})
}

// UseToken notes when a token was used last. One that is gone is left out.
func (s *Store) UseToken(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, "note the use of a token", func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "UPDATE tokens SET used = ? WHERE id = ?", micro(at), id)
		return err
	})
}
