package web_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"edict/news"
	"edict/store"
)

// openQueue serves n tags that wait, over loopback, and opens the queue.
func openQueue(ctx context.Context, t *testing.T, n int) (*store.Store, string) {
	t.Helper()
	start := time.Now()
	s, of := archive(t, waiting(n), func() time.Time { return now.Add(time.Since(start)) })
	server := site(t, newShelf(), of)
	h := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		server.Close()
		h.Close()
	})
	openReview(ctx, t, h.URL)
	return s, h.URL
}

func openReview(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	do(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/review"), chromedp.WaitReady("html[data-script]"))
	await(ctx, t, "document.querySelector('.item[aria-current]')")
}

func press(ctx context.Context, t *testing.T, keys string) {
	t.Helper()
	do(ctx, t, chromedp.KeyEvent(keys))
}

func states(t *testing.T, s *store.Store) map[news.State]int {
	t.Helper()
	list, err := s.Records(t.Context(), news.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	n := map[news.State]int{}
	for _, r := range list {
		for _, tag := range r.Tags {
			n[tag.State]++
		}
	}
	return n
}

func noFaults(ctx context.Context, t *testing.T) {
	t.Helper()
	if faults := evaluate[[]string](ctx, t, "faults"); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
}

// decidesByKeys decides 20 tags without a mouse, as fast as keys come, and takes all of
// it back.
func decidesByKeys(ctx context.Context, t *testing.T) {
	s, _ := openQueue(ctx, t, 30)
	picture(ctx, t, "review-start")
	begin := time.Now()
	for range 10 {
		press(ctx, t, "a")
		press(ctx, t, "x")
	}
	await(ctx, t, "document.querySelector('h1').textContent.includes('10 waiting') && document.querySelectorAll('.item').length === 10")
	t.Logf("20 decisions in %v", time.Since(begin).Round(time.Millisecond))
	if n := states(t, s); n[news.Accepted] != 10 || n[news.Rejected] != 10 {
		t.Fatalf("after 20 keys: %v", n)
	}
	all, err := s.Decisions(t.Context(), 0, 100)
	if err != nil || len(all) != 20 {
		t.Fatalf("%d decisions, %v", len(all), err)
	}
	for _, d := range all {
		if d.Spent <= 0 {
			t.Errorf("decision %d took no time", d.Number)
		}
	}
	begin = time.Now()
	for range 20 {
		press(ctx, t, "u")
	}
	await(ctx, t, "document.querySelector('h1').textContent.includes('30 waiting')")
	t.Logf("20 undone in %v", time.Since(begin).Round(time.Millisecond))
	if n := states(t, s); n[news.Review] != 30 {
		t.Errorf("after the undo: %v", n)
	}

	// A range, and what acts on it.
	press(ctx, t, "J")
	press(ctx, t, "J")
	await(ctx, t, "document.querySelectorAll('.item input:checked').length === 3")
	press(ctx, t, "a")
	await(ctx, t, "document.querySelector('h1').textContent.includes('27 waiting') && document.querySelectorAll('.item input:checked').length === 0")

	// Edit, by the form that the key opens.
	press(ctx, t, "e")
	await(ctx, t, "document.activeElement.name === 'label' && document.activeElement.closest('.item[aria-current]')")
	do(ctx, t, chromedp.Evaluate[chromedp.Void]("{const f = document.activeElement.form; f.elements.place.value = 'CN-GS'; f.elements.place.focus()}"))
	press(ctx, t, "\r")
	await(ctx, t, "document.getElementById('said').textContent.includes('is Crackdown in Gansu')")

	// Keys do nothing inside a field, and nothing when they are off.
	press(ctx, t, "e")
	await(ctx, t, "document.activeElement.name === 'label'")
	do(ctx, t, chromedp.Evaluate[chromedp.Void]("document.activeElement.form.elements.reason.focus()"))
	press(ctx, t, "ax")
	press(ctx, t, "\x1b")
	await(ctx, t, "document.activeElement.matches('.item[aria-current]')")
	press(ctx, t, "?")
	await(ctx, t, "document.getElementById('keys').open")
	picture(ctx, t, "review-keys")
	do(ctx, t, chromedp.Evaluate[chromedp.Void]("document.querySelector('[data-act=accept]').value = 'y'"), chromedp.Click("#keys button[value=save]"))
	await(ctx, t, "JSON.parse(localStorage['edict.keys']).of.accept === 'y'")
	press(ctx, t, "a")
	press(ctx, t, "y")
	await(ctx, t, "document.querySelector('h1').textContent.includes('25 waiting')")
	press(ctx, t, "?")
	do(ctx, t, chromedp.Click("#keyson"), chromedp.Click("#keys button[value=save]"))
	await(ctx, t, "JSON.parse(localStorage['edict.keys']).on === false")
	press(ctx, t, "yxh")
	press(ctx, t, "?")
	await(ctx, t, "document.getElementById('keys').open")
	if n := states(t, s); n[news.Review] != 25 {
		t.Errorf("keys that are off, or belong to a field, decided: %v", n)
	}
	do(ctx, t, chromedp.Click("#keysreset"), chromedp.Click("#keys button[value=save]"))
	await(ctx, t, "JSON.parse(localStorage['edict.keys']).of.accept === 'a'")
	press(ctx, t, "c")
	await(ctx, t, "document.querySelector('.lease.mine')")
	press(ctx, t, "h")
	await(ctx, t, "document.querySelector('h1').textContent.includes('24 waiting')")
	noFaults(ctx, t)
}

// twoBrowsers decide on one queue: no decision is lost, and none is made twice.
func twoBrowsers(ctx context.Context, t *testing.T) {
	s, url := openQueue(ctx, t, 20)
	other := tab(ctx, t, chromedp.WithNewBrowserContext())
	openReview(other, t, url)
	for range 10 { // from the same end, so that they meet at every tag
		press(ctx, t, "a")
		press(other, t, "x")
	}
	settled := "document.getElementById('queue').getAttribute('aria-busy') === 'false'"
	await(ctx, t, settled)
	await(other, t, settled)
	checkOnce(t, s, 20)

	// The second on one tag is told what the first did, be it the same or not.
	for _, second := range []struct{ key, told string }{{"x", "was faster just now. Accepted"}, {"a", "had decided so just now. Accepted"}} {
		for _, tab := range []context.Context{ctx, other} {
			openReview(tab, t, url)
		}
		same := evaluate[string](ctx, t, "document.querySelector('.item[aria-current]').id")
		press(ctx, t, "a")
		await(ctx, t, settled+" && document.getElementById('said').textContent.includes('Accepted')")
		if evaluate[string](other, t, "document.querySelector('.item[aria-current]').id") != same {
			continue // it saw by itself what the first did
		}
		press(other, t, second.key)
		await(other, t, "document.getElementById('said').textContent.includes('"+second.told+"')")
	}
	checkOnce(t, s, 20)
	noFaults(ctx, t)
	noFaults(other, t)
}

// checkOnce wants each decision to be on a tag of its own, and every tag to be decided or
// waiting.
func checkOnce(t *testing.T, s *store.Store, tags int) {
	t.Helper()
	all, err := s.Decisions(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[news.TagRef]bool{}
	for _, d := range all {
		ref := news.TagRef{Article: d.Article, Label: d.Label, Jurisdiction: d.Jurisdiction}
		if seen[ref] {
			t.Errorf("decided twice: %v", ref)
		}
		seen[ref] = true
	}
	n := states(t, s)
	if len(all) < 10 || n[news.Accepted]+n[news.Rejected] != len(all) || n[news.Review] != tags-len(all) {
		t.Errorf("%d decisions, %v", len(all), n)
	}
}

// withoutScript decides by forms alone.
func withoutScript(ctx context.Context, t *testing.T) {
	s, url := openQueue(ctx, t, 3)
	do(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	text := func() string {
		t.Helper()
		html, err := chromedp.Run(ctx, chromedp.OuterHTML("main"))
		if err != nil {
			t.Fatal(err)
		}
		return visible(html)
	}
	do(ctx, t, chromedp.Navigate(url+"/review"), chromedp.WaitVisible("html:not([data-script]) .item"))
	do(ctx, t, chromedp.Click(".item:first-child button[value=accept]"), chromedp.WaitVisible(".saying"))
	lacks(t, "after a click", text(), "Accepted: Crackdown in", "Review 2 waiting")
	do(ctx, t, chromedp.Click(".saying button[value=undo]"), chromedp.WaitNotPresent(".saying form"))
	lacks(t, "after the undo", text(), "Undone: decision 1", "Review 3 waiting")
	do(ctx, t, chromedp.Click(".item:nth-child(1) .pick input"), chromedp.Click(".item:nth-child(2) .pick input"), chromedp.Click("#batch button[value=reject]"), chromedp.WaitVisible(".saying form"))
	lacks(t, "after two at once", text(), "Rejected: Crackdown in", "Review 1 waiting")
	do(ctx, t, chromedp.Click(".item .editing summary"), chromedp.SetValue(".item .editing input[name=place]", "CN-GS"), chromedp.Click(".item .editing button[value=edit]"), chromedp.WaitVisible("#nothingwaits"))
	lacks(t, "after an edit", text(), "is Crackdown in Gansu, enacted", "Nothing waits")
	do(ctx, t, chromedp.Navigate(url+"/"), chromedp.SetValue("#asof", "2026-11-01"), chromedp.Click(".asof button"), chromedp.WaitVisible(".notice"))
	lacks(t, "the map of a day", text(), "As it was known at the end of 1 Nov 2026")
	if n := states(t, s); n[news.Rejected] != 3 || n[news.Accepted] != 1 {
		t.Errorf("the archive holds %v", n)
	}
}

// sampleDecisions are what analysts did to the samples.
func sampleDecisions() []news.Decision {
	list := samples()
	tags := func(state news.State) []byte {
		t := slices.Clone(list[8].Tags)
		t[0].State = state
		return must(json.Marshal(t))
	}
	at := list[8].Key().Article
	return []news.Decision{
		{Number: 1, Time: now.Add(-30 * time.Minute), Who: "Ada", Act: news.Accept, Article: at, Label: crack, Jurisdiction: "US-TX", Before: tags(news.Review), After: tags(news.Accepted), Rules: sampleRules.Hash, Spent: 4200},
		{Number: 2, Time: now.Add(-20 * time.Minute), Who: "Bob", Act: news.Undo, Undoes: 1, Article: at, Label: crack, Jurisdiction: "US-TX", Before: tags(news.Accepted), After: tags(news.Review), Rules: sampleRules.Hash, Reason: "ERCOT asked; nothing was ordered."},
	}
}

func sampleRuleCounts() news.RuleCounts {
	return news.RuleCounts{Pairs: []news.RulePair{
		{One: "crackdown.ban", Other: "crackdown.pause", Label: crack, Tags: 9, Accepted: 2, Rejected: 1},
	}, Rules: []news.RuleCount{
		{Rule: "crackdown.ban", Label: crack, Tags: 1204, Alone: 800, Accepted: 41, Rejected: 2},
		{Rule: "crackdown.pause", Label: crack, Tags: 18, Alone: 18, Accepted: 3, Rejected: 6},
		{Rule: "policy.fund.zh", Label: pro, Tags: 77, Alone: 12},
	}}
}

func sampleNotes() []news.Note {
	return []news.Note{{Number: 1, Time: now.Add(-10 * time.Minute), Who: "Ada", Article: samples()[8].Key().Article, Text: "Called the press office.\nThey confirm that it was voluntary."}}
}
