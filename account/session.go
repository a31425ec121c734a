package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"edict/news"
)

// How long a browser stays signed in: so long after its last request, and so long after
// it signed in. 30 days is the overall timeout of NIST SP 800-63B-4, section 2.1.3; the
// first is ours, so that a long weekend does not sign anybody out.
const (
	IdleTime     = 4 * 24 * time.Hour
	AbsoluteTime = 30 * 24 * time.Hour
	// seenStep is how exactly the last request is kept, so that not every page is a
	// write.
	seenStep = time.Minute
)

// A Session is a browser that signed in.
type Session struct {
	Hash    string    `json:"-"` // of the token in its cookie
	User    string    `json:"user"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"` // whatever is done until then
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}

// over reports whether a session is no longer one.
func (s Session) over(now time.Time) bool {
	return !now.Before(s.Expires) || now.Sub(s.Seen) >= IdleTime
}

// Sessions keeps them. Every method is durable when it returns, and returns
// ErrUnavailable while the store is away.
type Sessions interface {
	// AddSession writes a new one, and takes out those that were not seen since one time
	// or had their end before another.
	AddSession(ctx context.Context, s Session, unseen, ended time.Time) error
	// SeeSession notes when one was seen. One that is gone stays gone, and is no error.
	SeeSession(ctx context.Context, hash string, at time.Time) error
	// Session returns one, over or not, by the hash of its token, or ErrNotFound.
	Session(ctx context.Context, hash string) (Session, error)
	// Sessions returns those of a user, the one seen last first.
	Sessions(ctx context.Context, user string) ([]Session, error)
	// EndSession takes one out. One that is not there is no error.
	EndSession(ctx context.Context, hash string) error
	// EndSessions takes out all of a user but the one with a hash, and counts them.
	EndSessions(ctx context.Context, user, keep string) (int64, error)
}

// The values of a session, as scs carries them.
const (
	userValue    = "user"
	createdValue = "created"
	seenValue    = "seen"
	addressValue = "address"
	agentValue   = "agent"
	hashValue    = "hash"
)

// newManager returns the session manager. The library makes and renews tokens and writes
// cookies; how long a session lasts is decided by sessionStore, on our clock. With
// https the cookie's name begins with __Host-, so that no other host can set it
// (RFC 6265bis, section 4.1.3.2).
func newManager(store *sessionStore, secure bool) *scs.SessionManager {
	name := "edict_session"
	if secure {
		name = "__Host-edict_session"
	}
	return &scs.SessionManager{
		Lifetime: AbsoluteTime, Store: store, Codec: sessionCodec{}, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: name, Path: "/", HttpOnly: true, Secure: secure, Persist: true, SameSite: http.SameSiteLaxMode},
	}
}

// sessionCodec carries the values of a session as JSON, for sessionStore to read.
type sessionCodec struct{}

type sessionBody struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(sessionBody{deadline, values})
}

func (sessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var body sessionBody
	err := json.Unmarshal(b, &body)
	if body.Values == nil {
		body.Values = map[string]any{}
	}
	return body.Deadline, body.Values, err
}

// sessionStore is a store of scs over ours. The library hands it hashes, never tokens.
type sessionStore struct {
	sessions Sessions
	now      func() time.Time
}

var errNoContext = errors.New("the session store is asked without a context")

func (*sessionStore) Delete(string) error                    { return errNoContext }
func (*sessionStore) Find(string) ([]byte, bool, error)      { return nil, false, errNoContext }
func (*sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

func (x *sessionStore) DeleteCtx(ctx context.Context, hash string) error {
	return x.sessions.EndSession(ctx, hash)
}

func (x *sessionStore) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	s, err := x.sessions.Session(ctx, hash)
	if errors.Is(err, news.ErrNotFound) || err == nil && s.over(x.now()) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	b, err := sessionCodec{}.Encode(s.Expires, map[string]any{
		userValue: s.User, createdValue: s.Created.Format(time.RFC3339Nano), seenValue: s.Seen.Format(time.RFC3339Nano),
		addressValue: s.Address, agentValue: s.Agent, hashValue: hash,
	})
	return b, true, err
}

func (x *sessionStore) CommitCtx(ctx context.Context, hash string, b []byte, _ time.Time) error {
	_, values, err := sessionCodec{}.Decode(b)
	if err != nil {
		return err
	}
	text := func(name string) string { v, _ := values[name].(string); return v }
	s := Session{Hash: hash, User: text(userValue), Address: text(addressValue), Agent: text(agentValue), Seen: x.now().UTC()}
	if s.User == "" {
		return fmt.Errorf("a session of nobody is not kept: %w", news.ErrInvalid)
	}
	if s.Created, err = time.Parse(time.RFC3339Nano, text(createdValue)); err != nil {
		return fmt.Errorf("a session without its beginning: %w: %w", err, news.ErrInvalid)
	}
	s.Expires = s.Created.Add(AbsoluteTime)
	return x.sessions.AddSession(ctx, s, s.Seen.Add(-IdleTime), s.Seen)
}
