package alert_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/payload"
	"edict/news"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// A message arrives once, signed so that the official library is content, with what a
// reader needs to judge it.
func TestDelivered(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/a")))
	o.keep(t, report{address: "1", story: "s", tags: []string{mining + " CN-SC enacted auto"}}, report{address: "2", story: "s", source: "other", tags: []string{mining + " CN-SC enacted auto"}})
	o.told(t, "a")
	o.pass(t, 0)
	o.pass(t, time.Hour)
	got := r.received("/a")
	if len(got) != 1 {
		t.Fatalf("%d messages: %q", len(got), o.states(t))
	}
	verifier, err := standardwebhooks.NewWebhook(secretKey)
	ok(t, err)
	ok(t, verifier.Verify(got[0].body, got[0].header))
	list, err := o.Deliveries(t.Context(), news.DeliveryFilter{})
	ok(t, err)
	p := got[0].payload
	if got[0].id != list[0].ID || p.Data.ID != list[0].ID || p.Type != payload.Type || len(p.Data.Alerts) != 1 {
		t.Fatalf("id %s, %+v; the delivery is %+v", got[0].id, p, list[0])
	}
	a := p.Data.Alerts[0]
	if a.Headline != "Mines close" || a.Others != 1 || a.Source.Slug != "ledger" || len(a.Evidence) != 1 || a.Evidence[0].Quote != "Mines" || a.Facts[0].Jurisdiction != "CN-SC" ||
		a.Fetched == nil || a.Tagged == nil || a.Sent.IsZero() || !strings.HasPrefix(a.Page, "http://127.0.0.1:8080/records/") {
		t.Errorf("the alert is %+v", a)
	}
	want(t, "its state", o.states(t), "sent 1: 204 No Content")
}

// What an answer means for the next try.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer answer
		want   string
	}{
		"taken":              {answer{code: 200}, "sent 1: 200 OK"},
		"server error":       {answer{code: 500, body: "no\x1b[31m"}, "waiting 1 in 5s: 500 Internal Server Error: no[31m"},
		"too many":           {answer{code: 429, after: "120"}, "waiting 1 in 2m0s: 429 Too Many Requests"},
		"too many, shortly":  {answer{code: 429, after: "1"}, "waiting 1 in 5s: 429 Too Many Requests"},
		"unwell":             {answer{code: 503, after: "3600"}, "waiting 1 in 1h0m0s: 503 Service Unavailable"},
		"too early":          {answer{code: 425}, "waiting 1 in 5s: 425 Too Early"},
		"timeout of its own": {answer{code: 408}, "waiting 1 in 5s: 408 Request Timeout"},
		"not found":          {answer{code: 404}, "dead 1: 404 Not Found"},
		"refused":            {answer{code: 400, body: "bad " + secretPath}, "dead 1: 400 Bad Request: bad …"},
		"moved":              {answer{code: 308}, "dead 1: 308 Permanent Redirect: redirects are not followed; give the address that it leads to"},
		"gone":               {answer{code: 410}, "held 1 halted: 410 Gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t)
			o := newOffice(t, hooked("a", r.at("/a")))
			o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
			o.told(t, "a")
			r.says("/a", c.answer)
			o.pass(t, 0)
			want(t, "after it", o.states(t), c.want)
			sub, err := o.Subscription(t.Context(), "a")
			ok(t, err)
			if halted := len(sub.Halted) == 1 && strings.Contains(sub.Why, "410 Gone"); halted != (c.answer.code == 410) {
				t.Errorf("the subscription says %v, %q", sub.Halted, sub.Why)
			}
		})
	}
}

// No answer in time may mean that it was taken: it is sent again under the same id. What
// nobody listens for is tried for three days, ever more seldom, and is dead then; it may
// be replayed.
func TestAgainUnderTheSameID(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/a")))
	o.worker.Within = 100 * time.Millisecond
	o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	r.says("/a", answer{hang: true})
	o.pass(t, 0)
	want(t, "after nothing", o.states(t), "waiting 1 in 5s: no answer in time")
	o.pass(t, 4*time.Second)
	if n := len(r.received("/a")); n != 1 {
		t.Errorf("tried %d times before its time", n)
	}
	for range 100 {
		r.says("/a", answer{code: 500})
	}
	var waits []time.Duration
	for began := o.clock(); o.clock().Sub(began) < 4*24*time.Hour; {
		list, err := o.Deliveries(t.Context(), news.DeliveryFilter{State: news.DeliveryWaiting})
		ok(t, err)
		if len(list) == 0 {
			break
		}
		wait := list[0].Next.Sub(o.clock())
		waits = append(waits, wait)
		o.pass(t, max(wait, 0))
	}
	got := r.received("/a")
	for _, h := range got {
		if h.id != got[0].id {
			t.Errorf("another id: %s and %s", h.id, got[0].id)
		}
	}
	if n := len(got); n < 20 || n > 30 || waits[1] != 10*time.Second || waits[2] != 20*time.Second || slices.Max(waits) != 6*time.Hour {
		t.Errorf("%d tries, with %v between them", n, waits)
	}
	state := o.states(t)[0]
	if !strings.HasPrefix(state, "dead") || !strings.Contains(state, "given up after") {
		t.Errorf("after three days it is %q", state)
	}
	list, err := o.Deliveries(t.Context(), news.DeliveryFilter{State: news.DeliveryDead})
	ok(t, err)
	_, tries, err := o.Delivery(t.Context(), list[0].ID)
	ok(t, err)
	if len(tries) != len(got) || tries[0].Outcome != news.TryUnknown || tries[1].Outcome != news.TryLater {
		t.Errorf("%d tries are noted of %d: %+v", len(tries), len(got), tries[:2])
	}
	r.mu.Lock()
	clear(r.answer)
	r.mu.Unlock()
	_, err = o.Replay(t.Context(), []string{list[0].ID})
	ok(t, err)
	o.pass(t, time.Hour)
	if state := o.states(t)[0]; !strings.HasPrefix(state, "sent") {
		t.Errorf("replayed it is %q", state)
	}
}

// The messages of a story keep their order while the first is tried again; another story
// does not wait for it.
func TestOrder(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/a")))
	o.keep(t, report{address: "1", story: "s", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	r.says("/a", answer{code: 500})
	o.pass(t, 0)
	o.mu.Lock()
	o.now = o.now.Add(4 * time.Second)
	o.mu.Unlock()
	o.stage.Plan = func(_ news.Subscription, a news.Alert, _ time.Time) (time.Time, string) { return a.Time, "" }
	o.keep(t, report{address: "2", story: "s", tags: []string{mining + " CN enforced auto"}}, report{address: "3", tags: []string{mining + " KZ enacted auto"}})
	o.told(t, "a")
	o.pass(t, 0) // the channel rests
	o.pass(t, time.Second)
	o.pass(t, 0)
	var order []string
	for _, h := range r.received("/a") {
		order = append(order, fmt.Sprint(h.payload.Data.Alerts[0].Causes, h.payload.Data.Alerts[0].Facts[0].Jurisdiction))
	}
	want(t, "what came", order, "[story]CN", "[story]KZ", "[story]CN", "[stage]CN")
}

// What waits in one channel's queue holds up no other, of the same subscription or not.
func TestSlowHoldsNobody(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/slow"), r.at("/quick")), hooked("b", r.at("/other")))
	for n := range 3 {
		o.keep(t, report{address: fmt.Sprint(n), tags: []string{mining + " CN enacted auto"}})
	}
	o.told(t, "a")
	r.says("/slow", answer{hang: true}, answer{hang: true}, answer{hang: true})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	o.worker.Within = 30 * time.Second
	go func() { done <- o.worker.Run(ctx) }()
	until(t, "the others have theirs", func() bool { return len(r.received("/quick")) == 3 && len(r.received("/other")) == 3 })
	if n := len(r.received("/slow")); n != 1 {
		t.Errorf("%d tries on the slow one while the first takes its time", n)
	}
	stop()
	r.CloseClientConnections()
	ok(t, <-done)
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("it never came: " + what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

// A batch is one message, with one id however often it is tried and whatever joins it.
func TestBatch(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/a")))
	o.stage.Plan = func(_ news.Subscription, a news.Alert, _ time.Time) (time.Time, string) { return a.Time, "day" }
	for n := range 3 {
		o.keep(t, report{address: fmt.Sprint(n), tags: []string{mining + " CN enacted auto"}})
	}
	o.told(t, "a")
	r.says("/a", answer{code: 500})
	o.pass(t, 0)
	o.keep(t, report{address: "late", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	o.pass(t, time.Minute)
	var got []string
	ids := map[string]bool{}
	for _, h := range r.received("/a") {
		got = append(got, fmt.Sprint(len(h.payload.Data.Alerts)))
		ids[h.id] = true
	}
	slices.Sort(got)
	want(t, "alerts in messages", got, "1", "3", "3")
	if len(ids) != 2 {
		t.Errorf("%d ids of two messages", len(ids))
	}
}

// A store that is away when the result is to be noted costs a repeat under the same id.
func TestResultIsLost(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("a", r.at("/a")))
	o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	forgetful := &forgets{Outbox: o.Store, left: 10}
	o.worker.Outbox = forgetful
	o.worker.Hurry()
	o.pass(t, 0)
	o.pass(t, time.Hour)
	o.pass(t, time.Hour)
	got := r.received("/a")
	if len(got) != 2 || got[0].id != got[1].id {
		t.Errorf("%d messages", len(got))
	}
	want(t, "in the end", o.states(t), "sent 1: 204 No Content")
}

// forgets is an outbox that cannot write at first.
type forgets struct {
	alert.Outbox
	left int
}

func (f *forgets) Settle(ctx context.Context, list []news.Delivery, tries []news.Try) error {
	if f.left--; f.left >= 0 {
		return fmt.Errorf("no disk: %w", news.ErrUnavailable)
	}
	return f.Outbox.Settle(ctx, list, tries)
}

// What is paused, silenced, removed or without a way out is not sent, and says why.
func TestNotSent(t *testing.T) {
	r := newReceiver(t)
	o := newOffice(t, hooked("paused", r.at("/a")), hooked("removed", r.at("/b")), hooked("other", r.at("/c")), hooked("muted", r.at("/d")))
	o.worker.Silenced = func(_ context.Context, d news.Delivery) (string, bool, error) {
		return "muted by ada", d.Subscription == "muted", nil
	}
	carrier := hooked("carrier", "pigeon:roof")
	ok(t, o.SaveSubscription(t.Context(), carrier))
	o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "paused")
	paused := hooked("paused", r.at("/a"))
	paused.Paused = true
	ok(t, o.SaveSubscription(t.Context(), paused))
	ok(t, o.SaveSubscription(t.Context(), hooked("other", r.at("/e"))))
	ok(t, o.RemoveSubscription(t.Context(), "removed"))
	o.pass(t, 0)
	got := o.states(t)
	slices.Sort(got)
	want(t, "states", got, `dead 0: the subscription has this channel no more`, `dead 0: the subscription was removed`, `dead 0: this program has no channel "pigeon"`,
		"held 0 paused: the subscription is paused", "held 0 silenced: muted by ada")
	if len(r.got) != 0 {
		t.Errorf("%d messages", len(r.got))
	}
	paused.Paused = false
	ok(t, o.SaveSubscription(t.Context(), paused))
	o.pass(t, time.Hour)
	if len(r.received("/a")) != 1 {
		t.Errorf("resumed: %q", o.states(t))
	}
}

// Nothing secret of an address stands in a log, a delivery, a try or a subscription as
// it is shown, whatever the receiver says.
func TestSecretsStaySecret(t *testing.T) {
	r := newReceiver(t)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	sub := hooked("a", r.at("/a"), r.at("/b"), r.at("/gone"), "webhook:http://user:"+secretPath+"@"+strings.TrimPrefix(closed.URL, "http://")+"/"+secretPath)
	o := newOffice(t, sub)
	o.worker.Within = time.Second
	for path, a := range map[string]answer{"/a": {code: 500, body: "POST /a/" + secretPath + "?key=" + secretPath}, "/b": {code: 404, body: secretKey + secretPath}, "/gone": {code: 410, body: secretPath}} {
		r.says(path, a)
	}
	o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	o.pass(t, 0)
	list, err := o.Deliveries(t.Context(), news.DeliveryFilter{})
	ok(t, err)
	saved, err := o.Subscription(t.Context(), "a")
	ok(t, err)
	shown, err := json.Marshal(map[string]any{"deliveries": list, "subscription": saved.Shown(), "why": saved.Why})
	ok(t, err)
	for _, d := range list {
		_, tries, err := o.Delivery(t.Context(), d.ID)
		ok(t, err)
		more, err := json.Marshal(tries)
		ok(t, err)
		shown = append(shown, more...)
	}
	if len(list) != 4 || o.log.Len() == 0 {
		t.Fatalf("%d deliveries, %d bytes of log", len(list), o.log.Len())
	}
	for where, text := range map[string]string{"the log": o.log.String(), "what is shown": string(shown)} {
		if i := strings.Index(text, secretPath); i >= 0 {
			t.Errorf("%s has a secret: …%s…", where, text[max(0, i-80):i+len(secretPath)])
		}
	}
	// The secret that signs goes out in nothing but signatures.
	if bytes.Contains(r.received("/a")[0].body, []byte(secretKey)) {
		t.Error("the message holds the secret that signs it")
	}
}

// A channel that panics ends its own message alone.
func TestPanics(t *testing.T) {
	o := newOffice(t, hooked("a", "webhook:http://127.0.0.1:1/"))
	o.worker.Channels = map[string]alert.Channel{"webhook": panics{}}
	o.keep(t, report{address: "1", tags: []string{mining + " CN enacted auto"}})
	o.told(t, "a")
	o.pass(t, 0)
	want(t, "its state", o.states(t), "dead 1: the channel failed: oh")
}

type panics struct{}

func (panics) Check(string) error { return errors.New("no") }

func (panics) Send(context.Context, alert.Target, alert.Message) alert.Answer { panic("oh") }
