package account

import (
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

// A Role is what a person is trusted with.
type Role string

// The roles, each with all that the one before it has.
const (
	Reader  Role = "reader"  // reads, and has subscriptions of his own
	Analyst Role = "analyst" // decides, too
	Admin   Role = "admin"   // administers users, sources, rules and deliveries, too
)

// Roles returns all of them, the least trusted first.
func Roles() []Role { return []Role{Reader, Analyst, Admin} }

// ParseRole reads a role, or returns ErrInvalid.
func ParseRole(text string) (Role, error) {
	if r := Role(text); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", NewFault(news.ErrInvalid, "role", fmt.Sprintf("role %q is none of reader, analyst, admin", text), "role", cut(text, 40))
}

// A Scope is what a request needs, and what a token may be limited to.
type Scope string

// The scopes.
const (
	Read       Scope = "read"      // what is stored
	Subscribe  Scope = "subscribe" // one's own subscriptions
	Review     Scope = "review"    // decisions, notes
	Administer Scope = "admin"     // users, sources, rules, deliveries
)

// Scopes returns all of them.
func Scopes() []Scope { return []Scope{Read, Subscribe, Review, Administer} }

// Scopes returns what a role may do.
func (r Role) Scopes() []Scope {
	switch r {
	case Reader:
		return []Scope{Read, Subscribe}
	case Analyst:
		return []Scope{Read, Subscribe, Review}
	case Admin:
		return Scopes()
	}
	return nil
}

// ParseScopes reads scopes with commas between them, or returns ErrInvalid.
func ParseScopes(text string) ([]Scope, error) {
	var out []Scope
	for part := range strings.SplitSeq(text, ",") {
		s := Scope(strings.TrimSpace(part))
		if !slices.Contains(Scopes(), s) {
			return nil, NewFault(news.ErrInvalid, "scope", fmt.Sprintf("scope %q is none of read, subscribe, review, admin", s), "scope", cut(string(s), 40))
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out, nil
}

// JoinScopes writes what ParseScopes reads.
func JoinScopes(scopes []Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
