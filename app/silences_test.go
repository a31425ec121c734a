package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// What a silence holds is held, counted and let go, and links in messages make silences,
// flags and an end of a channel, once each, and not by being looked at.
func TestSilencesAndLinks(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	ctx := t.Context()
	sub := news.Subscription{
		ID: app.NewSubscriptionID(), Name: "Mining", Owner: "ada", Created: time.Now(), Channels: []string{"nats:edict.test"},
		Query: news.Query{Labels: []news.Label{news.Crackdown}},
	}
	ok(t, s.SaveSubscription(ctx, sub))
	mute := news.Silence{ID: "a1", Author: "ada", Reason: "told", Created: time.Now(), Until: time.Now().Add(time.Hour), Phrase: "SICHUAN provincial"}
	ok(t, s.SaveSilence(ctx, mute))
	p := start(t, cfg, app.Options{})
	const story = `{"id":"x","title":"Sichuan orders bitcoin mines to close","text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday.","language":"en"}`
	_, err = take(t, s, cfg, storyFile(t, story), app.IngestOptions{Alert: true})
	ok(t, err)
	var held []news.Delivery
	until(t, patience, func() string { return "no delivery is held" }, func() bool {
		held, err = s.Deliveries(ctx, news.DeliveryFilter{State: news.DeliveryHeld})
		ok(t, err)
		return len(held) > 0
	})
	if d := held[0]; d.Hold != news.HoldSilenced || !strings.HasPrefix(d.Answer, news.HeldBy("a1")) || !strings.Contains(d.Answer, "by ada") {
		t.Errorf("held as %+v", d)
	}
	if list, err := s.Silences(ctx, time.Now()); err != nil || len(list) != 1 || list[0].Held != 1 {
		t.Errorf("silences: %+v, %v", list, err)
	}
	if alerts, err := s.Alerts(ctx, sub.ID, 10); err != nil || len(alerts) != 1 {
		t.Errorf("%d alerts are written, %v", len(alerts), err)
	}

	link := func(l news.Link) string {
		l.Subscription = sub.ID
		address, err := app.SignedLink(ctx, s, time.Now, p.Page, l)
		ok(t, err)
		return address
	}
	post := func(address string, want int) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("List-Unsubscribe=One-Click"))
		ok(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		ok(t, err)
		ok(t, answer.Body.Close())
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", address, answer.StatusCode, want)
		}
	}
	links := []string{
		link(news.Link{Act: news.MuteLink, Story: held[0].Story}), link(news.Link{Act: news.SnoozeLink, Source: "ledger"}),
		link(news.Link{Act: news.WrongLink, Story: held[0].Story, Record: "r"}), link(news.Link{Act: news.UnsubscribeLink, Channel: held[0].Channel}),
	}
	for _, address := range links {
		if code, body := get(t, address); code != 200 || !strings.Contains(body, "Mining") {
			t.Errorf("%s: %d %s", address, code, body)
		}
	}
	count := func() [3]int {
		list, err := s.ActiveSilences(ctx, time.Now())
		ok(t, err)
		flags, err := s.Flags(ctx, "", 10)
		ok(t, err)
		now, err := s.Subscription(ctx, sub.ID)
		ok(t, err)
		return [3]int{len(list), len(flags), len(now.Halted)}
	}
	if got := count(); got != [3]int{1, 0, 0} {
		t.Errorf("looking at links did %v", got)
	}
	for range 2 {
		for _, address := range links {
			post(address, 200)
		}
	}
	if got := count(); got != [3]int{3, 1, 1} {
		t.Errorf("following links did %v", got)
	}
	post(links[0]+"x", 403)
	post(links[0][:len(links[0])-4]+"AAAA", 403)
	all := link(news.Link{Act: news.UnsubscribeLink})
	post(all, 200)
	if now, err := s.Subscription(ctx, sub.ID); err != nil || !now.Paused || now.Why == "" {
		t.Errorf("unsubscribed from all: %+v, %v", now, err)
	}
	ok(t, s.RemoveSubscription(ctx, sub.ID))
	post(all, 410)
	p.stop(t)
}
