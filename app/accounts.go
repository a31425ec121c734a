package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"edict/account"
	"edict/news"
	"edict/web"
)

// Accounts are users, tokens and the book of administration of an archive, for commands.
type Accounts struct{ gate *account.Gate }

// NewAccounts returns those of an archive.
func NewAccounts(s *Archive, now func() time.Time) (Accounts, error) {
	gate, err := newGate(s, Config{}, quietLog(), now)
	return Accounts{gate}, err
}

func newGate(s *Archive, c Config, log *slog.Logger, now func() time.Time) (*account.Gate, error) {
	proxies, err := account.ParseProxies(c.Web.Proxies)
	if err != nil {
		return nil, err
	}
	return account.New(account.Config{
		Users: s, Sessions: s, Tokens: s, Books: s, Now: now, Log: log,
		Loopback: loopback(c.Web.Listen), Secure: strings.HasPrefix(c.Web.BaseURL, "https://"), Proxies: proxies,
	})
}

// startTime bounds what is asked of the store before the pages are shown.
const startTime = 30 * time.Second

// openAccounts makes the first administrator, if one is named and there is no account,
// and refuses to show pages beyond loopback to everybody.
func (p *program) openAccounts() (*account.Gate, error) {
	gate, err := newGate(p.store, p.cfg, p.log.With("part", "accounts"), p.o.Now)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	made, err := gate.MakeFirst(ctx, p.cfg.FirstAdmin)
	if err != nil {
		return nil, fmt.Errorf("first_admin (EDICT_FIRST_ADMIN): %w", err)
	}
	if made {
		p.log.Info("The first administrator was made; take first_admin (EDICT_FIRST_ADMIN) out of the configuration, and change the password on the page")
	}
	some, err := gate.HasAccounts(ctx)
	switch {
	case err != nil:
		return nil, err
	case loopback(p.cfg.Web.Listen):
	case !some:
		return nil, fmt.Errorf("web.listen: %s is beyond loopback, and there is no account to protect the pages; make one with 'edict users add NAME --role admin', "+
			"or start with EDICT_FIRST_ADMIN=name:password: %w", p.cfg.Web.Listen, news.ErrInvalid)
	case !strings.HasPrefix(p.cfg.Web.BaseURL, "https://"):
		p.log.Warn("Passwords and sessions go over the network unencrypted: web.base_url is not https; put a proxy with TLS before the pages", "base_url", p.cfg.Web.BaseURL)
	}
	return gate, nil
}

// Add makes an account, SetRole, SetPassword, SetDisabled, SignOut and StopFeeds alter
// one, and Remove takes one out; see package account for what each does and returns.
func (a Accounts) Add(ctx context.Context, who, name, role, password string) error {
	r, err := account.ParseRole(role)
	if err != nil {
		return err
	}
	return a.gate.AddUser(ctx, byCommand(who), name, r, password)
}

// CheckNew returns ErrInvalid for a name or role that no new account can have.
func (Accounts) CheckNew(name, role string) error {
	if err := account.CheckName(name); err != nil {
		return err
	}
	_, err := account.ParseRole(role)
	return err
}

// SetRole gives an account another role.
func (a Accounts) SetRole(ctx context.Context, who, name, role string) error {
	return a.gate.SetRole(ctx, byCommand(who), name, account.Role(role))
}

// SetPassword sets a password and ends the sessions.
func (a Accounts) SetPassword(ctx context.Context, who, name, password string) error {
	return a.gate.SetPassword(ctx, byCommand(who), name, password)
}

// SetDisabled disables an account, or enables it.
func (a Accounts) SetDisabled(ctx context.Context, who, name string, disabled bool) error {
	return a.gate.SetDisabled(ctx, byCommand(who), name, disabled)
}

// SignOut ends all sessions of an account.
func (a Accounts) SignOut(ctx context.Context, who, name string) error {
	return a.gate.EndSessions(ctx, byCommand(who), name)
}

// StopFeeds gives an account other feed addresses.
func (a Accounts) StopFeeds(ctx context.Context, who, name string) error {
	return a.gate.RenewFeeds(ctx, byCommand(who), name)
}

// Remove takes an account out for good.
func (a Accounts) Remove(ctx context.Context, who, name string) error {
	return a.gate.RemoveUser(ctx, byCommand(who), name)
}

// List returns all accounts that are not removed, by name.
func (a Accounts) List(ctx context.Context) ([]account.User, error) {
	list, err := a.gate.Users.Users(ctx)
	return slices.DeleteFunc(list, func(u account.User) bool { return u.State == account.Removed }), err
}

// Find returns the account of a name, or ErrNotFound: there is none, or it was removed.
func (a Accounts) Find(ctx context.Context, name string) (account.User, error) {
	list, err := a.List(ctx)
	if err != nil {
		return account.User{}, err
	}
	name = strings.ToLower(strings.TrimSpace(name))
	i := slices.IndexFunc(list, func(u account.User) bool { return u.Name == name })
	if i < 0 {
		return account.User{}, fmt.Errorf("there is no account %q; 'edict users list' shows them: %w", name, news.ErrNotFound)
	}
	return list[i], nil
}

// AddToken makes a token and returns its text, which nobody can read again.
func (a Accounts) AddToken(ctx context.Context, who, user, name, scopes string, life time.Duration) (account.Token, string, error) {
	list, err := account.ParseScopes(scopes)
	if err != nil {
		return account.Token{}, "", err
	}
	return a.gate.AddToken(ctx, byCommand(who), user, name, list, life)
}

// Tokens returns those of a user, or all, the newest first.
func (a Accounts) Tokens(ctx context.Context, user string) ([]account.Token, error) {
	return a.gate.Tokens.Tokens(ctx, user)
}

// RevokeToken takes a token out for good.
func (a Accounts) RevokeToken(ctx context.Context, who, id string) error {
	return a.gate.RevokeToken(ctx, byCommand(who), id, "")
}

// Book returns up to limit lines of the book of administration, the last first.
func (a Accounts) Book(ctx context.Context, limit int) ([]account.Act, error) {
	return a.gate.Books.Acts(ctx, 0, limit)
}

// AsCommand returns a context in which somebody administers by a command.
func AsCommand(ctx context.Context, who string) context.Context {
	return account.WithBy(ctx, byCommand(who))
}

func byCommand(who string) account.By { return account.By{Who: who, Via: "command"} }

// Vitals looks at the parts of the running program, for the page of its health.
func (p *program) Vitals(ctx context.Context) web.VitalSigns {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	var v web.VitalSigns
	add := func(part string, err error, fine string) {
		x := web.Vital{Part: part, Fine: err == nil, Says: part, Detail: fine}
		switch {
		case err != nil:
			x.Detail = err.Error()
		case fine == atWork:
			x.Says = "work"
		case fine == standsBy:
			x.Says = "stands"
		}
		v.Findings = append(v.Findings, x)
	}
	add("bus", p.bus.Healthy(ctx), "it answers")
	stats, err := p.bus.Stats(ctx)
	if err != nil {
		add("streams", err, "")
	}
	for _, s := range stats.Streams {
		v.Streams = append(v.Streams, web.StreamFill{Name: s.Name, Messages: s.Messages, Bytes: s.Bytes, Limit: s.Limit, Oldest: s.Oldest})
	}
	v.Ledger, err = p.store.Balance(ctx)
	add("store", err, "it answers")
	if l := v.Ledger; err == nil {
		if l.Total != l.Stored+l.Dead+l.Waiting {
			err = errors.New("it does not add up; 'edict doctor' says more")
		}
		add("ledger", err, "what was fetched is stored, dead or waiting")
	}
	p.vitalsOf(ctx, add)
	duties := p.duties.all()
	for _, part := range Parts() {
		if does, here := duties[string(part)]; here {
			add(string(part), nil, does)
		}
	}
	v.Versions = p.versions()
	return v
}

// manyDead is how many dead deliveries are counted.
const manyDead = 1000

func (p *program) vitalsOf(ctx context.Context, add func(part string, err error, fine string)) {
	if free, err := freeShare(p.cfg.Data); err == nil && !p.cfg.isOutside() {
		if free < freeEnough {
			err = fmt.Errorf("%.0f %% of it are free, which is too little", 100*free)
		}
		add("disk", err, fmt.Sprintf("%.0f %%", 100*free))
	}
	dead, err := p.store.Deliveries(ctx, news.DeliveryFilter{State: news.DeliveryDead, Limit: manyDead})
	if n := len(dead); err == nil && n > 0 {
		err = fmt.Errorf("%d are dead: their receivers did not take them; 'edict deliveries list --state dead' names them", n)
	}
	add("deliveries", err, "none is dead")
}

// versions are what is running here.
func (p *program) versions() []string {
	kind := "SQLite"
	if p.cfg.onPostgres() {
		kind = "PostgreSQL"
	}
	out := []string{"Edict " + p.o.Version, fmt.Sprintf("rules %s (%s)", p.status.Rules.Version, p.status.Rules.Hash), "store: " + kind, runtime.Version() + " on " + runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/nats-io/nats-server/v2" {
				out = append(out, "NATS server inside, when there is no bus.url: "+m.Version)
			}
		}
	}
	return out
}
