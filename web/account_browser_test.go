package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"edict/account"
)

// A look is how somebody may see the pages.
type look struct {
	language, scheme string
	width            int64
}

var looks = []look{{"en", "light", 1280}, {"en", "dark", 1280}, {"en", "light", 360}, {"zh-Hans", "dark", 360}, {"zh-Hant", "light", 1280}}

// check judges the page that the browser is at.
func (v look) check(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	where := fmt.Sprintf("%s, %s, %s, %d px", name, v.language, v.scheme, v.width)
	if faults := evaluate[[]string](ctx, t, "faults"); len(faults) > 0 {
		t.Errorf("%s: %q", where, faults)
	}
	if w := evaluate[int64](ctx, t, "document.documentElement.scrollWidth"); w > v.width {
		t.Errorf("%s: the page is %d px wide", where, w)
	}
	if lang := evaluate[string](ctx, t, "document.documentElement.lang"); lang != v.language {
		t.Errorf("%s: the page is in %q", where, lang)
	}
	for _, fault := range evaluate[[]string](ctx, t, layoutFaults) {
		t.Errorf("%s: %s", where, fault)
	}
	if v.width > 360 {
		checkAccess(ctx, t, where)
	}
	picture(ctx, t, fmt.Sprintf("%s-%s-%s-%d", name, v.language, v.scheme, v.width))
}

// accountPagesLookRight looks at the pages that take an account, and at those that only an
// administrator has.
func accountPagesLookRight(ctx context.Context, t *testing.T) {
	h := newHouse(t)
	_, _, err := h.gate.AddToken(t.Context(), command, "root", "the night job", []account.Scope{account.Read, account.Subscribe}, 90*24*time.Hour)
	ok(t, err)
	ok(t, h.gate.SetDisabled(t.Context(), command, "rob", true))
	server := httptest.NewServer(h.Handler())
	t.Cleanup(server.Close)
	cookie := h.as(t, "root").cookie
	cookies := func(text string) {
		do(ctx, t, chromedp.Navigate(server.URL+"/static/none"), chromedp.Evaluate[chromedp.Void]("document.cookie = '"+text+"'"))
	}
	t.Cleanup(func() { // the browser is everybody's, and knows cookies by the host alone
		cookies("edict_language=;path=/;max-age=0")
		cookies(cookie.Name + "=;path=/;max-age=0")
	})
	for _, v := range looks {
		cookies("edict_language=" + v.language + ";path=/")
		cookies(cookie.Name + "=;path=/;max-age=0")
		at := func(target string) {
			do(ctx, t, mode(v.scheme), chromedp.EmulateViewport(v.width, 900), chromedp.Navigate(server.URL+target), chromedp.WaitReady("html[data-script]"))
		}
		at("/login")
		v.check(ctx, t, "login")
		cookies(cookie.Name + "=" + cookie.Value + ";path=/")
		for name, target := range map[string]string{"account": "/account", "users": "/users", "audit": "/audit", "health": "/health", "source-admin": "/sources/chainfeed", "api": "/api/", "draft-admin": "/rules/drafts/2"} {
			at(target)
			v.check(ctx, t, name)
			if name == "users" {
				do(ctx, t, chromedp.Evaluate[chromedp.Void]("document.querySelector('.people details').open = true"))
				v.check(ctx, t, "users-open")
			}
		}
		at("/sources")
		do(ctx, t, chromedp.Evaluate[chromedp.Void]("document.querySelector('#address').value = 'newspaper.example'; document.querySelector('[value=discover]').click()"),
			chromedp.WaitReady("html[data-script] .offer"))
		v.check(ctx, t, "offer")
	}
}
