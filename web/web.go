// Package web is the face that people look at: the map of who boosts blockchain and who
// cracks down on mining, each jurisdiction's measures, the stream of tagged stories, one
// story with its evidence marked, the sources and how they fare, subscriptions and what was sent for them, and live
// updates. Templates, styles and scripts are embedded.
//
// Stories are hostile input. A page shows their text and never their markup, links
// out of it lead to http and https only, and the Content-Security-Policy admits
// nothing but files of this package. Every page is complete without script.
//
// The package writes nothing but what a form asks for: decisions, leases, notes,
// subscriptions, silences, what is to be tried again. It knows neither store nor crawler.
package web

import (
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"edict/account"
	"edict/catalogue"
	"edict/classifier/places"
	"edict/news"
)

// A Reader gives the pages what is stored. All methods may be called at once from
// many requests; they change nothing, and what they return is the caller's own.
type Reader interface {
	// Records returns the current records that f selects, newest first by their
	// Position. ErrUnavailable: the store is away for now.
	Records(ctx context.Context, f news.Filter) ([]news.Record, error)
	// Record returns one record, current or not. ErrNotFound: there is none with
	// that id.
	Record(ctx context.Context, id string) (news.Record, error)
	// Changes returns at most limit changes with a sequence above after, in order.
	Changes(ctx context.Context, after int64, limit int) ([]news.Change, error)
	// LastChange returns the highest sequence, 0 if nothing was ever stored.
	LastChange(ctx context.Context) (int64, error)
	// Tally counts the tags of current records that count or wait for review, per
	// label and jurisdiction.
	Tally(ctx context.Context) ([]news.TagCount, error)
}

// A Grouping counts the articles of stories. A Reader that is also a Grouping lets
// the stream show a story once, with how many other reports there are.
type Grouping interface {
	// StorySizes returns how many articles stories have, by their ids. One that is not
	// there is left out. ErrUnavailable: the store is away.
	StorySizes(ctx context.Context, ids []string) (map[string]int, error)
}

// A Searcher finds stories by their words.
type Searcher interface {
	// Search returns a page of what q finds, with where the words stand, in the order
	// that q asks for. It changes nothing, and may be called at once from many requests.
	// ErrInvalid: q cannot be, with a message for the reader. ErrUnavailable: the store is
	// away for now.
	Search(ctx context.Context, q news.Search) (news.Found, error)
}

// A Ledger counts article versions. A Reader that is also a Ledger lets the pages
// say how many are stored.
type Ledger interface {
	// Balance counts the crawl ledger's rows. ErrUnavailable: the store is away.
	Balance(ctx context.Context) (news.Balance, error)
}

// A Crawl tells what is watched and what came of it. Both methods only read, may
// be called at once, and return ErrUnavailable while the store is away.
type Crawl interface {
	// Sources returns every source that is watched.
	Sources(ctx context.Context) ([]news.Source, error)
	// Polls returns what is remembered of each address of each source.
	Polls(ctx context.Context) ([]news.Poll, error)
}

// Config is what the pages need. Reader, Searcher, Atlas, Gazetteer and Now are required.
type Config struct {
	Reader    Reader
	Searcher  Searcher
	Atlas     Atlas
	Crawl     Crawl        // nil: the pages say that nothing is known of sources
	Watch     Watchlist    // nil: nothing can be changed about sources on these pages
	Scout     Scout        // nil: nobody asks sites
	Feeds     Feeds        // nil: there are none
	Links     Links        // nil: there are none
	Review    *Review      // nil: nothing can be decided on these pages
	Alerts    *Alerts      // nil: these pages know nothing of subscriptions
	Reasons   Reasoner     // nil: nobody says what a score is made of
	API       http.Handler // of everything under /api/; nil: there is none
	Gazetteer *places.Gazetteer
	// Wake returns a channel that is closed at the next change. nil: live pages look
	// once a second, which they do in any case.
	Wake     func() <-chan struct{}
	Rules    news.RuleSet  // until the Reader says which are active
	RuleDirs []string      // directories of rules that the configuration names
	Version  string        // of the program, for the foot of the page
	Accounts *account.Gate // nil: local mode, whoever asks
	Vitals   Vitals        // nil: the page of the program's health says only what pages know
	Base     string        // web.base_url, whose host is answered to where a login is needed; "": none is
	Demo     bool          // say on every page that the stories are made up
	Log      *slog.Logger
	Now      func() time.Time
}

// A Server makes the pages. It may be copied: a copy shares all but its speaker.
type Server struct {
	Config
	speaker                                   // of the request; before one comes, English and UTC
	speech    map[string]*catalogue.Catalogue // by language
	names     names
	host      string                        // of Base
	templates map[string]*template.Template // by language
	assets    assets
	pace      pace
	totals    *lagging[totals]
	recent    *recordCache
	pending   *queueCache
	placeBook *placeBook
	api       *apiPage
	rules     *lagging[ruleBook]
	live      chan struct{} // a slot per open live stream
	done      chan struct{} // closed by Close
	once      *sync.Once
}

// New returns a server over c, or ErrInvalid if c lacks what it needs.
func New(c Config) (*Server, error) {
	switch {
	case c.Reader == nil:
		return nil, fmt.Errorf("pages without a reader: %w", news.ErrInvalid)
	case c.Searcher == nil:
		return nil, fmt.Errorf("pages without a searcher: %w", news.ErrInvalid)
	case c.Atlas == nil:
		return nil, fmt.Errorf("pages without an atlas: %w", news.ErrInvalid)
	case c.Gazetteer == nil:
		return nil, fmt.Errorf("pages without a gazetteer: %w", news.ErrInvalid)
	case c.Now == nil:
		return nil, fmt.Errorf("pages without a clock: %w", news.ErrInvalid)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a, err := loadAssets()
	if err != nil {
		return nil, fmt.Errorf("read the embedded files: %w", err)
	}
	folder, err := fs.Sub(textFiles, "texts")
	if err != nil {
		return nil, fmt.Errorf("read the embedded texts: %w", err)
	}
	speech, err := catalogue.Read(folder)
	if err != nil {
		return nil, fmt.Errorf("read the embedded texts: %w", err)
	}
	a.addWords(speech)
	t, err := loadTemplates(a, speech)
	if err != nil {
		return nil, fmt.Errorf("read the embedded templates: %w", err)
	}
	c.Alerts = ownAlerts(c.Alerts, c.Now)
	base, err := url.Parse(c.Base)
	if err != nil {
		return nil, fmt.Errorf("the address of the pages cannot be read: %w: %w", err, news.ErrInvalid)
	}
	return &Server{
		Config: c, speaker: speaker{words: speech[catalogue.English], zone: time.UTC}, speech: speech, names: names{c.Gazetteer, catalogue.English}, host: base.Host, templates: t, once: &sync.Once{}, assets: a, pace: defaultPace,
		totals: &lagging[totals]{trust: totalsAge}, recent: newRecordCache(recentRecords),
		rules:     &lagging[ruleBook]{reach: rulesReach},
		pending:   &queueCache{lagging: lagging[queue]{trust: queueTrust}},
		placeBook: &placeBook{}, api: &apiPage{}, live: make(chan struct{}, maxLive), done: make(chan struct{}),
	}, nil
}

// Close ends all live streams, so that an http.Server can shut down. Pages are
// still served after it. It may be called more than once.
func (s *Server) Close() { s.once.Do(func() { close(s.done) }) }

// Handler returns the pages with all their guards. It serves nothing outside of
// them: another handler may be mounted beside it under a longer pattern.
func (s *Server) Handler() http.Handler { return s.guard(s.letIn(s.routes().top)) }

// routes registers all that there is.
func (s *Server) routes() *router {
	mux := s.newRouter()
	mux.HandleFunc("GET /{$}", s.page((*Server).showMap))
	mux.HandleFunc("GET "+streamPath, s.page((*Server).showStream))
	mux.HandleFunc("GET /records/{id}", s.page((*Server).showRecord))
	mux.HandleFunc("GET /records/{id}/diff/{other}", s.page((*Server).showDiff))
	mux.HandleFunc("GET /places/{code}", s.page((*Server).showPlace))
	mux.HandleFunc("GET /places/{code}/{file}", s.exportPlace)
	s.mountReview(mux)
	s.mountAlerts(mux)
	s.mountSources(mux)
	s.mountAccounts(mux)
	s.serveSettings(mux)
	s.serveFeeds(mux)
	s.serveLinks(mux)
	mux.HandleFunc("GET /live", s.pushLive)
	mux.HandleFunc("GET /static/{hash}/{file}", s.serveAsset)
	mux.HandleFunc("GET /", s.page((*Server).showNothing))
	if s.API != nil {
		mux.Handle("/api/", s.API)
		mux.HandleFunc("GET /api/{$}", s.page((*Server).showAPI))
	}
	return mux
}
