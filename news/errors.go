package news

import "errors"

// Errors by meaning. Packages wrap them with what was done to what; the bus turns
// them into an acknowledgement, the pages into a status, the command into an exit
// code, each in one place.
var (
	// ErrInvalid: the value itself is wrong. Trying again cannot help.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else holds it or has changed it.
	ErrConflict = errors.New("conflict")
	// ErrUnavailable: what is needed is away for now. Trying again later helps, and
	// never sends a good article to DEAD.
	ErrUnavailable = errors.New("unavailable")
	// ErrFull: there is no room until readers catch up.
	ErrFull = errors.New("full")
	// ErrRefused: a site, a robots.txt or the address guard does not let us in.
	ErrRefused = errors.New("refused")
	// ErrExpired: it was right, and its time is over.
	ErrExpired = errors.New("expired")
	// ErrEmpty: a page was read and holds no article.
	ErrEmpty = errors.New("no article text")
)
