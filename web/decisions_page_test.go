package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/web"
)

// What was decided is found again by who, what, where and when, in the address, as a page
// and as a file; and each decision shows what stood when it was made.
func TestDecisionsAreFoundAndReplayed(t *testing.T) {
	records := waiting(5) // KZ, CN-SC, US-NY, IR, CN-JX
	d := openDesk(t, records)
	decide := func(who string, n int, act news.Act, reason string) news.Decision {
		t.Helper()
		*d.at = d.at.Add(time.Hour)
		x, err := d.store.Decide(t.Context(), news.Verdict{Who: who, Act: act, Article: records[n].Key().Article, Label: crack, Jurisdiction: records[n].Tags[0].Jurisdiction, Reason: reason})
		ok(t, err)
		return x
	}
	decide("ada", 0, news.Accept, "first")
	decide("bo", 1, news.Accept, "second")
	*d.at = d.at.Add(24 * time.Hour)
	decide("ada", 4, news.Reject, "third")
	*d.at = d.at.Add(time.Hour)
	undo, err := d.store.Undo(t.Context(), "bo", 3, "not so")
	ok(t, err)
	decide("ada", 4, news.Accept, "fifth")

	day, next := now.UTC().Format(time.DateOnly), now.UTC().Add(26*time.Hour).Format(time.DateOnly)
	for query, want := range map[string]string{
		"": "1 2 3 4 5", "who=ada": "1 3 5", "who=bo": "2 4", "who=nobody": "", "place=CN": "2 3 4 5", "place=CN-SC": "2", "place=cn-jx": "3 4 5", "place=US": "",
		"label=mining_crackdown": "1 2 3 4 5", "label=pro_blockchain_policy": "", "who=ada&place=CN": "3 5", "first=" + next: "3 4 5", "last=" + day: "1 2", "first=" + day + "&last=" + day: "1 2",
		"who=ada&first=" + next + "&last=" + next + "&place=CN-JX&label=mining_crackdown": "3 5",
	} {
		page := d.page("/decisions?" + query)
		for n := range 5 {
			id := string(rune('1' + n))
			if got := strings.Contains(page, `<li id="d-`+id+`"`); got != strings.Contains(want, id) {
				t.Errorf("%q: decision %s is shown: %v, want %s", query, id, got, want)
			}
		}
		file := d.page("/decisions.jsonl?" + query)
		var numbers []string
		for line := range strings.Lines(file) {
			var x news.Decision
			ok(t, json.Unmarshal([]byte(line), &x))
			numbers = append(numbers, string(rune('0'+x.Number)))
		}
		if got := strings.Join(numbers, " "); got != want {
			t.Errorf("%q: the file has %q, want %q", query, got, want)
		}
		if want != "" && query != "" {
			v, err := url.ParseQuery(query)
			ok(t, err)
			v.Set("place", strings.ToUpper(v.Get("place")))
			if v.Get("place") == "" {
				v.Del("place")
			}
			lacks(t, query, page, `href="/decisions.jsonl?`+strings.ReplaceAll(v.Encode(), "&", "&amp;")+`"`)
		}
	}
	for _, query := range []string{"place=Atlantis", "label=NO%20label", "first=yesterday", "last=2026-13-01", "before=x"} {
		for _, path := range []string{"/decisions?", "/decisions.jsonl?"} {
			if res := d.ask(http.MethodGet, path+query, nil); res.StatusCode != http.StatusBadRequest && !(query == "before=x" && strings.Contains(path, "jsonl")) {
				t.Errorf("%s: %d", path+query, res.StatusCode)
			}
		}
	}
	// Days are the reader's.
	if res := d.askAs(http.MethodGet, "/decisions.jsonl?last="+day, nil, "Cookie", "edict_zone=Pacific/Kiritimati"); strings.Count(read(t, res), "\n") == 2 && now.UTC().Hour() >= 8 {
		t.Error("the day is not the reader's")
	}

	// An undone decision says so wherever it is listed, and is not offered again.
	page := d.page("/decisions?who=ada&first=" + next)
	lacks(t, "undone", page, `<a href="/decisions/4">undone by 4</a>`)
	if strings.Contains(page, `name="number" value="3"`) {
		t.Error("an undone decision can be undone")
	}

	page = d.page("/decisions/3")
	lacks(t, "a decision", visible(page), "Decision 3", "Rejected: Crackdown in Jiangxi.", "third", "enacted, for review → enacted, rejected", "As of this decision", "enacted, rejected", "enacted, accepted", "Decided after it, on the same article", "not so", "fifth")
	lacks(t, "its neighbours", page, `href="/decisions/2" rel="prev"`, `href="/decisions/4" rel="next"`, `href="/decisions/3/queue"`)
	lacks(t, "an undo", visible(d.page("/decisions/4")), "Decision 4", "enacted, for review")
	for path, status := range map[string]int{"/decisions/6": 404, "/decisions/0": 404, "/decisions/x": 404, "/decisions/6/queue": 404} {
		if res := d.ask(http.MethodGet, path, nil); res.StatusCode != status {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	// The queue as it stood: each decision takes a tag away, an undo brings it back.
	for number, left := range map[string]string{"1": "4 tags waited", "2": "3 tags waited", "3": "2 tags waited", "4": "3 tags waited", "5": "2 tags waited"} {
		page := d.page("/decisions/" + number + "/queue")
		lacks(t, "the queue as of "+number, visible(page), left)
		if has := strings.Contains(page, records[4].Title); has != (number != "3" && number != "5") {
			t.Errorf("as of %s the last article is in the queue: %v", number, has)
		}
	}
	if undo.Number != 4 {
		t.Errorf("the undo is %d", undo.Number)
	}
}

// A long list of decisions goes on under the same filter.
func TestDecisionsGoOnUnderTheFilter(t *testing.T) {
	s := &deskShelf{shelf: stocked()}
	for n := range 200 {
		s.decisions = append(s.decisions, news.Decision{Number: int64(n + 1), Time: now, Who: []string{"ada", "bo"}[n%2], Act: news.Accept, Label: crack, Jurisdiction: "CN"})
	}
	server := site(t, s.shelf, deskOf(s), func(*web.Config) {})
	page := get(t, server, "/decisions?who=ada", http.StatusOK)
	lacks(t, "a page", page, `<a href="/decisions?before=101&amp;who=ada" rel="next">`)
	if strings.Contains(page, `>bo</span>`) || strings.Count(page, `<li id="d-`) != 50 {
		t.Errorf("%d decisions, or another's", strings.Count(page, `<li id="d-`))
	}
}
