package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"edict/news"
)

func lacks(t *testing.T, target, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("%s lacks %q", target, want)
		}
	}
}

// TestSearchMarksWhatItFound: a card shows where the words stand, and evidence in
// which they stand keeps its own mark.
func TestSearchMarksWhatItFound(t *testing.T) {
	server := site(t, stocked())
	target := "/stream?q=" + url.QueryEscape("矿")
	lacks(t, target, get(t, server, target, http.StatusOK),
		`<mark class="hit" title="Found">矿</mark>`, `<p class="fragment" lang="zh`)
	lacks(t, "/stream?q=moratorium", get(t, server, "/stream?q=moratorium", http.StatusOK),
		`<mark class="crack" title="Rule crackdown.moratorium">passes two-year </mark><mark class="crack hit" title="Rule crackdown.moratorium">moratorium</mark><mark class="crack" `,
		`a two-year <mark class="hit" title="Found">moratorium</mark> on new permits`)
	// A hit in the title alone: the card is as it always is.
	page := get(t, server, "/stream?q=Wallet", http.StatusOK)
	lacks(t, "/stream?q=Wallet", page, `<mark class="hit" title="Found">Wallet</mark> maker`, `<p class="lead"`)
	if strings.Contains(page, `class="fragment"`) {
		t.Error("a fragment without a mark is shown")
	}
}

// TestSearchSaysWhereItLooked: words are looked for in all stories, and the page says
// so, in which order, and among how many.
func TestSearchSaysWhereItLooked(t *testing.T) {
	s := stocked()
	server := site(t, s)
	page := get(t, server, "/stream?q=Wallet", http.StatusOK)
	lacks(t, "/stream?q=Wallet", page, "Searched in all stories, also without a tag", "Newest first.", `href="/stream?by=relevance&amp;q=Wallet"`, `data-live="/live?q=Wallet"`, "Wallet</mark> maker")
	page = get(t, server, "/stream?q=e&by=relevance&label=mining_crackdown", http.StatusOK)
	lacks(t, "by relevance", page, "Searched in stories with this tag", "By relevance among all 6 matches.", `href="/stream?label=mining_crackdown&amp;q=e"`,
		`<input type="hidden" name="by" value="relevance">`, `aria-label="Stories, by relevance"`, `data-live=""`)
	s.older = true
	lacks(t, "older", get(t, server, "/stream?q=e&by=relevance", http.StatusOK), "among the newest ", " matches; older ones were not looked at")
	s.indexed = 34
	lacks(t, "being indexed", get(t, server, "/stream?q=e", http.StatusOK), "The search index is being made: it has 34 % of what is stored so far")
	s.indexed = 0
	if strings.Contains(get(t, server, "/stream?q=e", http.StatusOK), "being made") {
		t.Error("an index that is whole is said to be made")
	}
	for target, want := range map[string]string{"/stream?by=relevance": "Stories with a tag.", "/stream?by=newest&q=Wallet": "Newest first."} {
		lacks(t, target, get(t, server, target, http.StatusOK), want)
	}
}

// TestSearchPagesGoThroughEverythingOnce, in both orders.
func TestSearchPagesGoThroughEverythingOnce(t *testing.T) {
	many := manySamples(12)
	server := site(t, newShelf(many...))
	want := 0
	for _, r := range many {
		if strings.Contains(r.Title+r.Summary+r.Text, "min") {
			want++
		}
	}
	for _, target := range []string{"/stream?q=min", "/stream?q=min&by=relevance"} {
		seen := map[string]int{}
		pages := 0
		for next := target; next != ""; pages++ {
			page := get(t, server, next, http.StatusOK)
			for _, r := range many {
				seen[r.ID] += strings.Count(page, `href="/records/`+r.ID+`" `)
			}
			next = ""
			if m := olderLink.FindStringSubmatch(page); m != nil {
				next = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		found := 0
		for id, n := range seen {
			if n > 1 {
				t.Errorf("%s: record %s %d times", target, id, n)
			}
			found += n
		}
		if found != want || pages < 2 {
			t.Errorf("%s: %d stories on %d pages, want %d", target, found, pages, want)
		}
	}
}

// TestLiveMarksWhatASearchFinds: a story that comes in under a search has its
// words marked, without a tag too; one without the words is gone.
func TestLiveMarksWhatASearchFinds(t *testing.T) {
	s := newShelf(sample("chainfeed", "A zebra crosses", "The zebra is here.", 0), sample("chainfeed", "Prices", "None.", 0))
	stream := streamOnce(t, site(t, s), "/live?since=0&q=zebra")
	lacks(t, "live", stream, `A <mark class="hit" title="Found">zebra</mark> crosses`, `The <mark class="hit" title="Found">zebra</mark> is here.`, "event: gone")
	if strings.Contains(stream, "Prices") {
		t.Error("a story without the words is sent")
	}
}

// TestSearchSurvivesSpansThatAreWrong: what marks lie outside of the text, or within a
// character, must not break the page.
func TestSearchSurvivesSpansThatAreWrong(t *testing.T) {
	s := stocked()
	for _, f := range []news.Fragment{
		{Field: news.Text, Span: news.Span{Start: -1, End: 4}, Marks: []news.Span{{Start: 0, End: 1}}},
		{Field: news.Text, Span: news.Span{Start: 0, End: 1 << 20}, Marks: []news.Span{{Start: 0, End: 1}}},
		{Field: news.Text, Span: news.Span{Start: 5, End: 5}, Marks: []news.Span{{Start: 5, End: 5}}},
		{Field: "body", Span: news.Span{Start: 0, End: 1}, Marks: []news.Span{{Start: 0, End: 1}}},
	} {
		s.fragment = &f
		if strings.Contains(get(t, site(t, s), "/stream?q=e", http.StatusOK), `class="fragment"`) {
			t.Errorf("%+v is shown", f)
		}
	}
}
