package post_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/alert/post"
	"edict/guard"
	"edict/news"
)

func client(t *testing.T, private bool) *post.Client {
	t.Helper()
	g, err := guard.New(guard.Config{AllowPrivate: private})
	if err != nil {
		t.Fatal(err)
	}
	c := post.New(g, func() time.Time { return time.Date(2021, 6, 18, 12, 0, 0, 0, time.UTC) })
	t.Cleanup(c.Close)
	return c
}

func request(ctx context.Context, t *testing.T, address string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// The guard is asked at dial, whatever the name: nothing on the inside is reached.
func TestGuarded(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	for _, address := range []string{inside.URL, "http://localhost:" + port + "/token", "http://169.254.169.254/latest"} {
		a := client(t, false).Do(request(t.Context(), t, address))
		if a.Outcome != news.TryRefused || !strings.Contains(a.Text, "is refused") || strings.Contains(a.Text, "token") {
			t.Errorf("%s: %+v", address, a)
		}
	}
}

// Retry-After is seconds or a date; nothing that a receiver says keeps it alone for more
// than a day.
func TestRetryAfter(t *testing.T) {
	after := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	c := client(t, true)
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "": 0, "soon": 0, "-5": 0, "Fri, 18 Jun 2021 12:02:00 GMT": 2 * time.Minute, "Fri, 18 Jun 2021 11:00:00 GMT": 0, "99999999999": 24 * time.Hour, "100000": 24 * time.Hour,
	} {
		after = header
		if a := c.Do(request(t.Context(), t, server.URL)); a.Outcome != news.TryLater || a.After != want {
			t.Errorf("Retry-After %q: %+v, want %s", header, a, want)
		}
	}
}

// What it means that no answer came, without the address.
func TestNoAnswer(t *testing.T) {
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the client has gone
		<-r.Context().Done()
	}))
	defer hangs.Close()
	cuts := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cuts.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	c := client(t, true)
	for name, test := range map[string]struct {
		address string
		want    news.TryOutcome
		says    string
	}{
		"hangs":   {hangs.URL, news.TryUnknown, "no answer in time"},
		"cuts":    {cuts.URL, news.TryUnknown, "closed before an answer"},
		"closed":  {closed.URL, news.TryLater, "connection refused"},
		"no name": {"http://nowhere.invalid", news.TryLater, ""},
		"no TLS":  {strings.Replace(hangs.URL, "http:", "https:", 1), news.TryUnknown, ""},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		a := c.Do(request(ctx, t, test.address+"/s3cr3t"))
		cancel()
		if a.Outcome != test.want && name != "no name" || !strings.Contains(a.Text, test.says) || strings.Contains(a.Text, "s3cr3t") || a.Text == "" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
