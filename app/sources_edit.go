package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"edict/crawler"
	"edict/news"
	"edict/sources"
)

// A SourceWish is what a person says of a source that is to be added. What is empty
// is found out.
type SourceWish struct {
	Name, Slug string
	Kind       news.Kind
	Every      time.Duration
	Page       bool // the address is a story itself, and is watched for its text
	Select     news.Selectors
}

// An Offer is what a site offers to be watched by.
type Offer = crawler.Offer

// Discover finds out what the site at an address offers, and which source would be
// made of it: its first feed; where it has none, its first news sitemap; where it has
// neither, the page itself as a listing. A listing stands beside a feed only if the
// person who adds it says so later. A site that offers nothing is news.ErrInvalid.
func Discover(ctx context.Context, c Config, now func() time.Time, address string, w SourceWish) (Offer, news.Source, error) {
	crawl, err := crawler.New(Inputs{Config: c, Now: now}.crawlerConfig(), nil, nil)
	if err != nil {
		return Offer{}, news.Source{}, err
	}
	return discover(ctx, crawl, address, w)
}

func discover(ctx context.Context, crawl *crawler.Crawler, address string, w SourceWish) (Offer, news.Source, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	src := news.Source{Slug: w.Slug, Name: w.Name, Kind: w.Kind, Every: w.Every, Select: w.Select, Origin: news.FromUser}
	if src.Kind == "" {
		src.Kind = news.Press
	}
	var offer Offer
	var err error
	if w.Page {
		page, err := crawl.Page(ctx, address)
		if err != nil {
			return Offer{}, src, err
		}
		offer.Address, src.Page = page.Address, page.Address
	} else {
		if offer, err = crawl.Discover(ctx, address); err != nil {
			return Offer{}, src, err
		}
		switch {
		case len(offer.Feeds) > 0:
			src.Feed = offer.Feeds[0]
		case len(offer.Sitemaps) > 0:
			src.Sitemap = offer.Sitemaps[0]
		case offer.Listing != "":
			src.Listing = offer.Listing
		default:
			return offer, src, fmt.Errorf("%s offers no feed and no sitemap, and no links to stories were found on it: "+
				"give the address of its list of stories, or --page if it is a story itself: %w", offer.Address, news.ErrInvalid)
		}
	}
	if src.Name == "" {
		src.Name = nameOf(offer)
	}
	if src.Slug == "" {
		src.Slug = news.Slug(src.Name)
	}
	return offer, src, src.Validate()
}

// nameOf names a site by its title, or by its host where that says nothing.
func nameOf(o Offer) string {
	host := o.Address
	if u, err := url.Parse(o.Address); err == nil {
		host = strings.TrimPrefix(u.Hostname(), "www.")
	}
	if title := strings.TrimSpace(o.Title); title != "" && len(title) <= 80 {
		return title
	}
	return host
}

// AddSource stores a source. An address that is watched already is news.ErrConflict,
// and so is a slug that is taken.
func AddSource(ctx context.Context, s *Archive, src news.Source) error {
	list, err := s.Sources(ctx)
	if err != nil {
		return err
	}
	for _, old := range list {
		if old.Slug == src.Slug {
			return fmt.Errorf("the slug %q is taken by %s: give another one with --slug: %w", src.Slug, old.Name, news.ErrConflict)
		}
		for _, a := range src.Addresses() {
			if watches(old, a) {
				return fmt.Errorf("%s is watched already, by %q: %w", a, old.Slug, news.ErrConflict)
			}
		}
	}
	return s.SaveSource(ctx, src)
}

func watches(s news.Source, address string) bool {
	return slices.ContainsFunc(s.Addresses(), func(a string) bool { return news.NormalizeURL(a) == news.NormalizeURL(address) })
}

// Imported counts the sources of a list.
type Imported struct{ Added, Known, Wrong int }

// ImportSources adds the sources of an OPML list. One whose address is watched already
// is passed over; one whose slug is taken gets another. What cannot be added is told,
// and does not stop the others; ErrSome then.
func ImportSources(ctx context.Context, s *Archive, in io.Reader, wrong func(name string, err error)) (n Imported, err error) {
	tell := func(name string, err error) { n.Wrong++; wrong(name, err) }
	list, err := sources.ReadOPML(in, tell)
	if err != nil {
		return n, err
	}
	there, err := s.Sources(ctx)
	if err != nil {
		return n, err
	}
	slugs, known := map[string]bool{}, map[string]bool{}
	keep := func(src news.Source) {
		slugs[src.Slug] = true
		for _, a := range src.Addresses() {
			known[news.NormalizeURL(a)] = true
		}
	}
	for _, src := range there {
		keep(src)
	}
	for _, src := range list {
		if slices.ContainsFunc(src.Addresses(), func(a string) bool { return known[news.NormalizeURL(a)] }) {
			n.Known++
			continue
		}
		base := src.Slug
		for i := 2; slugs[src.Slug]; i++ {
			end := fmt.Sprintf("-%d", i)
			src.Slug = strings.TrimRight(base[:min(len(base), news.MaxSlug-len(end))], "-") + end
		}
		switch err := s.SaveSource(ctx, src); {
		case errors.Is(err, news.ErrInvalid), errors.Is(err, news.ErrConflict):
			tell(src.Name, err)
			continue
		case err != nil:
			return n, err
		}
		keep(src)
		n.Added++
	}
	if n.Wrong > 0 {
		return n, fmt.Errorf("%d sources could not be added: %w", n.Wrong, ErrSome)
	}
	return n, nil
}

// ExportSources writes all that is watched as an OPML list.
func ExportSources(ctx context.Context, c Config, now func() time.Time, out io.Writer) error {
	list, err := Sources(ctx, c, now)
	if err != nil {
		return err
	}
	plain := make([]news.Source, len(list))
	for i, s := range list {
		plain[i] = s.Source
	}
	return sources.WriteOPML(out, plain, now())
}

// An Explanation says what is known of an address and whether it may be fetched.
type Explanation struct {
	Address string // as it is known
	Visit   news.Visit
	Known   bool   // a source has listed it, or it was visited
	State   string // of its version in the ledger: stored, waiting, dead; "" if there is none
	Answer  crawler.Answer
}

// ExplainAddress says what is known of a story's address, and what would come of fetching it
// now. The page itself is not fetched; its site's robots.txt is.
func ExplainAddress(ctx context.Context, c Config, now func() time.Time, address string) (e Explanation, err error) {
	s, err := OpenArchive(ctx, c, now)
	switch {
	case errors.Is(err, news.ErrNotFound):
		s = nil
	case err != nil:
		return e, err
	default:
		defer s.Close()
	}
	crawl, err := crawler.New(Inputs{Config: c, Now: now}.crawlerConfig(), nil, nil)
	if err != nil {
		return e, err
	}
	return explain(ctx, s, crawl, address)
}

// explain is ExplainAddress over a store, or none.
func explain(ctx context.Context, s *Archive, crawl *crawler.Crawler, address string) (e Explanation, err error) {
	e.Address = news.NormalizeURL(address)
	if s != nil {
		e.Visit, err = s.Visit(ctx, e.Address)
		e.Known = err == nil
		if e.Known && e.Visit.Article != "" {
			e.State, err = s.StateOf(ctx, news.Key{Article: e.Visit.Article, Version: e.Visit.Version})
		}
		if err != nil && (e.Known || !errors.Is(err, news.ErrNotFound)) {
			return e, err
		}
	}
	e.Answer, err = crawl.Ask(ctx, e.Address)
	return e, err
}
