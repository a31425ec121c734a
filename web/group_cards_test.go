package web_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edict/news"
)

// reports are three of one story and one of another, newest first.
func reports() []news.Record {
	var out []news.Record
	for i, title := range []string{"Third paper on the ban", "Second paper on the ban", "First paper on the ban", "A fund in Busan"} {
		r := sample("paper", title, "Beijing bans mining of bitcoin.", time.Duration(i+1)*time.Minute)
		r = tagged(r, crack, "CN", news.Enacted, news.Auto, .9, "rule", "bans mining")
		r.Story = "0123456789abcdef0123456789abcdef"
		if i == 3 {
			r.Story = "fedcba9876543210fedcba9876543210"
		}
		out = append(out, r)
	}
	return out
}

// A story stands in the stream once, with the way to its other reports, which are all
// there.
func TestStoryStandsOnce(t *testing.T) {
	list := reports()
	server := site(t, newShelf(list...))
	page := get(t, server, "/stream", http.StatusOK)
	if n := strings.Count(page, `<li class="card"`); n != 2 {
		t.Errorf("%d cards, want 2", n)
	}
	for _, want := range []string{"Third paper on the ban", "and 2 other reports", `href="/stream?all=1&amp;story=0123456789abcdef0123456789abcdef"`, "A fund in Busan"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(page, "other report<") || strings.Contains(page, "First paper") {
		t.Error("the page shows another report, or counts one for the other story")
	}
	page = get(t, server, "/stream?all=1&story=0123456789abcdef0123456789abcdef", http.StatusOK)
	if n := strings.Count(page, `<li class="card"`); n != 3 || strings.Contains(page, "other report") || strings.Contains(page, "Busan") {
		t.Errorf("%d cards of the story, want its 3", n)
	}
	if !strings.Contains(page, "of one") {
		t.Error("the page does not say that it shows one story")
	}
	if page := get(t, server, "/records/"+list[0].ID, http.StatusOK); !strings.Contains(page, `<a href="/stream?all=1&amp;story=0123456789abcdef0123456789abcdef">`) {
		t.Error("the record does not lead to its story")
	}
	get(t, server, "/stream?story=%3Cb%3E", http.StatusBadRequest)
}

// A new report takes the place of the others on live pages, but not where one story is
// shown.
func TestLiveStandsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := reports()
		s := newShelf(list[1:]...)
		server := site(t, s)
		defer server.Close()
		all := openStream(server, "/live", "")
		one := openStream(server, "/live?all=1&story="+list[0].Story, "")
		defer all.close()
		defer one.close()
		all.take()
		one.take()
		s.put(list[0])
		events := all.take()
		cards, gone := named(events, "card"), named(events, "gone")
		if len(cards) != 1 || !strings.Contains(cards[0].data, "and 2 other reports") {
			t.Errorf("cards: %v", cards)
		}
		if len(gone) != 2 || gone[0].data != list[1].Key().Article || gone[1].data != list[2].Key().Article {
			t.Errorf("gone: %v, want the two others", gone)
		}
		events = one.take()
		if len(named(events, "card")) != 1 || len(named(events, "gone")) != 0 {
			t.Errorf("on the page of the story: %v", events)
		}
	})
}
