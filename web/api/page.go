package api

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// A page of a list. Next is where the list goes on; it is left out at the end.
type page[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty" doc:"Give it as after for the page that follows."`
	}
}

// Paging is how a list is asked for. It is exported, as the library asks of what is
// embedded.
type Paging struct {
	After string `query:"after" maxLength:"200" doc:"Where to go on: next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"At most so many."`
}

// newPage makes a page of what was read, which is one more than the page holds where the
// list goes on.
func newPage[T any](list []T, limit int, cursor func(T) string) *page[T] {
	p := &page[T]{}
	p.Body.Items = list
	if len(list) > limit {
		p.Body.Items = list[:limit]
		p.Body.Next = cursor(list[limit-1])
	}
	if p.Body.Items == nil {
		p.Body.Items = []T{}
	}
	return p
}

// A place in a list is a time and an id, or a change and an id.

func writePlace(at time.Time, id string) string {
	return strconv.FormatInt(at.UnixMicro(), 10) + "." + id
}

func readPlace(after string) (p news.Position, err error) {
	if after == "" {
		return p, nil
	}
	n, id, err := readNumber(after)
	return news.Position{Time: time.UnixMicro(n).UTC(), ID: id}, err
}

func readNumber(after string) (n int64, id string, err error) {
	digits, id, found := strings.Cut(after, ".")
	if n, err = strconv.ParseInt(digits, 10, 64); err != nil || !found || id == "" || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" {
		return 0, "", fmt.Errorf("after %q is not next of a page: %w", after, news.ErrInvalid)
	}
	return n, id, nil
}
