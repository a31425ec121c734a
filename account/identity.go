package account

import (
	"context"
	"slices"
)

// LocalName is who acts in local mode. No account may have it.
const LocalName = "local"

// ProgramName is who acts where the program does something by itself. No account may
// have it.
const ProgramName = "edict"

// An Identity is who sends a request. The zero one is nobody, and may do nothing.
type Identity struct {
	Name   string // of the user
	Role   Role
	Scopes []Scope // what this request may do: those of the role, or of the token
	Local  bool    // local mode: nobody signed in, and nobody has to
	// Session is the hash of the session's token, Token the id of an API token. One of
	// them is set unless this is local mode or a feed key.
	Session, Token string
	// Feed: the request carries a feed key, which opens that feed and nothing else.
	Feed bool

	user User
}

// Local is the identity of local mode: all that may be done.
func Local() Identity {
	return Identity{Name: LocalName, Role: Admin, Scopes: Scopes(), Local: true}
}

// Known reports whether this is anybody.
func (i Identity) Known() bool { return i.Name != "" }

// May reports whether a scope is given.
func (i Identity) May(s Scope) bool { return slices.Contains(i.Scopes, s) }

// Owns reports whether what an owner made is this one's to see and to alter. An
// administrator has all of it.
func (i Identity) Owns(owner string) bool {
	return i.Known() && i.Name == owner || i.May(Administer) || i.Feed && i.Role == Admin
}

// Spoken is in which language and by which clock this one wants to be spoken to; "": as
// the browser asks.
func (i Identity) Spoken() (language, zone string) { return i.user.Language, i.user.Zone }

type identityKey struct{}

// With returns a context that carries an identity.
func With(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, i)
}

// From returns the identity that a context carries; nobody if there is none.
func From(ctx context.Context) Identity {
	i, _ := ctx.Value(identityKey{}).(Identity)
	return i
}
