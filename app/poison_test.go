package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"edict/app"
	"edict/bus"
	"edict/bus/bustest"
	"edict/news"
)

// Messages that are no articles and no records go to DEAD with their reason, and all
// others are stored. The server is one of the test's own, so that it can be handed
// what our topics refuse to publish.
func TestPoison(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	cfg := settings(t, "bus: {url: \""+server+"\"}\n"+ownSites+sources(site))
	start(t, settings(t, "bus: {url: \""+server+"\"}\n"+ownSites+sources()), app.Options{}).stop(t) // makes the streams

	// An article in the ledger whose message was spoiled on its way.
	p := start(t, cfg, app.Options{}) // makes the store
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	p.stop(t)
	lost := news.NewArticle(news.Content{URL: site.URL + "/lost", Source: "paper-1", Title: "Lost", Text: "Lost.", Fetched: time.Now()}, true)
	if isNew, err := s.Enter(t.Context(), lost, news.Visit{URL: lost.URL, Source: lost.Source, Found: time.Now()}); err != nil || !isNew {
		t.Fatal(isNew, err)
	}
	known := records(t, s)[site.URL+stories[0].path]

	nc, err := nats.Connect(server)
	ok(t, err)
	t.Cleanup(nc.Close)
	js, err := nc.JetStream()
	ok(t, err)
	for _, m := range []struct {
		subject, data string
		key           news.Key
	}{
		{"edict.articles.v1.paper-1", "no JSON at all", news.Key{}},
		{"edict.articles.v1.paper-1", `{"schema":"edict.article/2","id":"1","url":"https://later.example/"}`, news.Key{}},
		{"edict.articles.v1.paper-1", `{"schema":"edict.article/1"}`, lost.Key()},
		{"edict.records.v1.paper-1", `{"schema":"edict.record/1","tags":[{"label":"x"}]}`, known.Key()},
	} {
		msg := nats.NewMsg(m.subject)
		msg.Data = []byte(m.data)
		if m.key != (news.Key{}) {
			msg.Header.Set("Edict-Article", m.key.Article)
			msg.Header.Set("Edict-Version", m.key.Version)
		}
		_, err := js.PublishMsg(msg)
		ok(t, err)
	}

	late := breaking(time.Now())
	site.bring(late)
	p = start(t, cfg, app.Options{})
	dead := deadLetters(t, server, 4)
	stored(t, s, int64(len(stories)+2), patience)
	b, err := s.Balance(t.Context())
	ok(t, err)
	if want := int64(len(stories) + 1); b.Stored != want || b.Dead != 1 || b.Total != want+1 {
		t.Errorf("ledger %+v, want %d stored and 1 dead", b, want)
	}
	if _, there := records(t, s)[site.URL+late.path]; !there {
		t.Error("a story behind poison was not stored")
	}
	reasons := map[string]bool{}
	for _, d := range dead {
		reasons[d.Stage+" "+d.Stream+" "+d.Key.Article] = true
		if d.Reason == "" || d.Sequence == 0 || !strings.HasPrefix(d.Subject, "edict.") || len(d.Data) == 0 {
			t.Errorf("in DEAD: %+v", d)
		}
		if strings.Contains(string(d.Data), "article/2") && !strings.Contains(d.Reason, "edict.article/2") {
			t.Errorf("the reason %q does not name the schema", d.Reason)
		}
	}
	for _, want := range []string{"classifier ARTICLES ", "classifier ARTICLES " + lost.ID, "sink RECORDS " + known.Key().Article} {
		if !reasons[want] {
			t.Errorf("nothing in DEAD of %q: %v", want, reasons)
		}
	}
	_, metrics := get(t, p.Ops+"/metrics")
	for _, line := range []string{`edict_dead_total{stage="classifier"} 3`, `edict_dead_total{stage="sink"} 1`, `edict_ledger_rows{state="dead"} 1`} {
		if !strings.Contains(metrics, "\n"+line+"\n") {
			t.Errorf("/metrics does not say %s", line)
		}
	}
	green(t, cfg, "store", "ledger")
}

// deadLetters waits until DEAD holds n messages and returns them.
func deadLetters(t *testing.T, server string, n int) (out []bus.Dead) {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Config{URL: server, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	ok(t, err)
	t.Cleanup(func() { ok(t, b.Close(context.Background())) })
	until(t, patience, func() string { return "DEAD does not fill" }, func() bool {
		out, err = b.DeadLetters(t.Context(), 0)
		ok(t, err)
		return len(out) >= n
	})
	if len(out) != n {
		t.Errorf("%d messages in DEAD, want %d", len(out), n)
	}
	return out
}
