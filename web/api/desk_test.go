package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/alert"
	"edict/alert/payload"
	"edict/news"
	"edict/store"
	"edict/store/storetest"
	"edict/web"
	"edict/web/api"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A desk is the API over a store of its own.
type desk struct {
	*store.Store
	handler http.Handler
	who     account.Identity
	ids     int
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	now := func() time.Time { return storetest.Epoch.AddDate(0, 1, 0) }
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), slog.New(slog.DiscardHandler), now)
	ok(t, err)
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{Store: s, who: account.Identity{Name: "ada", Role: account.Admin, Scopes: account.Scopes()}}
	d.handler, err = api.New(api.Config{
		Subscriptions: s, Outbox: s, Silences: s, Archive: s, Status: web.Status, Problem: web.Problem, Webhook: payload.Payload{}, Allow: web.Allow, Now: now,
		NewID: func() string { d.ids++; return fmt.Sprintf("sub-%03d", d.ids) },
		Check: func(_ context.Context, sub news.Subscription) error {
			_, err := alert.NewTrial(sub)
			return err
		},
		Try: func(_ context.Context, sub news.Subscription, since time.Time) ([]api.TriedAlert, error) {
			if since.IsZero() {
				return nil, news.ErrInvalid
			}
			list := make([]api.TriedAlert, 120)
			for i := range list {
				list[i] = api.TriedAlert{Alert: news.Alert{Subscription: sub.ID, Change: int64(i), Causes: []news.Cause{news.NewStory}, Facts: []news.Fact{}}, Title: "a"}
			}
			return list, nil
		},
	})
	ok(t, err)
	return d
}

// ask sends a request and returns the answer. head is "Name: value" lines.
func (d *desk) ask(t testing.TB, method, path, body string, head ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.Body = http.NoBody
	}
	for _, line := range head {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r.WithContext(account.With(r.Context(), d.who)))
	return w.Result()
}

// want asks, expects a status, and reads the answer into v unless that is nil. What is
// no success must be a problem that says why.
func (d *desk) want(t testing.TB, status int, v any, method, path, body string, head ...string) *http.Response {
	t.Helper()
	answer := d.ask(t, method, path, body, head...)
	raw, err := io.ReadAll(answer.Body)
	ok(t, err)
	if answer.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d\n%s", method, path, answer.StatusCode, status, raw)
	}
	if status >= 400 {
		var problem struct {
			Title, Detail string
			Status        int
		}
		if err := json.Unmarshal(raw, &problem); err != nil || answer.Header.Get("Content-Type") != "application/problem+json" || problem.Status != status || problem.Title == "" || problem.Detail == "" {
			t.Fatalf("%s %s: %d is no problem of RFC 9457: %s %s", method, path, status, answer.Header.Get("Content-Type"), raw)
		}
	}
	if v != nil {
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(v); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, path, err, raw)
		}
	}
	return answer
}

// A page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// all reads a list page by page, and wants each page but the last to be full.
func all[T any](t testing.TB, d *desk, path string, limit int) (list []T) {
	t.Helper()
	for after := ""; ; {
		var p page[T]
		d.want(t, http.StatusOK, &p, http.MethodGet, fmt.Sprintf("%s&limit=%d&after=%s", path, limit, after), "")
		list = append(list, p.Items...)
		if p.Next == "" {
			return list
		}
		if len(p.Items) != limit {
			t.Fatalf("%s: a page of %d that goes on", path, len(p.Items))
		}
		after = p.Next
	}
}
