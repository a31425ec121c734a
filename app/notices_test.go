package app_test

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
	"edict/app"
	"edict/news"
	"edict/store"
)

// Each subscriber with a channel hears once a week that Edict works, and of a break of
// his sources once, whenever and however often it is looked.
func TestNotices(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC) // a monday
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "store.db"), slog.New(slog.DiscardHandler), func() time.Time { return now })
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	sub := func(id string, edit func(*news.Subscription)) {
		x := news.Subscription{
			ID: id, Name: "Mining " + id, Owner: "ada", Created: now, Channels: []string{"mail:ada@example.org", "nats:x"},
			Query: news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}},
		}
		edit(&x)
		ok(t, s.SaveSubscription(ctx, x))
	}
	sub("plain", func(*news.Subscription) {})
	sub("night", func(x *news.Subscription) {
		x.Schedule = news.Schedule{Zone: "Asia/Shanghai", Quiet: news.QuietHours{From: "07:00", To: "09:30"}}
	})
	sub("ledger", func(x *news.Subscription) { x.Query.Sources, x.NoHeartbeat = []string{"ledger"}, true })
	sub("paused", func(x *news.Subscription) { x.Paused = true })
	sub("feed", func(x *news.Subscription) { x.Channels = []string{} })
	for _, slug := range []string{"ledger", "herald", "wire", "portal", "gazette"} {
		ok(t, s.SaveSource(ctx, news.Source{Slug: slug, Name: slug, Kind: news.Press, Feed: "https://" + slug + ".example/feed", Origin: news.FromUser}))
	}
	poll := func(slug string, failures int) {
		_, err := s.SavePoll(ctx, news.Poll{
			Source: slug, Address: "https://" + slug + ".example/feed", Success: now.Add(-7 * time.Hour), Last: now, Failures: failures, Outcome: news.Gone, Detail: "404 <b>gone</b>",
		}, nil)
		ok(t, err)
	}
	// look says what was written: which kinds for whom, and when it leaves.
	seen := map[string]bool{}
	look := func() (got []string) {
		t.Helper()
		for range 2 {
			_, err := app.SendNotices(ctx, s, now)
			ok(t, err)
		}
		list, err := s.Deliveries(ctx, news.DeliveryFilter{})
		ok(t, err)
		for _, d := range list {
			id, is := d.Notice()
			if !is || seen[d.ID] {
				continue
			}
			seen[d.ID] = true
			n, err := s.Notice(ctx, id)
			ok(t, err)
			if kind, _ := news.ChannelKind(d.Channel); kind == "mail" {
				got = append(got, fmt.Sprintf("%s %s %s", n.Subscription, n.Kind, d.Due.Format("02 15:04")))
			}
		}
		slices.Sort(got)
		return got
	}
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	same("at the beginning", look()) // in Shanghai it is eight on monday at this very moment
	now = now.Add(9 * time.Hour)
	same("at eight on monday", look(), "plain heartbeat 02 09:00")
	poll("ledger", 4)
	same("four failures", look())
	poll("ledger", 9)
	same("a source is broken", look(), "ledger warning 02 09:00")
	now = now.Add(24 * time.Hour)
	same("and still is", look())
	poll("ledger", 0)
	now = now.Add(24 * time.Hour)
	same("it works", look())
	poll("ledger", 7)
	poll("herald", 7)
	now = now.Add(time.Hour)
	same("many are broken", look(), "ledger warning 04 10:00", "night warning 04 10:00", "plain warning 04 10:00")
	now = now.AddDate(0, 0, 19) // nobody looked for weeks
	ok(t, s.Keep(ctx, []news.Record{noticeRecord(now, "CN-SC", news.Review), noticeRecord(now, "KZ", news.Review), noticeRecord(now, "CN-YN", news.Auto)}))
	same("after weeks, one each", look(), "night heartbeat 23 10:00", "night warning 23 10:00", "plain heartbeat 23 10:00", "plain warning 23 10:00")

	// What it says, in each language, with nothing of the outside as markup.
	composer := &alert.Composer{Library: s, Now: func() time.Time { return now }, Base: func() string { return "https://edict.example.org" }}
	list, err := s.Deliveries(ctx, news.DeliveryFilter{Subscription: "plain"})
	ok(t, err)
	for language, words := range map[string][]string{
		"en":      {"Weekly report", "Mining plain: 0 alerts since 2026-11-02", "5 sources are watched; 3 articles were read", "Cannot be read: ledger", "Waits for review: “Miners of CN-SC", "Warning", "2 of 5 sources cannot be read"},
		"zh-Hans": {"每周报告", "2026-11-02 以来 0 条提醒", "监测 5 个来源，已读 3 篇文章", "待审核", "5 个来源中有 2 个无法读取"},
		"zh-Hant": {"每週報告", "監測 5 個來源", "待審核"},
	} {
		var text string
		for _, d := range list[:4] { // two notices on two channels
			m, err := composer.Compose(context.Background(), news.Subscription{ID: "plain", Name: "Mining plain", Language: language}, []news.Delivery{d})
			ok(t, err)
			if m.Notice == "" || m.Update || len(m.Items) != 1 {
				t.Errorf("composed as %+v", m)
			}
			text += m.Title(1000) + "\n" + m.Text() + "\n" + m.HTML()
		}
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: the message lacks %q:\n%s", language, w, text)
			}
		}
		if strings.Contains(text, "KZ") || strings.Contains(text, "%!") || strings.Contains(strings.ReplaceAll(text, "404 <b>gone</b>", ""), "<b>gone") {
			t.Errorf("%s: %s", language, text)
		}
	}
}

func noticeRecord(at time.Time, place news.Jurisdiction, state news.State) news.Record {
	title := "Miners of " + string(place) + " look for power"
	r := news.NewRecord(news.NewArticle(news.Content{
		URL: "https://wire.example/" + string(place), Source: "wire", Title: title, Text: "Nothing is decided.", Language: "en",
		Published: at.Add(-time.Hour), Fetched: at, Quality: 1,
	}, false), news.RuleSet{Version: "1", Hash: "1"})
	r.Tags = []news.Tag{{
		Label: news.Crackdown, Jurisdiction: place, Stage: news.Proposed, State: state, Score: .6,
		Evidence: []news.Evidence{{Field: news.Title, End: len(title), Quote: title, Rule: "given"}},
	}}
	return r
}
