package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"edict/crawler"
	"edict/news"
	"edict/sources"
	"edict/web"
)

// A sourceScout asks sites for the pages, by the same code as the commands: with the
// manners of a crawler of its own, one question at a time.
type sourceScout struct {
	store  *Archive
	config crawler.Config
	asking chan struct{} // holds one while a site is asked
}

func newSourceScout(p *program) *sourceScout {
	c := p.crawlerConfig()
	c.Observe, c.Shelf = nil, nil
	return &sourceScout{store: p.store, config: c, asking: make(chan struct{}, 1)}
}

// ask calls do with a crawler, when nobody else asks.
func (s *sourceScout) ask(ctx context.Context, do func(*crawler.Crawler) error) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return fmt.Errorf("another site is being asked: try again: %w", news.ErrUnavailable)
	}
	crawl, err := crawler.New(s.config, nil, nil)
	if err != nil {
		return err
	}
	return do(crawl)
}

// Discover finds out what a site can be watched by.
func (s *sourceScout) Discover(ctx context.Context, address string, story bool) (out web.SiteOffer, err error) {
	err = s.ask(ctx, func(crawl *crawler.Crawler) error {
		offer, src, err := discover(ctx, crawl, address, SourceWish{Page: story})
		if err != nil && (offer.Address == "" || !errors.Is(err, news.ErrInvalid)) {
			return err
		}
		out = web.SiteOffer{Address: offer.Address, Feeds: offer.Feeds, Sitemaps: offer.Sitemaps, Listing: offer.Listing, Stories: offer.Stories, Source: src}
		if err != nil {
			out.Wrong = err.Error()
		}
		return nil
	})
	return out, err
}

// CheckSource tries a source once.
func (s *sourceScout) CheckSource(ctx context.Context, src news.Source) (out web.SourceReport, err error) {
	err = s.ask(ctx, func(crawl *crawler.Crawler) error {
		report := crawl.Check(ctx, src)
		out.OK = report.OK()
		for _, a := range report.Addresses {
			out.Lines = append(out.Lines, web.ReportLine{OK: a.Outcome == news.OK, Text: a.String()})
		}
		if story := report.Story; story != nil {
			out.Lines = append(out.Lines, web.ReportLine{OK: story.Outcome == news.OK, Text: story.String()})
			for _, did := range story.Selected {
				out.Lines = append(out.Lines, web.ReportLine{OK: did.Bytes > 0, Text: did.String()})
			}
			out.Fault = story.Fault()
		}
		return nil
	})
	return out, err
}

// WhyAddress says what is known of an address and whether it may be fetched.
func (s *sourceScout) WhyAddress(ctx context.Context, address string) (out web.AddressReport, err error) {
	err = s.ask(ctx, func(crawl *crawler.Crawler) error {
		e, err := explain(ctx, s.store, crawl, address)
		out = web.AddressReport{
			Address: e.Address, Known: e.Known, Visit: e.Visit, State: e.State,
			May: e.Answer.May, Outcome: e.Answer.Outcome, Why: e.Answer.Why, Domain: e.Answer.Domain, Pause: e.Answer.Pause,
		}
		return err
	})
	return out, err
}

// AddSource watches one more source.
func (s *sourceScout) AddSource(ctx context.Context, src news.Source) error {
	return AddSource(ctx, s.store, src)
}

// ImportSources adds the sources of an OPML list.
func (s *sourceScout) ImportSources(ctx context.Context, in io.Reader) (out web.ImportReport, err error) {
	n, err := ImportSources(ctx, s.store, in, func(name string, err error) { out.Wrong = append(out.Wrong, name+": "+err.Error()) })
	out.Added, out.Known = n.Added, n.Known
	if errors.Is(err, ErrSome) {
		err = nil
	}
	return out, err
}

// ExportSources writes what is watched as an OPML list.
func (s *sourceScout) ExportSources(ctx context.Context, out io.Writer) error {
	list, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	return sources.WriteOPML(out, list, s.config.Now())
}
