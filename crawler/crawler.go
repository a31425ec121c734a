package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"time"

	"edict/crawler/warc"
	"edict/news"
)

// A Memory keeps what the crawler must know after a restart. Every method is
// durable when it returns, may be called by many goroutines at once, and returns
// news.ErrUnavailable when the store is away for now, which the crawler waits for.
type Memory interface {
	Watchlist
	HealthBook
	// Polls returns what was saved by SavePoll for every address.
	Polls(ctx context.Context) ([]news.Poll, error)
	// SavePoll keeps a poll, and those of the visits whose URL is not known, in one
	// transaction; it returns how many those were. A repeat changes nothing.
	SavePoll(ctx context.Context, poll news.Poll, found []news.Visit) (added int, err error)
	// DueVisits returns visits of watched sources whose Next is set and not after
	// before, at most limit, without those held: the ids of their addresses, with
	// their sources. Of a source come those of the lowest rank first, then the
	// oldest. A long backlog of one source should not keep those of others out.
	DueVisits(ctx context.Context, before time.Time, limit int, held map[string]string) ([]news.Visit, error)
	// SaveVisit keeps a visit under its URL. A repeat changes nothing.
	SaveVisit(ctx context.Context, visit news.Visit) error
	// Enter keeps the visit and puts the article into the ledger as waiting, in one
	// transaction. isNew is false when the ledger knows this version of this article
	// already. Whatever is entered will be published, by the crawler or, after a
	// kill, by the reconciler. An article that may not be kept is news.ErrInvalid.
	Enter(ctx context.Context, article news.Article, visit news.Visit) (isNew bool, err error)
	// Withdraw keeps the visit and that its article is no longer there, in one
	// transaction. isNew is false when that was known, or nothing is stored of it.
	Withdraw(ctx context.Context, visit news.Visit) (isNew bool, err error)
}

// A Watchlist is what of a Memory says which sources are watched.
type Watchlist interface {
	// Sources returns the sources that are watched.
	Sources(ctx context.Context) ([]news.Source, error)
	// SourcesEdition returns a number that is another one when Sources would return
	// something else. It costs little.
	SourcesEdition(ctx context.Context) (int64, error)
}

// A HealthBook is what of a Memory says how the sources fare.
type HealthBook interface {
	// Healths returns what was saved by SaveHealth for every source.
	Healths(ctx context.Context) ([]news.Health, error)
	// SaveHealth keeps how a source fares; flagged says that its flags are others than
	// before, which readers of the changes are to know.
	SaveHealth(ctx context.Context, health news.Health, flagged bool) error
}

// A Publisher hands articles on to be classified.
type Publisher interface {
	// Publish is durable when it returns nil, and a repeat of the same version is
	// dropped. news.ErrFull says that readers have no room: the crawler waits and
	// tries again. After any other error the article waits in the ledger.
	Publish(ctx context.Context, article news.Article) error
}

// A Shelf keeps pages as they were fetched.
type Shelf interface {
	// Put keeps a page and returns its place, or "" when it is not kept. It survives a
	// kill when Put returns; it says itself what it cannot do, and a crawl goes on.
	Put(page warc.Capture) (place string)
}

// A Crawler watches the sources of a Memory.
type Crawler struct {
	config    Config
	memory    Memory
	publisher Publisher
	manners   *manners
	ward      *ward
	fetcher   *fetcher
	reading   chan struct{} // holds one for each page that is being read
}

// New returns a crawler that does nothing yet. Its error is news.ErrInvalid when
// the configuration is wrong.
func New(c Config, m Memory, p Publisher) (*Crawler, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	transport, err := newTransport(c)
	if err != nil {
		return nil, fmt.Errorf("crawler: %w", err)
	}
	return newCrawler(c, m, p, transport), nil
}

func newCrawler(c Config, m Memory, p Publisher, transport http.RoundTripper) *Crawler {
	return &Crawler{
		config: c, memory: m, publisher: p, manners: newManners(c), ward: newWard(c.Now), fetcher: newFetcher(c, transport),
		reading: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
}

// Run crawls until ctx ends, and returns nil within a second of that: requests are
// broken off, pages that were read are entered. It returns an error only when the
// memory cannot be read at the start for a reason that waiting does not cure. It
// must not be called twice at the same time.
func (c *Crawler) Run(ctx context.Context) error {
	sources, edition, polls, err := c.recall(ctx)
	if err != nil {
		return fmt.Errorf("crawler: %w", err)
	}
	d := newDispatcher(c, sources, polls)
	d.edition = edition
	d.run(ctx)
	c.hangUp()
	c.saveLast(ctx)
	return nil
}

// saveLast saves what is only in memory, in little time: Run is to return soon.
func (c *Crawler) saveLast(ctx context.Context) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSaving)
	defer cancel()
	c.saveHealths(last, 0)
}

// hangUp closes the connections on which no request is on its way.
func (c *Crawler) hangUp() {
	if t, ok := c.fetcher.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// recall reads sources and polls, and waits for a memory that is away.
func (c *Crawler) recall(ctx context.Context) (sources []news.Source, edition int64, polls []news.Poll, err error) {
	err = c.insistOn(ctx, "reading sources and polls", func() error {
		if edition, err = c.memory.SourcesEdition(ctx); err != nil { // first: a change meanwhile is seen later
			return err
		}
		if sources, err = c.watched(ctx); err != nil {
			return err
		}
		if polls, err = c.memory.Polls(ctx); err != nil {
			return err
		}
		healths, err := c.memory.Healths(ctx)
		c.ward.remember(healths, polls)
		return err
	}, func(err error) bool { return errors.Is(err, news.ErrUnavailable) })
	if ctx.Err() != nil {
		return nil, 0, nil, nil
	}
	return sources, edition, polls, err
}

// watched are the sources that are not paused.
func (c *Crawler) watched(ctx context.Context) ([]news.Source, error) {
	list, err := c.memory.Sources(ctx)
	return slices.DeleteFunc(slices.Clone(list), func(s news.Source) bool { return s.Paused }), err
}

func (c *Crawler) observe(e Event) {
	e.Time = c.config.Now()
	c.config.Observe(e)
}
