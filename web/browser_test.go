package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"edict/web"
)

// TestBrowser looks at the pages in one headless Chromium, each test in a tab of
// its own.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	for name, test := range map[string]func(context.Context, *testing.T){
		"PagesLookRightInEveryMode": pagesLookRightInEveryMode, "FollowsLive": followsLive,
		"FillsAnEmptyPage": fillsAnEmptyPage, "UsesFilters": usesFilters,
		"DecidesByKeys": decidesByKeys, "TwoBrowsers": twoBrowsers, "WithoutScript": withoutScript, "AccountPagesLookRight": accountPagesLookRight,
	} {
		t.Run(name, func(t *testing.T) { test(tab(ctx, t), t) })
	}
}

func browser(t *testing.T) context.Context {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Skip("no Chromium on the PATH: apt-get install chromium fonts-noto-cjk brings it")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.NoSandbox, chromedp.ExecPath(path), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
	))
	t.Cleanup(cancel)
	do(ctx, t, chromedp.Navigate("about:blank")) // starts it
	return ctx
}

// tab opens a tab whose clock stands at now, as the server's begins there, and
// which remembers what goes wrong in it.
func tab(browser context.Context, t *testing.T, options ...chromedp.ContextOption) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, options...)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	do(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	do(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: fmt.Sprintf("Date.now = () => %d; window.faults = []; addEventListener('error', (e) => faults.push(e.message));"+
				"addEventListener('securitypolicyviolation', (e) => faults.push(e.violatedDirective + ' ' + e.blockedURI));", now.UnixMilli()),
		})
		return err
	}))
	return ctx
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// listen serves s over loopback.
func listen(t *testing.T, s *shelf, change ...func(*web.Config)) string {
	t.Helper()
	start := time.Now()
	runs := func(c *web.Config) { c.Now = func() time.Time { return now.Add(time.Since(start)) } }
	server := site(t, s, append([]func(*web.Config){runs}, change...)...)
	h := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		server.Close()
		h.Close()
	})
	return h.URL
}

// mode makes the page believe that its reader prefers a colour scheme.
func mode(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	for _, a := range actions {
		err := chromedp.Do(ctx, a)
		// What was found may be gone with its page before it is used: then it is looked for
		// in the next one.
		for tries := 1; err != nil && tries < 50 && strings.Contains(err.Error(), "Could not find node"); tries++ {
			err = chromedp.Do(ctx, a)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func evaluate[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// picture keeps what the page looks like, if EDICT_SCREENSHOTS names a folder.
func picture(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("EDICT_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

func pagesLookRightInEveryMode(ctx context.Context, t *testing.T) {
	t.Cleanup(func() { // the browser is everybody's, and knows cookies by the host alone
		do(ctx, t, chromedp.Evaluate[chromedp.Void]("document.cookie = 'edict_language=;path=/;max-age=0'"))
	})
	s := stocked()
	url := listen(t, s, deskOf(&deskShelf{shelf: s, decisions: sampleDecisions(), notes: sampleNotes(), rules: sampleRuleCounts(), drafts: sampleDrafts(), uses: sampleUses()}), sampleMail().of, func(c *web.Config) { c.Scout, c.Watch = &scout{}, &watchlist{} })
	pages := map[string]string{
		"map": "/", "map-past": "/?asof=2026-11-20", "place": "/places/CN-JX", "place-cn": "/places/CN", "stream": "/stream", "filtered": "/stream?label=mining_crackdown&jurisdiction=CN", "record": "/records/" + samples()[0].ID,
		"record-zh": "/records/" + samples()[1].ID, "record-decided": "/records/" + samples()[8].ID + "?did=1", "sources": "/sources", "source": "/sources/chainfeed", "review": "/review?did=1", "decisions": "/decisions", "rules": "/rules", "draft": "/rules/drafts/2", "draft-runs": "/rules/drafts/3", "missing": "/records/none", "all": "/stream?all=1&source=chainfeed", "nomatch": "/stream?q=zebra",
		"subscriptions": "/subscriptions", "subscription": "/subscriptions/a", "edit": "/subscriptions/a/edit", "new": "/subscriptions/new?place=KZ", "deliveries": "/deliveries", "delivery": "/deliveries/d0", "dead": "/dead", "deadletter": "/dead/a0/v0",
		"search": "/stream?q=%E7%9F%BF", "search-best": "/stream?by=relevance&q=mining",
	}
	for _, v := range looks {
		do(ctx, t, chromedp.Navigate(url+"/static/none"), chromedp.Evaluate[chromedp.Void]("document.cookie = 'edict_language="+v.language+";path=/'"))
		for name, target := range pages {
			do(ctx, t, mode(v.scheme), chromedp.EmulateViewport(v.width, 900), chromedp.Navigate(url+target), chromedp.WaitReady("html[data-script]"))
			if name == "stream" {
				do(ctx, t, chromedp.WaitVisible("#pulse.on"))
			}
			v.check(ctx, t, name)
		}
	}
}

// checkAccess lets axe-core judge the page, if EDICT_AXE names its axe.min.js (npm
// pack axe-core).
func checkAccess(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	file := os.Getenv("EDICT_AXE")
	if file == "" {
		return
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	evaluate[int](ctx, t, string(axe)+";1")
	found := evaluate[[]string](ctx, t, "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.length + ' ' + v.nodes[0].html.slice(0, 120)))")
	for _, f := range found {
		t.Errorf("%s: %s", name, f)
	}
}

// await waits until a condition holds in the page.
func await(ctx context.Context, t *testing.T, condition string) {
	t.Helper()
	script := fmt.Sprintf(`new Promise((done) => {
		const end = performance.now() + 10000;
		const look = () => { let is = false; try { is = !!(%s) } catch {} if (is || performance.now() > end) done(is); else setTimeout(look, 20); };
		look();
	})`, condition)
	for range 50 { // a page that is left takes its promise with it
		held, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil {
			if !held {
				t.Errorf("it does not come true that %s", condition)
			}
			return
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the page does not settle to tell whether %s", condition)
}
