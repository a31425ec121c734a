package app_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/app"
	"edict/news"
	"edict/store"
)

var update = flag.Bool("update", false, "write golden files anew")

// A ban is one report of the mining bans of 2021, as testdata/bans-2021.txt retells them.
type ban struct {
	at     time.Time
	event  string
	record news.Record
}

func readBans(t testing.TB) (list []ban) {
	t.Helper()
	raw, err := os.ReadFile("testdata/bans-2021.txt")
	ok(t, err)
	for n, part := range strings.Split(string(raw), "\n== ")[1:] {
		head, rest, _ := strings.Cut(part, "\n")
		title, text, _ := strings.Cut(rest, "\n")
		f := strings.Split(head, " | ")
		at, err := time.Parse(time.RFC3339, f[0])
		ok(t, err)
		language := f[3]
		if language == "zh" {
			language = "zh-Hans"
		}
		a := news.NewArticle(news.Content{
			URL: fmt.Sprintf("https://%s.example/%d", f[2], n), Source: f[2], Title: title, Text: strings.TrimSpace(text), Language: language,
			Published: at.UTC(), Fetched: at.UTC().Add(time.Minute), Quality: 1,
		}, false)
		// Tags are given, so that rules may change without another alert.
		r := news.NewRecord(a, news.RuleSet{Version: "1", Hash: "1"})
		place, stage, _ := strings.Cut(f[4], " ")
		label := news.Crackdown
		if news.Stage(stage) == news.Lifted {
			label = news.ProPolicy // as the rules tag what ends a ban
		}
		r.Tags = []news.Tag{{
			Label: label, Jurisdiction: news.Jurisdiction(place), Stage: news.Stage(stage), State: news.Auto, Score: .9,
			Evidence: []news.Evidence{{Field: news.Title, End: len(title), Quote: title, Rule: "given"}},
		}}
		list = append(list, ban{at.UTC(), f[1], r})
	}
	slices.SortStableFunc(list, func(a, b ban) int { return a.at.Compare(b.at) })
	return list
}

// A newsroom is a store with the alert stage behind it, at a time of its own.
type newsroom struct {
	*store.Store
	stage alert.Stage
	now   time.Time
}

func openNewsroom(t testing.TB, subs ...news.Subscription) *newsroom {
	t.Helper()
	r := &newsroom{now: time.Date(2021, 5, 1, 0, 0, 0, 0, time.UTC)}
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), slog.New(slog.DiscardHandler), func() time.Time { return r.now })
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	r.Store = s
	for _, sub := range subs {
		ok(t, s.SaveSubscription(context.Background(), sub))
	}
	r.restart()
	return r
}

// restart begins the stage anew, as after a kill.
func (r *newsroom) restart() {
	r.stage = alert.Stage{
		Archive: r.Store, Book: r.Store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return r.now }, Plan: alert.BySchedule,
		Official: func(_ context.Context, slug string) (bool, error) { return strings.HasSuffix(slug, "-gov"), nil },
	}
}

// tell lets the stage work through all changes.
func (r *newsroom) tell(t testing.TB) {
	t.Helper()
	for {
		n, err := r.stage.Pass(context.Background())
		ok(t, err)
		if n == 0 {
			return
		}
	}
}

func banSubscriptions() []news.Subscription {
	sub := func(id string, q news.Query, s news.Schedule) news.Subscription {
		return news.Subscription{ID: id, Name: id, Owner: "ada", Query: q, Schedule: s, Channels: []string{"mail:" + id + "@example.org"}}
	}
	crackdown := []news.Label{news.Crackdown}
	return []news.Subscription{
		sub("1-everywhere", news.Query{Labels: crackdown}, news.Schedule{}),
		sub("2-china-daily", news.Query{Labels: crackdown, Jurisdictions: []news.Jurisdiction{"CN"}}, news.Schedule{Every: news.Daily, At: "08:00", Zone: "Asia/Shanghai"}),
		sub("3-iran-at-night", news.Query{Jurisdictions: []news.Jurisdiction{"IR"}}, news.Schedule{Zone: "Europe/London", Quiet: news.QuietHours{From: "13:00", To: "18:00"}}),
		sub("4-sichuan-words", news.Query{Words: `四川 "虚拟货币"`}, news.Schedule{}),
	}
}

// The bans of 2021 as they came out over five months: every alert, one by one, with why
// it was sent and when it left, is in the golden file. Each event is told once, and again
// only when it has come further, another place is named, or an authority itself tells it.
func TestBansOf2021(t *testing.T) {
	t.Parallel()
	subs := banSubscriptions()
	room := openNewsroom(t, subs...)
	bans := readBans(t)
	events := map[string]string{} // by record
	for _, b := range bans {
		room.now = b.at.Add(2 * time.Minute)
		ok(t, room.Keep(t.Context(), []news.Record{b.record}))
		room.tell(t)
		events[b.record.ID] = b.event
	}
	var out strings.Builder
	for _, sub := range subs {
		alerts, err := room.Alerts(t.Context(), sub.ID, 1000)
		ok(t, err)
		fmt.Fprintf(&out, "%s: %d alerts\n", sub.ID, len(alerts))
		for _, a := range slices.Backward(alerts) {
			fmt.Fprintf(&out, "  %s %-13s %v", a.Time.Format("2006-01-02 15:04"), events[a.Record], a.Causes)
			for _, f := range a.Facts {
				fmt.Fprintf(&out, " %s %s", f.Jurisdiction, f.Stage)
			}
			if !a.Due.Equal(a.Time) {
				fmt.Fprintf(&out, "; leaves %s", a.Due.UTC().Format("01-02 15:04"))
			}
			fmt.Fprintln(&out)
		}
	}
	const golden = "testdata/bans-2021.golden"
	if *update {
		ok(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	ok(t, err)
	if out.String() != string(want) {
		t.Errorf("other alerts; go test ./app -run BansOf2021 -update writes them anew, to be read one by one:\n%s", out.String())
	}
	// Each event is one story, and each story one event.
	stories := map[string]string{}
	for _, b := range bans {
		r, err := room.Record(t.Context(), b.record.ID)
		ok(t, err)
		if other, known := stories[r.Story]; known && other != b.event {
			t.Errorf("%s and %s are one story", other, b.event)
		}
		stories[r.Story] = b.event
	}
	first := map[string]int{}
	alerts, err := room.Alerts(t.Context(), "1-everywhere", 1000)
	ok(t, err)
	for _, a := range alerts {
		if a.First() {
			first[events[a.Record]]++
		}
	}
	for _, b := range bans {
		if first[b.event] != 1 {
			t.Errorf("%s is told as new %d times", b.event, first[b.event])
		}
	}
	if len(stories) != 12 {
		t.Errorf("60 reports of 12 events are %d stories: %v", len(stories), stories)
	}
}

// A trial reads only the stories that may fit, and finds what one over all of them finds:
// also that a ban is lifted of which it was told.
func TestTrialReadsWhatMayFit(t *testing.T) {
	t.Parallel()
	room := openNewsroom(t)
	bans := readBans(t)
	for _, b := range bans {
		ok(t, room.Keep(t.Context(), []news.Record{b.record}))
	}
	since := bans[3].at
	for _, sub := range banSubscriptions() {
		trial, err := alert.NewTrial(sub)
		ok(t, err)
		var all []news.Record
		ok(t, room.Each(t.Context(), news.Filter{Since: since}, func(r news.Record) error { all = append(all, r); return nil }))
		for _, r := range slices.Backward(all) {
			trial.Read(r, false)
		}
		tried, err := app.TrySubscription(t.Context(), room.Store, sub, since)
		ok(t, err)
		var got, want []string
		for _, a := range tried {
			got = append(got, fmt.Sprint(a.Record, a.Causes, a.Facts))
		}
		for _, a := range trial.Alerts() {
			want = append(want, fmt.Sprint(a.Record, a.Causes, a.Facts))
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", sub.ID, got, want)
		}
		if lifted := strings.Contains(strings.Join(want, " "), string(news.Contradicts)+"]"); lifted != (sub.ID == "1-everywhere") {
			t.Errorf("%s: told of a lift: %v", sub.ID, lifted)
		}
	}
}
