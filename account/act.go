package account

import (
	"context"
	"time"
)

// An Act is a line in the book of administration.
type Act struct {
	Number int64     `json:"number"`
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	Via    string    `json:"via"`              // page, command, api or start
	What   string    `json:"what"`             // such as "user.add"
	Target string    `json:"target"`           // to whom or to what
	Detail string    `json:"detail,omitempty"` // never a secret
}

// Books keeps what administrators did. Lines are only ever appended.
type Books interface {
	// AddAct appends a line; its number is given by the store.
	AddAct(ctx context.Context, a Act) error
	// Acts returns up to limit lines with a smaller number, the last first; before 0: the
	// last ones.
	Acts(ctx context.Context, before int64, limit int) ([]Act, error)
}

// By is who administers, and from where.
type By struct {
	Who string
	Via string // page, command, api or start
}

type byKey struct{}

// WithBy returns a context in which somebody administers who sent no request: a command,
// or a job that goes on when its request is over.
func WithBy(ctx context.Context, by By) context.Context { return context.WithValue(ctx, byKey{}, by) }

// ByOf returns who administers in a context; nobody if it is the program itself.
func ByOf(ctx context.Context) By {
	switch i := From(ctx); {
	case !i.Known():
		by, _ := ctx.Value(byKey{}).(By)
		return by
	case i.Token != "":
		return By{i.Name, "api"}
	default:
		return By{i.Name, "page"}
	}
}

func (b By) act(now time.Time, what, target, detail string) Act {
	return Act{Time: now.UTC(), Who: b.Who, Via: b.Via, What: what, Target: target, Detail: detail}
}
