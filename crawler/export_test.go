package crawler

import "net/http"

// NewOn makes a crawler on a transport of the test's, instead of the network.
func NewOn(c Config, m Memory, p Publisher, transport http.RoundTripper) (*Crawler, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	return newCrawler(c, m, p, transport), nil
}
