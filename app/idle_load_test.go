//go:build load && linux

package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// TestUnchangedFeeds tells what a round of 1,000 feeds costs that answer 304, each on
// an address of its own. The aim is a second of CPU.
func TestUnchangedFeeds(t *testing.T) {
	const feeds, rounds = 1000, 3
	var unchanged, whole atomic.Int64
	site := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		whole.Add(1)
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Idle</title></channel></rss>`)
	})}
	var b strings.Builder
	b.WriteString("crawler: {allow_private_networks: true, user_agent: \"EdictTest/1 (+https://edict.example)\"}\nsources:\n")
	for i := range feeds {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", fmt.Sprintf("127.7.%d.%d:0", i/250, 1+i%250))
		ok(t, err)
		go func() { _ = site.Serve(l) }()
		fmt.Fprintf(&b, "  - {name: Idle %d, feed: \"http://%s/feed\", every: 40s}\n", i, l.Addr())
	}
	t.Cleanup(func() { ok(t, site.Shutdown(context.Background())) })
	file, _ := settingsFile(t, "127.0.0.1:0", b.String())
	c := startChild(t, file)
	reached := func(n int64) {
		until(t, 10*time.Minute, func() string { return fmt.Sprintf("%d whole, %d unchanged", whole.Load(), unchanged.Load()) }, func() bool { return unchanged.Load() >= n })
	}
	reached(feeds)
	began, before := time.Now(), processorTime(t, c.Process.Pid)
	reached(feeds * (1 + rounds))
	used, took := processorTime(t, c.Process.Pid)-before, time.Since(began)
	t.Logf("a round of %d unchanged feeds: %s of CPU (aim 1s; %d rounds in %s, all that the program did meanwhile), %d MiB at most", feeds, (used / rounds).Round(10*time.Millisecond), rounds, took.Round(time.Second), peak(t, c.Process.Pid)>>20)
	c.stop(t)
	if whole.Load() != feeds {
		t.Errorf("%d feeds were read whole, of %d", whole.Load(), feeds)
	}
}

// TestIdleSources tells what 10,000 sources cost of which none is due, beside a program
// that watches none. The aim is a hundredth of a core.
func TestIdleSources(t *testing.T) {
	const lasts = time.Minute
	cost := func(sources int) time.Duration {
		file, cfg := settingsFile(t, "127.0.0.1:0", "sources: []\n")
		s, err := app.MakeArchive(t.Context(), cfg, time.Now)
		ok(t, err)
		var list []news.Source
		for i := range sources {
			list = append(list, news.Source{Slug: fmt.Sprintf("s-%d", i), Name: fmt.Sprintf("Source %d", i), Kind: news.Press, Feed: fmt.Sprintf("https://s-%d.example/feed", i)})
		}
		ok(t, s.LayInSources(t.Context(), news.FromUser, list))
		for _, src := range list {
			_, err := s.SavePoll(t.Context(), news.Poll{Source: src.Slug, Address: src.Feed, First: time.Now(), Last: time.Now(), Success: time.Now(), Next: time.Now().Add(12 * time.Hour), Outcome: news.Unchanged}, nil)
			ok(t, err)
		}
		ok(t, s.Close())
		c := startChild(t, file)
		<-c.ready
		pass(5 * time.Second) // what a start costs is not what is asked
		before := processorTime(t, c.Process.Pid)
		pass(lasts)
		used := processorTime(t, c.Process.Pid) - before
		t.Logf("%d sources: %s of CPU in %s, %d MiB at most", sources, used, lasts, peak(t, c.Process.Pid)>>20)
		c.stop(t)
		return used
	}
	with, without := cost(10_000), cost(0)
	t.Logf("10,000 idle sources take %.2f %% of a core (aim 1), the program without any %.2f %%", 100*(with-without).Seconds()/lasts.Seconds(), 100*without.Seconds()/lasts.Seconds())
}
