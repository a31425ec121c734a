package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"edict/news"
)

// A Token lets a program in, as its owner and with its scopes alone. Those that the
// owner's role does not have (any more) count for nothing.
type Token struct {
	ID      string    `json:"id"`   // of 8 hex digits, in the token's text too
	User    string    `json:"user"` // whose it is
	Name    string    `json:"name"` // what it is for
	Hash    string    `json:"-"`    // of its text
	Scopes  []Scope   `json:"scopes"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Used    time.Time `json:"used,omitzero"`    // to the minute
}

// Tokens keeps them. Every method is durable when it returns, and returns ErrUnavailable
// while the store is away.
type Tokens interface {
	// AddToken writes one and the line in the book, in one transaction.
	AddToken(ctx context.Context, t Token, a Act) error
	// Token returns one by its hash, or ErrNotFound.
	Token(ctx context.Context, hash string) (Token, error)
	// Tokens returns those of a user, or all if none is named, the newest first.
	Tokens(ctx context.Context, user string) ([]Token, error)
	// RevokeToken takes one out for good and writes the line in the book, in one
	// transaction. ErrNotFound: there is none with this id, or it is not user's, if one is
	// named.
	RevokeToken(ctx context.Context, id, user string, a Act) error
	// UseToken notes when one was used last. One that is gone is left out.
	UseToken(ctx context.Context, id string, at time.Time) error
}

// tokenPrefix makes tokens known to those who look for secrets in what is published.
const tokenPrefix = "edict_"

// hashText is how secrets of 256 random bits are kept: they cannot be guessed, so that a
// fast hash will do.
func hashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

const (
	maxTokenName  = 60                   // characters
	maxTokenLife  = 366 * 24 * time.Hour // a token that outlives its use is found by nobody
	maxTokens     = 50                   // of one user
	tokenUsedStep = time.Minute          // how exactly its last use is kept
)

// newToken makes a token and its text.
func newToken(u User, name string, scopes []Scope, expires, now time.Time) (t Token, text string, err error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxTokenName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return t, "", NewFault(news.ErrInvalid, "token.name", fmt.Sprintf("a token's name has 1 to %d characters, none of them invisible", maxTokenName), "most", maxTokenName)
	case len(scopes) == 0:
		return t, "", NewFault(news.ErrInvalid, "token.scope", "a token needs a scope: read, subscribe, review, admin")
	case !expires.IsZero() && (!expires.After(now) || expires.Sub(now) > maxTokenLife):
		return t, "", NewFault(news.ErrInvalid, "token.life", fmt.Sprintf("a token lasts up to %d days from now", int(maxTokenLife.Hours()/24)), "days", int(maxTokenLife.Hours()/24))
	}
	for _, s := range scopes {
		if !slices.Contains(u.Role.Scopes(), s) {
			return t, "", NewFault(news.ErrRefused, "token.beyond", fmt.Sprintf("%s is %s and has no scope %s to give", u.Name, u.Role, s), "name", u.Name, "role", u.Role, "scope", s)
		}
	}
	t = Token{ID: random(4), User: u.Name, Name: name, Scopes: scopes, Created: now.UTC(), Expires: expires.UTC()}
	text = tokenPrefix + t.ID + "_" + random(32)
	t.Hash = hashText(text)
	return t, text, nil
}
