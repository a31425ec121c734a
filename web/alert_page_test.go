package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

// has wants all of these in a page.
func (d *desk) has(what, page string, want ...string) {
	d.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			d.Errorf("%s lacks %q", what, w)
		}
	}
}

// posts sends a form and wants a status; it returns the answer, or that of where it leads.
func (d *desk) posts(status int, target string, form url.Values) (page, to string) {
	d.Helper()
	res := d.ask(http.MethodPost, target, form)
	if res.StatusCode != status {
		d.Fatalf("%s %v: %d, want %d\n%s", target, form, res.StatusCode, status, read(d, res))
	}
	if to = res.Header.Get("Location"); to != "" {
		path, _, _ := strings.Cut(to, "#")
		return d.page(path), to
	}
	return read(d, res), ""
}

func inputValue(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return "none"
	}
	return m[1]
}

// A subscription is made from the map, looked at, edited beside somebody else, paused,
// tested and removed, all by forms.
func TestSubscriptionIsMadeFromTheMap(t *testing.T) {
	d := openAlertDesk(t, samples(), web.ChannelTest{Outcome: news.TryRefused, Answer: "404 Not Found: no such hook", Took: 40 * time.Millisecond})
	d.name = "ada"
	d.has("without any", d.page("/subscriptions"), "Nobody is told of anything yet")
	d.has("the map", d.page("/"), `href="/subscriptions/new?label=mining_crackdown&amp;place=CN-YN"`)
	d.has("the page of a place", d.page("/places/US-NY?label=mining_crackdown"), `href="/subscriptions/new?label=mining_crackdown&amp;place=US-NY"`)
	form := d.page("/subscriptions/new?label=mining_crackdown&place=US-NY")
	d.has("the form", form, `value="mining_crackdown" checked`, `name="places" value="New York"`, `value="Mining crackdown in New York"`, "<strong>1 alert in 90 days</strong>", "two-year moratorium")

	f := url.Values{"label": {"mining_crackdown"}, "places": {"New York, 四川"}, "channels": {hook + "\nmail:ada@example.org"}, "every": {"daily"}, "at": {"07:30"}, "weekday": {"friday"}, "zone": {"Asia/Shanghai"}, "quietfrom": {"22:00"}, "quietto": {"06:00"}, "heartbeat": {"1"}}
	page, _ := d.posts(http.StatusOK, "/subscriptions/preview", f)
	d.has("the preview", page, "<strong>2 alerts in 90 days</strong>", "hydropower mines", hook)
	page, to := d.posts(http.StatusSeeOther, "/subscriptions", f)
	if to != "/subscriptions/made-1?did=saved" {
		t.Fatalf("it leads to %s", to)
	}
	d.has("the subscription", page, "Saved.", "Mining crackdown in New York or Sichuan", "Crackdown in New York or Sichuan", "Gathered each day at 07:30 Asia/Shanghai, quiet 22:00–06:00", "by ada", "/feeds/made-1.atom", "webhook:hooks.example#")
	if strings.Contains(page, "secret-part") {
		t.Error("the page tells what is secret in a channel")
	}
	sub, err := d.store.Subscription(t.Context(), "made-1")
	if err != nil || sub.Channels[0] != hook || sub.Schedule.Weekday != "" || sub.Owner != "ada" {
		t.Fatalf("kept as %+v, %v", sub, err)
	}

	// The form of a saved one shows channels by their names, and takes them back.
	form = d.page("/subscriptions/made-1/edit")
	d.has("the form of a saved one", form, "mail:ada@example.org", `selected>each day`, `value="22:00"`)
	names := strings.Join(sub.ChannelNames(), "\n")
	if strings.Contains(form, "secret-part") {
		t.Error("the form tells what is secret in a channel")
	}
	edit := url.Values{"id": {"made-1"}, "version": {inputValue(form, "version")}, "name": {"Sichuan"}, "places": {"CN-SC"}, "channels": {names}}
	d.posts(http.StatusSeeOther, "/subscriptions/made-1", edit)
	page, _ = d.posts(http.StatusConflict, "/subscriptions/made-1", edit)
	d.has("a second writer", page, "Another has edited this subscription", `name="places" value="CN-SC"`)
	edit.Set("version", inputValue(page, "version"))
	edit.Set("name", "Sichuan once more")
	d.posts(http.StatusSeeOther, "/subscriptions/made-1", edit)
	if sub, err = d.store.Subscription(t.Context(), "made-1"); err != nil || sub.Channels[0] != hook || sub.Name != "Sichuan once more" || !sub.NoHeartbeat {
		t.Fatalf("edited as %+v, %v", sub, err)
	}

	page, _ = d.posts(http.StatusOK, "/subscriptions/made-1/test", nil)
	d.has("the test", page, `class="answer dead"`, "404 Not Found: no such hook", "refused", "after 40ms")
	page, _ = d.posts(http.StatusOK, "/subscriptions/made-1/secret", nil)
	d.has("the secret", page, "whsec_shown-once", "not shown again")
	page, _ = d.posts(http.StatusSeeOther, "/subscriptions/made-1/act", url.Values{"act": {"pause"}})
	d.has("paused", page, "Paused.", "Paused by ada")
	d.has("the list", d.page("/subscriptions"), `<span class="kind warn">paused</span>`, "by ada", "nothing yet", "Sichuan once more")
	page, _ = d.posts(http.StatusSeeOther, "/subscriptions/made-1/act", url.Values{"act": {"resume"}})
	d.has("resumed", page, "Resumed.", `<span class="kind good">active</span>`)
	if err := d.store.Halt(t.Context(), "made-1", sub.ChannelNames()[0], "it answered 410"); err != nil {
		t.Fatal(err)
	}
	d.has("stopped", d.page("/subscriptions/made-1"), "it answered 410", "Resume it when that is mended", `value="resume"`)
	d.has("the list of stopped ones", d.page("/subscriptions"), "1 with a channel that has stopped", `<span class="kind bad">stopped</span>`)
	d.posts(http.StatusBadRequest, "/subscriptions/made-1/act", url.Values{"act": {"explode"}})
	page, _ = d.posts(http.StatusSeeOther, "/subscriptions/made-1/act", url.Values{"act": {"remove"}})
	d.has("removed", page, "Removed.", "Nobody is told of anything yet")
	for _, target := range []string{"/subscriptions/made-1", "/subscriptions/made-1/edit"} {
		if res := d.ask(http.MethodGet, target, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, res.StatusCode)
		}
	}
}

// What is wrong with a form is said, all at once, and what was written stays.
func TestFormSaysWhatIsWrong(t *testing.T) {
	d := openAlertDesk(t, samples(), web.ChannelTest{})
	base := func(more ...string) url.Values {
		f := url.Values{"words": {"mining"}, "name": {"x"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	for _, test := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"name": {"all"}}, "told of everything"},
		{base("places", "Atlantis"), "No place is called &#34;Atlantis&#34;"},
		{base("places", "Punjab"), "write the code"},
		{base("sources", "no such paper"), "No source is called"},
		{base("languages", "klingon script"), "no language"},
		{base("score", "1.5"), "not a number from 0 to 1"},
		{base("score", "NaN"), "not a number from 0 to 1"},
		{base("words", `"open`), "quote"},
		{base("channels", "fax:1"), "no such channels"},
		{base("channels", "here"), "is not kind:target"},
		{base("channels", "webhook:hooks.example#00000000"), "that this subscription does not have"},
		{base("channels", "mail:a@b.example\nmail:a@b.example"), "is there twice"},
		{base("every", "yearly"), "none of now, hourly, daily, weekly"},
		{base("every", "daily", "at", "25:00"), "not 00:00 to 23:59"},
		{base("every", "weekly", "weekday", "someday"), "none of monday"},
		{base("zone", "Mars/Olympus"), "IANA name"},
		{base("quietfrom", "22:00"), "not clock times"},
		{base("in", "fr"), "none of en, zh-Hans"},
		{base("label", "NO LABEL"), "is not a-z"},
		{base("stage", "rumoured"), "is unknown"},
		{base("name", strings.Repeat("n", 300)), "a name of up to 200 bytes"},
	} {
		page, _ := d.posts(http.StatusBadRequest, "/subscriptions", test.form)
		if !strings.Contains(strings.ToLower(page), strings.ToLower(test.want)) || !strings.Contains(page, `role="alert"`) {
			t.Errorf("%v: it does not say %q: %q", test.form, test.want, alertsIn(page))
		}
		for name, values := range test.form {
			if name != "label" && name != "stage" && name != "every" && name != "weekday" && name != "in" && name != "channels" && len(values[0]) < 100 && !strings.Contains(page, `value="`+strings.ReplaceAll(values[0], `"`, "&#34;")+`"`) {
				t.Errorf("%v: what was written in %s is lost", test.form, name)
			}
		}
	}
	page, _ := d.posts(http.StatusBadRequest, "/subscriptions", url.Values{"name": {"x"}, "places": {"Atlantis"}, "score": {"7"}, "words": {"kept"}})
	if strings.Count(page, `role="alert"`) != 2 {
		t.Errorf("two things are wrong, and it says %q", alertsIn(page))
	}
	if list, _, err := d.store.Subscriptions(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d were saved, %v", len(list), err)
	}
	for target, status := range map[string]int{"/subscriptions/new?place=Atlantis": 400, "/subscriptions/new?label=A+B": 400, "/subscriptions/none": 404, "/deliveries?state=lost": 400, "/deliveries?after=x": 400, "/deliveries/none": 404, "/dead/a/b": 404} {
		if res := d.ask(http.MethodGet, target, nil); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", target, res.StatusCode, status)
		}
	}
}

// What was sent, is held, waits or is dead is seen with its answers, and tried again or
// dropped; silences are made and ended with their reasons.
func TestDeliveriesAreReplayedAndDropped(t *testing.T) {
	d := openAlertDesk(t, samples(), web.ChannelTest{})
	d.name = "ada"
	ctx := t.Context()
	sub := news.Subscription{ID: "sub-1", Name: "New York", Owner: "ada", Created: now, Query: news.Query{Jurisdictions: []news.Jurisdiction{"US-NY"}}, Channels: []string{hook, "mail:ada@example.org"}}
	other := sub
	other.ID, other.Name, other.Channels = "sub-2", "Elsewhere", []string{"nats:"}
	changes, err := d.store.Changes(ctx, 0, 1)
	for _, x := range []news.Subscription{sub, other} {
		if err == nil {
			err = d.store.SaveSubscription(ctx, x)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	told := func(sub news.Subscription, story string, change int64) (list []news.Delivery) {
		a := news.Alert{Subscription: sub.ID, Story: story, Change: change, Time: now, Record: changes[0].Record, Causes: []news.Cause{news.NewStory}, Facts: []news.Fact{{Label: crack, Jurisdiction: "US-NY", Stage: news.Proposed}}, Due: now}
		for _, c := range sub.Channels {
			list = append(list, news.NewDelivery(a, c))
		}
		if err := d.store.Alert(ctx, "alert", change, []news.Alert{a}, list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	list := append(told(sub, "s1", changes[0].Sequence), told(other, "s2", changes[0].Sequence+1)...)
	list[0].State, list[0].Answer, list[0].Attempts = news.DeliveryDead, "404 Not Found", 1
	list[1].State, list[1].Sent, list[1].Answer, list[1].Attempts = news.DeliverySent, now.Add(time.Second), "250 OK", 2
	tries := []news.Try{{Message: list[0].Message, Number: 1, Time: now, Took: 1200 * time.Millisecond, Outcome: news.TryRefused, Answer: "404 Not Found"}}
	if err := d.store.Settle(ctx, list[:2], tries); err != nil {
		t.Fatal(err)
	}
	page := d.page("/deliveries")
	d.has("the deliveries", page, "404 Not Found", "250 OK", "next try", "1 try", "2 tries", "New York", "Elsewhere", `aria-label="Choose `)
	for target, want := range map[string]int{"?state=dead": 1, "?state=waiting": 1, "?subscription=sub-1": 2, "?subscription=sub-1&state=sent": 1, "?channel=" + url.QueryEscape(list[2].Channel): 1, "?state=held": 0} {
		if n := strings.Count(d.page("/deliveries"+target), `<th scope="row">`); n != want {
			t.Errorf("%s shows %d, want %d", target, n, want)
		}
	}
	d.has("one delivery", d.page("/deliveries/"+list[0].ID), "1.2 s", "refused", "404 Not Found", "Try it again", "Drop it")
	d.has("the subscription", d.page("/subscriptions/sub-1"), "Crackdown in New York: proposed", "404 Not Found", "just now")
	d.has("dead letters", d.page("/dead"), list[0].ID, "Try the chosen again")

	act := func(act, back string, ids ...string) string {
		page, _ := d.posts(http.StatusSeeOther, "/deliveries/act", url.Values{"act": {act}, "id": ids, "back": {back}})
		return page
	}
	d.has("replayed", act("replay", "/deliveries?subscription=sub-1", list[0].ID, list[1].ID), "1 is tried again now.")
	if got, _, err := d.store.Delivery(ctx, list[0].ID); err != nil || got.State != news.DeliveryWaiting {
		t.Errorf("replayed: %+v, %v", got, err)
	}
	if err := d.store.Settle(ctx, list[:1], nil); err != nil {
		t.Fatal(err)
	}
	d.has("dropped", act("drop", "/deliveries/"+list[0].ID, list[0].ID, list[1].ID), "1 dropped.")
	if res := d.ask(http.MethodGet, "/deliveries/"+list[0].ID, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("what was dropped: %d", res.StatusCode)
	}
	for _, back := range []string{"https://evil.example/deliveries", "//evil.example/deliveries", "/deliveries/..//evil.example", "javascript:alert(1)", "/\\evil.example"} {
		_, to := d.posts(http.StatusSeeOther, "/deliveries/act", url.Values{"act": {"replay"}, "id": {list[1].ID}, "back": {back}})
		if !strings.HasPrefix(to, "/deliveries?") {
			t.Errorf("back %q leads to %q", back, to)
		}
	}
	d.posts(http.StatusBadRequest, "/deliveries/act", url.Values{"act": {"replay"}})
	d.posts(http.StatusBadRequest, "/deliveries/act", url.Values{"act": {"shred"}, "id": {"x"}})

	page, to := d.posts(http.StatusSeeOther, "/subscriptions/sub-1/silence", url.Values{"phrase": {"voluntary pause"}, "source": {"albany-record"}, "reason": {"too many"}, "until": {"2026-12-02"}})
	if to != "/subscriptions/sub-1?did=silenced#silences" {
		t.Errorf("it leads to %s", to)
	}
	d.has("silenced", page, "“voluntary pause”", "too many", "— ada", "3 Dec 2026, 00:00 UTC")
	if strings.Contains(d.page("/subscriptions/sub-2"), "voluntary pause") {
		t.Error("another's silence is shown")
	}
	for _, wrong := range []url.Values{{"reason": {"r"}, "until": {"soon"}}, {"reason": {""}, "until": {"2026-12-02"}}, {"reason": {"r"}, "until": {"2020-12-02"}}, {"reason": {"r"}, "until": {"2026-12-02"}, "story": {"/records/none"}}, {"reason": {"r"}, "until": {"2026-12-02"}, "source": {"no such"}}} {
		page, _ := d.posts(http.StatusBadRequest, "/subscriptions/sub-1/silence", wrong)
		d.has("what is wrong", page, `role="alert"`)
	}
	silences, err := d.store.Silences(ctx, now)
	if err != nil || len(silences) != 1 {
		t.Fatalf("%d silences, %v", len(silences), err)
	}
	page, _ = d.posts(http.StatusSeeOther, "/subscriptions/sub-1/unsilence", url.Values{"silence": {silences[0].ID}})
	d.has("ended", page, "The silence is over.", "None: all that fits is sent.")

	// An article that a stage gave up is handed over again.
	article := news.NewArticle(sample("chainfeed", "Wallet maker recalls a key", "The device costs 79 dollars.", time.Hour).Content, false)
	if _, err := d.store.Hand(ctx, []news.Article{article}); err != nil {
		t.Fatal(err)
	}
	if err := d.store.MarkDead(ctx, article.Key(), "classifier", "a rule ran out of time"); err != nil {
		t.Fatal(err)
	}
	d.has("dead letters", d.page("/dead"), "a rule ran out of time", "Wallet maker")
	d.has("one", d.page("/dead/"+article.ID+"/"+article.Version), "Given up by “classifier” after", "The device costs 79 dollars.", "a rule ran out of time")
	page, _ = d.posts(http.StatusSeeOther, "/dead/replay", url.Values{"id": {article.ID + "." + article.Version}})
	d.has("tried again", page, "1 is tried again now.", "None.")
	d.posts(http.StatusBadRequest, "/dead/replay", url.Values{"id": {"x"}})
}

// No page of another site changes anything here through a reader's browser.
func TestAlertFormsAreGuarded(t *testing.T) {
	d := openAlertDesk(t, nil, web.ChannelTest{})
	forms := []string{"/subscriptions", "/subscriptions/preview", "/subscriptions/a", "/subscriptions/a/act", "/subscriptions/a/test", "/subscriptions/a/secret", "/subscriptions/a/silence", "/subscriptions/a/unsilence", "/deliveries/act", "/dead/replay"}
	for _, target := range forms {
		for _, site := range []string{"cross-site", "same-site"} {
			res := d.askAs(http.MethodPost, target, url.Values{"name": {"x"}, "words": {"x"}}, "Sec-Fetch-Site", site)
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %s: %d", target, site, res.StatusCode)
			}
		}
		if res := d.askAs(http.MethodPost, target, url.Values{"name": {strings.Repeat("x", 300<<10)}}, "Sec-Fetch-Site", "same-origin"); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s with a body that is too long: %d", target, res.StatusCode)
		}
	}
	if list, _, err := d.store.Subscriptions(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d were saved, %v", len(list), err)
	}
}

// Whatever is in a field of a subscription, of what was sent or given up, or in a form,
// stays text.
func TestHostileSubscriptionsStayText(t *testing.T) {
	for i, p := range payloads {
		r, src, _ := poisoned(p, i)
		s := newShelf(r)
		s.sources = []news.Source{src}
		d := &desk{T: t, server: site(t, s, newMailShelf(p, r).of)}
		for _, target := range []string{"/", "/places/CN", "/subscriptions", "/subscriptions?q=" + url.QueryEscape(p), "/subscriptions/a", "/subscriptions/a/edit", "/subscriptions/new?q=" + url.QueryEscape(p) + "&label=mining_crackdown", "/subscriptions/new?place=" + url.QueryEscape(p), "/deliveries", "/deliveries?channel=" + url.QueryEscape(p), "/deliveries/d0", "/dead", "/dead/a0/v0"} {
			checkMarkup(t, target, read(t, d.ask(http.MethodGet, target, nil)))
		}
		form := url.Values{}
		for _, name := range []string{"name", "label", "stage", "places", "sources", "languages", "words", "score", "channels", "in", "every", "at", "weekday", "zone", "quietfrom", "quietto", "version", "id", "reason", "until", "story", "source", "phrase", "silence", "act", "back"} {
			form.Set(name, p)
		}
		for _, target := range []string{"/subscriptions", "/subscriptions/preview", "/subscriptions/a", "/subscriptions/a/act", "/subscriptions/a/test", "/subscriptions/a/secret", "/subscriptions/a/silence", "/subscriptions/a/unsilence", "/deliveries/act", "/dead/replay"} {
			res := d.ask(http.MethodPost, target, form)
			if to := res.Header.Get("Location"); to != "" && !strings.HasPrefix(to, "/subscriptions") && !strings.HasPrefix(to, "/deliveries") && !strings.HasPrefix(to, "/dead") {
				t.Errorf("%s leads to %q", target, to)
			}
			checkMarkup(t, "POST "+target, read(t, res))
		}
	}
}

// A form of any bytes is answered with a page, and what it would save is valid.
func FuzzSubscriptionForm(f *testing.F) {
	f.Add("name=x&words=mining&places=China%2C+KZ&score=0.5&every=daily&at=08%3A00")
	f.Add("label=mining_crackdown&channels=mail%3Aa%40b.example%0Anats%3A&quietfrom=22%3A00&quietto=06%3A00&zone=Asia%2FShanghai")
	f.Add("places=%FF%00&languages=zh-Hans&sources=x;y")
	shelf := newMailShelf("x", samples()[0])
	server := site(f, newShelf(samples()...), shelf.of)
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		d := &desk{T: t, server: server}
		for _, target := range []string{"/subscriptions/preview", "/subscriptions"} {
			res := d.ask(http.MethodPost, target, form)
			page := read(t, res)
			if res.StatusCode >= 500 || res.StatusCode == http.StatusOK && !strings.Contains(page, "</html>") {
				t.Fatalf("%s: %d\n%s", target, res.StatusCode, page)
			}
			checkMarkup(t, target, page)
		}
	})
}

// alertsIn is what a page says is wrong.
func alertsIn(page string) (list []string) {
	for _, m := range regexp.MustCompile(`role="alert"[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}
