package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

// deployed starts NATS as deploy/nats says, and returns the URL of each user.
func deployed(t *testing.T) map[string]string {
	t.Helper()
	users := []string{"migrate", "crawler", "classifier", "sink", "alert", "web", "reader"}
	for _, user := range users {
		t.Setenv("NATS_"+strings.ToUpper(user)+"_PASSWORD", `"12of`+user+`"`)
	}
	t.Setenv("NATS_LISTEN", "127.0.0.1:-1")
	t.Setenv("NATS_MONITOR", "127.0.0.1:-1")
	t.Setenv("NATS_STORE", t.TempDir())
	address := bustest.Configured(t, "../deploy/nats/server.conf")
	urls := map[string]string{}
	for _, user := range users {
		urls[user] = fmt.Sprintf("nats://%s:12of%s@%s", user, user, address)
	}
	return urls
}

// Each role does its work on the bus with its own user, who may declare nothing.
func TestRolesDoTheirWork(t *testing.T) {
	urls := deployed(t)
	if _, err := bus.Open(t.Context(), bus.Config{URL: urls["crawler"]}); !errors.Is(err, news.ErrUnavailable) ||
		!strings.Contains(err.Error(), "no stream ARTICLES, no stream RECORDS, no stream STORED, no stream ALERTS, no stream DEAD") {
		t.Fatalf("Open before anybody has migrated: %v", err)
	}
	for range 2 { // it may be repeated
		closeBus(t, open(t, bus.Config{URL: urls["migrate"]}))
	}
	b := map[string]*bus.Bus{}
	for _, role := range []string{"crawler", "classifier", "sink", "alert", "web"} {
		b[role] = open(t, bus.Config{URL: urls[role]})
		if err := b[role].Healthy(t.Context()); err != nil {
			t.Errorf("%s: %v", role, err)
		}
		if _, err := b[role].Stats(t.Context()); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
	published, gone := make(chan string, 10), make(chan struct{}, 1)
	reader, err := nats.Connect(urls["reader"])
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, subject := range []string{"edict.stored.>", "edict.alerts.>"} {
		if _, err := reader.Subscribe(subject, func(m *nats.Msg) { published <- m.Subject }); err != nil {
			t.Fatal(err)
		}
	}
	if err := reader.Flush(); err != nil {
		t.Fatal(err)
	}
	background(t, func(ctx context.Context) error {
		return b["web"].HearChanged(ctx, func() {
			select {
			case gone <- struct{}{}:
			default:
			}
		})
	})

	publish(t, b["crawler"], article(1))
	publish(t, b["crawler"], article(2))
	if held, err := b["crawler"].Held(t.Context()); err != nil || len(held) != 2 {
		t.Errorf("what waits, asked by the crawler: %v, %v", held, err)
	}
	consume(t, b["classifier"], 1, func(ctx context.Context, a news.Article) error {
		if a.ID == article(2).ID {
			return fmt.Errorf("poison: %w", news.ErrInvalid)
		}
		return b["classifier"].Records.Publish(ctx, record(1))
	})
	until(t, "the classifier is done", func() bool {
		return streamStats(t, b["web"], "ARTICLES").Messages == 0 && streamStats(t, b["web"], "DEAD").Messages == 1
	})
	announced := news.NewAnnouncement(news.Change{Sequence: 1}, record(1), news.Tag{Label: news.Crackdown, Jurisdiction: "KZ"})
	background(t, func(ctx context.Context) error {
		return b["sink"].Records.ConsumeBatch(ctx, 10, time.Millisecond, func(ctx context.Context, _ []news.Record) []error {
			if err := b["sink"].Stored.Publish(ctx, announced); err != nil {
				t.Error(err)
			}
			return nil
		})
	})
	until(t, "the sink is done", func() bool { return streamStats(t, b["web"], "RECORDS").Messages == 0 })
	if subject := receive(t, published); subject != "edict.stored.v1."+announced.Subject() {
		t.Errorf("the reader got %s", subject)
	}
	for range 2 { // the second is dropped
		if err := b["alert"].PublishAlert(t.Context(), "some-one", "id", []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if subject := receive(t, published); subject != "edict.alerts.v1.some-one" {
		t.Errorf("the reader got %s", subject)
	}
	if n := streamStats(t, b["web"], "ALERTS").Messages; n != 1 {
		t.Errorf("ALERTS holds %d messages", n)
	}
	if err := b["alert"].PublishAlert(t.Context(), "a b", "id", nil); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("to no subject: %v", err)
	}
	until(t, "the pages are woken", func() bool {
		b["sink"].TellChanged() // the first may be lost: nobody may have listened yet
		return len(gone) > 0
	})
}

// What each user may publish and hear, of all that there is; the rest is refused.
func TestRolesRefused(t *testing.T) {
	urls := deployed(t)
	closeBus(t, open(t, bus.Config{URL: urls["migrate"]}))
	look := "migrate crawler classifier sink alert web"
	may := map[string]string{ // subject -> who may publish it
		"edict.articles.v1.x":                           "crawler",
		"edict.records.v1.x":                            "classifier",
		"edict.stored.v1.x.CN._":                        "sink",
		"edict.alerts.v1.x":                             "alert",
		"edict.dead.v1.classifier":                      "classifier",
		"edict.dead.v1.sink":                            "sink",
		"edict.changed":                                 "sink",
		"$JS.ACK.ARTICLES.classifier.1.1.1.1.1":         "classifier",
		"$JS.ACK.RECORDS.sink.1.1.1.1.1":                "sink",
		"$JS.API.CONSUMER.INFO.ARTICLES.classifier":     look,
		"$JS.API.CONSUMER.INFO.RECORDS.sink":            look,
		"$JS.API.CONSUMER.MSG.NEXT.ARTICLES.classifier": "classifier",
		"$JS.API.CONSUMER.MSG.NEXT.RECORDS.sink":        "sink",
		"$JS.API.CONSUMER.CREATE.ARTICLES.classifier":   "migrate",
		"$JS.API.CONSUMER.CREATE.RECORDS.sink":          "migrate",
		"$JS.API.CONSUMER.CREATE.RECORDS.spy":           "",
		"$JS.API.CONSUMER.CREATE.STORED":                "",
		"$JS.API.CONSUMER.DURABLE.CREATE.RECORDS.sink":  "",
		"$JS.API.CONSUMER.DELETE.RECORDS.sink":          "",
		"$JS.API.CONSUMER.PAUSE.RECORDS.sink":           "",
		"$JS.API.DIRECT.GET.ARTICLES":                   "crawler",
		"$JS.API.DIRECT.GET.RECORDS":                    "crawler",
		"$JS.API.DIRECT.GET.STORED":                     "",
		"$JS.API.DIRECT.GET.DEAD":                       "",
		"$JS.API.INFO":                                  "",
		"$JS.API.STREAM.NAMES":                          "",
		"$SYS.REQ.SERVER.PING":                          "",
		"_INBOX_sink.forged":                            "",
	}
	for _, s := range []string{"ARTICLES", "RECORDS", "STORED", "ALERTS", "DEAD"} {
		may["$JS.API.STREAM.INFO."+s] = look
		may["$JS.API.STREAM.CREATE."+s] = "migrate"
		may["$JS.API.STREAM.UPDATE."+s] = "migrate"
		for _, verb := range []string{"DELETE", "PURGE", "SNAPSHOT", "RESTORE", "MSG.GET", "MSG.DELETE", "PEER.REMOVE", "LEADER.STEPDOWN"} {
			may["$JS.API.STREAM."+verb+"."+s] = ""
		}
	}
	hears := map[string]string{ // subject -> who may subscribe to it
		"edict.stored.>": "reader", "edict.stored.v1.mining_crackdown.CN.>": "reader",
		"edict.alerts.>": "reader", "edict.changed": "alert web", "edict.articles.>": "", "edict.records.>": "", "edict.dead.>": "", "edict.>": "", ">": "",
		"_INBOX.>": "", "$JS.API.>": "", "$JS.ACK.>": "", "$JS.EVENT.>": "", "$SYS.>": "",
	}
	for user, url := range urls {
		hears["_INBOX_"+user+".>"] = user
		if user == "reader" {
			hears["_INBOX_reader.>"] = "" // who publishes nothing gets no answers
		}
		_, wrong := nats.Connect(strings.Replace(url, "12of", "no", 1), nats.MaxReconnects(0))
		if !errors.Is(wrong, nats.ErrAuthorization) {
			t.Errorf("%s with a wrong password: %v", user, wrong)
		}
	}
	for user, url := range urls {
		refused := make(chan string, 2)
		nc, err := nats.Connect(url, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err.Error() }))
		if err != nil {
			t.Fatal(err)
		}
		for subject, who := range may {
			ask(t, nc, nc.Publish(subject, nil))
			wantAllowed(t, refused, slices.Contains(strings.Fields(who), user), user+" publishes "+subject)
		}
		for subject, who := range hears {
			sub, err := nc.SubscribeSync(subject)
			ask(t, nc, err)
			wantAllowed(t, refused, slices.Contains(strings.Fields(who), user), user+" hears "+subject)
			_ = sub.Unsubscribe()
		}
		nc.Close()
	}
}

// nobodys is a subject that nobody may publish. What is refused is told in order, so
// its refusal ends the wait for others.
const nobodys = "edict.nobodys"

func ask(t *testing.T, nc *nats.Conn, err error) {
	t.Helper()
	if err := errors.Join(err, nc.Publish(nobodys, nil), nc.Flush()); err != nil {
		t.Fatal(err)
	}
}

func wantAllowed(t *testing.T, refused <-chan string, want bool, what string) {
	t.Helper()
	first := receive(t, refused)
	allowed := strings.Contains(first, nobodys)
	if !allowed && !strings.Contains(receive(t, refused), nobodys) {
		t.Fatal("a refusal comes out of turn")
	}
	if allowed != want {
		t.Errorf("%s: allowed %v, want %v (%s)", what, allowed, want, first)
	}
}
