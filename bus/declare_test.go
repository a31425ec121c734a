package bus_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/bus"
	"edict/bus/bustest"
)

// What operators and outside programs rely on.
func TestDeclared(t *testing.T) {
	const day = 24 * time.Hour
	url := bustest.Server(t)
	open(t, bus.Config{URL: url, MaxStore: 1000 << 20})
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []jetstream.StreamConfig{
		{Name: "ARTICLES", Subjects: []string{"edict.articles.v1.>"}, MaxBytes: 400 << 20, Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew},
		{Name: "RECORDS", Subjects: []string{"edict.records.v1.>"}, MaxBytes: 400 << 20, Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew},
		{Name: "STORED", Subjects: []string{"edict.stored.v1.>"}, MaxBytes: 50 << 20, MaxAge: 7 * day},
		{Name: "ALERTS", Subjects: []string{"edict.alerts.v1.>"}, MaxBytes: 50 << 20, MaxAge: 7 * day},
		{Name: "DEAD", Subjects: []string{"edict.dead.v1.>"}, MaxBytes: 100 << 20, MaxAge: 90 * day},
	} {
		s, err := js.Stream(t.Context(), want.Name)
		if err != nil {
			t.Fatal(err)
		}
		got := s.CachedInfo().Config
		if got.Subjects[0] != want.Subjects[0] || len(got.Subjects) != 1 || got.MaxBytes != want.MaxBytes || got.MaxAge != want.MaxAge ||
			got.Retention != want.Retention || got.Discard != want.Discard ||
			got.Duplicates != day || got.Storage != jetstream.FileStorage || got.MaxMsgs != -1 {
			t.Errorf("%s is declared as %+v", want.Name, got)
		}
	}
	for stream, name := range map[string]string{"ARTICLES": "classifier", "RECORDS": "sink"} {
		c, err := js.Consumer(t.Context(), stream, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.CachedInfo().Config; got.Durable != name || got.AckPolicy != jetstream.AckExplicitPolicy || got.MaxDeliver != -1 {
			t.Errorf("%s is declared as %+v", name, got)
		}
	}
}

func TestDefaultWaits(t *testing.T) {
	w := bus.DefaultWaits()
	if w.AckWait != 30*time.Second || w.Publish != 5*time.Second || len(w.Retries) != 5 || w.Retries[0] != time.Second || w.Retries[4] != 10*time.Minute {
		t.Errorf("waits = %+v", w)
	}
}
