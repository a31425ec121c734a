package nats_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"edict/alert"
	"edict/alert/nats"
	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

// A program of the operator's hears an alert once, however often it is sent.
func TestOnTheBus(t *testing.T) {
	url := bustest.Server(t)
	b, err := bus.Open(t.Context(), bus.Config{URL: url, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close(context.Background())
	nc, err := natsgo.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	c := nats.Channel{Publish: b.PublishAlert}
	m := alert.Message{ID: "m1", Subscription: "abc", Name: "Mining", Items: []alert.Item{{Delivery: "d1", Headline: "Mines close"}}}
	for _, id := range []string{"m1", "m1", "m2"} {
		m.ID = id
		if a := c.Send(t.Context(), alert.Target{Subscription: "abc"}, m); a.Outcome != news.TrySent {
			t.Fatalf("%+v", a)
		}
	}
	sub, err := js.SubscribeSync("edict.alerts.v1.abc")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"m1", "m2"} {
		got, err := sub.NextMsg(10 * time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if got.Header.Get(natsgo.MsgIdHdr) != id || !strings.Contains(string(got.Data), `"type":"edict.alert.v1"`) || !strings.Contains(string(got.Data), "Mines close") {
			t.Errorf("heard %v %s", got.Header, got.Data)
		}
	}
	if a := c.Send(t.Context(), alert.Target{Subscription: "a b"}, m); a.Outcome != news.TryRefused {
		t.Errorf("to no subject: %+v", a)
	}
	if n, _, err := sub.Pending(); err != nil || n != 0 {
		t.Errorf("%d more, %v", n, err)
	}
}

func TestBusAway(t *testing.T) {
	c := nats.Channel{Publish: func(context.Context, string, string, []byte) error { return fmt.Errorf("no: %w", news.ErrUnavailable) }}
	if a := c.Send(t.Context(), alert.Target{}, alert.Message{}); a.Outcome != news.TryLater {
		t.Errorf("%+v", a)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if a := c.Send(over, alert.Target{}, alert.Message{}); a.Outcome != news.TryUnknown {
		t.Errorf("%+v", a)
	}
	if c.Check("") != nil || !errors.Is(c.Check("nats://elsewhere"), news.ErrInvalid) {
		t.Error("an address is taken, or none is not")
	}
}
