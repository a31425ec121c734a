package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// followsLive looks at the stream as a reader does, while stories come
// in.
func followsLive(ctx context.Context, t *testing.T) {
	many := manySamples(3)
	s := newShelf(many[2:]...)
	s.sources, s.polls = sampleSources()
	url := listen(t, s)
	do(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/stream"), chromedp.WaitVisible("#pulse.on"))
	first := many[2]
	before := evaluate[int](ctx, t, "document.querySelectorAll('.card').length")

	// A story comes in at the top, the focus stays, and a screen reader is told.
	do(ctx, t, chromedp.Focus(card(first.Key().Article)+" h2 a"))
	s.put(many[0])
	do(ctx, t, chromedp.WaitVisible(card(many[0].Key().Article)), chromedp.WaitVisible(card(many[0].Key().Article)+".arrived"))
	picture(ctx, t, "live-arrived")
	if got := evaluate[string](ctx, t, "document.querySelector('.card').id"); got != "a-"+many[0].Key().Article {
		t.Errorf("the newest story is not at the top: %s", got)
	}
	if got := evaluate[string](ctx, t, "document.activeElement.closest('.card')?.id ?? ''"); got != "a-"+first.Key().Article {
		t.Errorf("the focus went to %q", got)
	}
	if got := evaluate[int](ctx, t, "document.querySelectorAll('.card').length"); got != before+1 {
		t.Errorf("%d cards, want %d", got, before+1)
	}
	await(ctx, t, "document.getElementById('status').textContent === '1 new story'")
	await(ctx, t, "document.getElementById('totals').textContent.includes('38 articles')")

	// What a reader has the focus on is not changed under their hands.
	changed := first
	changed.Title = "Changed: " + first.Title
	s.put(changed)
	s.put(many[1]) // its card shows that the change has been told
	do(ctx, t, chromedp.WaitVisible(card(many[1].Key().Article)))
	if got := evaluate[string](ctx, t, "document.querySelector('"+card(first.Key().Article)+" h2').textContent"); strings.HasPrefix(got, "Changed") {
		t.Error("a card changed while it held the focus")
	}
	do(ctx, t, chromedp.Focus("#q"))
	await(ctx, t, "document.querySelector('"+card(first.Key().Article)+" h2').textContent.startsWith('Changed')")
	if got := evaluate[[]string](ctx, t, "[...document.querySelectorAll('.card')].map((c) => c.id)"); got[1] != "a-"+many[1].Key().Article || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Errorf("cards are not in their places: %q", got)
	}

	// Further down, the view stands still and a pill counts.
	do(ctx, t, chromedp.Evaluate[chromedp.Void]("scrollTo(0, 1500)"))
	old := evaluate[float64](ctx, t, "document.querySelectorAll('.card')[12].getBoundingClientRect().top")
	newest := sample("harbour-post", "A story that comes while the reader is further down", "Sichuan banned mining.", -1)
	s.put(tagged(newest, crack, "CN-SC", "enacted", "auto", .9, "crackdown.ban", "banned mining"))
	do(ctx, t, chromedp.WaitVisible("#pill"))
	picture(ctx, t, "live-pill")
	if got := evaluate[float64](ctx, t, "document.querySelectorAll('.card')[13].getBoundingClientRect().top"); got < old-2 || got > old+2 {
		t.Errorf("the view moved from %.0f to %.0f", old, got)
	}
	if got := evaluate[string](ctx, t, "document.getElementById('pill').textContent"); got != "1 new" {
		t.Errorf("the pill says %q", got)
	}
	do(ctx, t, chromedp.Click("#pill"))
	await(ctx, t, "scrollY === 0 && document.getElementById('pill').hidden")

	s.withdraw(newest.Key().Article)
	do(ctx, t, chromedp.WaitNotPresent(card(newest.Key().Article)))
	if faults := evaluate[[]string](ctx, t, "faults"); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

func card(article string) string { return "#a-" + article }

// fillsAnEmptyPage opens the page before anything is stored.
func fillsAnEmptyPage(ctx context.Context, t *testing.T) {
	s := newShelf()
	s.sources, s.polls = sampleSources()
	url := listen(t, s)
	do(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/stream"), chromedp.WaitVisible("#pulse.on"))
	picture(ctx, t, "empty")
	for _, r := range samples() {
		s.put(r)
	}
	await(ctx, t, "document.querySelectorAll('.card').length === 11 && !document.getElementById('empty')")
	want := evaluate[[]string](ctx, t, "[...document.querySelectorAll('.card')].map((c) => c.id)")
	await(ctx, t, "document.querySelectorAll('#places tbody tr').length === 15 && document.querySelector('.segments .pro .n').textContent === '9' && document.querySelectorAll('#jurisdiction option').length > 15")
	do(ctx, t, chromedp.Navigate(url+"/stream"), chromedp.WaitReady("html[data-script]"))
	if got := evaluate[[]string](ctx, t, "[...document.querySelectorAll('.card')].map((c) => c.id)"); !slices.Equal(got, want) {
		t.Errorf("live the order was %q, and the page has %q", want, got)
	}
}

// usesFilters chooses as a person does.
func usesFilters(ctx context.Context, t *testing.T) {
	url := listen(t, stocked())
	do(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/stream"), chromedp.WaitReady("html[data-script]"),
		chromedp.Click(".segments .crack"), chromedp.WaitVisible(".segments .crack[aria-current]"), chromedp.WaitReady("html[data-script]"),
		chromedp.Evaluate[chromedp.Void]("const s = document.getElementById('jurisdiction'); s.value = 'CN'; s.dispatchEvent(new Event('change'))"))
	await(ctx, t, "location.search === '?label=mining_crackdown&jurisdiction=CN' && document.documentElement.dataset.script === 'on'")
	do(ctx, t, chromedp.SendKeys("#q", "grid\r"))
	await(ctx, t, "location.search === '?label=mining_crackdown&jurisdiction=CN&q=grid' && document.querySelectorAll('.card').length === 1")
	do(ctx, t, chromedp.Click(".card h2 a"), chromedp.WaitVisible(".proof"), chromedp.Click(".quotes a"))
	await(ctx, t, "document.querySelector('mark:target').textContent === 'ordered 26 mining sites to shut down'")
}
