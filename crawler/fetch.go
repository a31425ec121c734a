package crawler

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gocolly/colly/v2"

	"edict/news"
)

// maxRedirects is how many redirects are followed from one address.
const maxRedirects = 5

// maxRobots is how much of a robots.txt is read: the standard asks for 500 KiB at
// least (RFC 9309, 2.5).
const maxRobots = 512 << 10

// A request is one GET of one address, without following where it leads.
type request struct {
	url          *url.URL
	first        string // the address that led here; "" if none did
	etag         string // ask only for what differs
	lastModified string
	accept       string
	limit        int64
	keepCut      bool
}

// A result is what came of one request.
type result struct {
	page         news.Page
	outcome      news.Outcome // "" for a redirect
	detail       string       // for a person; "" when all is well
	location     *url.URL     // where a redirect leads
	permanent    bool         // the redirect is said to last
	etag         string
	lastModified string
	maxAge       time.Duration // how long the answer says that it stays fresh
	retryAfter   time.Duration
	took         time.Duration
	anyAge       bool // what is read is new, however old the page says it is
	first        bool // of a story that was not read before
	stopped      bool // the crawler was told to stop meanwhile: it says nothing of the site
}

// A fetcher makes requests through Colly, which is a layer for requests and
// callbacks here and nothing else.
type fetcher struct {
	base      *colly.Collector
	transport http.RoundTripper
	timeout   time.Duration
	now       func() time.Time
}

func newFetcher(c Config, transport http.RoundTripper) *fetcher {
	base := colly.NewCollector()
	// NewCollector reads the environment; what it may have set there is set here.
	base.UserAgent = c.UserAgent
	base.Headers = nil
	base.AllowedDomains, base.DisallowedDomains = nil, nil
	base.URLFilters, base.DisallowedURLFilters = nil, nil
	base.CacheDir = ""
	base.MaxDepth, base.MaxRequests = 0, 0
	base.CheckHead, base.TraceHTTP, base.Async = false, false, false
	base.AllowURLRevisit = true // the frontier knows what was visited
	base.IgnoreRobotsTxt = true // manners know robots.txt
	base.DetectCharset = false  // extract decides it
	base.MaxBodySize = 0        // bounded has the limit
	base.ParseHTTPErrorResponse = true
	base.DisableCookies()
	base.WithTransport(bounded{transport, make(chan struct{}, largeAtOnce)})
	base.SetRequestTimeout(0) // the context has the limit
	base.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	return &fetcher{base: base, transport: transport, timeout: c.Timeout, now: c.Now}
}

// get makes one request. It always returns a result; errors are outcomes.
func (f *fetcher) get(ctx context.Context, r request) result {
	began := f.now()
	e := &exchange{url: r.url, limit: r.limit, keepCut: r.keepCut}
	timed, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	c := f.base.Clone()
	c.Context = withExchange(timed, e)
	out := result{page: news.Page{URL: cmp.Or(r.first, r.url.String()), Address: r.url.String()}}
	c.OnResponse(func(resp *colly.Response) {
		out.page.Status, out.page.Body, out.page.ContentType = resp.StatusCode, resp.Body, e.contentType
		out.read(resp.StatusCode, *resp.Headers, r.url, f.now())
	})
	header := http.Header{"Accept": {cmp.Or(r.accept, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")}}
	if r.etag != "" {
		header.Set("If-None-Match", r.etag)
	}
	if r.lastModified != "" {
		header.Set("If-Modified-Since", r.lastModified)
	}
	err := c.Request(http.MethodGet, requestable(r.url), nil, nil, header)
	out.page.Fetched, out.page.Truncated = f.now(), e.wasCut
	out.took = out.page.Fetched.Sub(began)
	switch {
	case err != nil && ctx.Err() != nil:
		out.stopped = true
	case err != nil:
		out.outcome, out.detail = failure(err, f.timeout, r.limit)
	}
	return out
}

// requestable is what Colly is told: an address that its own parser of URLs accepts.
// The transport asks for the real one, byte for byte.
func requestable(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String()
}
