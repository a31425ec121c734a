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
	case errors.Is(err, account.ErrSignIn), errors.Is(err, account.ErrWrong):
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
