package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"edict/news"
)

// Config is what a gate needs. All of it but Log is required, but of the last three.
type Config struct {
	Users    Users
	Sessions Sessions
	Tokens   Tokens
	Books    Books
	Now      func() time.Time
	Log      *slog.Logger
	// Loopback: the listener is reached from this machine alone, so that nobody has to
	// sign in while there is no account.
	Loopback bool
	Secure   bool           // the pages' address is https: cookies go nowhere else
	Proxies  []netip.Prefix // whose word for the address of a client is taken
}

// A Gate lets people and programs in. It may be used at once by many requests.
type Gate struct {
	Config
	hasher                        *hasher
	manager                       *scs.SessionManager
	byAccount, byAddress, byToken *limit

	mu     sync.Mutex // guards what follows
	any    bool       // there is an account
	looked time.Time
}

// New returns a gate over c, or ErrInvalid if c lacks what it needs.
func New(c Config) (*Gate, error) {
	if c.Users == nil || c.Sessions == nil || c.Tokens == nil || c.Books == nil || c.Now == nil {
		return nil, fmt.Errorf("accounts without all that they need: %w", news.ErrInvalid)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Gate{
		Config: c, hasher: newHasher(), manager: newManager(&sessionStore{c.Sessions, c.Now}, c.Secure),
		byAccount: newLimit(accountBurst, accountEvery), byAddress: newLimit(addressBurst, addressEvery), byToken: newLimit(tokenBurst, tokenEvery),
	}, nil
}

// anyAge is how old what is known of there being an account may be: the first one may be
// made by another process.
const anyAge = time.Second

// HasAccounts reports whether there is an account. Until it is known it is an error, and
// nobody may be let in.
func (g *Gate) HasAccounts(ctx context.Context) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.Now()
	if age := now.Sub(g.looked); !g.looked.IsZero() && age >= 0 && age < anyAge {
		return g.any, nil
	}
	some, err := g.Users.AnyUser(ctx)
	if err != nil {
		return false, fmt.Errorf("look whether there are accounts: %w", err)
	}
	g.any, g.looked = some, now
	return some, nil
}

// forget looks again at the next request: an account was made or removed.
func (g *Gate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.looked = time.Time{}
}

// NeedsLogin reports whether there is no local mode.
func (g *Gate) NeedsLogin(ctx context.Context) (bool, error) {
	if !g.Loopback {
		return true, nil
	}
	return g.HasAccounts(ctx)
}

// Identify says who sends a request: by its token, its session or, under /feeds/, its
// key; in local mode it is everybody. Nobody is no error. A token that opens nothing is
// ErrToken, a key ErrRefused; too many of them from one address are a *TooManyError.
func (g *Gate) Identify(r *http.Request) (Identity, error) {
	ctx := r.Context()
	if kind, text, given := strings.Cut(r.Header.Get("Authorization"), " "); given && strings.EqualFold(kind, "Bearer") {
		return g.guess(r, func() (Identity, error) { return g.byTokenText(ctx, strings.TrimSpace(text)) })
	}
	i, err := g.bySession(r)
	if err != nil || i.Known() {
		return i, err
	}
	if login, err := g.NeedsLogin(ctx); err != nil || !login {
		if err != nil {
			return Identity{}, err
		}
		return Local(), nil
	}
	if key := r.URL.Query().Get("key"); key != "" && strings.HasPrefix(r.URL.Path, "/feeds/") {
		return g.guess(r, func() (Identity, error) { return g.byFeedKey(ctx, feedPath(r.URL.Path), key) })
	}
	return Identity{}, nil
}

// errKey is a key that opens nothing: why is nobody's business.
var errKey = fmt.Errorf("this key opens nothing here; it may have been stopped: %w", news.ErrRefused)

// guess limits how many tokens and keys an address may try that open nothing.
func (g *Gate) guess(r *http.Request, look func() (Identity, error)) (Identity, error) {
	address := network(g.Address(r))
	if wait := g.byToken.take(address, g.Now()); wait > 0 {
		return Identity{}, &TooManyError{Wait: wait}
	}
	i, err := look()
	if !errors.Is(err, ErrToken) && !errors.Is(err, errKey) {
		g.byToken.giveBack(address)
		return i, err
	}
	g.Log.Warn("A token or key was refused", "address", address, "path", cut(r.URL.Path, 100))
	return Identity{}, err
}

func (g *Gate) byTokenText(ctx context.Context, text string) (Identity, error) {
	t, err := g.Tokens.Token(ctx, hashText(text))
	if errors.Is(err, news.ErrNotFound) {
		return Identity{}, ErrToken
	}
	if err != nil {
		return Identity{}, err
	}
	now := g.Now()
	if !t.Expires.IsZero() && !now.Before(t.Expires) {
		return Identity{}, ErrToken
	}
	u, err := g.active(ctx, t.User)
	if err != nil {
		return Identity{}, err
	}
	if u.Name == "" {
		return Identity{}, ErrToken
	}
	if now.Sub(t.Used) >= tokenUsedStep {
		if err := g.Tokens.UseToken(ctx, t.ID, now); err != nil {
			g.Log.Warn("The last use of a token could not be noted", "token", t.ID, "error", err)
		}
	}
	i := Identity{Name: u.Name, Role: u.Role, Token: t.ID, user: u}
	for _, s := range u.Role.Scopes() {
		for _, given := range t.Scopes {
			if s == given {
				i.Scopes = append(i.Scopes, s)
			}
		}
	}
	return i, nil
}

// active returns a user that may do anything, or the zero one.
func (g *Gate) active(ctx context.Context, name string) (User, error) {
	u, err := g.Users.User(ctx, name)
	if errors.Is(err, news.ErrNotFound) || err == nil && u.State != Active {
		return User{}, nil
	}
	return u, err
}

func (g *Gate) bySession(r *http.Request) (Identity, error) {
	cookie, err := r.Cookie(g.manager.Cookie.Name)
	if err != nil || cookie.Value == "" {
		return Identity{}, nil // there is no such cookie
	}
	ctx, err := g.manager.Load(r.Context(), cookie.Value)
	if err != nil {
		return Identity{}, fmt.Errorf("read a session: %w", err)
	}
	name, hash := g.manager.GetString(ctx, userValue), g.manager.GetString(ctx, hashValue)
	if name == "" {
		return Identity{}, nil
	}
	u, err := g.active(ctx, name)
	if err != nil || u.Name == "" {
		return Identity{}, err
	}
	now := g.Now()
	if seen, err := time.Parse(time.RFC3339Nano, g.manager.GetString(ctx, seenValue)); err == nil && now.Sub(seen) >= seenStep {
		if err := g.Sessions.SeeSession(ctx, hash, now); err != nil {
			g.Log.Warn("A session could not be marked as seen; it ends sooner", "user", name, "error", err)
		}
	}
	return Identity{Name: u.Name, Role: u.Role, Scopes: u.Role.Scopes(), Session: hash, user: u}, nil
}

// feedPath is the path of a feed without its ending.
func feedPath(path string) string {
	for _, end := range []string{".atom", ".json"} {
		if p, found := strings.CutSuffix(path, end); found {
			return p
		}
	}
	return path
}

func (g *Gate) byFeedKey(ctx context.Context, path, key string) (Identity, error) {
	id, code, _ := strings.Cut(key, ".")
	u, err := g.Users.UserByID(ctx, id)
	if err != nil && !errors.Is(err, news.ErrNotFound) {
		return Identity{}, err
	}
	if err != nil || u.State != Active || !u.opens(path, code) {
		return Identity{}, errKey
	}
	return Identity{Name: u.Name, Role: u.Role, Feed: true, user: u}, nil
}

// FeedKey is what the address of a feed carries for an identity; "" where none is needed,
// or where it has none to give.
func (i Identity) FeedKey(path string) string {
	if i.Local || i.user.Feeds == "" || i.Session == "" {
		return ""
	}
	return i.user.FeedKey(feedPath(path))
}

// Address is where a request comes from. A proxy is believed if the configuration
// names it: then it is the last address in X-Forwarded-For that is no such proxy's.
func (g *Gate) Address(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for n := len(hops) - 1; n >= 0 && g.isProxy(a); n-- {
		text := strings.TrimSpace(hops[n])
		if host, _, err := net.SplitHostPort(text); err == nil {
			text = host
		}
		next, err := netip.ParseAddr(text)
		if err != nil {
			break
		}
		a = next.Unmap()
	}
	return a
}

func (g *Gate) isProxy(a netip.Addr) bool {
	for _, p := range g.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// ParseProxies reads addresses and networks with commas between them, or returns
// ErrInvalid.
func ParseProxies(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			a, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8: %w", part, news.ErrInvalid)
			}
			p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
