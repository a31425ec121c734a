package web

import (
	"errors"
	"net/http"

	"edict/account"
	"edict/news"
)

// Status is what an error means as an HTTP status: the one place where that is decided.
func Status(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, news.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, news.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, news.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, account.ErrSignIn), errors.Is(err, account.ErrWrong), errors.Is(err, account.ErrToken):
		return http.StatusUnauthorized
	case errors.As(err, new(*account.TooManyError)):
		return http.StatusTooManyRequests
	case errors.Is(err, news.ErrRefused):
		return http.StatusForbidden
	case errors.Is(err, news.ErrExpired):
		return http.StatusGone
	case errors.Is(err, news.ErrUnavailable), errors.Is(err, news.ErrFull):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Problem is what an error means as the type of a problem (RFC 9457): a name that stays,
// whatever the words beside it. docs/api.md lists them.
func Problem(err error) string {
	kind := "internal"
	short, foreign := (*account.ScopeError)(nil), fault{}
	switch {
	case errors.As(err, &short):
		kind = "insufficient-scope"
	case errors.As(err, &foreign) && foreign.key == foreignSite:
		kind = "foreign-site"
	case errors.Is(err, account.ErrToken):
		kind = "invalid-token"
	case errors.Is(err, account.ErrSignIn), errors.Is(err, account.ErrWrong):
		kind = "sign-in"
	case errors.As(err, new(*account.TooManyError)):
		kind = "too-many"
	case errors.Is(err, news.ErrNotFound):
		kind = "not-found"
	case errors.Is(err, news.ErrInvalid):
		kind = "invalid"
	case errors.Is(err, news.ErrConflict):
		kind = "conflict"
	case errors.Is(err, news.ErrRefused):
		kind = "refused"
	case errors.Is(err, news.ErrExpired):
		kind = "gone"
	case errors.Is(err, news.ErrUnavailable), errors.Is(err, news.ErrFull):
		kind = "unavailable"
	}
	return "urn:edict:problem:" + kind
}
