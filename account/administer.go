package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// AddUser makes an account. ErrConflict: the name was given before. ErrInvalid: the name
// or the password cannot be.
func (g *Gate) AddUser(ctx context.Context, by By, name string, role Role, password string) error {
	name = cleanName(name)
	if err := CheckName(name); err != nil {
		return err
	}
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	some, err := g.HasAccounts(ctx)
	if err != nil {
		return err
	}
	if !some && role != Admin {
		return NewFault(news.ErrInvalid, "first", "the first account is an administrator's: nobody else could let others in")
	}
	hash, err := g.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	now := g.Now().UTC()
	u := User{Name: name, ID: random(8), Role: role, State: Active, Password: hash, Feeds: random(32), Created: now, Changed: now}
	defer g.forget()
	return g.Users.AddUser(ctx, u, by.act(now, "user.add", name, "as "+string(role)))
}

// SetRole gives an account another role. The last administrator keeps his.
func (g *Gate) SetRole(ctx context.Context, by By, name string, role Role) error {
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	return g.edit(ctx, name, func(u *User, others Others) (Edit, error) {
		if err := mayLose(*u, others, role != Admin); err != nil {
			return Edit{}, err
		}
		was := u.Role
		u.Role = role
		return Edit{Act: by.act(g.Now(), "user.role", u.Name, fmt.Sprintf("%s, was %s", role, was))}, nil
	})
}

// mayLose refuses to lose the last administrator while there are other accounts.
func mayLose(u User, others Others, loses bool) error {
	if loses && u.Role == Admin && u.State == Active && others.Admins == 0 && others.All > 0 {
		return NewFault(news.ErrConflict, "last", u.Name+" is the last administrator; make another one first", "name", u.Name)
	}
	return nil
}

func (g *Gate) edit(ctx context.Context, name string, edit func(*User, Others) (Edit, error)) error {
	defer g.forget()
	_, err := g.Users.EditUser(ctx, cleanName(name), func(u *User, others Others) (Edit, error) {
		if u.State == Removed {
			return Edit{}, NewFault(news.ErrNotFound, "removed", "the account "+u.Name+" was removed", "name", u.Name)
		}
		return edit(u, others)
	})
	return err
}

// SetPassword gives an account another password, and ends its sessions.
func (g *Gate) SetPassword(ctx context.Context, by By, name, password string) error {
	return g.setPassword(ctx, by, cleanName(name), password, "")
}

func (g *Gate) setPassword(ctx context.Context, by By, name, password, keep string) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	hash, err := g.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return g.edit(ctx, name, func(u *User, _ Others) (Edit, error) {
		now := g.Now().UTC()
		u.Password, u.Changed = hash, now
		return Edit{Act: by.act(now, "user.password", name, ""), EndSessions: true, Keep: keep}, nil
	})
}

// ChangePassword is SetPassword by the owner himself, who says the old one. His other
// sessions end. ErrWrong: the old one is another; it may be tried as often as at a login.
func (g *Gate) ChangePassword(ctx context.Context, i Identity, was, password string) error {
	if wait := g.byAccount.take(i.Name, g.Now()); wait > 0 {
		return &TooManyError{wait}
	}
	fits, _, err := g.hasher.verify(ctx, was, i.user.Password)
	if err != nil {
		return err
	}
	if !fits {
		return ErrWrong
	}
	g.byAccount.giveBack(i.Name)
	return g.setPassword(ctx, By{i.Name, "page"}, i.Name, password, i.Session)
}

// SetDisabled lets an account in no more, or again. Its sessions end; its tokens and feed
// keys open nothing while it is disabled.
func (g *Gate) SetDisabled(ctx context.Context, by By, name string, disabled bool) error {
	return g.edit(ctx, name, func(u *User, others Others) (Edit, error) {
		if err := mayLose(*u, others, disabled); err != nil {
			return Edit{}, err
		}
		what := "user.enable"
		if u.State = Active; disabled {
			u.State, what = Disabled, "user.disable"
		}
		return Edit{Act: by.act(g.Now(), what, u.Name, ""), EndSessions: disabled}, nil
	})
}

// RemoveUser takes an account out for good, with its sessions, tokens and feed keys.
// What its owner wrote stays under his name, which is not given again.
func (g *Gate) RemoveUser(ctx context.Context, by By, name string) error {
	return g.edit(ctx, name, func(u *User, others Others) (Edit, error) {
		if err := mayLose(*u, others, true); err != nil {
			return Edit{}, err
		}
		u.State, u.Password, u.Feeds = Removed, "", ""
		return Edit{Act: by.act(g.Now(), "user.remove", u.Name, ""), EndSessions: true, EndTokens: true}, nil
	})
}

// RenewFeeds gives an account other feed keys: those that are in use open nothing more.
func (g *Gate) RenewFeeds(ctx context.Context, by By, name string) error {
	return g.edit(ctx, name, func(u *User, _ Others) (Edit, error) {
		u.Feeds = random(32)
		return Edit{Act: by.act(g.Now(), "feeds.renew", u.Name, "")}, nil
	})
}

// maxSpoken bounds the names of a language and of a zone, in bytes.
const maxSpoken = 60

// Speak keeps in which language and by which clock somebody is spoken to: nil leaves one
// as it is, "" leaves it to the browser. It is no act of administration. Which there are
// is the caller's to know.
func (g *Gate) Speak(ctx context.Context, name string, language, zone *string) error {
	return g.edit(ctx, name, func(u *User, _ Others) (Edit, error) {
		for _, x := range []struct{ to, from *string }{{&u.Language, language}, {&u.Zone, zone}} {
			if x.from == nil {
				continue
			}
			if len(*x.from) > maxSpoken {
				return Edit{}, fmt.Errorf("%q is longer than %d bytes: %w", cut(*x.from, 20), maxSpoken, news.ErrInvalid)
			}
			*x.to = *x.from
		}
		return Edit{}, nil
	})
}

// EndSessions signs a user out everywhere.
func (g *Gate) EndSessions(ctx context.Context, by By, name string) error {
	return g.edit(ctx, name, func(u *User, _ Others) (Edit, error) {
		return Edit{Act: by.act(g.Now(), "user.signout", u.Name, ""), EndSessions: true}, nil
	})
}

// AddToken makes a token of a user and returns its text, which nobody can read again.
// life 0: it does not expire. ErrRefused: a scope is beyond the user's role.
func (g *Gate) AddToken(ctx context.Context, by By, user, name string, scopes []Scope, life time.Duration) (Token, string, error) {
	u, err := g.active(ctx, cleanName(user))
	if err != nil {
		return Token{}, "", err
	}
	if u.Name == "" {
		return Token{}, "", NewFault(news.ErrNotFound, "nobody", fmt.Sprintf("there is no active account %q", cut(user, maxName)), "name", cut(user, maxName))
	}
	list, err := g.Tokens.Tokens(ctx, u.Name)
	if err != nil {
		return Token{}, "", err
	}
	if len(list) >= maxTokens {
		return Token{}, "", NewFault(news.ErrConflict, "tokens", fmt.Sprintf("%s has %d tokens, and no more are given; revoke one", u.Name, len(list)), "name", u.Name, "n", len(list))
	}
	now := g.Now()
	expires := time.Time{}
	if life != 0 {
		expires = now.Add(life)
	}
	t, text, err := newToken(u, name, scopes, expires, now)
	if err != nil {
		return Token{}, "", err
	}
	act := by.act(now, "token.add", u.Name, fmt.Sprintf("%s (%s), scopes %s", t.ID, t.Name, JoinScopes(scopes)))
	return t, text, g.Tokens.AddToken(ctx, t, act)
}

// RevokeToken takes a token out; one of user's alone, if one is named. ErrNotFound: there
// is none.
func (g *Gate) RevokeToken(ctx context.Context, by By, id, user string) error {
	return g.Tokens.RevokeToken(ctx, id, user, by.act(g.Now(), "token.revoke", id, ""))
}

// MakeFirst makes the first administrator of "name:password", unless there is an account
// already or text is "". ErrInvalid: it cannot be.
func (g *Gate) MakeFirst(ctx context.Context, text string) (made bool, err error) {
	if text == "" {
		return false, nil
	}
	some, err := g.HasAccounts(ctx)
	if err != nil || some {
		return false, err
	}
	name, password, found := strings.Cut(text, ":") // a name has no colon; a password may
	if !found {
		return false, fmt.Errorf("it is not name:password: %w", news.ErrInvalid)
	}
	err = g.AddUser(ctx, By{ProgramName, "start"}, name, Admin, password)
	if errors.Is(err, news.ErrConflict) { // another process was faster
		return false, nil
	}
	return err == nil, err
}
