package store

import (
	"context"
	"database/sql"
	"errors"

	"edict/account"
	"edict/news"
)

const userColumns = "SELECT name, id, role, state, password, feeds, created, changed, coalesce(seen, 0), language, zone FROM users"

func scanUser(scan func(...any) error) (u account.User, err error) {
	var created, changed, seen int64
	err = scan(&u.Name, &u.ID, &u.Role, &u.State, &u.Password, &u.Feeds, &created, &changed, &seen, &u.Language, &u.Zone)
	u.Created, u.Changed = fromMicro(created), fromMicro(changed)
	if seen != 0 {
		u.Seen = fromMicro(seen)
	}
	return u, err
}

// Users returns all accounts, removed ones too, by name.
func (s *Store) Users(ctx context.Context) ([]account.User, error) {
	list := []account.User{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		u, err := scanUser(rows.Scan)
		list = append(list, u)
		return err
	}, userColumns+" ORDER BY name")
	return list, s.fault("list the accounts", err)
}

// User returns an account by its name, or ErrNotFound.
func (s *Store) User(ctx context.Context, name string) (account.User, error) {
	u, err := scanUser(s.readers().row(ctx, userColumns+" WHERE name = ?", name).Scan)
	return u, s.fault("read an account", err)
}

// UserByID returns an account by its id, or ErrNotFound.
func (s *Store) UserByID(ctx context.Context, id string) (account.User, error) {
	u, err := scanUser(s.readers().row(ctx, userColumns+" WHERE id = ?", id).Scan)
	return u, s.fault("read an account", err)
}

// AnyUser reports whether there is an account that is not removed.
func (s *Store) AnyUser(ctx context.Context) (bool, error) {
	some, err := column[string](ctx, s.readers(), "SELECT name FROM users WHERE state <> 'removed' LIMIT 1")
	return len(some) > 0, s.fault("look whether there are accounts", err)
}

// AddUser writes a new account and the line in the book. ErrConflict: the name was given
// before.
func (s *Store) AddUser(ctx context.Context, u account.User, a account.Act) error {
	return s.write(ctx, "add the account "+u.Name, func(ctx context.Context, tx session) error {
		var state account.State
		err := tx.row(ctx, "SELECT state FROM users WHERE name = ?", u.Name).Scan(&state)
		switch {
		case err == nil && state == account.Removed:
			return account.NewFault(news.ErrConflict, "gone", "an account of this name was removed, and what its owner wrote is under it; take another name")
		case err == nil:
			return account.NewFault(news.ErrConflict, "taken", "there is one with this name")
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if _, err := tx.insert(ctx, userRows, "", [][]any{userRow(u)}); err != nil {
			return err
		}
		return addAct(ctx, tx, a)
	})
}

func userRow(u account.User) []any {
	return []any{u.Name, u.ID, string(u.Role), string(u.State), u.Password, u.Feeds, micro(u.Created), micro(u.Changed), due(u.Seen), u.Language, u.Zone}
}

// EditUser writes what edit makes of an account, and ends what it says, in one
// transaction. An error of edit is returned, and nothing is written then. ErrNotFound:
// there is no such account.
func (s *Store) EditUser(ctx context.Context, name string, edit func(*account.User, account.Others) (account.Edit, error)) (u account.User, err error) {
	err = s.write(ctx, "edit the account "+name, func(ctx context.Context, tx session) error {
		u, err = scanUser(tx.row(ctx, userColumns+" WHERE name = ?", name).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return account.NewFault(news.ErrNotFound, "none", "there is none", "name", name)
		}
		if err != nil {
			return err
		}
		var others account.Others
		err := tx.row(ctx, `SELECT count(*), coalesce(sum(CASE WHEN role = 'admin' AND state = 'active' THEN 1 ELSE 0 END), 0)
			FROM users WHERE name <> ? AND state <> 'removed'`, name).Scan(&others.All, &others.Admins)
		if err != nil {
			return err
		}
		done, err := edit(&u, others)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "UPDATE users SET role = ?, state = ?, password = ?, feeds = ?, changed = ?, seen = ?, language = ?, zone = ? WHERE name = ?",
			string(u.Role), string(u.State), u.Password, u.Feeds, micro(u.Changed), due(u.Seen), u.Language, u.Zone, name); err != nil {
			return err
		}
		if done.EndSessions {
			if _, err := tx.exec(ctx, "DELETE FROM sessions WHERE account = ? AND hash <> ?", name, done.Keep); err != nil {
				return err
			}
		}
		if done.EndTokens {
			if _, err := tx.exec(ctx, "DELETE FROM tokens WHERE account = ?", name); err != nil {
				return err
			}
		}
		if done.Act.What == "" {
			return nil
		}
		return addAct(ctx, tx, done.Act)
	})
	return u, err
}
