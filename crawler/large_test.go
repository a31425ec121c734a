package crawler_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"edict/crawler"
	"edict/news"
)

// endless answers every feed with a body that never ends, and holds it after 3 MiB
// until it is let go.
type endless struct {
	held  atomic.Int64
	letGo chan struct{}
}

func (e *endless) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Request: r}
	if r.URL.Path == "/robots.txt" {
		resp.StatusCode, resp.Body = http.StatusNotFound, http.NoBody
		return resp, nil
	}
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("<rss>"+strings.Repeat(" ", 3<<20)), &held{endless: e}))
	return resp, nil
}

type held struct {
	*endless
	counted bool
}

func (h *held) Read(p []byte) (int, error) {
	if !h.counted {
		h.counted = true
		h.endless.held.Add(1)
		<-h.letGo
		h.endless.held.Add(-1)
	}
	return copy(p, "          "), nil
}

// However many sites send bombs at once, two are taken at a time.
func TestLargeBodiesTakeTurns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var sources []news.Source
		for i := range 6 {
			sources = append(sources, news.Source{Slug: fmt.Sprint("s", i), Name: "S", Kind: news.Press, Feed: fmt.Sprintf("http://s%d.test/feed", i)})
		}
		m := newMemory(sources...)
		e := &endless{letGo: make(chan struct{})}
		c, err := crawler.NewOn(crawler.Config{UserAgent: "Edict", Concurrency: 6}, m, &publisher{}, e)
		if err != nil {
			t.Fatal(err)
		}
		b := &bed{memory: m, crawler: c}
		stop := b.start(t)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := e.held.Load(); n != 2 {
			t.Errorf("%d large bodies are read at once, want 2", n)
		}
		close(e.letGo)
		time.Sleep(10 * time.Second)
		stop()
		for _, s := range sources {
			if p := m.poll(s.Feed); p.Outcome != news.TooLarge {
				t.Errorf("%s: %s (%s)", s.Feed, p.Outcome, p.Detail)
			}
		}
	})
}
