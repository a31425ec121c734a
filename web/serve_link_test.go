package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"edict/news"
	"edict/web"
)

// A linkBook opens what it holds, and counts what is followed.
type linkBook struct {
	links    map[string]news.Link
	followed []string
}

func (b *linkBook) OpenLink(_ context.Context, token string) (news.Link, string, error) {
	l, found := b.links[token]
	switch {
	case token == "old":
		return l, "", fmt.Errorf("this link worked until yesterday: %w", news.ErrExpired)
	case !found:
		return l, "", fmt.Errorf("this link was not made here: %w", news.ErrRefused)
	}
	return l, `<b>"Mining"</b>`, nil
}

func (b *linkBook) FollowLink(ctx context.Context, token string) (news.Silence, error) {
	if _, _, err := b.OpenLink(ctx, token); err != nil {
		return news.Silence{}, err
	}
	b.followed = append(b.followed, token)
	return news.Silence{ID: "5117", Until: now}, nil
}

func TestLinksAskFirst(t *testing.T) {
	book := &linkBook{links: map[string]news.Link{
		"mute":  {Act: news.MuteLink, Phrase: "<i>挖矿"},
		"stop":  {Act: news.UnsubscribeLink, Channel: "mail:ada@example.org#01234567"},
		"all":   {Act: news.UnsubscribeLink},
		"wrong": {Act: news.WrongLink}, "snooze": {Act: news.SnoozeLink, Source: "ledger"},
	}}
	server := site(t, stocked(), func(c *web.Config) { c.Links = book })
	for token, words := range map[string]string{
		"mute": "Send nothing more of stories with “&lt;i&gt;挖矿”", "stop": "nothing more to mail:ada@example.org?", "all": "for this subscription?",
		"wrong": "this alert is wrong?", "snooze": "Hold the source ledger for a day?",
	} {
		body := get(t, server, "/links/"+token, http.StatusOK)
		if !strings.Contains(body, words) || !strings.Contains(body, `<form method="post">`) || strings.Contains(body, "<b>") {
			t.Errorf("%s does not say %q:\n%s", token, words, body)
		}
	}
	send := func(method, path, host string, head ...string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader("List-Unsubscribe=One-Click"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = host
		for _, line := range head {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		server.Handler().ServeHTTP(w, r)
		return w
	}
	const here = "127.0.0.1:8080"
	for _, test := range []struct {
		status             int
		method, path, host string
		head               string
		words              string
	}{
		{403, "GET", "/links/forged", here, "", "was not made here"},
		{410, "GET", "/links/old", here, "", "worked until yesterday"},
		{403, "POST", "/links/forged", here, "", "was not made here"},
		{410, "POST", "/links/old", here, "", "worked until yesterday"},
		{403, "POST", "/links/mute", here, "Sec-Fetch-Site: cross-site", ""},
		{403, "POST", "/links/mute", here, "Origin: https://evil.example", ""},
		{405, "PUT", "/links/mute", here, "", ""},
		{405, "DELETE", "/links/mute", here, "", ""},
		{421, "POST", "/links/mute", "evil.example", "", ""},
		{404, "POST", "/links/a/b", here, "", ""},
	} {
		w := send(test.method, test.path, test.host, test.head)
		if test.status == http.StatusNotFound && w.Code == http.StatusMethodNotAllowed {
			continue // there is nothing to post to
		}
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.words) {
			t.Errorf("%s %s: %d, want %d with %q\n%s", test.method, test.path, w.Code, test.status, test.words, w.Body)
		}
	}
	if len(book.followed) != 0 {
		t.Fatalf("followed %q", book.followed)
	}
	// A mailbox's own button sends no origin; the page's button sends ours.
	for _, head := range []string{"", "Sec-Fetch-Site: same-origin"} {
		if w := send("POST", "/links/stop", here, head); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Nothing more is sent there.") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %d %s", head, w.Code, w.Body)
		}
	}
	if len(book.followed) != 2 {
		t.Errorf("followed %q", book.followed)
	}
	none := site(t, stocked())
	get(t, none, "/links/mute", http.StatusNotFound)
}
