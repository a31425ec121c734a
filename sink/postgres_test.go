package sink_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"edict/store/pgtest"
)

// The database crashes again and again while records come: each record that was
// published is stored once, each is one change, and none is given up.
func TestPostgresRestarts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	server := pgtest.Server{Durable: true}
	t.Cleanup(server.Stop)
	l := startLoad(t, openStore(t, server.Database(t), time.Now))
	for range restarts {
		// Somewhere in the work that follows.
		more := l.stored(t) + 1 + random.Int64N(300)
		await(t, "records come in", func() bool { return l.stored(t) >= more })
		server.Restart(t)
	}
	total := l.end(t)
	t.Logf("%d restarts, %d transactions failed, %d records published and stored", restarts, l.failed.Load(), total)
}

// await polls a condition.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	over := time.NewTimer(2 * time.Minute)
	defer over.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-over.C:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
