package app

import (
	"context"
	"time"

	"edict/news"
)

// SignedLink is the address of a link, as messages have it.
func SignedLink(ctx context.Context, s *Archive, now func() time.Time, base string, l news.Link) (string, error) {
	return (&linkSigner{linkDesk: linkDesk{s, now, func() string { return base }}}).sign(ctx, l)
}

// Inert is what an export makes of a text in a cell.
func Inert(text string) string { return inert(text) }
