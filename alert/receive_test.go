package alert_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/payload"
	"edict/alert/post"
	"edict/alert/webhook"
	"edict/guard"
	"edict/news"
)

// secretPath stands in the address of every receiver: nothing may show it.
const secretPath = "s3cr3t-t0ken-value"

// A receiver answers webhooks as it is told, and notes what came.
type receiver struct {
	*httptest.Server

	mu     sync.Mutex
	answer map[string][]answer // guarded by mu; by path, the next one first
	got    []hook              // guarded by mu
}

// An answer is what the receiver says to one request; hang waits until the other side
// has gone.
type answer struct {
	code  int
	after string
	hang  bool
	body  string
}

type hook struct {
	path, id string
	header   http.Header
	body     []byte
	payload  payload.Payload
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: map[string][]answer{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	path := "/" + strings.Split(req.URL.Path, "/")[1]
	h := hook{path: path, id: req.Header.Get("webhook-id"), header: req.Header, body: body}
	_ = json.Unmarshal(body, &h.payload)
	r.mu.Lock()
	r.got = append(r.got, h)
	a := answer{code: 204}
	if next := r.answer[path]; len(next) > 0 {
		a, r.answer[path] = next[0], next[1:]
	}
	r.mu.Unlock()
	if a.hang {
		<-req.Context().Done()
		return
	}
	if a.after != "" {
		w.Header().Set("Retry-After", a.after)
	}
	w.WriteHeader(a.code)
	_, _ = io.WriteString(w, a.body)
}

func (r *receiver) says(path string, answers ...answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer[path] = append(r.answer[path], answers...)
}

func (r *receiver) received(path string) (list []hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range r.got {
		if h.path == path {
			list = append(list, h)
		}
	}
	return list
}

// at is a channel of the receiver.
func (r *receiver) at(path string) string {
	return "webhook:" + r.URL + path + "/" + secretPath + "?key=" + secretPath
}

// A post office is a desk with a worker, a clock and a log.
type office struct {
	*desk
	worker *alert.Worker
	log    bytes.Buffer
	mu     sync.Mutex
	now    time.Time // guarded by mu
}

const secretKey = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func newOffice(t *testing.T, subs ...news.Subscription) *office {
	t.Helper()
	o := &office{desk: newDesk(t, subs...), now: time.Now().UTC().Truncate(time.Second)}
	o.stage.Now = o.clock
	for _, sub := range subs {
		for _, name := range sub.ChannelNames() {
			ok(t, o.SaveChannelSecret(t.Context(), sub.ID, name, secretKey))
		}
	}
	g, err := guard.New(guard.Config{AllowPrivate: true})
	ok(t, err)
	client := post.New(g, o.clock)
	t.Cleanup(client.Close)
	composer := &alert.Composer{Library: o.Store, Now: o.clock, Base: func() string { return "http://127.0.0.1:8080" }}
	o.worker = &alert.Worker{
		Outbox: o.Store, Compose: composer.Compose, Channels: map[string]alert.Channel{"webhook": webhook.Channel{Client: client, UserAgent: "Edict/test"}},
		Log: slog.New(slog.NewJSONHandler(&o.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: o.clock, Random: func() float64 { return .5 }, Within: 5 * time.Second,
	}
	return o
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(t *testing.T, d time.Duration) {
	t.Helper()
	o.mu.Lock()
	o.now = o.now.Add(d)
	o.mu.Unlock()
	_, err := o.worker.Pass(t.Context())
	ok(t, err)
}

// states says what there is of deliveries, the first one first, in short.
func (o *office) states(t *testing.T) (out []string) {
	t.Helper()
	list, err := o.Deliveries(t.Context(), news.DeliveryFilter{})
	ok(t, err)
	slices.SortFunc(list, func(a, b news.Delivery) int { return int(a.Change - b.Change) })
	for _, d := range list {
		line := fmt.Sprintf("%s %d", d.State, d.Attempts)
		if d.Hold != "" {
			line += " " + string(d.Hold)
		}
		if d.State == news.DeliveryWaiting {
			line += " in " + d.Next.Sub(o.clock()).String()
		}
		out = append(out, line+": "+d.Answer)
	}
	return out
}

func hooked(id string, channels ...string) news.Subscription {
	sub := ask(id, news.Query{Labels: []news.Label{news.Crackdown}})
	sub.Channels = channels
	return sub
}
