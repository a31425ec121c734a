package account

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"edict/news"
)

// ErrWrong is a sign-in that failed. Whether there is such a name, whether the password
// was wrong or the account is disabled, it does not say.
var ErrWrong = errors.New("name or password is wrong")

// ErrSignIn is for who has to sign in first.
var ErrSignIn = errors.New("sign in first")

// A TooManyError says how long to wait after too many tries.
type TooManyError struct{ Wait time.Duration }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many tries; the next one counts in %s", max(time.Second, e.Wait.Round(time.Second)))
}

// SignIn compares a name and a password, and starts a session under a new token, whatever
// the browser sent before. ErrWrong or a *TooManyError: nothing was started.
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, name, password string) error {
	ctx, now := r.Context(), g.Now().UTC()
	address := g.Address(r)
	name = cleanName(name)
	u, err := g.checkSignIn(r, name, password)
	if err != nil {
		return err
	}
	token := ""
	if cookie, err := r.Cookie(g.manager.Cookie.Name); err == nil {
		token = cookie.Value
	}
	if ctx, err = g.manager.Load(ctx, token); err != nil {
		return fmt.Errorf("start a session: %w", err)
	}
	if err := g.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("start a session: %w", err)
	}
	for key, value := range map[string]string{
		userValue: u.Name, createdValue: now.Format(time.RFC3339Nano), addressValue: address.String(), agentValue: cleanAgent(r.UserAgent()),
	} {
		g.manager.Put(ctx, key, value)
	}
	text, until, err := g.manager.Commit(ctx)
	if err != nil {
		return fmt.Errorf("start a session: %w", err)
	}
	if _, err := g.Users.EditUser(ctx, u.Name, func(u *User, _ Others) (Edit, error) { u.Seen = now; return Edit{}, nil }); err != nil {
		g.Log.Warn("When a user signed in last could not be noted", "user", u.Name, "error", err)
	}
	g.manager.WriteSessionCookie(ctx, w, text, until)
	g.Log.Info("A user signed in", "user", u.Name, "address", address)
	return nil
}

// checkSignIn takes a try of the account and of the address before anything is compared,
// so that tries at once cannot exceed them, and gives it back if the password fits. A
// name that there is not costs what another one costs.
func (g *Gate) checkSignIn(r *http.Request, name, password string) (User, error) {
	ctx, now, address := r.Context(), g.Now(), network(g.Address(r))
	if wait := g.byAddress.take(address, now); wait > 0 {
		return User{}, &TooManyError{wait}
	}
	if wait := g.byAccount.take(name, now); wait > 0 {
		g.Log.Warn("Too many tries to sign in to one account", "name", cut(name, maxName), "address", address)
		return User{}, &TooManyError{wait}
	}
	u, err := g.active(ctx, name)
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	fits, stale, err := g.hasher.verify(ctx, password, u.Password)
	if err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	if !fits {
		g.Log.Warn("A sign-in failed", "name", cut(name, maxName), "address", address)
		return User{}, ErrWrong
	}
	g.byAddress.giveBack(address)
	g.byAccount.giveBack(name)
	if stale {
		hash, err := g.hasher.hash(ctx, password)
		if err == nil {
			_, err = g.Users.EditUser(ctx, name, func(now *User, _ Others) (Edit, error) {
				if now.Password == u.Password {
					now.Password = hash
				}
				return Edit{}, nil
			})
		}
		if err != nil {
			g.Log.Warn("A password could not be hashed anew", "user", name, "error", err)
		}
	}
	return u, nil
}

// cleanAgent is what a browser calls itself, as far as it is shown.
func cleanAgent(text string) string {
	return cut(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text), 200)
}

// SignOut ends the session of a request, and takes its cookie back.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request) error {
	if i := From(r.Context()); i.Session != "" {
		if err := g.Sessions.EndSession(r.Context(), i.Session); err != nil {
			return fmt.Errorf("sign out: %w", err)
		}
	}
	g.dropCookie(w, r)
	return nil
}

// SignOutEverywhere ends all sessions of who asks, this one too.
func (g *Gate) SignOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	i := From(r.Context())
	if i.Local || !i.Known() {
		return fmt.Errorf("nobody is signed in: %w", news.ErrInvalid)
	}
	if _, err := g.Sessions.EndSessions(r.Context(), i.Name, ""); err != nil {
		return fmt.Errorf("sign out everywhere: %w", err)
	}
	g.dropCookie(w, r)
	return nil
}

func (g *Gate) dropCookie(w http.ResponseWriter, r *http.Request) {
	g.manager.WriteSessionCookie(r.Context(), w, "", time.Time{})
}
