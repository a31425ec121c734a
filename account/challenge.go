package account

import (
	"errors"
	"fmt"

	"edict/news"
)

// ErrToken is for a token that opens nothing: there is none like it, it is over or revoked,
// or its owner is not let in. Which of these it is is nobody's business.
var ErrToken = errors.New("this token opens nothing here; it may be over or revoked")

// A ScopeError is for a token that is known, and has not the scope that something takes.
// It is an ErrRefused.
type ScopeError struct{ Needs Scope } // "": it takes a person who signed in, and no token

func (e *ScopeError) Error() string {
	if e.Needs == "" {
		return fmt.Sprintf("this token may not do that; it takes a person who signed in: %v", news.ErrRefused)
	}
	return fmt.Sprintf("this token may not do that; it takes one with the scope %s, of somebody who has it: %v", e.Needs, news.ErrRefused)
}

// Unwrap returns news.ErrRefused.
func (*ScopeError) Unwrap() error { return news.ErrRefused }

// Challenge is the WWW-Authenticate of an answer that refuses a request, as RFC 6750,
// section 3, has it: who sent nothing is told how to sign in, and no error. "": the answer
// has no such header, since to sign in otherwise would not help.
func Challenge(err error) string {
	const bearer = `Bearer realm="edict"`
	if short, is := errors.AsType[*ScopeError](err); is {
		if short.Needs == "" {
			return bearer + `, error="insufficient_scope"`
		}
		return bearer + `, error="insufficient_scope", scope="` + string(short.Needs) + `"`
	}
	switch {
	case errors.Is(err, ErrToken):
		return bearer + `, error="invalid_token"`
	case errors.Is(err, ErrSignIn):
		return bearer
	}
	return ""
}
