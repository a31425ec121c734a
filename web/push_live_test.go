package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edict/news"
	"edict/web"
)

func read(t testing.TB, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// streamOnce returns the first batch of a live page.
func streamOnce(t *testing.T, server *web.Server, target string) string {
	t.Helper()
	return streamIn(t, server, target, "en")
}

// streamIn does so as a browser in a language.
func streamIn(t *testing.T, server *web.Server, target, language string) string {
	t.Helper()
	var out string
	h := httptest.NewServer(server.Handler())
	defer h.Close()
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", language)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for !strings.Contains(out, "event: places") {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %s", err, out)
		}
		out += strings.TrimPrefix(line, "data: ")
	}
	return out
}

func named(events []event, name string) []event {
	var out []event
	for _, e := range events {
		if e.name == name {
			out = append(out, e)
		}
	}
	return out
}

func TestLiveDeliversNewAndChangedStories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := samples()
		s := newShelf(all[3:]...)
		server := site(t, s)
		st := openStream(server, "/live", "")
		defer st.close()
		if got := named(st.take(), "card"); len(got) != 0 {
			t.Fatalf("a page that is up to date got %d cards", len(got))
		}
		s.put(all[0])
		got := named(st.take(), "card")
		if len(got) != 1 || got[0].id != strconv.Itoa(len(all)-2) || !strings.Contains(got[0].data, "hydropower") || !strings.Contains(got[0].data, "ordered 26 mining sites to shut down</mark>") {
			t.Fatalf("the new story did not come as a card: %+v", got)
		}
		// The same article again, with a tag accepted: one card, in the same place.
		changed := all[0]
		changed.Tags = append([]news.Tag{}, changed.Tags...)
		changed.Tags[0].State = news.Accepted
		s.put(changed)
		got = named(st.take(), "card")
		if len(got) != 1 || !strings.Contains(got[0].data, `id="a-`+all[0].Key().Article) || !strings.Contains(got[0].data, "accepted") {
			t.Fatalf("the changed story did not come: %+v", got)
		}
		s.withdraw(all[0].Key().Article)
		if got := named(st.take(), "gone"); len(got) != 1 || got[0].data != all[0].Key().Article {
			t.Fatalf("the withdrawn story is not gone: %+v", got)
		}
		if s.reads != 2 {
			t.Errorf("%d records were read for 3 changes", s.reads)
		}
	})
}

func TestLiveKeepsToItsFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		server := site(t, s)
		all := samples()
		streams := map[string]*stream{}
		for _, q := range []string{"", "?label=pro_blockchain_policy", "?jurisdiction=CN", "?jurisdiction=US-NY", "?all=1", "?source=chainfeed&all=1", "?q=hydropower", "?label=mining_crackdown&jurisdiction=HK"} {
			streams[q] = openStream(server, "/live"+q, "")
		}
		synctest.Wait()
		for _, r := range all {
			s.put(r)
		}
		want := map[string]int{
			"": 11, "?label=pro_blockchain_policy": 5, "?jurisdiction=CN": 5, "?jurisdiction=US-NY": 1, "?all=1": 13,
			"?source=chainfeed&all=1": 2, "?q=hydropower": 1, "?label=mining_crackdown&jurisdiction=HK": 0,
		}
		for q, st := range streams {
			events := st.take()
			cards, gone := len(named(events, "card")), len(named(events, "gone"))
			if cards != want[q] || cards+gone != len(all) {
				t.Errorf("%q: %d cards and %d gone of %d, want %d", q, cards, gone, len(all), want[q])
			}
			// The page under the same filters shows the same stories.
			if n := strings.Count(get(t, server, "/stream"+q, http.StatusOK), `class="card"`); n != cards {
				t.Errorf("%q: the page has %d cards, live had %d", q, n, cards)
			}
			st.close()
		}
		if server.Open() != 0 {
			t.Errorf("%d streams are still open", server.Open())
		}
	})
}

func TestLiveGoesOnWhereItStood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := samples()
		s := newShelf(all...)
		server := site(t, s)
		// The header of a browser that comes back counts before the page's own cursor.
		for _, c := range []struct {
			target, lastID string
			cards          int
		}{{"/live?all=1", "", 0}, {"/live?all=1&since=10", "", 3}, {"/live?all=1&since=0", "12", 1}, {"/live?all=1&since=0", "", 13}} {
			st := openStream(server, c.target, c.lastID)
			cards := named(st.take(), "card")
			if len(cards) != c.cards {
				t.Errorf("%s after %q: %d cards, want %d", c.target, c.lastID, len(cards), c.cards)
			}
			if n := len(cards); n > 0 && cards[n-1].id != "13" {
				t.Errorf("%s: the last card stands at change %s", c.target, cards[n-1].id)
			}
			st.close()
		}
	})
}

func TestLiveTellsWhoIsTooFarBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		r := samples()[0]
		for range web.LiveBehind + 1 {
			s.put(r)
		}
		server := site(t, s)
		st := openStream(server, "/live?since=0", "")
		if got := st.take(); len(named(got, "card")) != 0 || len(named(got, "behind")) != 1 || named(got, "behind")[0].data != strconv.Itoa(web.LiveBehind+1) {
			t.Errorf("a reader who is far behind got %+v", got)
		}
		st.close()
		// A store that was started anew has fewer changes than the reader has seen.
		st = openStream(server, "/live", "99999")
		if got := named(st.take(), "behind"); len(got) != 1 || got[0].data != "0" || got[0].id != strconv.Itoa(web.LiveBehind+1) {
			t.Errorf("a reader of an older store got %+v", got)
		}
		s.put(samples()[1])
		if got := named(st.take(), "card"); len(got) != 1 {
			t.Errorf("and then %d cards", len(got))
		}
		st.close()
	})
}

func TestLiveBeatsAndLooksWithoutBeingWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(samples()[1:]...)
		server := site(t, s, func(c *web.Config) { c.Wake = nil })
		st := openStream(server, "/live", "")
		defer st.close()
		st.take()
		time.Sleep(14900 * time.Millisecond) // in the bubble's time
		if got := st.take(); len(got) != 0 {
			t.Errorf("before 15 s: %+v", got)
		}
		time.Sleep(200 * time.Millisecond)
		if got := named(st.take(), ":"); len(got) != 1 {
			t.Errorf("after 15 s: %+v", got)
		}
		s.put(samples()[0])
		time.Sleep(time.Second)
		if got := named(st.take(), "card"); len(got) != 1 {
			t.Errorf("a second after a change: %+v", got)
		}
	})
}

func TestLiveWaitsForAStoreThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(samples()[1:]...)
		server := site(t, s)
		st := openStream(server, "/live", "")
		defer st.close()
		st.take()
		s.breakWith(news.ErrUnavailable)
		s.put(samples()[0])
		time.Sleep(5 * time.Second)
		if got := named(st.take(), "card"); len(got) != 0 {
			t.Fatalf("from a store that is away: %+v", got)
		}
		s.breakWith(nil)
		time.Sleep(time.Second)
		if got := named(st.take(), "card"); len(got) != 1 {
			t.Errorf("when it is back: %+v", got)
		}
	})
}

func TestLiveHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := site(t, newShelf())
		var open []*stream
		for range web.MaxLive {
			open = append(open, openStream(server, "/live", ""))
		}
		synctest.Wait()
		if server.Open() != web.MaxLive {
			t.Fatalf("%d streams are open", server.Open())
		}
		if res := ask(server, http.MethodGet, "localhost", "/live"); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Errorf("one stream too many: %d", res.StatusCode)
		}
		open[0].close()
		if server.Open() != web.MaxLive-1 {
			t.Errorf("a reader left, and %d streams are open", server.Open())
		}
		server.Close()
		server.Close()
		for _, st := range open {
			<-st.ended
		}
		if server.Open() != 0 {
			t.Errorf("closed, and %d streams are open", server.Open())
		}
	})
}

// pipes is a listener over connections in memory, which hold nothing back: what is
// not read blocks the writer.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func TestLiveDropsASlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		server := site(t, s)
		l := pipes{make(chan net.Conn)}
		h := &http.Server{Handler: server.Handler(), ReadHeaderTimeout: time.Minute}
		served := make(chan struct{})
		go func() {
			defer close(served)
			_ = h.Serve(l)
		}()
		ours, theirs := net.Pipe()
		l.conns <- theirs
		if _, err := io.WriteString(ours, "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 4096)
		if _, err := ours.Read(head); err != nil {
			t.Fatal(err)
		}
		s.put(samples()[0])
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if server.Open() != 1 {
			t.Fatalf("%d streams are open while one does not read", server.Open())
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if server.Open() != 0 {
			t.Error("a reader that takes nothing for 10 s is still served")
		}
		ours.Close()
		close(l.conns)
		h.Close()
		<-served
	})
}
