package news

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// A Kind says what sort of publisher a source is.
type Kind string

// The kinds of source.
const (
	Official   Kind = "official"   // a public authority speaking for itself
	Press      Kind = "press"      // a newsroom
	Aggregator Kind = "aggregator" // others' stories, gathered
)

// An Origin says who put a source into the store, and so who may change it.
type Origin string

// The origins of a source.
const (
	FromFile     Origin = "file"     // the configuration file; changed only there
	FromEmbedded Origin = "embedded" // the list inside the program
	FromUser     Origin = "user"     // the page or the command
)

// A Source is a site that is watched. At least one of Feed, Sitemap, Listing and
// Page is set.
type Source struct {
	Slug    string        `json:"slug" yaml:"slug"`
	Name    string        `json:"name" yaml:"name"`
	Kind    Kind          `json:"kind" yaml:"kind"`
	Feed    string        `json:"feed,omitempty" yaml:"feed"`       // RSS, Atom or JSON Feed
	Sitemap string        `json:"sitemap,omitempty" yaml:"sitemap"` // a news sitemap
	Listing string        `json:"listing,omitempty" yaml:"listing"` // a page with links to stories
	Page    string        `json:"page,omitempty" yaml:"page"`       // a page that is a story itself, and whose text changes
	Every   time.Duration `json:"every,omitempty" yaml:"-"`         // 0: by the source's own rhythm
	Select  Selectors     `json:"select,omitzero" yaml:"select"`
	Origin  Origin        `json:"origin" yaml:"-"`
	Paused  bool          `json:"paused,omitempty" yaml:"-"` // it is neither polled nor are its stories visited
	// Documented is where the publisher documents the addresses, and Looked the day
	// on which that was read (YYYY-MM-DD). For the embedded list.
	Documented string `json:"documented,omitempty" yaml:"documented"`
	Looked     string `json:"looked,omitempty" yaml:"looked"`
}

// Selectors are CSS selectors of a source's own, for pages that general
// extraction reads wrongly. Text selects the article's body, Remove what is cut
// from it, Links (for a listing) the links to stories.
type Selectors struct {
	Text   string   `json:"text,omitempty" yaml:"text"`
	Remove []string `json:"remove,omitempty" yaml:"remove"`
	Links  string   `json:"links,omitempty" yaml:"links"`
}

// Addresses returns the addresses that a poll of the source reads, in the order
// in which they are preferred.
func (s Source) Addresses() []string {
	var out []string
	for _, a := range []string{s.Feed, s.Sitemap, s.Listing, s.Page} {
		if a != "" {
			out = append(out, a)
		}
	}
	return out
}

// Validate reports the first thing that is wrong with the source, as ErrInvalid.
func (s Source) Validate() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("source %q: %s: %w", s.Name, fmt.Sprintf(format, args...), ErrInvalid)
	}
	if strings.TrimSpace(s.Name) == "" {
		return bad("it needs a name")
	}
	if !ValidSlug(s.Slug) {
		return bad("slug %q is not 1 to 40 of a-z, 0-9 and -", s.Slug)
	}
	switch s.Kind {
	case Official, Press, Aggregator:
	default:
		return bad("kind %q is none of official, press, aggregator", s.Kind)
	}
	if len(s.Addresses()) == 0 {
		return bad("it needs a feed, a sitemap, a listing or a page")
	}
	for _, a := range s.Addresses() {
		if err := checkWebAddress(a); err != nil {
			return bad("address %q: %v", a, err)
		}
	}
	if s.Every < 0 || s.Every > 0 && s.Every < time.Second {
		return bad("every %s is under 1s", s.Every)
	}
	return nil
}

func checkWebAddress(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return err
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("it must begin with http:// or https://")
	case u.Hostname() == "":
		return fmt.Errorf("it has no host")
	case u.User != nil:
		return fmt.Errorf("it must not hold a user name")
	}
	return nil
}

// MaxSlug is the longest slug, in bytes: slugs are part of a subject on the bus.
const MaxSlug = 40

// ValidSlug reports whether s is 1 to MaxSlug of a-z, 0-9 and "-".
func ValidSlug(s string) bool {
	if s == "" || len(s) > MaxSlug {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Slug makes a slug from a source's name: lower case, anything else a hyphen. A
// name without a Latin letter or digit gets a slug made from its hash.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case !unicode.IsMark(r) && b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	if len(s) > MaxSlug {
		s = s[:MaxSlug]
	}
	if s = strings.Trim(s, "-"); s == "" {
		s = "s-" + digest("slug", name)[:12]
	}
	return s
}
