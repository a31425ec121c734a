package web_test

import (
	"net/http"
	"strings"
	"testing"

	"edict/news"
)

// TestMoreFilters: stage, language and days narrow the stream, are shown with a way out,
// and stay when the search goes on.
func TestMoreFilters(t *testing.T) {
	en, zh := sample("chainfeed", "Zebra law passes", "The zebra is here.", 0), sample("chainfeed", "斑马", "斑马在这里。zebra", 1)
	en.Language, zh.Language = "en", "zh-Hans"
	proof := []news.Evidence{{Field: news.Title, Start: 0, End: 5, Quote: "Zebra", Rule: "sample"}}
	en.Tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN", Stage: news.Enacted, Score: .9, State: news.Auto, Evidence: proof}}
	server := site(t, newShelf(en, zh))
	day := en.Position().Time.UTC().Format("2006-01-02")
	for target, want := range map[string]struct{ en, zh bool }{
		"/stream?q=zebra":                                   {true, true},
		"/stream?q=zebra&stage=enacted":                     {true, false},
		"/stream?q=zebra&stage=lifted":                      {false, false},
		"/stream?q=zebra&language=zh":                       {false, true},
		"/stream?q=zebra&language=en&from=" + day:           {true, false},
		"/stream?q=zebra&before=" + day:                     {false, false},
		"/stream?all=1&language=zh-Hans&stage=":             {false, true},
		"/stream?stage=enacted&from=&before=&language=&q=":  {true, false},
		"/stream?q=zebra&by=relevance&language=en&all=1":    {true, false},
		"/stream?q=zebra&from=2000-01-01&before=2001-01-01": {false, false},
	} {
		page := get(t, server, target, http.StatusOK)
		if got := strings.Contains(page, `/records/`+en.ID); got != want.en {
			t.Errorf("%s: the English story is there: %v", target, got)
		}
		if got := strings.Contains(page, `/records/`+zh.ID); got != want.zh {
			t.Errorf("%s: the Chinese story is there: %v", target, got)
		}
	}
	lacks(t, "controls", get(t, server, "/stream?q=zebra&stage=enacted&language=fr&from="+day, http.StatusOK),
		`<details class="more" open>`, `<option value="enacted" selected>`, `<option value="fr" selected>`, `name="from" value="`+day+`"`,
		`stage <strong>enacted</strong><a href="/stream?from=`+day+`&amp;language=fr&amp;q=zebra"`, "Searched in stories with this tag")
	for _, wrong := range []string{"stage=begun", "language=*", "from=yesterday", "before=2026-13-01"} {
		get(t, server, "/stream?"+wrong, http.StatusBadRequest)
	}
	stream := streamOnce(t, server, "/live?since=0&all=1&language=zh")
	lacks(t, "live", stream, "斑马")
	if strings.Contains(stream, "Zebra law") {
		t.Error("a story in another language is sent")
	}
}
