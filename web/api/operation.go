package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"edict/account"
	"edict/news"

	"github.com/danielgtaylor/huma/v2"
)

// An operation is one address and method.
type operation struct {
	id, method, path string
	summary, about   string
	status           int // of success; 0: 200, or 204 without a body
}

const base = "/api/v1"

// add makes an operation known to the API and to its document.
func add[I, O any](s *server, api huma.API, o operation, do func(context.Context, *I) (*O, error)) {
	group, _, _ := strings.Cut(strings.TrimPrefix(o.path, "/"), "/")
	pattern := o.method + " " + base + o.path
	if err := s.Allow(pattern, account.Local()); err != nil {
		s.unlisted = errors.Join(s.unlisted, fmt.Errorf("%w: %w", err, news.ErrInvalid))
	}
	// Before what was sent is read: who may not learns nothing of what would be right.
	allowed := func(ctx huma.Context, next func(huma.Context)) {
		err := s.Allow(pattern, account.From(ctx.Context()))
		if err == nil {
			next(ctx)
			return
		}
		if how := account.Challenge(err); how != "" {
			ctx.SetHeader("WWW-Authenticate", how)
		}
		_ = huma.WriteErr(api, huma.WithValue(ctx, typeKey{}, s.Problem(err)), s.Status(err), sentence(err)) // an error is the reader's, who has gone
	}
	huma.Register(api, huma.Operation{
		Middlewares: huma.Middlewares{allowed},
		OperationID: o.id, Method: o.method, Path: base + o.path, Summary: o.summary, Description: o.about, Tags: []string{group},
		DefaultStatus: o.status, MaxBodyBytes: maxBody, Responses: refusals(api.OpenAPI()),
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, o, err)
		}
		return out, nil
	})
}

// errStale means that a subscription is not as the caller saw it, errUnseen that he does
// not say how he saw it.
var (
	errStale  = errors.New("it has changed since you read it; read it again")
	errUnseen = errors.New("say with If-Match which version you edit: the ETag that came with it")
)

// problem turns an error into an answer.
func (s *server) problem(ctx context.Context, o operation, err error) error {
	status, kind := s.Status(err), s.Problem(err)
	switch {
	case errors.Is(err, errStale):
		status, kind = http.StatusPreconditionFailed, typeOf[http.StatusPreconditionFailed]
	case errors.Is(err, errUnseen):
		status, kind = http.StatusPreconditionRequired, typeOf[http.StatusPreconditionRequired]
	}
	problem := &huma.ErrorModel{Type: kind, Title: http.StatusText(status), Status: status, Detail: "The log of the program says why."}
	if status < http.StatusInternalServerError {
		problem.Detail = sentence(err)
		return problem
	}
	if ctx.Err() == nil {
		s.Log.Error("a request could not be answered", "operation", o.id, "error", err)
	}
	if status == http.StatusServiceUnavailable {
		problem.Detail = "The store does not answer. Try again in a few seconds."
		return huma.ErrorWithHeaders(problem, http.Header{"Retry-After": {"5"}})
	}
	return problem
}

// sentence is what an error says, without the name of its kind.
func sentence(err error) string {
	text := err.Error()
	for _, kind := range []error{news.ErrInvalid, news.ErrNotFound, news.ErrConflict, news.ErrRefused} {
		text = strings.TrimSuffix(text, ": "+kind.Error())
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
