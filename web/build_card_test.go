package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"edict/news"
)

// cardOf returns the markup of the one card that a stream of r has.
func cardOf(t *testing.T, r news.Record) string {
	t.Helper()
	s := newShelf(r)
	s.sources, s.polls = sampleSources()
	page := get(t, site(t, s), "/stream?all=1", http.StatusOK)
	from := strings.Index(page, `<li class="card"`)
	if from < 0 {
		t.Fatalf("no card of %q", r.Title)
	}
	return page[from : from+strings.Index(page[from:], "</article></li>")]
}

func TestCardsTellTheStory(t *testing.T) {
	all := samples()
	for _, c := range []struct {
		record news.Record
		holds  []string
		lacks  []string
	}{
		{all[0], []string{
			`<h2><a href="/records/` + all[0].ID + `" lang="en" dir="auto">Sichuan orders`, `href="/stream?all=1&amp;source=harbour-post">Harbour Post<`,
			`<time datetime="2026-11-25T14:26:00Z" title="25 Nov 2026, 14:26 UTC">4 min ago</time>`,
			`<mark class="crack" title="Rule crackdown.shutdown">ordered 26 mining sites to shut down</mark> before 20 June, according to a notice seen by this paper.</blockquote>`,
			`Crackdown</span>`, `Sichuan <code>CN-SC</code>`, `enforced`, `by rule`, `for review`, `title="score 0.58"`,
		}, []string{"Nearly", "summary only", "rejected"}},
		{all[1], []string{`lang="zh-Hans" dir="auto">江西省`, `<blockquote lang="zh-Hans"`, "official", "Chinese", "accepted", "Supportive</span>", `<mark class="pro" title="Rule policy.plan.zh">`}, nil},
		{all[4], []string{`Kazakhstan <mark class="crack" title="Rule crackdown.lifted">lifts power limits`, "The evidence is in the headline.", "lifted"}, []string{"<blockquote"}},
		{all[5], []string{`lang="zh-Hant"`}, nil},
		{all[9], []string{"Nearly: Crackdown 0.22, missing <span lang=\"en\">a public authority, an act against mining", "Spot volumes were thin"}, []string{"<blockquote", "chip"}},
		{all[10], []string{"summary only", "The device costs"}, nil},
		{all[12], []string{"China <code>CN</code>"}, []string{"rejected", "crackdown.shutdown\">shut down or curtail crypto mining<"}},
	} {
		card := cardOf(t, c.record)
		for _, want := range c.holds {
			if !strings.Contains(card, want) {
				t.Errorf("%q: the card lacks %s\n%s", c.record.Title, want, card)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(card, not) {
				t.Errorf("%q: the card has %s\n%s", c.record.Title, not, card)
			}
		}
	}
}

func TestCardsPutTogetherWhatOneSentenceSays(t *testing.T) {
	card := cardOf(t, samples()[2])
	if n := strings.Count(card, "<blockquote"); n != 1 {
		t.Errorf("one sentence stands %d times", n)
	}
	if n := strings.Count(card, "enacted"); n != 1 {
		t.Errorf("one stage of three places stands %d times", n)
	}
	for _, j := range []string{"CN-SH", "CN-BJ", "CN-HI"} {
		if !strings.Contains(card, j) {
			t.Errorf("%s is missing", j)
		}
	}
	// Each tag's own quote in the sentence that they share is marked.
	r := sample("harbour-post", "Two quotes", "Beijing bans mining and Shanghai raids miners. More.", time.Minute)
	r = tagged(r, crack, "CN-BJ", news.Enacted, news.Auto, .9, "ban", "bans mining")
	r = tagged(r, crack, "CN-SH", news.Enacted, news.Auto, .9, "raid", "raids miners")
	if card := cardOf(t, r); strings.Count(card, "<blockquote") != 1 || !strings.Contains(card, ">bans mining</mark> and Shanghai <mark") {
		t.Errorf("both quotes should be marked in one sentence:\n%s", card)
	}
}

func TestCardsStayShort(t *testing.T) {
	divisions := strings.Fields("CN-AH CN-BJ CN-CQ CN-FJ CN-GD CN-GS CN-GX CN-GZ CN-HA CN-HB CN-HE CN-HI")
	r := sample("harbour-post", "Twelve at once", "Twelve provinces banned mining.", time.Minute)
	for _, d := range divisions {
		r = tagged(r, crack, news.Jurisdiction(d), news.Enacted, news.Auto, .9, "ban", "banned mining")
	}
	if card := cardOf(t, r); strings.Count(card, "<code>") != 8 || !strings.Contains(card, ">and 4 more</a>") {
		t.Errorf("of 12 places the card should name 8:\n%s", card)
	}
	var text strings.Builder
	for _, d := range divisions[:6] {
		fmt.Fprintf(&text, "%s banned mining there.\n", d)
	}
	r = sample("harbour-post", "Six measures", text.String(), time.Minute)
	for _, d := range divisions[:6] {
		r = tagged(r, crack, news.Jurisdiction(d), news.Enacted, news.Auto, .9, "ban", d+" banned mining")
	}
	if card := cardOf(t, r); strings.Count(card, "<blockquote") != 4 || !strings.Contains(card, ">2 more tags</a>") {
		t.Errorf("of 6 measures the card should show 4:\n%s", card)
	}
	s := newShelf(r)
	page := get(t, site(t, s), "/records/"+r.ID, http.StatusOK)
	for _, d := range divisions[:6] {
		if !strings.Contains(page, "<code>"+d+"</code>") {
			t.Errorf("the record's page leaves out %s", d)
		}
	}
}
