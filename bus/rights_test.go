package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/bus"
	"edict/news"
)

// limited starts a server with an administrator, and a user who may do what stages
// need and declare nothing. It returns their URLs.
func limited(t *testing.T) (admin, stage string) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
		Users: []*server.User{
			{Username: "admin", Password: "a"},
			{Username: "stage", Password: "s", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{Allow: []string{
					"edict.>", "$JS.API.STREAM.INFO.*", "$JS.API.CONSUMER.INFO.*.*", "$JS.API.CONSUMER.MSG.NEXT.*.*",
					"$JS.API.DIRECT.GET.*", "$JS.ACK.>",
				}},
				Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX_stage.>"}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("server not ready")
	}
	host := strings.TrimPrefix(s.ClientURL(), "nats://")
	return "nats://admin:a@" + host, "nats://stage:s@" + host
}

func TestWithoutRightsToDeclare(t *testing.T) {
	admin, stage := limited(t)
	start := time.Now()
	if _, err := bus.Open(t.Context(), bus.Config{URL: stage}); !errors.Is(err, news.ErrUnavailable) ||
		!strings.Contains(err.Error(), "no stream ARTICLES") || !strings.Contains(err.Error(), "edict migrate") {
		t.Fatalf("Open before anybody declared streams = %v, want ErrUnavailable and what is missing", err)
	}
	open(t, bus.Config{URL: admin})
	remove(t, admin, "RECORDS", "sink")
	if _, err := bus.Open(t.Context(), bus.Config{URL: stage}); !errors.Is(err, news.ErrUnavailable) || !strings.Contains(err.Error(), "there is no consumer sink of RECORDS, and") {
		t.Fatalf("Open without a consumer = %v, want ErrUnavailable and what is missing", err)
	}
	open(t, bus.Config{URL: admin})
	b := open(t, bus.Config{URL: stage})
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("a refusal is waited for: %s", took)
	}
	if err := b.Articles.Publish(t.Context(), article(1)); err != nil {
		t.Fatal(err)
	}
	if held, err := b.Held(t.Context()); err != nil || len(held) != 1 {
		t.Errorf("Held = %v, %v", held, err)
	}
	if err := b.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	consume(t, b, 1, func(context.Context, news.Article) error { return news.ErrInvalid })
	until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
	all, err := b.DeadLetters(t.Context(), 1)
	if err != nil || len(all) != 1 || all[0].Key != article(1).Key() {
		t.Errorf("DeadLetters = %v, %v", all, err)
	}
}

// remove deletes a consumer.
func remove(t *testing.T, admin, stream, consumer string) {
	t.Helper()
	nc, err := nats.Connect(admin)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err == nil {
		err = js.DeleteConsumer(t.Context(), stream, consumer)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoServer(t *testing.T) {
	if _, err := bus.Open(t.Context(), bus.Config{URL: "nats://127.0.0.1:1"}); !errors.Is(err, news.ErrUnavailable) {
		t.Errorf("Open without a server = %v, want ErrUnavailable", err)
	}
	if _, err := bus.Open(t.Context(), bus.Config{URL: "nats://127.0.0.1:1", Credentials: "/nowhere"}); err == nil {
		t.Error("Open with credentials that are not there succeeds")
	}
}
