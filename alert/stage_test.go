package alert_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/news"
	"edict/store"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A desk is a store with a stage that follows it.
type desk struct {
	*store.Store
	stage alert.Stage
}

func newDesk(t *testing.T, subs ...news.Subscription) *desk {
	t.Helper()
	now := time.Now
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), slog.New(slog.DiscardHandler), now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	for _, sub := range subs {
		ok(t, s.SaveSubscription(t.Context(), sub))
	}
	d := &desk{Store: s}
	d.stage = d.newStage(s)
	return d
}

func (d *desk) newStage(book alert.Book) alert.Stage {
	return alert.Stage{
		Archive: d.Store, Book: book, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Official: func(_ context.Context, slug string) (bool, error) { return slug == "ministry", nil },
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A report is an article of a story with tags "label place stage state".
type report struct {
	address, source, story string
	text                   string
	quiet                  bool
	rules                  string
	tags                   []string
}

func (r report) record() news.Record {
	if r.source == "" {
		r.source = "ledger"
	}
	if r.rules == "" {
		r.rules = "1"
	}
	a := news.NewArticle(news.Content{
		URL: "https://paper.example/" + r.address, Source: r.source, Title: "Mines close", Text: "Mines close. " + r.text, Language: "en",
		Fetched: time.Now(), Quality: 1,
	}, r.quiet)
	out := news.NewRecord(a, news.RuleSet{Version: r.rules, Hash: r.rules})
	if out.Story = news.ArticleID("https://paper.example/" + r.story); r.story == "" {
		out.Story = a.ID
	}
	for _, line := range r.tags {
		f := strings.Fields(line)
		out.Tags = append(out.Tags, news.Tag{
			Label: news.Label(f[0]), Jurisdiction: news.Jurisdiction(f[1]), Stage: news.Stage(f[2]), State: news.State(f[3]), Score: .9,
			Evidence: []news.Evidence{{Field: news.Title, Start: 0, End: 5, Quote: "Mines", Rule: "x"}},
		})
	}
	return out
}

func (d *desk) keep(t *testing.T, reports ...report) {
	t.Helper()
	for _, r := range reports {
		ok(t, d.Keep(t.Context(), []news.Record{r.record()}))
	}
}

// told reads all that there is and returns the alerts since, in short.
func (d *desk) told(t *testing.T, subscription string) (out []string) {
	t.Helper()
	before, err := d.Alerts(t.Context(), subscription, 1000)
	ok(t, err)
	for {
		n, err := d.stage.Pass(t.Context())
		ok(t, err)
		if n == 0 {
			break
		}
	}
	after, err := d.Alerts(t.Context(), subscription, 1000)
	ok(t, err)
	for _, a := range after[:len(after)-len(before)] {
		line := fmt.Sprint(a.Causes)
		for _, f := range a.Facts {
			line += fmt.Sprintf(" %s %s %s", f.Label, f.Jurisdiction, f.Stage)
		}
		out = append(out, line)
	}
	slices.Reverse(out)
	return out
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

const mining = "mining_crackdown"

// A subscriber hears of a story once, and again only when something is new.
func TestToldOnceAndAgainWhenMaterial(t *testing.T) {
	d := newDesk(t, ask("china", news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}}), ask("words", news.Query{Words: "mines"}))
	d.keep(t, report{address: "a", story: "a", tags: []string{mining + " CN-SC enacted auto"}})
	want(t, "the first report", d.told(t, "china"), "[story] mining_crackdown CN-SC enacted")
	d.keep(t, report{address: "b", story: "a", tags: []string{mining + " CN-SC enacted auto"}}, report{address: "c", story: "a"})
	want(t, "copies", d.told(t, "china"))
	d.keep(t, report{address: "a", story: "a", text: "A longer text.", tags: []string{mining + " CN-SC enacted auto"}})
	want(t, "a longer text", d.told(t, "china"))
	d.keep(t, report{address: "d", story: "a", tags: []string{mining + " CN-SC enforced auto", mining + " CN-YN enacted review"}})
	want(t, "the next stage", d.told(t, "china"), "[stage] mining_crackdown CN-SC enforced")
	d.keep(t, report{address: "e", story: "a", tags: []string{mining + " CN-SC proposed auto", mining + " CN-YN enacted auto"}})
	want(t, "another place", d.told(t, "china"), "[place] mining_crackdown CN-SC enforced mining_crackdown CN-YN enacted")
	d.keep(t, report{address: "f", story: "a", source: "ministry", tags: []string{mining + " CN-SC enforced auto"}})
	got := d.told(t, "china")
	if len(got) != 1 || !strings.HasPrefix(got[0], "[official]") {
		t.Errorf("the first official source: %q", got)
	}
	d.keep(t, report{address: "g", story: "a", source: "ministry", tags: []string{mining + " CN-SC enforced auto"}}, report{address: "h", tags: []string{mining + " KZ enacted auto"}})
	want(t, "a second official source, and another country", d.told(t, "china"))
	alerts, err := d.Alerts(t.Context(), "words", 10)
	ok(t, err)
	if len(alerts) < 2 || !alerts[len(alerts)-1].First() {
		t.Errorf("who asks for words alone was told %+v", alerts)
	}
}

// What analysts decide reaches subscribers the same way.
func TestVerdictsReachSubscribers(t *testing.T) {
	d := newDesk(t, ask("all", news.Query{Labels: []news.Label{news.Crackdown}}), ask("reviewed", news.Query{Labels: []news.Label{news.Crackdown}, Reviewed: true}))
	d.keep(t, report{address: "a", tags: []string{mining + " CN enacted review"}})
	want(t, "in review", d.told(t, "all"))
	decide := func(act news.Act) {
		_, err := d.Decide(t.Context(), news.Verdict{Who: "ada", Act: act, Article: news.ArticleID("https://paper.example/a"), Label: news.Crackdown, Jurisdiction: "CN"})
		ok(t, err)
	}
	decide(news.Accept)
	want(t, "accepted", d.told(t, "all"), "[story] mining_crackdown CN enacted")
	reviewed, err := d.Alerts(t.Context(), "reviewed", 10)
	ok(t, err)
	if len(reviewed) != 1 {
		t.Errorf("who asks for reviewed tags was told %+v", reviewed)
	}
	decide(news.Reject)
	want(t, "rejected after all", d.told(t, "all"), "[withdrawn]")
	decide(news.Accept)
	want(t, "and accepted again", d.told(t, "all"), "[place] mining_crackdown CN enacted")
}

func TestLiftedAndQuiet(t *testing.T) {
	d := newDesk(t, ask("a", news.Query{Jurisdictions: []news.Jurisdiction{"KZ"}}))
	d.keep(t, report{address: "old", quiet: true, tags: []string{mining + " KZ enacted auto"}})
	want(t, "what is quiet", d.told(t, "a"))
	d.keep(t, report{address: "a", tags: []string{mining + " KZ enacted auto"}}, report{address: "b", story: "a", tags: []string{mining + " KZ lifted auto"}})
	want(t, "a ban, and its end", d.told(t, "a"), "[story] mining_crackdown KZ lifted") // both were stored before anybody looked
	d.keep(t, report{address: "c", tags: []string{mining + " KZ enacted auto"}})
	d.told(t, "a")
	d.keep(t, report{address: "d", story: "c", tags: []string{mining + " KZ lifted auto"}})
	want(t, "lifted later", d.told(t, "a"), "[lifted] mining_crackdown KZ lifted")
}

// A stage that starts anew, or is overtaken, or finds subscriptions altered, tells
// nothing twice and misses nothing.
func TestStartsAnew(t *testing.T) {
	d := newDesk(t, ask("a", news.Query{Labels: []news.Label{news.Crackdown}}))
	for n := range 250 {
		d.keep(t, report{address: fmt.Sprint("s", n), tags: []string{mining + " CN enacted auto"}})
		if n%60 == 0 {
			_, err := d.stage.Pass(t.Context())
			ok(t, err)
			d.stage = d.newStage(d.Store) // killed
		}
	}
	d.told(t, "a")
	alerts, err := d.Alerts(t.Context(), "a", 1000)
	ok(t, err)
	stories := map[string]bool{}
	for _, a := range alerts {
		stories[a.Story] = true
	}
	if len(alerts) != 250 || len(stories) != 250 {
		t.Errorf("%d alerts of %d stories, want 250", len(alerts), len(stories))
	}
	paused := ask("a", news.Query{Labels: []news.Label{news.Crackdown}})
	paused.Paused = true
	ok(t, d.SaveSubscription(t.Context(), paused))
	ok(t, d.SaveSubscription(t.Context(), ask("b", news.Query{Labels: []news.Label{news.Crackdown}})))
	d.keep(t, report{address: "last", tags: []string{mining + " CN enacted auto"}})
	want(t, "the new one", d.told(t, "b"), "[story] mining_crackdown CN enacted")
	want(t, "the paused one", d.told(t, "a"))
	if alerts, err = d.Alerts(t.Context(), "a", 1000); err != nil || len(alerts) != 250 {
		t.Errorf("%d alerts, %v", len(alerts), err)
	}
}
