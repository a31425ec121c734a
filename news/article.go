package news

import (
	"fmt"
	"strconv"
	"time"
)

// ArticleSchema names the form of an article on the wire. Fields are only added
// within a major version.
const ArticleSchema = "edict.article/1"

// The longest texts that are kept, in bytes. Longer ones are cut at the end of a
// paragraph, and Truncated is set.
const (
	MaxTitle   = 2 << 10
	MaxSummary = 8 << 10
	MaxText    = 512 << 10
	MaxTwins   = 4 // addresses
)

// Content is what an article says and where and when it was read: the part that an
// Article and a Record share.
type Content struct {
	URL          string `json:"url"`           // the address that was served
	CanonicalURL string `json:"canonical_url"` // its identity: the page's own canonical address, if on the same registrable domain, else URL
	Original     string `json:"original"`      // rel=canonical on another domain: marks a syndicated copy
	Source       string `json:"source"`        // the source's slug

	// Twins are other addresses at which the same site has the same story, made for
	// telephones (AMP and the like): they are not read as well.
	Twins []string `json:"twins,omitempty"`

	Title   string   `json:"title"`
	Summary string   `json:"summary"`
	Authors []string `json:"authors"`

	Published time.Time `json:"published,omitzero"` // zero: the page does not say
	Modified  time.Time `json:"modified,omitzero"`
	Fetched   time.Time `json:"fetched"`

	Language  string `json:"language"` // BCP 47: en, zh-Hans, zh-Hant, de; und: not known
	Text      string `json:"text"`     // one line is one paragraph
	Truncated bool   `json:"truncated"`
	Partial   bool   `json:"partial"` // the feed's own title and summary stand in for a page that could not be read
	// PartialWhy says why the page could not be read, for a person: an Outcome, and
	// what is known beside it. Set only where Partial is.
	PartialWhy string  `json:"partial_why,omitempty"`
	Quality    float64 `json:"quality"` // 0 to 1: how far extractors agreed on the text
	Version    string  `json:"version"` // hash of title, summary and text

	// Page is where the page is kept as it was fetched: the name of a WARC file among
	// the crawler's kept pages, a colon, and the byte at which its record begins. "": it
	// is not kept. It is deleted by its age, and what is said here stays.
	Page string `json:"page,omitempty"`
}

// An Article is the text at one address, before any judgment.
type Article struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`
	Content
	Quiet bool `json:"quiet"` // stored, tagged and searchable, but alerts nobody
}

// NewArticle completes c: it sets the schema, the id, the version and what has a
// default. It does not validate.
func NewArticle(c Content, quiet bool) Article {
	if c.CanonicalURL == "" {
		c.CanonicalURL = c.URL
	}
	if c.Authors == nil {
		c.Authors = []string{}
	}
	if c.Language == "" {
		c.Language = "und"
	}
	c.Published, c.Modified, c.Fetched = utc(c.Published), utc(c.Modified), utc(c.Fetched)
	c.Version = VersionID(c.Title, c.Summary, c.Text)
	return Article{Schema: ArticleSchema, ID: ArticleID(c.CanonicalURL), Content: c, Quiet: quiet}
}

// Key names the version of an article that a record is about or a ledger row
// holds.
type Key struct {
	Article string `json:"article"`
	Version string `json:"version"`
}

// Key returns the key of a.
func (a Article) Key() Key { return Key{a.ID, a.Version} }

// MessageID is the id under which a is published: a repeat is dropped. The same text
// fetched again is none: another may have stood between.
func (a Article) MessageID() string {
	return a.ID + "." + a.Version + "." + fetchMark(a.Content)
}

// fetchMark tells fetches of one text apart.
func fetchMark(c Content) string { return strconv.FormatInt(c.Fetched.UnixMicro(), 36) }

// Validate reports the first thing that is wrong with a, as ErrInvalid.
func (a Article) Validate() error {
	if err := checkSchema(a.Schema, ArticleSchema); err != nil {
		return fmt.Errorf("article %s: %w", a.URL, err)
	}
	if want := ArticleID(a.CanonicalURL); a.ID != want {
		return fmt.Errorf("article %s: id %q is not the hash of its address: %w", a.URL, a.ID, ErrInvalid)
	}
	if err := a.Content.validate(false); err != nil {
		return fmt.Errorf("article %s: %w", a.URL, err)
	}
	return nil
}

// validate reports the first thing that is wrong. The version of what has expired is
// that of the text that it had.
func (c Content) validate(expired bool) error {
	if err := checkWebAddress(c.URL); err != nil {
		return fmt.Errorf("url %q: %w: %w", c.URL, err, ErrInvalid)
	}
	if err := checkWebAddress(c.CanonicalURL); err != nil {
		return fmt.Errorf("canonical_url %q: %w: %w", c.CanonicalURL, err, ErrInvalid)
	}
	if len(c.Twins) > MaxTwins {
		return fmt.Errorf("%d twins are over the limit of %d: %w", len(c.Twins), MaxTwins, ErrInvalid)
	}
	for _, twin := range c.Twins {
		if err := checkWebAddress(twin); err != nil {
			return fmt.Errorf("twin %q: %w: %w", twin, err, ErrInvalid)
		}
	}
	if !ValidSlug(c.Source) {
		return fmt.Errorf("source %q is not a slug: %w", c.Source, ErrInvalid)
	}
	if c.Fetched.IsZero() {
		return fmt.Errorf("fetched is missing: %w", ErrInvalid)
	}
	if c.Title == "" && c.Text == "" && !expired {
		return fmt.Errorf("neither title nor text: %w", ErrInvalid)
	}
	for _, f := range []struct {
		name, value string
		limit       int
	}{{"title", c.Title, MaxTitle}, {"summary", c.Summary, MaxSummary}, {"text", c.Text, MaxText}, {"partial_why", c.PartialWhy, MaxReason}} {
		if err := checkText(f.value, f.limit); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if want := VersionID(c.Title, c.Summary, c.Text); c.Version != want && !expired {
		return fmt.Errorf("version %q is not the hash of its text: %w", c.Version, ErrInvalid)
	}
	return nil
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
