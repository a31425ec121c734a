package app_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/app"
	"edict/news"
)

// An outside program hears of every tag, and may do nothing else.
func TestBusListen(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "")
	cfg := settings(t, "bus: {listen: \""+freeAddress(t)+"\", password: secret}\n"+ownSites+sources(site))
	start(t, cfg, app.Options{})

	refused := make(chan error, 100)
	nc, err := nats.Connect("nats://"+cfg.Bus.Listen, nats.UserInfo("reader", "secret"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	ok(t, err)
	t.Cleanup(nc.Close)
	sub, err := nc.SubscribeSync("edict.stored.v1.>")
	ok(t, err)
	ok(t, nc.Flush())
	site.bring(stories...)
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)

	want := map[string]int{} // subject and record
	for _, r := range records(t, s) {
		for _, tag := range r.Tags {
			a := news.NewAnnouncement(news.Change{}, r, tag)
			want["edict.stored.v1."+a.Subject()+" "+r.ID]++
		}
	}
	if len(want) < 6 {
		t.Fatalf("only %d tags: %v", len(want), want)
	}
	got, ids := map[string]int{}, map[string]bool{}
	for range want {
		m, err := sub.NextMsg(patience)
		ok(t, err)
		a, err := news.Decode[news.Announcement](m.Data)
		ok(t, err)
		if m.Subject != "edict.stored.v1."+a.Subject() || m.Header.Get(nats.MsgIdHdr) != a.MessageID() || a.Kind != news.StoredChange {
			t.Errorf("%s under %s: %+v", m.Subject, m.Header.Get(nats.MsgIdHdr), a)
		}
		evident(t, a.Record)
		got[m.Subject+" "+a.Record.ID]++
		ids[a.MessageID()] = true
	}
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%s was announced %d times", key, got[key])
		}
	}
	if len(ids) != len(want) {
		t.Errorf("%d message ids for %d tags", len(ids), len(want))
	}
	// The relay has nothing left to say once its cursor is at the last change.
	last, err := s.LastChange(t.Context())
	ok(t, err)
	until(t, patience, func() string { return "the relay does not come to the last change" }, func() bool {
		at, err := s.Cursor(t.Context(), "relay")
		ok(t, err)
		return at == last
	})
	ok(t, nc.Flush())
	if n, _, err := sub.Pending(); err != nil || n != 0 {
		t.Errorf("%d more messages, %v", n, err)
	}
	mayNotElse(t, nc, refused)
	green(t, cfg, "bus", "ledger")
}

func mayNotElse(t *testing.T, nc *nats.Conn, refused <-chan error) {
	t.Helper()
	violation := func(what, subject string) {
		t.Helper()
		select {
		case err := <-refused:
			if !errors.Is(err, nats.ErrPermissionViolation) {
				t.Errorf("%s %s: %v", what, subject, err)
			}
		case <-time.After(patience):
			t.Errorf("%s %s is not refused", what, subject)
		}
	}
	for _, subject := range []string{">", "edict.>", "edict.articles.v1.>", "edict.dead.>", "$JS.>", "_INBOX.>"} {
		_, err := nc.SubscribeSync(subject)
		ok(t, err)
		violation("subscribe", subject)
	}
	for _, subject := range []string{"edict.articles.v1.paper-1", "edict.records.v1.paper-1", "edict.stored.v1.x.CN._", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.PURGE.STORED"} {
		ok(t, nc.Publish(subject, []byte("{}")))
		violation("publish", subject)
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(100*time.Millisecond))
	ok(t, err)
	if _, err := js.AccountInfo(t.Context()); err == nil {
		t.Error("the JetStream API answers")
	}
	for _, strange := range [][]nats.Option{nil, {nats.UserInfo("reader", "guess")}, {nats.UserInfo("edict", "secret")}} {
		if other, err := nats.Connect(nc.ConnectedUrl(), slices.Concat(strange, []nats.Option{nats.MaxReconnects(0)})...); err == nil {
			other.Close()
			t.Errorf("a stranger may connect with %d options", len(strange))
		}
	}
}
