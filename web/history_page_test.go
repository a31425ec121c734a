package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// oneEvent is one event in two languages.
func oneEvent() []news.Record {
	one := sample("harbour-post", "Sichuan closes 26 mines", "The province ordered 26 mining sites to shut down by Sunday.\nIt named no operator.", time.Hour)
	one = tagged(one, crack, "CN-SC", news.Enforced, news.Review, .6, "crackdown.shutdown", "ordered 26 mining sites to shut down")
	two := sample("yunnan-gov", "四川关停26个矿场", "四川省要求26个矿场周日前关停。", 2*time.Hour)
	two = tagged(two, crack, "CN-SC", news.Enforced, news.Auto, .9, "crackdown.shutdown.zh", "要求26个矿场周日前关停")
	return []news.Record{one, two}
}

func TestRecordPageDecidesAndRemembers(t *testing.T) {
	list := oneEvent()
	d := openDesk(t, list)
	ada := d.as("Ada")
	both, err := d.store.CurrentOf(t.Context(), []string{list[0].Key().Article, list[1].Key().Article})
	if err != nil || both[0].Story != both[1].Story {
		t.Fatalf("the two reports are two stories: %v", err)
	}
	target := "/records/" + list[0].ID
	page := ada.page(target)
	lacks(t, "the record", visible(page), "Other reports of this event", "四川关停26个矿场", "read beside", "Add the note")
	key := list[0].Key().Article + ",mining_crackdown,CN-SC,review"
	page = ada.act("accept", "item", key, "back", target, "reason", "Seen the notice.")
	lacks(t, "decided there", visible(page), "Accepted: Crackdown in Sichuan.", "Seen the notice.", "enforced, for review → enforced, accepted", "crackdown.shutdown: right 1 of 1 times")

	res := ada.ask(http.MethodPost, "/review/note", url.Values{"article": {list[0].Key().Article}, "text": {"Called the ministry.\r\nNo answer <b>."}, "back": {target}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != target+"#note-1" {
		t.Errorf("a note: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	lacks(t, "the note", ada.page(target), "<p dir=\"auto\" lang=\"\">Called the ministry.</p><p dir=\"auto\" lang=\"\">No answer &lt;b&gt;.</p>")
	if res := ada.ask(http.MethodPost, "/review/note", url.Values{"article": {list[0].Key().Article}, "text": {" "}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("an empty note: %d", res.StatusCode)
	}

	page = ada.page(target + "?beside=" + list[1].ID)
	lacks(t, "both languages", page, `class="twofold"`, `>要求26个矿场周日前关停</mark>`, `>ordered 26 mining sites to shut down</mark>`)
	for bad, status := range map[string]int{"?beside=%3Cb%3E": 400, "?beside=none": 404} {
		if res := ada.ask(http.MethodGet, target+bad, nil); res.StatusCode != status {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}

	// Another version: the old one says that it is not current, and what changed is shown.
	c := list[0].Content
	c.Text = strings.Replace(c.Text, "by Sunday", "by Monday", 1) + "\nThe notice was corrected."
	c.Fetched = c.Fetched.Add(time.Hour)
	next := news.NewRecord(news.NewArticle(c, false), sampleRules)
	next = tagged(next, crack, "CN-SC", news.Enforced, news.Review, .6, "crackdown.shutdown", "ordered 26 mining sites to shut down")
	if err := d.store.Keep(t.Context(), []news.Record{next}); err != nil {
		t.Fatal(err)
	}
	page = ada.page(target)
	lacks(t, "the old version", visible(page), "This is not the current record of the article.", "Versions", "what changed")
	if strings.Contains(page, `value="accept"`) {
		t.Error("an old version can be decided on")
	}
	diff := ada.page("/records/" + next.ID + "/diff/" + list[0].ID)
	lacks(t, "the diff", diff, "by <del>Sunday</del>", "by <ins>Monday</ins>", "<ins>The notice was corrected.</ins>", "It named no operator.")
	if res := ada.ask(http.MethodGet, "/records/"+next.ID+"/diff/"+list[1].ID, nil); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a diff of two articles: %d", res.StatusCode)
	}
}
