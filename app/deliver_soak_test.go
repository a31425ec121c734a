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
// and a kill repeats at most one message of each channel.
func TestKillWhileSending(t *testing.T) {
	r := newHookReceiver(t)
	file, cfg := settingsFile(t, "127.0.0.1:0", ownSites+sources()+privateAlerts)
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
	for kill := range soakKills {
		// Kills are spread over the work: each waits for its share of what is received.
		share := due * (kill + 1) / (soakKills + 5)
		c := startChild(t, file)
		until(t, patience, func() string { return fmt.Sprintf("%d of %d received", len(r.received()), share) }, func() bool { return len(r.received()) >= share })
		pass(time.Duration(random.Int64N(int64(30 * time.Millisecond))))
		c.kill(t)
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
	type told struct{ path, story string }
	got, repeats := map[string]int{}, map[string]int{}
	idOf := map[told]string{}
	for _, h := range r.received() {
		var body struct {
			Data struct{ Alerts []struct{ ID, Story string } }
		}
		ok(t, json.Unmarshal(h.body, &body))
		if got[h.id]++; got[h.id] > 1 {
			repeats[h.path]++
		}
		if !ids[h.id] {
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
	all, most := 0, 0
	for path, n := range repeats {
		all, most = all+n, max(most, n)
		if n > soakKills {
			t.Errorf("%s was repeated %d times in %d kills", path, n, soakKills)
		}
	}
	for id := range ids {
		if got[id] == 0 {
			t.Errorf("%s was never received", id)
		}
		if got[id] > 1+soakKills {
			t.Errorf("%s was received %d times", id, got[id])
		}
	}
	if len(list) != due || len(idOf) != due {
		t.Errorf("%d deliveries and %d alerts received, want %d", len(list), len(idOf), due)
	}
	t.Logf("%d alerts, %d settled when the last run began; %d repeats over %d kills, at most %d on one channel", due, before, all, soakKills, most)
}
