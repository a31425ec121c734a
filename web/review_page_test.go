package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/web"
)

// A desk is a site over a store, and an analyst before it.
type desk struct {
	*testing.T
	store  *store.Store
	server *web.Server
	name   string
	at     *time.Time
}

func openDesk(t *testing.T, records []news.Record) *desk {
	at := now
	d := &desk{T: t, at: &at}
	s, of := archive(t, records, func() time.Time { return at })
	d.store, d.server = s, site(t, newShelf(), of)
	return d
}

// as is another analyst before the same archive.
func (d *desk) as(name string) *desk {
	other := *d
	other.name = name
	return &other
}

func (d *desk) ask(method, target string, form url.Values) *http.Response {
	return d.askAs(method, target, form, "Sec-Fetch-Site", "same-origin")
}

// askAs sends one header of its own.
func (d *desk) askAs(method, target string, form url.Values, header, value string) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Host = "localhost"
	r.Header.Set(header, value)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if d.name != "" {
		r.AddCookie(&http.Cookie{Name: "edict_name", Value: url.QueryEscape(d.name)})
	}
	w := httptest.NewRecorder()
	d.server.Handler().ServeHTTP(w, r)
	return w.Result()
}

// page reads a page.
func (d *desk) page(target string) string {
	d.Helper()
	res := d.ask(http.MethodGet, target, nil)
	text := read(d.T, res)
	if res.StatusCode != http.StatusOK {
		d.Fatalf("%s: %d\n%s", target, res.StatusCode, text)
	}
	return text
}

// act sends a form and reads the page to which it leads.
func (d *desk) act(act string, fields ...string) string {
	d.Helper()
	form := url.Values{"act": {act}}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	res := d.ask(http.MethodPost, "/review/act", form)
	if res.StatusCode != http.StatusSeeOther {
		d.Fatalf("%s: %d\n%s", act, res.StatusCode, visible(read(d.T, res)))
	}
	return d.page(res.Header.Get("Location"))
}

// items are the tags on a page, in order.
func items(page string) (out []string) {
	for _, m := range regexp.MustCompile(`data-item="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func state(d *desk, item string) news.State {
	d.Helper()
	parts := strings.Split(item, ",")
	r, err := d.store.Current(d.Context(), parts[0])
	if err != nil {
		d.Fatal(err)
	}
	for _, t := range r.Tags {
		if string(t.Label) == parts[1] && string(t.Jurisdiction) == parts[2] {
			return t.State
		}
	}
	return ""
}

func TestQueueIsDecidedByForms(t *testing.T) {
	d := openDesk(t, waiting(25))
	page := d.page("/review")
	list := items(page)
	if len(list) != 20 || !strings.Contains(visible(page), "Review 25 waiting") {
		t.Fatalf("%d tags on the page: %.300s", len(list), visible(page))
	}
	lacks(t, "the queue", page, `class="why" title="its score is 0.`, `href="/review?skip=20" rel="next"`, "banned mining</mark>")
	if n := len(items(d.page("/review?skip=20"))); n != 5 {
		t.Errorf("%d tags on the second page", n)
	}

	page = d.act("accept", "item", list[0], "spent", "1500", "reason", "Read it.")
	lacks(t, "what it says", visible(page), "Accepted: Crackdown in ", "Undo")
	if state(d, list[0]) != news.Accepted || strings.Contains(page, list[0]) {
		t.Error("the tag was not accepted, or it still waits")
	}
	d.act("reject", "item", list[1])
	page = d.act("edit", "item", list[2], "label", "mining_crackdown", "place", "Gansu CN-GS", "stage", "proposed", "was", "enacted")
	lacks(t, "the edit", visible(page), "is Crackdown in Gansu, proposed")
	page = d.act("edit", "item", list[3], "label", "mining_crackdown", "place", strings.Split(list[3], ",")[2], "stage", "enacted", "was", "enacted")
	lacks(t, "an edit of nothing accepts", visible(page), "Accepted: ")
	all, err := d.store.Decisions(t.Context(), 0, 10)
	if err != nil || len(all) != 4 || all[0].Who != "local analyst" || all[0].Spent != 1500 || all[0].Reason != "Read it." {
		t.Errorf("decisions: %v %+v", err, all)
	}
	page = d.act("accept", "item", list[4], "item", list[5], "item", list[6], "back", "/review?place=CN")
	lacks(t, "three at once", visible(page), "Accepted: ")
	for _, item := range list[4:7] {
		if state(d, item) != news.Accepted {
			t.Errorf("%s is %s", item, state(d, item))
		}
	}

	// All of it can be taken back, one by one, and then there is nothing.
	for n := 7; n > 0; n-- {
		page = d.act("undo")
		lacks(t, "an undo", visible(page), "Undone: decision")
	}
	lacks(t, "the last undo", visible(d.act("undo")), "There is no decision of yours left to undo.")
	lacks(t, "the queue after all", visible(d.page("/review")), "Review 25 waiting")
	page = visible(d.page("/decisions"))
	lacks(t, "the decisions", page, "Undone: decision 1 on Crackdown", "took 1.5 s", "Read it.", "enacted, for review → enacted, accepted", "undone by")
}

func TestTwoAnalystsSeeEachOther(t *testing.T) {
	d := openDesk(t, waiting(6))
	ada, bob := d.as("Ada"), d.as("Bob")
	list := items(d.page("/review"))

	lacks(t, "a claim", visible(ada.act("claim", "item", list[0])), "is yours until 25 Nov 2026, 14:40 UTC")
	lacks(t, "what the other sees", visible(bob.page("/review")), "Ada has it until 25 Nov 2026, 14:40 UTC", "Take over")
	page := bob.act("reject", "item", list[0])
	lacks(t, "the other decides", visible(page), "Ada has Crackdown in", "Nothing was written.", "Take over")
	if state(d, list[0]) != news.Review {
		t.Error("what another has was decided")
	}
	*d.at = d.at.Add(5 * time.Minute)
	ada.act("accept", "item", list[1]) // who acts keeps what they have
	lacks(t, "longer", visible(bob.page("/review")), "14:45 UTC")
	*d.at = d.at.Add(11 * time.Minute)
	if page := visible(bob.page("/review")); strings.Contains(page, "Ada has it") {
		t.Error("a lease does not end")
	}
	ada.act("claim", "item", list[0])
	lacks(t, "taken over", visible(bob.act("take", "item", list[0])), "is yours until")
	bob.act("claim", "item", list[0]) // again: given up
	if strings.Contains(visible(ada.page("/review")), "Bob has it") {
		t.Error("it was not given up")
	}
	lacks(t, "assigned", visible(ada.act("assign", "item", list[0], "owner", "Bob")), "Bob has Crackdown in")
	lacks(t, "held", visible(bob.act("hold", "item", list[0])), "26 Nov 2026")

	// Both decide on one tag: one decision, and the second is told of it.
	bob.act("accept", "item", list[2])
	page = ada.act("reject", "item", list[2])
	lacks(t, "too late", visible(page), "Bob was faster just now. Accepted: Crackdown in", "Nothing more was written.")
	if got, _ := d.store.DecisionsOn(t.Context(), strings.Split(list[2], ",")[0]); len(got) != 1 || state(d, list[2]) != news.Accepted {
		t.Errorf("%d decisions, %s", len(got), state(d, list[2]))
	}
	// Both say the same: the decision stands, and the second is merged with it.
	page = ada.act("accept", "item", list[2], "reason", "Read the notice.")
	lacks(t, "the same", visible(page), "Bob had decided so just now. Accepted: Crackdown in", "Your decision agrees and was merged with it.", "Your reason is kept as a note")
	if strings.Contains(visible(page), "was faster") {
		t.Error("who agrees is told of an error")
	}
	article, _, _ := strings.Cut(list[2], ",")
	notes, err := d.store.Notes(t.Context(), []string{article})
	if got, _ := d.store.DecisionsOn(t.Context(), article); err != nil || len(got) != 1 || len(notes) != 1 || notes[0].Who != "Ada" || notes[0].Text != "Read the notice." {
		t.Errorf("%d decisions, notes %+v, %v", len(got), notes, err)
	}
	bob.act("undo")
	bob.act("edit", "item", list[2], "label", string(crack), "place", "CN-GS")
	lacks(t, "the same edit", visible(ada.act("edit", "item", list[2], "label", string(crack), "place", "CN-GS")), "Your decision agrees")
	lacks(t, "another edit", visible(ada.act("edit", "item", list[2], "label", string(crack), "place", "CN-QH")), "Bob was faster")
	bob.act("undo")
	bob.act("accept", "item", list[2])
	lacks(t, "an undo of another's", visible(ada.act("undo", "number", "6")), "Undone: decision 6")
}

func TestQueueSleepsAndNarrows(t *testing.T) {
	d := openDesk(t, waiting(5))
	list := items(d.page("/review"))
	page := d.act("snooze", "item", list[0], "hours", "48")
	lacks(t, "asleep", visible(page), "Review 4 waiting", "1 asleep")
	lacks(t, "those asleep", visible(d.page("/review?snoozed=1")), "Asleep until 27 Nov 2026, 14:30 UTC", "Wake")
	*d.at = d.at.Add(49 * time.Hour)
	lacks(t, "awake", visible(d.page("/review")), "Review 5 waiting")
	d.act("snooze", "item", list[0])
	lacks(t, "woken", visible(d.act("wake", "item", list[0])), "Review 5 waiting")
	lacks(t, "in China", visible(d.page("/review?place=CN")), "Review 2 waiting")
	lacks(t, "of a label", visible(d.page("/review?label=pro_blockchain_policy")), "Review 0 waiting", "Nothing waits here")
	for _, bad := range []string{"?reason=mood", "?place=nowhere", "?label=No!", "?skip=-1"} {
		if res := d.ask(http.MethodGet, "/review"+bad, nil); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
}

func TestStoriesMeetAndPart(t *testing.T) {
	d := openDesk(t, waiting(3))
	list := items(d.page("/review"))
	story := func(item string) string {
		r, err := d.store.Current(t.Context(), strings.Split(item, ",")[0])
		if err != nil {
			t.Fatal(err)
		}
		return r.Story
	}
	lacks(t, "merged", visible(d.act("merge", "item", list[0], "item", list[1])), "Merged two stories.")
	if story(list[0]) != story(list[1]) {
		t.Error("they are two stories")
	}
	third, err := d.store.Current(t.Context(), strings.Split(list[2], ",")[0])
	if err != nil {
		t.Fatal(err)
	}
	d.act("merge", "item", list[0], "story", "http://localhost/records/"+third.ID)
	if story(list[2]) != story(list[0]) {
		t.Error("a record's address names no story")
	}
	lacks(t, "again", visible(d.act("merge", "item", list[0], "item", list[1])), "these are one already")
	lacks(t, "split", visible(d.act("split", "item", list[1])), "Split an article off its story.")
	lacks(t, "alone", visible(d.act("split", "item", list[1])), "The article is alone in its story.")
	for range 3 {
		lacks(t, "undone", visible(d.act("undo")), "Undone: decision")
	}
	if story(list[0]) == story(list[1]) || story(list[0]) == story(list[2]) {
		t.Error("the stories did not part again")
	}
}

// What forms may not do.
func TestFormsAreGuarded(t *testing.T) {
	d := openDesk(t, waiting(2))
	item := items(d.page("/review"))[0]
	send := func(change func(*http.Request), form url.Values) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/review/act", strings.NewReader(form.Encode()))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		w := httptest.NewRecorder()
		d.server.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	good := url.Values{"act": {"accept"}, "item": {item}}
	for name, c := range map[string]struct {
		status int
		change func(*http.Request)
		form   url.Values
	}{
		"another site": {403, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, good},
		"another port": {403, func(r *http.Request) { r.Header.Set("Origin", "http://localhost:99") }, good},
		"another host": {421, func(r *http.Request) { r.Host = "evil.example" }, good},
		"nothing":      {400, func(*http.Request) {}, url.Values{}},
		"no tag":       {400, func(*http.Request) {}, url.Values{"act": {"accept"}}},
		"a bad tag":    {400, func(*http.Request) {}, url.Values{"act": {"accept"}, "item": {"a,b"}}},
		"a bad act":    {400, func(*http.Request) {}, url.Values{"act": {"<b>"}, "item": {item}}},
		"a bad place":  {400, func(*http.Request) {}, url.Values{"act": {"edit"}, "item": {item}, "label": {"mining_crackdown"}, "place": {"Atlantis"}}},
		"a bad stage":  {400, func(*http.Request) {}, url.Values{"act": {"edit"}, "item": {item}, "label": {"mining_crackdown"}, "stage": {"x"}}},
		"a long one":   {400, func(*http.Request) {}, url.Values{"act": {"accept"}, "item": {item}, "reason": {strings.Repeat("x", 5000)}}},
		"too much":     {400, func(*http.Request) {}, url.Values{"act": {"accept"}, "item": {item}, "x": {strings.Repeat("x", 300<<10)}}},
		"too many":     {400, func(*http.Request) {}, url.Values{"act": {"accept"}, "item": strings.Split(strings.Repeat(item+" ", 201), " ")}},
		"a long sleep": {400, func(*http.Request) {}, url.Values{"act": {"snooze"}, "item": {item}, "hours": {"99999"}}},
		"no decision":  {400, func(*http.Request) {}, url.Values{"act": {"undo"}, "number": {"x"}}},
	} {
		if res := send(c.change, c.form); res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
		}
	}
	if all, _ := d.store.Decisions(t.Context(), 0, 10); len(all) != 0 {
		t.Errorf("%d decisions were made", len(all))
	}
	for _, back := range []string{"https://evil.example/review", "//evil.example", "/review/../..//evil.example", "javascript:alert(1)", "/stream", ""} {
		res := send(func(*http.Request) {}, url.Values{"act": {"claim"}, "item": {item}, "back": {back}})
		if to := res.Header.Get("Location"); to != "/review" && !strings.HasPrefix(to, "/review?") {
			t.Errorf("back to %q leads to %q", back, to)
		}
	}
	if res := send(func(*http.Request) {}, good); res.StatusCode != http.StatusSeeOther {
		t.Errorf("without what a browser says: %d", res.StatusCode)
	}
	// An address tells nothing that the store does not.
	page := d.page("/review?did=99&did=x&other=%3Cb%3E&held=a,b,c,d&nothing=%3Cb%3E&claimed=x")
	if strings.Contains(page, `class="saying"`) {
		t.Error("an address made the page say something")
	}
}

func TestNamesAreCleaned(t *testing.T) {
	d := openDesk(t, waiting(1))
	for raw, want := range map[string]string{
		" Ada  Lovelace ": "Ada Lovelace", "": "local analyst", "\u202eada": "ada", "a\nb": "a b", strings.Repeat("é", 100): strings.Repeat("é", 60), "<b>": "&lt;b&gt;",
	} {
		res := d.ask(http.MethodPost, "/review/name", url.Values{"name": {raw}})
		cookies := res.Cookies()
		if res.StatusCode != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly {
			t.Fatalf("%q: %d, %v", raw, res.StatusCode, cookies)
		}
		name, err := url.QueryUnescape(cookies[0].Value)
		if err != nil {
			t.Fatal(err)
		}
		lacks(t, raw, d.as(name).page("/review"), "<summary lang=\"\">"+want+"</summary>")
	}
}

func TestWhatWasDecidedIsTakenAlong(t *testing.T) {
	d := openDesk(t, waiting(8))
	list := items(d.page("/review"))
	for i, item := range list[:6] {
		d.act([]string{"accept", "reject"}[i%2], "item", item)
	}
	d.ask(http.MethodPost, "/review/note", url.Values{"article": {strings.Split(list[0], ",")[0]}, "text": {"A note."}})
	res := d.ask(http.MethodGet, "/decisions.jsonl", nil)
	lines := strings.Split(strings.TrimSpace(read(t, res)), "\n")
	if len(lines) != 6 || res.Header.Get("Content-Disposition") != `attachment; filename="decisions.jsonl"` {
		t.Errorf("%d lines, %v", len(lines), res.Header)
	}
	for i, line := range lines {
		var one news.Decision
		if err := json.Unmarshal([]byte(line), &one); err != nil || one.Number != int64(i)+1 || len(one.After) == 0 {
			t.Errorf("line %d: %v %s", i, err, line)
		}
	}
	if text := read(t, d.ask(http.MethodGet, "/notes.jsonl", nil)); !strings.Contains(text, `"text":"A note."`) {
		t.Errorf("notes: %s", text)
	}
	lacks(t, "the rules", visible(d.page("/rules")), "crackdown.banCrackdown8100.0 %83350 % weak")
	lacks(t, "the queue", d.page("/review"), `title="rule crackdown.ban was right 3 of 6 times">weak rule`)
}
