package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// problemType begins the type of every problem.
const problemType = "urn:edict:problem:"

// typeOf are the types of problems that their status says all of: those that the library
// finds, and those outside of an operation.
var typeOf = map[int]string{
	http.StatusBadRequest:            problemType + "invalid",
	http.StatusNotFound:              problemType + "not-found",
	http.StatusMethodNotAllowed:      problemType + "method",
	http.StatusNotAcceptable:         problemType + "not-acceptable",
	http.StatusRequestTimeout:        problemType + "too-slow",
	http.StatusPreconditionFailed:    problemType + "stale",
	http.StatusRequestEntityTooLarge: problemType + "too-large",
	http.StatusUnsupportedMediaType:  problemType + "media-type",
	http.StatusUnprocessableEntity:   problemType + "invalid",
	http.StatusPreconditionRequired:  problemType + "unversioned",
	http.StatusInternalServerError:   problemType + "internal",
}

// typeKey is under what a context carries the type of its problem.
type typeKey struct{}

// nameProblem gives a problem that has no type the one that its context carries, or the
// one of its status.
func nameProblem(ctx huma.Context, status string, v any) (any, error) {
	m, is := v.(*huma.ErrorModel)
	if !is || m.Type != "" {
		return v, nil
	}
	given, _ := ctx.Context().Value(typeKey{}).(string)
	n, err := strconv.Atoi(status)
	m.Type = cmp.Or(given, typeOf[n])
	return m, err
}

// refusals are the answers of every operation that are no success: to who may not use it,
// and to what goes wrong. They stand in the document once.
func refusals(o *huma.OpenAPI) map[string]*huma.Response {
	if o.Components.Responses == nil {
		answer := func(about string) *huma.Response {
			schema := o.Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "ErrorModel")
			return &huma.Response{Description: about, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
		}
		o.Components.Responses = map[string]*huma.Response{
			"Unknown": answer("Nobody has signed in, or the token opens nothing: there is none like it, or it is over or revoked."),
			"Refused": answer("Who asks may not do this."),
			"Problem": answer("Something is wrong; type says what, and stays as it is."),
		}
		for name, about := range map[string]string{
			"Unknown": `Bearer; of a token with error="invalid_token" (RFC 6750).`, "Refused": `Of a token without the scope: Bearer with error="insufficient_scope", and scope says which it takes.`,
		} {
			o.Components.Responses[name].Headers = map[string]*huma.Param{"WWW-Authenticate": {Description: about, Schema: &huma.Schema{Type: huma.TypeString}}}
		}
	}
	refer := func(name string) *huma.Response { return &huma.Response{Ref: "#/components/responses/" + name} }
	return map[string]*huma.Response{"401": refer("Unknown"), "403": refer("Refused"), "default": refer("Problem")}
}

// writeProblem writes an error outside of an operation.
func writeProblem(w http.ResponseWriter, status int, kind, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Type: kind, Title: http.StatusText(status), Status: status, Detail: detail}) // an error is the reader's, who has gone
}
