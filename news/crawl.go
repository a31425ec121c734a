package news

import "time"

// A Page is what was fetched from one address.
type Page struct {
	URL         string    // as it was asked for
	Address     string    // after redirects
	Status      int       // HTTP status
	ContentType string    // the header, with its charset if it has one
	Body        []byte    // after content decoding, in the page's own charset
	Truncated   bool      // the body was longer than the limit
	Fetched     time.Time // when the answer was complete
}

// An Outcome says in one word what came of a poll or a visit.
type Outcome string

// The outcomes.
const (
	OK          Outcome = "ok"
	Unchanged   Outcome = "unchanged"   // 304, or the same text again
	Nothing     Outcome = "empty"       // read, and there is nothing in it
	Disallowed  Outcome = "robots"      // robots.txt says no, or cannot be read
	Blocked     Outcome = "blocked"     // 401, 403, 451 or a wall
	Busy        Outcome = "busy"        // 429 or 503
	Gone        Outcome = "gone"        // 404 or 410
	ServerError Outcome = "error"       // another status
	Unreachable Outcome = "unreachable" // no answer: DNS, connection, time-out, cut short
	Guarded     Outcome = "guarded"     // the address guard refuses it
	TooLarge    Outcome = "too-large"   // over the size limit
	NotNews     Outcome = "not-news"    // not a text, or not what a feed or an article is
	Redirects   Outcome = "redirects"   // too many, or in a circle
)

// A Poll is what the crawler remembers of one address of a source.
type Poll struct {
	Source       string    `json:"source"`  // slug
	Address      string    `json:"address"` // feed, sitemap or listing
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	First        time.Time `json:"first,omitzero"`     // first successful poll
	Last         time.Time `json:"last,omitzero"`      // last try
	Success      time.Time `json:"success,omitzero"`   // last success
	NewStory     time.Time `json:"new_story,omitzero"` // last time that something new was in it
	Next         time.Time `json:"next,omitzero"`      // due
	Failures     int       `json:"failures"`           // in a row
	Outcome      Outcome   `json:"outcome"`
	Detail       string    `json:"detail,omitempty"` // what happened, for a person
	Entries      int       `json:"entries"`          // in the last successful reading
	New          int       `json:"new"`              // of these, not seen before
	Links        string    `json:"links,omitempty"`  // the selector that it was last read by, of a listing
}

// A Visit is what the crawler remembers of one address of a story. The feed's own
// words are kept until the page has been read, since they stand in for it.
type Visit struct {
	URL          string    `json:"url"`    // as normalised: the key
	Source       string    `json:"source"` // slug
	Title        string    `json:"title"`
	Summary      string    `json:"summary"`
	Published    time.Time `json:"published,omitzero"`
	Quiet        bool      `json:"quiet"`
	Found        time.Time `json:"found"`
	Last         time.Time `json:"last,omitzero"`
	Next         time.Time `json:"next,omitzero"` // due; zero: not again
	Attempts     int       `json:"attempts"`
	Outcome      Outcome   `json:"outcome"`
	Detail       string    `json:"detail,omitempty"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Article      string    `json:"article,omitempty"` // id, once known
	Version      string    `json:"version,omitempty"`
	Partial      bool      `json:"partial"`
	Alerted      time.Time `json:"alerted,omitzero"`   // when somebody was first told of it: it is looked at again from then on
	Looks        int       `json:"looks,omitempty"`    // since then
	Withdrawn    time.Time `json:"withdrawn,omitzero"` // when its site was found to have it no more
}

// FirstLook is how long after somebody was told of a story it is looked at again.
const FirstLook = time.Hour

// The ranks of visits: of a source's, the lowest goes first.
const (
	FreshVisit = 0 // a story that nobody has read
	AgainVisit = 1 // one that is tried or looked at again
	QuietVisit = 2 // one that alerts nobody
)

// Rank says which visits of a source go before it.
func (v Visit) Rank() int {
	switch {
	case v.Quiet:
		return QuietVisit
	case v.Article == "" && v.Attempts == 0:
		return FreshVisit
	}
	return AgainVisit
}

// A LedgerState says where an article version is.
type LedgerState string

// The states of a ledger row.
const (
	Waiting LedgerState = "waiting"
	Stored  LedgerState = "stored"
	Dead    LedgerState = "dead"
)

// A LedgerRow is an article version that is neither stored nor dead.
type LedgerRow struct {
	Article  Article
	Attempts int       // how often it was published again
	Entered  time.Time // when it was written into the ledger
}

// A Balance counts the ledger's rows. It holds that Total = Stored + Dead +
// Waiting, and that Stored is the number of article versions with a record.
type Balance struct {
	Total   int64 `json:"total"`
	Stored  int64 `json:"stored"`
	Dead    int64 `json:"dead"`
	Waiting int64 `json:"waiting"`
}

// A DeadRow is an article version that was given up.
type DeadRow struct {
	Key      Key       `json:"key"`
	Article  Article   `json:"article"`
	Stage    string    `json:"stage"`  // that gave it up: classifier, sink
	Reason   string    `json:"reason"` // in its words
	Attempts int       `json:"attempts"`
	Since    time.Time `json:"since"`
}
