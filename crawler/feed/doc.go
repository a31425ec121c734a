// Package feed reads what a site offers as a list of its stories: RSS, Atom, JSON
// Feed, news sitemaps and their indexes, and listing pages.
//
// It turns bytes into entries and does nothing else: it fetches nothing, knows no
// clock, and remembers nothing. It expects UTF-8, since its caller has decided the
// charset already, and holds no more of a hostile document than its limits allow.
package feed

import "time"

// The formats that a Document may have.
const (
	RSS     = "rss"
	Atom    = "atom"
	JSON    = "json"
	Sitemap = "sitemap"
	Index   = "sitemap index"
	Links   = "listing"
)

// MaxEntries is how many entries of a document are read; Document.Cut says that
// there were more. Media Cloud's fetcher uses the same number for a feed; a news
// sitemap holds 1,000 by its own rules.
const MaxEntries = 2000

// maxChildren is how many children of a sitemap index are kept, the newest first.
const maxChildren = 100

// An Entry is one story as its site lists it. Texts are plain, without markup, in
// one line, and within news.MaxTitle and news.MaxSummary bytes.
type Entry struct {
	URL       string    // absolute, http or https
	Title     string    // "" if the document has none
	Summary   string    // the description, or else the beginning of the content
	Published time.Time // zero: the document does not say
	Modified  time.Time
	Authors   []string
}

// A Document is what was read. Entries stand in the document's order, newest first
// in a sitemap, and each address stands once.
type Document struct {
	Format   string
	Title    string
	Entries  []Entry
	Sitemaps []string // the children of an index, newest first
	Cut      bool     // there were more entries than MaxEntries
}
