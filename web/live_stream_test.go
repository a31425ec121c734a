package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing/synctest"

	"edict/web"
)

// An event is one server-sent event, or a comment (named ":").
type event struct{ id, name, data string }

// parseEvents reads a stream as a browser does.
func parseEvents(stream string) []event {
	var out []event
	for block := range strings.SplitSeq(stream, "\n\n") {
		e := event{}
		var data []string
		for line := range strings.SplitSeq(block, "\n") {
			field, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch field {
			case "":
				if line != "" {
					e.name, e.data = ":", value
				}
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				data = append(data, value)
			}
		}
		if len(data) > 0 {
			e.data = strings.Join(data, "\n")
		}
		if e.name != "" {
			out = append(out, e)
		}
	}
	return out
}

// A tape keeps what is written to it until it is taken.
type tape struct {
	mu     sync.Mutex // guards text
	text   strings.Builder
	header http.Header
}

func (w *tape) Header() http.Header { return w.header }
func (w *tape) WriteHeader(int)     {}
func (w *tape) Flush()              {}
func (w *tape) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *tape) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.text.String()
	w.text.Reset()
	return out
}

// A stream is a live page inside a bubble of synctest.
type stream struct {
	w      *tape
	cancel context.CancelFunc
	ended  chan struct{}
}

// openStream follows target.
func openStream(server *web.Server, target, lastID string) *stream {
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequest(http.MethodGet, target, nil).WithContext(ctx)
	r.Host = "localhost"
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	st := &stream{&tape{header: http.Header{}}, cancel, make(chan struct{})}
	go func() {
		defer close(st.ended)
		server.Handler().ServeHTTP(st.w, r)
	}()
	return st
}

func (st *stream) close() {
	st.cancel()
	<-st.ended
}

// take returns what came since the last take.
func (st *stream) take() []event {
	synctest.Wait()
	return parseEvents(st.w.take())
}
