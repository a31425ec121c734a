//go:build screenshots

package app_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"edict/app"
	"edict/demo"
)

// pictures is where they lie, for the README and the docs.
const pictures = "../docs/img"

// A shot is one picture.
type shot struct {
	name, page, language, scheme string
	width, height                int64
}

// TestScreenshots takes the pictures in docs/img: each page of the demonstration once all
// its stories have come, after an analyst and a subscriber have done something.
//
//	go test -tags screenshots -run TestScreenshots ./app
func TestScreenshots(t *testing.T) {
	began := time.Now()
	now := func() time.Time { return began.Add(5 * time.Since(began)) }
	cfg := app.DefaultConfig()
	cfg.Data, cfg.Web.Listen, cfg.Alert.AllowPrivateNetworks = t.TempDir(), freeAddress(t), true
	cfg, err := app.DemoConfig(cfg)
	ok(t, err)
	twin, err := demo.Listen(now)
	ok(t, err)
	ok(t, twin.Close())
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer receiver.Close()
	p := start(t, cfg, app.Options{Demo: true, Now: now})
	defer p.stop(t)
	site := &visitor{t: t, base: "http://" + cfg.Web.Listen}
	site.client.Jar, err = cookiejar.New(nil)
	ok(t, err)

	site.send("/subscriptions", url.Values{"name": {"Mining in China"}, "label": {"mining_crackdown"}, "places": {"CN"}, "all34": {"1"}, "channels": {"webhook:" + receiver.URL}, "heartbeat": {"1"}})
	site.send("/subscriptions", url.Values{"name": {"Pro-blockchain policy anywhere"}, "label": {"pro_blockchain_policy"}, "every": {"daily"}, "at": {"08:00"}, "zone": {"Asia/Hong_Kong"}, "heartbeat": {"1"}})
	stored(t, archive(t, cfg), int64(len(twin.Stories())), patience)
	site.send("/review/name", url.Values{"name": {"Ada"}, "back": {"/review"}})
	items := regexp.MustCompile(`data-item="([^"]+)"`).FindAllStringSubmatch(site.get("/review"), -1)
	for i, act := range []string{"accept", "accept", "reject"} {
		if i < len(items)-1 {
			site.send("/review/act", url.Values{"act": {act}, "item": {items[i][1]}, "reason": {"read in full"}, "back": {"/review"}})
		}
	}
	until(t, patience, func() string { return "nothing was sent" }, func() bool {
		return strings.Contains(site.get("/deliveries"), `class="sent"`)
	})

	const draft = "/rules/drafts/1"
	bringRules(t, p, "own.yaml", ownRules)
	site.send(draft, url.Values{"act": {"preview"}})
	until(t, patience, func() string { return "there is no preview" }, func() bool { return strings.Contains(site.get(draft), `<p class="first">`) })
	subscription := site.find("/subscriptions", `href="(/subscriptions/[0-9a-f-]{8,})"`)
	record := site.find("/stream?label=mining_crackdown&jurisdiction=CN", `href="(/records/[0-9a-f]+)"`)
	pages := [][2]string{
		{"map", "/"},
		{"stream", "/stream"},
		{"search", "/stream?by=relevance&q=mining"},
		{"place", "/places/CN"},
		{"record", record},
		{"review", "/review"},
		{"decisions", "/decisions"},
		{"rules", "/rules"},
		{"sources", "/sources"},
		{"subscriptions", "/subscriptions"},
		{"subscription", subscription},
		{"subscription-form", subscription + "/edit"},
		{"deliveries", "/deliveries"},
		{"dead", "/dead"},
		{"source", site.find("/sources", `href="(/sources/[a-z0-9-]+)"`)},
		{"draft", draft},
		{"health", "/health"},
		{"api", "/api/"},
	}
	if beside := regexp.MustCompile(`href="(/records/[0-9a-f]+\?beside=[0-9a-f]+)"`).FindStringSubmatch(site.allRecords()); beside != nil {
		pages = append(pages, [2]string{"both-languages", beside[1]})
	}
	var shots []shot
	for _, p := range pages {
		shots = append(shots, inBothSchemes(p[0], p[1])...)
	}
	for _, i := range []int{0, 1, 5} {
		shots = append(shots, shot{pages[i][0] + "-zh-Hans", pages[i][1], "zh-Hans", "light", 1180, 860}, shot{pages[i][0] + "-phone", pages[i][1], "en", "dark", 360, 780})
	}
	shots = append(shots, shot{"place-zh-Hant", "/places/CN", "zh-Hant", "light", 1180, 860})
	ctx := openBrowser(t)
	taken := takeAll(ctx, t, site.base, shots, now)

	// With the first account a login is needed.
	const password = "screenshots of every page"
	site.send("/users", url.Values{"name": {"ada"}, "role": {"admin"}, "password": {password}})
	taken = append(taken, takeAll(ctx, t, site.base, inBothSchemes("login", "/login"), now)...)
	site.send("/login", url.Values{"name": {"ada"}, "password": {password}})
	site.send("/users", url.Values{"name": {"grace"}, "role": {"analyst"}, "password": {password}})
	site.send("/account/tokens", url.Values{"name": {"the night report"}, "scope": {"read"}, "days": {"90"}})
	home, err := url.Parse(site.base)
	ok(t, err)
	for _, cookie := range site.client.Jar.Cookies(home) {
		ok(t, chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void]("document.cookie = '"+cookie.Name+"="+cookie.Value+";path=/'")))
	}
	shots = nil
	for _, page := range []string{"account", "users", "audit"} {
		shots = append(shots, inBothSchemes(page, "/"+page)...)
	}
	shots = append(shots, shot{"account-phone", "/account", "en", "dark", 360, 780}, shot{"users-zh-Hant", "/users", "zh-Hant", "light", 1180, 860})
	removeOthers(t, append(taken, takeAll(ctx, t, site.base, shots, now)...))
}

// inBothSchemes are the pictures of a page in light and dark.
func inBothSchemes(name, page string) (shots []shot) {
	for _, scheme := range []string{"light", "dark"} {
		shots = append(shots, shot{name + "-" + scheme, page, "en", scheme, 1180, 860})
	}
	return shots
}

// A visitor is a browser without script.
type visitor struct {
	t      *testing.T
	base   string
	client http.Client
}

func (v *visitor) get(path string) string {
	v.t.Helper()
	res, err := v.client.Get(v.base + path)
	ok(v.t, err)
	return v.read(res)
}

func (v *visitor) send(path string, form url.Values) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
	ok(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
	res, err := v.client.Do(r)
	ok(v.t, err)
	v.read(res)
}

func (v *visitor) read(res *http.Response) string {
	v.t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ok(v.t, err)
	if res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %s\n%s", res.Request.URL, res.Status, body)
	}
	return string(body)
}

// find is the first address on a page that has a form.
func (v *visitor) find(path, form string) string {
	v.t.Helper()
	m := regexp.MustCompile(form).FindStringSubmatch(v.get(path))
	if m == nil {
		v.t.Fatalf("%s has no %s", path, form)
	}
	return m[1]
}

// allRecords are the pages of all records on the stream, one after another.
func (v *visitor) allRecords() string {
	var b strings.Builder
	for _, m := range regexp.MustCompile(`href="(/records/[0-9a-f]+)"`).FindAllStringSubmatch(v.get("/stream?all=1"), -1) {
		b.WriteString(v.get(m[1]))
	}
	return b.String()
}

func openBrowser(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.NoSandbox, chromedp.ExecPath("chromium"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-background-networking", true),
	))
	t.Cleanup(cancel)
	return ctx
}

// takeAll takes pictures, and returns the names of their files.
func takeAll(ctx context.Context, t *testing.T, base string, shots []shot, now func() time.Time) (files []string) {
	t.Helper()
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		for _, a := range actions {
			ok(t, chromedp.Do(ctx, a))
		}
	}
	for _, s := range shots {
		do(chromedp.Navigate(base+"/static/none"), chromedp.Evaluate[chromedp.Void]("document.cookie = 'edict_language="+s.language+";path=/'"),
			chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
				_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}},
				})
				return err
			}),
			chromedp.Func(func(ctx context.Context, target *chromedp.Target) error { // the program's clock is ahead of the browser's
				_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
					Source: fmt.Sprintf("Date.now = () => %d;", now().UnixMilli()),
				})
				return err
			}),
			chromedp.EmulateViewport(s.width, s.height), chromedp.Navigate(base+s.page), chromedp.WaitReady("html[data-script]"))
		raw, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		ok(t, err)
		small := fewColours(t, raw)
		ok(t, os.WriteFile(filepath.Join(pictures, s.name+".png"), small, 0o644))
		files = append(files, s.name+".png")
	}
	return files
}

// removeOthers removes pictures that nothing takes any more.
func removeOthers(t *testing.T, taken []string) {
	t.Helper()
	whole := int64(0)
	files, err := filepath.Glob(filepath.Join(pictures, "*.png"))
	ok(t, err)
	for _, file := range files {
		if !slices.Contains(taken, filepath.Base(file)) {
			ok(t, os.Remove(file))
			continue
		}
		info, err := os.Stat(file)
		ok(t, err)
		whole += info.Size()
	}
	t.Logf("%d pictures, %d KiB", len(taken), whole>>10)
	if whole > 4<<20 {
		t.Errorf("the pictures have %d KiB, over 4 MiB", whole>>10)
	}
}

// fewColours writes a picture again with its 256 most used colours, which a page of text
// hardly misses: a third of the bytes.
func fewColours(t *testing.T, raw []byte) []byte {
	t.Helper()
	from, err := png.Decode(bytes.NewReader(raw))
	ok(t, err)
	used := map[color.RGBA]int{}
	all := image.NewRGBA(from.Bounds())
	draw.Draw(all, all.Bounds(), from, from.Bounds().Min, draw.Src)
	for i := 0; i < len(all.Pix); i += 4 {
		used[color.RGBA{all.Pix[i], all.Pix[i+1], all.Pix[i+2], 255}]++
	}
	colours := make([]color.RGBA, 0, len(used))
	for c := range used {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(used[b], used[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	palette := make(color.Palette, 0, 256)
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	index := map[color.RGBA]uint8{}
	for _, c := range colours {
		index[c] = uint8(palette.Index(c))
	}
	to := image.NewPaletted(all.Bounds(), palette)
	for i := range to.Pix {
		to.Pix[i] = index[color.RGBA{all.Pix[4*i], all.Pix[4*i+1], all.Pix[4*i+2], 255}]
	}
	var b bytes.Buffer
	ok(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to))
	return b.Bytes()
}
