// Package bustest gives tests a real NATS server. It is not for programs.
package bustest

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// wait bounds starting a server.
const wait = 30 * time.Second

// Server starts a NATS server with JetStream on a free loopback port and returns
// its URL. The test stops it.
func Server(t testing.TB) string {
	t.Helper()
	return run(t, &server.Options{
		ServerName: "bustest", Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, JetStreamMaxStore: 4 << 30, MaxPayload: 4 << 20,
	}).ClientURL()
}

// run starts a server, which the test stops.
func run(t testing.TB, o *server.Options) *server.Server {
	t.Helper()
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	s.Start()
	if !s.ReadyForConnections(wait) {
		t.Fatal("the NATS server is not ready after 30 s")
	}
	return s
}
