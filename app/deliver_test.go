package app_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"edict/app"
	"edict/news"
)

// A hookReceiver takes webhooks and notes them.
type hookReceiver struct {
	*httptest.Server

	mu   sync.Mutex
	code int    // guarded by mu
	got  []hook // guarded by mu
	open int    // guarded by mu; connections
}

type hook struct {
	id, path string
	header   http.Header
	body     []byte
	at       time.Time
}

func newHookReceiver(t testing.TB) *hookReceiver {
	t.Helper()
	r := &hookReceiver{code: http.StatusNoContent}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, hook{req.Header.Get("webhook-id"), req.URL.Path, req.Header, body, time.Now()})
		w.WriteHeader(r.code)
	}))
	r.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		r.mu.Lock()
		defer r.mu.Unlock()
		switch state {
		case http.StateNew:
			r.open++
		case http.StateClosed, http.StateHijacked:
			r.open--
		}
	}
	r.Start()
	t.Cleanup(r.Close)
	return r
}

func (r *hookReceiver) received() []hook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hook(nil), r.got...)
}

const privateAlerts = "alert: {allow_private_networks: true}\n"

// A story that was stored reaches its subscriber seconds later, signed, with a link that
// works; a test of the channel shows the receiver's own answer.
func TestAlertIsSent(t *testing.T) {
	t.Parallel()
	r := newHookReceiver(t)
	cfg := settings(t, ownSites+sources()+privateAlerts)
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	sub := news.Subscription{
		ID: app.NewSubscriptionID(), Name: "Mining in China", Owner: "ada", Created: time.Now(), Language: "zh-Hans",
		Query: news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}}, Channels: []string{"webhook:" + r.URL + "/hook", "nats:"},
	}
	made, err := app.SaveSubscription(t.Context(), cfg, s, sub)
	ok(t, err)
	again, err := app.SaveSubscription(t.Context(), cfg, s, sub)
	ok(t, err)
	if len(made) != 1 || len(again) != 0 || made[0].Channel != news.ChannelName(sub.Channels[0]) {
		t.Fatalf("secrets %v, then %v", made, again)
	}
	p := start(t, cfg, app.Options{})
	const story = `{"id":"x","title":"Sichuan orders bitcoin mines to close","text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday.","language":"en"}`
	_, err = take(t, s, cfg, storyFile(t, story), app.IngestOptions{Alert: true})
	ok(t, err)
	until(t, patience, func() string { return "no alert was received" }, func() bool { return len(r.received()) > 0 })
	h := r.received()[0]
	verifier, err := standardwebhooks.NewWebhook(made[0].Secret)
	ok(t, err)
	ok(t, verifier.Verify(h.body, h.header))
	var body struct {
		Data struct {
			Alerts []struct {
				Page     string
				Facts    []struct{ Place string }
				Evidence []struct{ Quote, Says string }
			}
		}
	}
	ok(t, json.Unmarshal(h.body, &body))
	if len(body.Data.Alerts) != 1 {
		t.Fatalf("received %s", h.body)
	}
	a := body.Data.Alerts[0]
	if a.Facts[0].Place != "四川" && !strings.HasPrefix(a.Facts[0].Place, "四川") || len(a.Evidence) == 0 || !strings.ContainsAny(a.Evidence[0].Says, "挖矿关停") {
		t.Errorf("received %s", h.body)
	}
	if code, page := get(t, a.Page); code != http.StatusOK || !strings.Contains(page, "Sichuan orders") {
		t.Errorf("its page %s answers %d", a.Page, code)
	}
	until(t, patience, func() string { return "nothing was noted as sent" }, func() bool {
		list, err := s.Deliveries(t.Context(), news.DeliveryFilter{State: news.DeliverySent})
		ok(t, err)
		return len(list) == 2 // on the bus too
	})
	if _, metrics := get(t, p.Ops+"/metrics"); !strings.Contains(metrics, `edict_delivery_tries_total{channel="webhook",outcome="sent"} 1`) {
		t.Error("/metrics does not count the try")
	}

	tests, err := app.TestChannels(t.Context(), cfg, s, app.Options{Now: time.Now}, sub)
	ok(t, err)
	if len(tests) != 2 || tests[0].Answer.Outcome != news.TrySent || tests[0].Answer.Text != "204 No Content" {
		t.Errorf("the test: %+v", tests)
	}
	r.mu.Lock()
	r.code = http.StatusNotFound
	r.mu.Unlock()
	tests, err = app.TestChannels(t.Context(), cfg, s, app.Options{Now: time.Now}, sub)
	ok(t, err)
	if tests[0].Answer.Outcome != news.TryRefused || tests[0].Answer.Text != "404 Not Found" {
		t.Errorf("the test of what is not there: %+v", tests)
	}
	p.stop(t)
	green(t, cfg, "store", "ledger", "bus")
}
