//go:build soak && unix

package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

const (
	soakKills         = 50
	soakSubscriptions = 1000
	soakStories       = 1500
	soakDistricts     = 250 // each story is of one, and each of them has four subscribers
)

// districtFile writes stories that have nothing in common but the district's name, so
// that each is an event of its own.
func districtFile(t testing.TB, random *rand.Rand, n int) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "districts.jsonl")
	out, err := os.Create(file)
	ok(t, err)
	for i := range n {
		var text strings.Builder
		for range 120 {
			fmt.Fprintf(&text, "w%x ", random.Uint64N(1<<40))
		}
		_, err := fmt.Fprintf(out, `{"id":"s-%d","source":"load","title":"Notice w%x","text":"In district%d. %s","language":"en"}`+"\n", i, random.Uint64(), i%soakDistricts, text.String())
		ok(t, err)
	}
	ok(t, out.Close())
	return file
}

// The program is killed at fifty random moments while a thousand subscriptions are told
// of 1,500 stories: each due alert has one delivery, which was received, under one id,
// and each kill repeats at most one message of each channel, once.
func TestKillWhileSending(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { killWhileSending(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) { killWhileSending(t, fmt.Sprintf("store: {url: %q}\n", postgres.Database(t))) })
}

func killWhileSending(t *testing.T, store string) {
	r := newHookReceiver(t)
	file, cfg := settingsFile(t, "127.0.0.1:0", ownSites+sources()+privateAlerts+store)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	for i := range soakSubscriptions {
		_, err := app.SaveSubscription(t.Context(), cfg, s, news.Subscription{
			ID: fmt.Sprintf("sub-%d", i), Name: "District", Owner: "ada", Created: time.Now(),
			Query: news.Query{Words: fmt.Sprintf("district%d", i%soakDistricts)}, Channels: []string{fmt.Sprintf("webhook:%s/%d", r.URL, i)},
		})
		ok(t, err)
	}
	_, err = take(t, s, cfg, districtFile(t, random, soakStories), app.IngestOptions{Alert: true})
	ok(t, err)
	due := soakStories * soakSubscriptions / soakDistricts
	settled := func() int {
		list, err := s.Deliveries(t.Context(), news.DeliveryFilter{State: news.DeliverySent})
		ok(t, err)
		return len(list)
	}
	var lives []int // how many were received when each life of the program ended
	for kill := range soakKills {
		// Kills are spread over the work: each waits for its share of what is received.
		share := due * (kill + 1) / (soakKills + 5)
		c := startChild(t, file)
		until(t, patience, func() string { return fmt.Sprintf("%d of %d received", len(r.received()), share) }, func() bool { return len(r.received()) >= share })
		pass(time.Duration(random.Int64N(int64(30 * time.Millisecond))))
		c.kill(t)
		// What it had sent when it died may not have been read yet.
		until(t, patience, func() string { return "connections of the dead are open" }, r.quiet)
		lives = append(lives, len(r.received()))
	}
	before := settled()
	c := startChild(t, file)
	until(t, 3*patience, func() string { return fmt.Sprintf("%d of %d are sent", settled(), due) }, func() bool { return settled() == due })
	c.stop(t)

	list, err := s.Deliveries(t.Context(), news.DeliveryFilter{})
	ok(t, err)
	ids := map[string]bool{}
	for _, d := range list {
		ids[d.ID] = true
		if d.State != news.DeliverySent {
			t.Errorf("delivery %+v", d)
		}
	}
	got := checkReceived(t, r.received(), ids)
	for id := range ids {
		if got[id] == 0 {
			t.Errorf("%s was never received", id)
		}
	}
	if len(list) != due || len(got) != due {
		t.Errorf("%d deliveries and %d ids received, want %d", len(list), len(got), due)
	}
	all, most := checkLives(t, r.received(), lives)
	t.Logf("%d alerts, %d settled when the last run began; %d repeats over %d kills, at most %d after one kill", due, before, all, soakKills, most)
}

// checkReceived wants each message to be a delivery's, and each alert under one id. It
// returns how often each id was received.
func checkReceived(t *testing.T, list []hook, ids map[string]bool) map[string]int {
	t.Helper()
	type told struct{ path, story string }
	got, idOf := map[string]int{}, map[told]string{}
	for _, h := range list {
		var body struct {
			Data struct{ Alerts []struct{ ID, Story string } }
		}
		ok(t, json.Unmarshal(h.body, &body))
		if got[h.id]++; !ids[h.id] {
			t.Errorf("an id of no delivery: %s", h.id)
		}
		for _, a := range body.Data.Alerts {
			k := told{h.path, a.Story}
			if idOf[k] != "" && idOf[k] != h.id {
				t.Errorf("two ids for one alert: %s and %s", idOf[k], h.id)
			}
			idOf[k] = h.id
		}
	}
	return got
}

// checkLives wants no message twice in one life of the program, and after each kill at
// most one of each channel once more. It returns how many repeats there were, and the most
// after one kill.
func checkLives(t *testing.T, list []hook, ends []int) (all, most int) {
	t.Helper()
	before := map[string]bool{} // received in an earlier life
	begin := 0
	for life, end := range append(ends, len(list)) {
		now, repeats, n := map[string]bool{}, map[string]int{}, 0
		for _, h := range list[begin:end] {
			if now[h.id] {
				t.Errorf("life %d: %s was received twice", life, h.id)
			}
			if now[h.id] = true; before[h.id] {
				repeats[h.path]++
				n++
			}
		}
		for path, n := range repeats {
			if n > 1 {
				t.Errorf("life %d: one kill repeated %d messages of %s", life, n, path)
			}
		}
		for id := range now {
			before[id] = true
		}
		all, most, begin = all+n, max(most, n), end
	}
	return all, most
}

// quiet reports whether nobody has a connection to the receiver.
func (r *hookReceiver) quiet() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open == 0
}
