package crawler_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"edict/crawler"
	"edict/news"
)

// site serves a feed of one story on the real network, and hangs at /hang.
func site(t *testing.T, feed string) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		switch r.URL.Path {
		case "/feed":
			w.Header().Set("Content-Type", "application/rss+xml")
			_, _ = w.Write([]byte(strings.ReplaceAll(feed, "HOST", "http://"+r.Host)))
		case "/hang":
			<-r.Context().Done()
		case "/story":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(`<!DOCTYPE html><title>Story</title><article><h1>Story</h1><p>` +
				strings.Repeat("A sentence that is long enough to be taken for the text of a story, which it is. ", 6) + `</p></article>`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s, &hits
}

const oneStory = `<rss version="2.0"><channel><item><title>Story</title><link>HOST/story</link></item></channel></rss>`

// realRun crawls on the real network until the condition holds.
func realRun(t *testing.T, c crawler.Config, m *memory, p *publisher, enough func() bool) {
	t.Helper()
	c.UserAgent = "Edict/test"
	c.PerHostDelay = -1
	events := make(chan struct{}, 1)
	c.Observe = func(crawler.Event) {
		select {
		case events <- struct{}{}:
		default:
		}
	}
	cr, err := crawler.New(c, m, p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- cr.Run(ctx) }()
	for ctx.Err() == nil && !enough() {
		select {
		case <-events:
		case <-ctx.Done():
		}
	}
	if !enough() {
		t.Error("what was waited for did not come")
	}
	told := time.Now()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if took := time.Since(told); took > time.Second {
		t.Errorf("it took %s to stop", took)
	}
}

func watch(address string) news.Source {
	return news.Source{Slug: "site", Name: "Site", Kind: news.Press, Feed: address}
}

// The guard stands before loopback, by a number or by a name, unless told otherwise.
func TestGuardStands(t *testing.T) {
	s, hits := site(t, oneStory)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{s.URL + "/feed", "http://localhost:" + port + "/feed"} {
		m := newMemory(watch(address))
		realRun(t, crawler.Config{}, m, &publisher{}, func() bool { return m.poll(address).Failures > 0 })
		if p := m.poll(address); p.Outcome != news.Guarded || !strings.Contains(p.Detail, "loopback") {
			t.Errorf("%s: %+v", address, p)
		}
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the site was reached %d times", n)
	}
}

// The one listener passes; a story of its feed on another one does not.
func TestGuardedListener(t *testing.T) {
	other, hits := site(t, oneStory)
	s, _ := site(t, `<rss version="2.0"><channel><item><title>Story</title><link>HOST/story</link></item>
<item><title>Inside</title><link>`+other.URL+`/story</link></item></channel></rss>`)
	m, p := newMemory(watch(s.URL+"/feed")), &publisher{}
	c := crawler.Config{AllowListeners: []netip.AddrPort{netip.MustParseAddrPort(s.Listener.Addr().String())}}
	realRun(t, c, m, p, func() bool { return len(p.articles()) == 2 })
	for _, a := range p.articles() {
		if inside := strings.HasPrefix(a.URL, other.URL); a.Partial != inside {
			t.Errorf("%s: partial %v", a.URL, a.Partial)
		}
	}
	if v := m.visit(other.URL + "/story"); v.Outcome != news.Guarded {
		t.Errorf("the story inside: %+v", v)
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the other listener was reached %d times", n)
	}
}

// With private networks allowed all is read; a hanging site holds nobody up, and
// stopping breaks it off.
func TestRealSite(t *testing.T) {
	s, _ := site(t, oneStory)
	hung := watch("http://127.0.0.2" + s.URL[strings.LastIndex(s.URL, ":"):] + "/hang")
	hung.Slug = "hung"
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", hung.Feed[len("http://"):strings.LastIndex(hung.Feed, "/")])
	if err != nil {
		t.Fatal(err)
	}
	slow := &http.Server{Handler: s.Config.Handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = slow.Serve(l) }()
	t.Cleanup(func() { _ = slow.Close() })
	m, p := newMemory(hung, watch(s.URL+"/feed")), &publisher{}
	realRun(t, crawler.Config{AllowPrivateNetworks: true, Concurrency: 2}, m, p, func() bool { return len(p.articles()) == 1 })
	if a := p.articles()[0]; a.URL != s.URL+"/story" || a.Title != "Story" {
		t.Errorf("%+v", a)
	}
}

// Through a proxy the guard still refuses addresses that are written as numbers.
func TestProxy(t *testing.T) {
	var through, refused atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through.Add(1)
		if r.Host != "news.test" {
			refused.Add(1)
		}
		if r.URL.Path == "/feed" {
			_, _ = w.Write([]byte(strings.ReplaceAll(oneStory, "HOST", "http://news.test")))
			return
		}
		http.NotFound(w, r)
	}))
	defer proxy.Close()
	far := watch("http://news.test/feed")
	m := newMemory(far)
	realRun(t, crawler.Config{Proxy: proxy.URL}, m, &publisher{}, func() bool { return m.poll(far.Feed).Outcome == news.OK })
	if through.Load() == 0 {
		t.Error("nothing went through the proxy")
	}
	near := watch("http://169.254.169.254/feed")
	m = newMemory(near)
	realRun(t, crawler.Config{Proxy: proxy.URL}, m, &publisher{}, func() bool { return m.poll(near.Feed).Failures > 0 })
	if p := m.poll(near.Feed); p.Outcome != news.Guarded || refused.Load() != 0 {
		t.Errorf("a metadata address through a proxy: %+v", p)
	}
}
