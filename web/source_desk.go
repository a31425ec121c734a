package web

import (
	"context"
	"io"
	"time"

	"edict/news"
)

// A Watchlist changes what is watched. Each method is durable when it returns; a running
// crawler follows within 5 seconds.
type Watchlist interface {
	// RemoveSource ends that a source is watched; its stories stay. One of the
	// configuration file is ErrConflict.
	RemoveSource(ctx context.Context, slug string) error
	// PauseSource leaves a source alone until it is resumed.
	PauseSource(ctx context.Context, slug string, paused bool) error
	// VisitAgain makes every known story of a source due now, and returns their visits.
	VisitAgain(ctx context.Context, slug string, now time.Time) ([]news.Visit, error)
}

// A Scout adds sources, and asks sites what may be added: with the manners of the crawler,
// and it stores nothing of what they answer. An address that is none is ErrInvalid; while another asks it may be
// ErrUnavailable.
type Scout interface {
	// Discover finds out what a site can be watched by, and the source that would be made
	// of it; story says that the address is a story itself.
	Discover(ctx context.Context, address string, story bool) (SiteOffer, error)
	// CheckSource tries every address of a source once, and one story of it.
	CheckSource(ctx context.Context, src news.Source) (SourceReport, error)
	// WhyAddress says what is known of an address and whether it may be fetched now.
	WhyAddress(ctx context.Context, address string) (AddressReport, error)
	// AddSource watches one more source. An address that is watched already, and a slug
	// that is taken, are ErrConflict.
	AddSource(ctx context.Context, src news.Source) error
	// ImportSources adds the sources of an OPML list, and tells what could not be.
	ImportSources(ctx context.Context, in io.Reader) (ImportReport, error)
	// ExportSources writes all that is watched as an OPML list.
	ExportSources(ctx context.Context, out io.Writer) error
}

// A SiteOffer is what a site offers to be watched by.
type SiteOffer struct {
	Address  string // that was read
	Feeds    []string
	Sitemaps []string
	Listing  string
	Stories  int
	Source   news.Source // that would be made of it
	Wrong    string      // why none can, "" if one can
}

// A SourceReport is what a source answered when it was tried.
type SourceReport struct {
	OK    bool
	Lines []ReportLine
	Fault string // what of its selectors did not work
}

// A ReportLine is one thing that was tried.
type ReportLine struct {
	OK   bool
	Text string
}

// An AddressReport is what is known of an address.
type AddressReport struct {
	Address string
	Known   bool
	Visit   news.Visit
	State   string // in the ledger
	May     bool
	Outcome news.Outcome // why not
	Why     string
	Domain  string
	Pause   time.Duration
}

// An ImportReport says what came of a list.
type ImportReport struct {
	Added, Known int
	Wrong        []string // name and reason
}
