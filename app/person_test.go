package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"edict/app"
)

// TestPerson uses the whole running program in a browser, as a person does: with script,
// and by forms alone.
func TestPerson(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no Chromium on the PATH: apt-get install chromium fonts-noto-cjk brings it")
	}
	t.Parallel()
	hooks := newHookReceiver(t)
	cfg := settings(t, ownSites+sources()+privateAlerts)
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	accounts, err := app.NewAccounts(s, time.Now)
	ok(t, err)
	ok(t, accounts.Add(t.Context(), "test", "ada", "admin", password))
	ok(t, accounts.Add(t.Context(), "test", "rita", "reader", password))
	began := time.Now()
	p := start(t, cfg, app.Options{Now: func() time.Time { return began.Add(5 * time.Since(began)) }}) // running programs are given six seconds
	const week = `{"id":"week","title":"A week of grants for some and closing orders for others","text":"The Jiangxi provincial government adopted a policy on Monday to support the blockchain industry, with grants of up to 5 million yuan for each company.\n\nThe Sichuan provincial government ordered bitcoin mining farms to shut down in the same week.\n\nOf China's 34 divisions, 33 have a policy in favour of blockchain, researchers counted.","language":"en"}`
	_, err = take(t, s, cfg, storyFile(t, week), app.IngestOptions{})
	ok(t, err)
	stored(t, s, 1, patience)

	browser, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.NoSandbox, chromedp.ExecPath("chromium"), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
	))
	t.Cleanup(cancel)
	ok(t, chromedp.Do(browser, chromedp.Navigate("about:blank"))) // starts it
	for i, script := range []bool{true, false} {
		passed := t.Run(map[bool]string{true: "with script", false: "by forms"}[script], func(t *testing.T) {
			who := newPerson(t, browser, p.Page, script)
			who.signIn("ada", "/stream")
			who.findsTheProof()
			feed := who.subscribesFromTheMap(hooks.URL + fmt.Sprintf("/%d", i))
			title := fmt.Sprintf("Sichuan orders bitcoin mines to close, notice %d", i)
			_, err := take(t, s, cfg, storyFile(t, fmt.Sprintf(`{"id":"alert-%d","title":%q,"text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on day %d.","language":"en"}`, i, title, i)), app.IngestOptions{Alert: true})
			ok(t, err)
			who.receives(hooks, i, title, feed)
			who.bringsRules(i, func() {
				_, err := take(t, s, cfg, storyFile(t, fmt.Sprintf(`{"id":"tax-%d","title":"Kenya introduces a data tax","text":"Notice %d of the treasury.","language":"en"}`, i, i)), app.IngestOptions{})
				ok(t, err)
				stored(t, s, int64(3+2*i), patience)
			})
			who.signOut()
			who.signIn("rita", "/")
			who.isRefused()
			who.signOut()
		})
		if !passed {
			return // the second counts on what the first left
		}
	}
}

// moment bounds what a page shows at once, on a machine that has much else to do.
const moment = patience / 6

const password = "four words that nobody joins"

// A person looks at pages in a browser, and knows of them only what can be seen.
type person struct {
	ctx  context.Context
	t    *testing.T
	base string
}

func newPerson(t *testing.T, browser context.Context, base string, script bool) *person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 2*patience)
	t.Cleanup(stop)
	p := &person{ctx, t, base}
	p.do(chromedp.EmulateViewport(1280, 900), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
		return err
	}))
	return p
}

func (p *person) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	for i, a := range actions {
		err := chromedp.Do(p.ctx, a)
		for tries := 1; err != nil && tries < 50 && strings.Contains(err.Error(), "Could not find node"); tries++ {
			err = chromedp.Do(p.ctx, a) // what was found was gone with its page
		}
		if err != nil {
			p.t.Fatalf("action %d: %v, on\n%.3000s", i, err, p.look())
		}
	}
}

func (p *person) open(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.base + path))
}

// look is the page as markup, or nothing while it is left for another one.
func (p *person) look() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	markup, err := chromedp.Run(ctx, chromedp.OuterHTML("html"))
	if err != nil {
		return ""
	}
	return markup
}

var tags = regexp.MustCompile(`<[^>]*>`)

// read is the text of a page.
func read(markup string) string {
	if _, main, found := strings.Cut(markup, "<main"); found {
		markup = "<main" + main
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(markup, " "))), " ")
}

// sees waits until the page says all of these, and returns its markup.
func (p *person) sees(words ...string) (markup string) {
	p.t.Helper()
	until(p.t, moment, func() string { return fmt.Sprintf("want %q, see %.4000s", words, read(markup)) }, func() bool {
		markup = p.look()
		text := read(markup)
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	})
	return markup
}

func (p *person) signIn(name, path string) {
	p.t.Helper()
	p.open(path) // and is shown where to sign in
	p.do(chromedp.SendKeys("#name", name), chromedp.SendKeys("#password", password), chromedp.Click("main button"), chromedp.WaitVisible(".bar .me"))
	if who := p.look(); !strings.Contains(who, `lang="">`+name+`</a>`) {
		p.t.Errorf("%s is signed in as somebody else: %.2000s", name, who)
	}
}

func (p *person) signOut() {
	p.t.Helper()
	p.open("/account")
	p.do(chromedp.Click(`form[action="/logout"] button`), chromedp.WaitVisible("#password"))
	p.open("/stream")
	p.do(chromedp.WaitVisible("#password"))
}

// findsTheProof searches for the story, and opens the sentence that proves what it is
// about.
func (p *person) findsTheProof() {
	p.t.Helper()
	p.do(chromedp.SendKeys("#q", "provincial mining grants\r"), chromedp.WaitVisible(".card"), chromedp.WaitVisible(`.card mark.hit`))
	p.do(chromedp.Click(".card h2 a"), chromedp.WaitVisible(".proof"))
	p.sees("Crackdown", "Sichuan", "Supportive", "Jiangxi")
	p.do(chromedp.Click(".quotes a"), chromedp.WaitVisible("mark:target"))
	marked, err := chromedp.Run(p.ctx, chromedp.OuterHTML("mark:target"))
	ok(p.t, err)
	if !strings.Contains(marked, "Jiangxi provincial government adopted a policy") && !strings.Contains(marked, "Sichuan provincial government ordered bitcoin mining farms to shut down") {
		p.t.Errorf("the proof is %s", marked)
	}
}

// subscribesFromTheMap makes a subscription by the bell of a division, and returns the
// address of its feed.
func (p *person) subscribesFromTheMap(hook string) (feed string) {
	p.t.Helper()
	const bell = `#divisions a.bell[href*="CN-SC"][href*="mining_crackdown"]`
	shows := regexp.MustCompile(`class="bell" href="[^"]*(CN-SC[^"]*mining_crackdown|mining_crackdown[^"]*CN-SC)`)
	until(p.t, moment, func() string { return "the map does not show the crackdown in Sichuan" }, func() bool {
		p.open("/") // the map may be a few seconds old
		return shows.MatchString(p.look())
	})
	p.do(chromedp.Click("#divisions summary"), chromedp.Click(bell), chromedp.WaitVisible("#channels"))
	p.do(chromedp.SendKeys("#channels", "webhook:"+hook), chromedp.Click("#subscription button.main"))
	page := p.sees("Crackdown in Sichuan", "Saved.")
	m := regexp.MustCompile(`href="([^"]*/feeds/[^"]+\.atom[^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		p.t.Fatalf("the subscription names no feed: %.4000s", page)
	}
	return html.UnescapeString(m[1])
}

// receives wants the alert at the webhook, in the feed and on the page.
func (p *person) receives(hooks *hookReceiver, n int, title, feed string) {
	p.t.Helper()
	var got []hook
	until(p.t, patience, func() string { return fmt.Sprintf("%d hooks", len(got)) }, func() bool {
		got = got[:0]
		for _, h := range hooks.received() {
			if h.path == fmt.Sprintf("/%d", n) {
				got = append(got, h)
			}
		}
		return len(got) > 0
	})
	var body struct {
		Data struct {
			Alerts []struct{ Headline, Page string }
		}
	}
	ok(p.t, json.Unmarshal(got[0].body, &body))
	if len(body.Data.Alerts) != 1 || body.Data.Alerts[0].Headline != title {
		p.t.Fatalf("received %s", got[0].body)
	}
	if status, atom := get(p.t, p.base+strings.TrimPrefix(feed, p.base)); status != 200 || !strings.Contains(atom, title) {
		p.t.Errorf("its feed: %d %.2000s", status, atom)
	}
	p.do(chromedp.Navigate(body.Data.Alerts[0].Page))
	p.sees(title)
	p.open("/deliveries")
	p.sees(title, "204 No Content")
}

// bringsRules tries rules from a file, and puts them into use; what comes in then has
// their label.
func (p *person) bringsRules(n int, comes func()) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "own.yaml")
	ok(p.t, os.WriteFile(file, bytes.Replace(ownRules, []byte(`"2026.11.1"`), fmt.Appendf(nil, `"2026.11.1%d"`, n), 1), 0o600))
	p.open("/rules")
	p.do(chromedp.SetUploadFiles("#files", []string{file}), chromedp.Click("form.bring button"), chromedp.WaitVisible("#preview"))
	p.sees("own.yaml", "All hold.")
	p.do(chromedp.Click("button[value=preview]"))
	p.freshUntil("stories would have other tags")
	p.do(chromedp.Click("button[value=apply]"))
	p.freshUntil("These rules are in force", "done")
	comes()
	p.open("/stream?label=data_tax")
	p.sees("Kenya introduces a data tax")
}

// freshUntil loads the page again until it says these, as it says by itself with script.
func (p *person) freshUntil(words ...string) {
	p.t.Helper()
	var text string
	until(p.t, moment, func() string { return fmt.Sprintf("want %q, see %.4000s", words, text) }, func() bool {
		text = read(p.look())
		for _, w := range words {
			if !strings.Contains(text, w) {
				if strings.Contains(p.look(), `<progress`) {
					_ = chromedp.Do(p.ctx, chromedp.Click(`form a[href^="/rules/drafts/"]`))
				}
				return false
			}
		}
		return true
	})
}

// isRefused is told what a reader may not, and has no buttons for it.
func (p *person) isRefused() {
	p.t.Helper()
	for _, path := range []string{"/users", "/review", "/rules/drafts/1"} {
		p.open(path)
		p.sees("may not")
	}
	p.open("/rules")
	if page := p.look(); strings.Contains(page, `id="files"`) {
		p.t.Error("a reader is offered to bring rules")
	}
	p.open("/stream?label=mining_crackdown")
	p.do(chromedp.Click(".card h2 a"), chromedp.WaitVisible(".proof"))
	if page := p.look(); strings.Contains(page, `value="accept"`) || strings.Contains(page, `href="/review"`) {
		p.t.Error("a reader is offered to decide")
	}
}
