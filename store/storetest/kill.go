package storetest

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// The child is told what to do by these.
const (
	childURL  = "EDICT_STORETEST_URL"
	childFrom = "EDICT_STORETEST_FROM"
	childRole = "EDICT_STORETEST_ROLE" // set: work in that role, and write nothing
)

const (
	killRounds = 10
	childBatch = 5
)

// writeUntilKilled is the child: it writes articles in batches, and says so after
// each batch that the store has acknowledged. It never ends by itself, except when
// nobody listens.
func writeUntilKilled(t *testing.T) bool {
	url := os.Getenv(childURL)
	if url == "" {
		return false
	}
	ctx := context.Background()
	s, err := store.Open(ctx, url, slog.New(slog.DiscardHandler), time.Now)
	ok(t, err)
	defer func() { ok(t, s.Close()) }()
	if role := os.Getenv(childRole); role != "" {
		ok(t, workUntilKilled(ctx, s, role))
		return true
	}
	for n := must(strconv.Atoi(os.Getenv(childFrom)))(t); ; n += childBatch {
		// A feed that lists the batch: its ETag says how far the visits must be known.
		poll := news.Poll{Source: "source-0", Address: "https://news0.example/feed", ETag: strconv.Itoa(n + childBatch)}
		var found []news.Visit
		for i := range childBatch {
			found = append(found, Visit(Article(n+i)))
		}
		must(s.SavePoll(ctx, poll, found))(t)
		for i, v := range found {
			must(s.Enter(ctx, Article(n+i), v))(t)
		}
		ok(t, s.Keep(ctx, Records(n, childBatch)))
		if _, err := fmt.Printf("kept %d\n", n+childBatch); err != nil {
			return true
		}
		must(s.Index(ctx, 10))(t)
	}
}

// testKilled kills a process that writes, at random moments. Nothing that it was
// told to be kept is lost, nothing is there in part, and the next one goes on.
func testKilled(t *testing.T, b Backend) {
	if testing.Short() {
		t.Skip("kills processes for some seconds: run without -short")
	}
	url := b.New(t)
	s := open(t, url)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kept := 0
	for round := range killRounds {
		got := runChild(t, url, max(0, kept-childBatch), random)
		kept = max(kept, got)
		green(t, s)
		all := must(s.Records(t.Context(), news.Filter{}))(t)
		if len(all) < kept || len(all)%childBatch != 0 {
			t.Fatalf("round %d: %d records, of which %d were acknowledged in batches of %d", round, len(all), kept, childBatch)
		}
		for i, r := range all {
			want := Record(len(all) - 1 - i)
			same(t, "record", r, asKept(want))
		}
		if changes := must(s.LastChange(t.Context()))(t); changes != int64(len(all)) {
			t.Fatalf("round %d: %d changes for %d records", round, changes, len(all))
		}
		for _, poll := range must(s.Polls(t.Context()))(t) {
			for n := range must(strconv.Atoi(poll.ETag))(t) {
				must(s.Visit(t.Context(), Article(n).CanonicalURL))(t)
			}
		}
		kept = len(all)
	}
	t.Logf("%d kills, %d records, none lost", killRounds, kept)
	index(t, s)
	for words, rest := range map[string]int{"挖矿": 1, "province": 0} { // every second one is Chinese
		same(t, words, len(must(s.Records(t.Context(), news.Filter{Words: words}))(t)), (kept+1-rest)/2)
	}
}

// runChild starts the child, kills it after some batches, and returns how much was
// acknowledged.
func runChild(t *testing.T, url string, from int, random *rand.Rand, environment ...string) (kept int) {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	child := exec.CommandContext(t.Context(), must(os.Executable())(t), "-test.run=^"+name+"$")
	child.Env = append(os.Environ(), childURL+"="+url, childFrom+"="+strconv.Itoa(from))
	child.Env = append(child.Env, environment...)
	out := must(child.StdoutPipe())(t)
	ok(t, child.Start())
	lines := bufio.NewScanner(out)
	patience := 2 + random.IntN(6)
	after := time.Duration(random.IntN(4000)) * time.Microsecond
	var said []string
	for lines.Scan() {
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "kept %d", &n); err != nil {
			said = append(said, lines.Text())
			continue
		}
		kept = n
		if patience--; patience == 0 {
			// In the middle of whatever comes next.
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait() // it was killed
	if patience > 0 {
		t.Fatalf("the child ended by itself: %s", strings.Join(said, "\n"))
	}
	return kept
}
