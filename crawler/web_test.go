package crawler_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"go.uber.org/goleak"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"edict/crawler"
	"edict/news"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A web is a small web of raw responses in one text file. The file "sources.json" of
// the archive holds the sources; every other is named by an address, and holds the
// response to it. "ADDRESS 2" is the response from the second request on. An
// address without a response answers 404, so a site without a robots.txt allows all.
//
// These headers are not sent, but carried out:
//
//	Test-Wait: 3s          answers after that time
//	Test-Encode: big5      sends the body in that charset
//	Test-Bomb: 300         adds so many MiB of text and packs all with gzip
//	Test-Gzip: 1           packs the body
//	Test-Fail: words       breaks the connection with that error
//
// A response with an ETag answers 304 to a request that names it.
type web struct {
	sources   []news.Source
	responses map[string][]byte

	mu       sync.Mutex
	asked    []asked
	count    map[string]int
	inFlight map[string]int
	maxAtOne int
	sent     int64 // bytes of bombs that were read
}

type asked struct {
	url  string
	at   time.Time
	done time.Time
	head http.Header
}

func openWeb(t *testing.T, name string) *web {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return newWeb(t, raw)
}

func newWeb(t *testing.T, raw []byte) *web {
	t.Helper()
	w := &web{responses: map[string][]byte{}, count: map[string]int{}, inFlight: map[string]int{}}
	for _, f := range txtar.Parse(raw).Files {
		if f.Name == "sources.json" {
			if err := json.Unmarshal(f.Data, &w.sources); err != nil {
				t.Fatalf("sources.json: %v", err)
			}
			continue
		}
		w.responses[f.Name] = f.Data
	}
	for _, s := range w.sources {
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// set changes or adds a response while a test runs.
func (w *web) set(address, response string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.responses[address] = []byte(response)
}

func (w *web) pick(address string) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count[address]++
	for n := w.count[address]; n > 1; n-- {
		if r, ok := w.responses[address+" "+strconv.Itoa(n)]; ok {
			return r
		}
	}
	if r, ok := w.responses[address]; ok {
		return r
	}
	return []byte("HTTP/1.1 404 Not Found\nContent-Type: text/html\n\nNot here.\n")
}

// RoundTrip answers a request out of the file.
func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	domain := domainKey(r.URL.Hostname())
	w.mu.Lock()
	w.inFlight[domain]++
	w.maxAtOne = max(w.maxAtOne, w.inFlight[domain])
	w.asked = append(w.asked, asked{url: address, at: time.Now(), head: r.Header.Clone()})
	i := len(w.asked) - 1
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.inFlight[domain]--
		w.asked[i].done = time.Now()
	}()
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(w.pick(address))), r)
	if err != nil {
		return nil, fmt.Errorf("the test's response for %s: %w", address, err)
	}
	return w.carryOut(r, resp)
}

func (w *web) carryOut(r *http.Request, resp *http.Response) (*http.Response, error) {
	take := func(name string) string {
		v := resp.Header.Get(name)
		resp.Header.Del(name)
		return v
	}
	if wait, err := time.ParseDuration(take("Test-Wait")); err == nil {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if fault := take("Test-Fail"); fault != "" {
		return nil, fmt.Errorf("%s", fault)
	}
	if tag := resp.Header.Get("ETag"); tag != "" && tag == r.Header.Get("If-None-Match") {
		resp.StatusCode, resp.Status, resp.Body, resp.ContentLength = 304, "304 Not Modified", http.NoBody, 0
		return resp, nil
	}
	if charset := take("Test-Encode"); charset != "" {
		enc, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(transform.NewReader(resp.Body, enc.NewEncoder()))
	}
	if take("Test-Gzip") != "" {
		resp.Body = io.NopCloser(packed(resp.Body, 0))
	}
	if size, err := strconv.Atoi(take("Test-Bomb")); err == nil {
		resp.Body = io.NopCloser(&counted{packed(resp.Body, size), w})
		resp.Header.Set("Content-Encoding", "gzip")
		resp.ContentLength = -1
	}
	return resp, nil
}

// packed packs body and as many MiB of letters behind it.
func packed(body io.Reader, mebibytes int) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.Copy(z, body)
	chunk := bytes.Repeat([]byte("a "), 1<<19)
	for range mebibytes {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
	return &b
}

type counted struct {
	io.Reader
	w *web
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.sent += int64(n)
	return n, err
}

func domainKey(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// times returns when an address was asked for.
func (w *web) times(address string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []time.Time
	for _, a := range w.asked {
		if a.url == address {
			out = append(out, a.at)
		}
	}
	return out
}

// requests returns the addresses that were asked for, in order.
func (w *web) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, a := range w.asked {
		out = append(out, a.url)
	}
	return out
}

func (w *web) last(address string) http.Header {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range slices.Backward(w.asked) {
		if a.url == address {
			return a.head
		}
	}
	return nil
}

// checkManners fails the test where two requests to one domain were at once, or
// closer than the pause between the end of one and the beginning of the next.
func (w *web) checkManners(t *testing.T, pause time.Duration) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.maxAtOne > 1 {
		t.Errorf("%d requests at once to one domain", w.maxAtOne)
	}
	ended := map[string]asked{}
	for _, a := range w.asked {
		host, _, _ := strings.Cut(strings.SplitN(a.url, "://", 2)[1], "/")
		domain := domainKey(strings.Split(host, ":")[0])
		if before, ok := ended[domain]; ok && a.at.Sub(before.done) < pause {
			t.Errorf("%s came %s after %s, want %s", a.url, a.at.Sub(before.done), before.url, pause)
		}
		ended[domain] = a
	}
}

// A bed is a crawler on a web, with its memory and what it published.
type bed struct {
	*web
	memory    *memory
	publisher *publisher
	crawler   *crawler.Crawler
	events    chan crawler.Event
}

// bed makes a crawler on the web. Configure may change its configuration.
func (w *web) bed(t *testing.T, configure ...func(*crawler.Config)) *bed {
	t.Helper()
	b := &bed{web: w, memory: newMemory(w.sources...), publisher: &publisher{}, events: make(chan crawler.Event, 10_000)}
	b.restart(t, configure...)
	return b
}

// restart makes a new crawler, as a new process would, on the same memory.
func (b *bed) restart(t *testing.T, configure ...func(*crawler.Config)) {
	t.Helper()
	c := crawler.Config{UserAgent: "Edict/test (+https://edict.example/contact)", Concurrency: 4, Observe: func(e crawler.Event) { b.events <- e }}
	for _, f := range configure {
		f(&c)
	}
	var err error
	if b.crawler, err = crawler.NewOn(c, b.memory, b.publisher, b.web); err != nil {
		t.Fatal(err)
	}
}

// start runs the crawler until the returned function is called, which fails the
// test when the crawler does not stop within a second.
func (b *bed) start(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.crawler.Run(ctx) }()
	return func() {
		t.Helper()
		told := time.Now()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if took := time.Since(told); took > time.Second {
			t.Errorf("it took %s to stop", took)
		}
	}
}

// crawl runs the crawler for a while.
func (b *bed) crawl(t *testing.T, d time.Duration) {
	t.Helper()
	stop := b.start(t)
	time.Sleep(d)
	stop()
}

// inBubble runs a test in which time passes as soon as everything waits.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
