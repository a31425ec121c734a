package bus_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/bus"
	"edict/news"
)

// dial connects a plain client, as an outside program would.
func dial(t *testing.T, address string, opts ...nats.Option) (*nats.Conn, <-chan error) {
	t.Helper()
	refused := make(chan error, 100)
	nc, err := nats.Connect("nats://"+address, append(opts,
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc, refused
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		name, password string
		opts           []nats.Option
	}{
		{"no password", "", nil},
		{"no password, named", "", []nats.Option{nats.UserInfo("reader", "")}},
		{"password", "secret", []nats.Option{nats.UserInfo("reader", "secret")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t, bus.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Password: c.password})
			nc, refused := dial(t, b.Address(), c.opts...)
			sub, err := nc.SubscribeSync("edict.stored.v1.>")
			if err != nil {
				t.Fatal(err)
			}
			if err := nc.Flush(); err != nil {
				t.Fatal(err)
			}
			r := record(1)
			for _, j := range []news.Jurisdiction{"CN-JX", "KZ"} {
				a := news.NewAnnouncement(news.Change{Sequence: 7}, r, news.Tag{Label: news.Crackdown, Jurisdiction: j})
				if err := b.Stored.Publish(t.Context(), a); err != nil {
					t.Fatal(err)
				}
			}
			for _, want := range [][2]string{
				{"edict.stored.v1.mining_crackdown.CN.JX", "7.mining_crackdown.CN-JX"},
				{"edict.stored.v1.mining_crackdown.KZ._", "7.mining_crackdown.KZ"},
			} {
				m, err := sub.NextMsg(patience)
				if err != nil {
					t.Fatal(err)
				}
				if m.Subject != want[0] || m.Header.Get(nats.MsgIdHdr) != want[1] {
					t.Errorf("got %s %s, want %s", m.Subject, m.Header.Get(nats.MsgIdHdr), want)
				}
				if a, err := news.Decode[news.Announcement](m.Data); err != nil || a.Record.ID != r.ID {
					t.Errorf("announcement = %+v, %v", a, err)
				}
			}
			refusals(t, b, nc, refused)
		})
	}
}

// refusals holds that nc may do nothing but subscribe to edict.stored.> and edict.alerts.>.
func refusals(t *testing.T, b *bus.Bus, nc *nats.Conn, refused <-chan error) {
	t.Helper()
	for _, subject := range []string{"edict.articles.>", "edict.>", ">", "*.stored.>", "$JS.>", "$SYS.>", "_INBOX.>", "edict.changed"} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		if err := receive(t, refused); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("subscribe %s: %v", subject, err)
		}
	}
	for _, subject := range []string{
		"edict.articles.v1.example", "edict.stored.v1.x", "edict.alerts.v1.x", "edict.dead.v1.x", "edict.changed",
		"$JS.API.STREAM.DELETE.ARTICLES", "$JS.API.STREAM.PURGE.STORED", "$JS.API.CONSUMER.MSG.NEXT.ARTICLES.classifier",
		"$JS.API.DIRECT.GET.ARTICLES", "$JS.ACK.ARTICLES.classifier.1.1.1.1.1",
	} {
		if err := nc.Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
		if err := receive(t, refused); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("publish %s: %v", subject, err)
		}
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Stream(t.Context(), "STORED"); err == nil {
		t.Error("a reader may look at streams")
	}
	st, err := b.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range st.Streams {
		want := map[string]uint64{"STORED": 2}[s.Name]
		if s.Messages != want {
			t.Errorf("%s has %d messages, want %d", s.Name, s.Messages, want)
		}
	}
}

func TestListenStrangers(t *testing.T) {
	b := open(t, bus.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Password: "secret"})
	for name, opts := range map[string][]nats.Option{
		"nobody":         nil,
		"wrong password": {nats.UserInfo("reader", "guess")},
		"no password":    {nats.UserInfo("reader", "")},
		"other user":     {nats.UserInfo("admin", "secret")},
		"our own user":   {nats.UserInfo("edict", "secret")},
	} {
		if nc, err := nats.Connect("nats://"+b.Address(), opts...); !errors.Is(err, nats.ErrAuthorization) {
			if nc != nil {
				nc.Close()
			}
			t.Errorf("%s: %v, want an authorization violation", name, err)
		}
	}
}

func TestListenRefused(t *testing.T) {
	for _, c := range []bus.Config{
		{Listen: ":4222"},
		{Listen: "0.0.0.0:4222"},
		{Listen: "news.example:4222"},
		{Listen: "192.0.2.1:4222"},
		{Listen: "127.0.0.1"},
		{Listen: "127.0.0.1:x"},
		{Listen: "127.0.0.1:70000"},
		{Listen: "127.0.0.1:4222", URL: "nats://127.0.0.1:1"},
		{Replicas: 3},
		{MaxStore: 10},
	} {
		if c.URL == "" {
			c.Dir = t.TempDir()
		}
		if b, err := bus.Open(t.Context(), c); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("Open(%+v) = %v, want ErrInvalid", c, err)
			if err == nil {
				closeBus(t, b)
			}
		}
	}
	if _, err := bus.Open(t.Context(), bus.Config{}); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("Open without anything = %v, want ErrInvalid", err)
	}
}

// The port may be taken: that is said, and the folder is free again.
func TestListenTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	dir := t.TempDir()
	if _, err := bus.Open(t.Context(), bus.Config{Dir: dir, Listen: l.Addr().String()}); err == nil {
		t.Fatal("Open on a port that is taken succeeds")
	}
	open(t, bus.Config{Dir: dir})
}

func TestNoPortByDefault(t *testing.T) {
	if a := open(t, bus.Config{Dir: t.TempDir()}).Address(); a != "" {
		t.Errorf("the embedded server listens on %s", a)
	}
}
