package demo_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"edict/demo"
)

func TestConditionalRequests(t *testing.T) {
	site, c := serve(t)
	story := site.Stories()[0]
	c.set(start.Add(time.Minute * 2))
	for _, path := range []string{story.Path, "/ledger/rss.xml", "/herald/atom.xml", "/wire/feed.json", "/gazette/news-sitemap.xml", "/wyoming/"} {
		a := get(t, base(site)+path)
		tag, modified := a.header.Get("ETag"), a.header.Get("Last-Modified")
		if tag == "" || modified == "" {
			t.Errorf("%s: ETag %q, Last-Modified %q", path, tag, modified)
		}
		if again := get(t, base(site)+path, "If-None-Match", tag); again.status != http.StatusNotModified {
			t.Errorf("%s with its ETag: status %d", path, again.status)
		}
		if again := get(t, base(site)+path, "If-Modified-Since", modified); again.status != http.StatusNotModified {
			t.Errorf("%s with its Last-Modified: status %d", path, again.status)
		}
	}
	c.set(start)
	before := get(t, base(site)+"/ledger/rss.xml").header
	c.set(start.Add(time.Minute * 2))
	for name, header := range map[string]string{"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"} {
		if a := get(t, base(site)+"/ledger/rss.xml", name, before.Get(header)); a.status != http.StatusOK {
			t.Errorf("a feed with new stories and %s: status %d", name, a.status)
		}
	}
}

func TestOtherAnswers(t *testing.T) {
	site, _ := serve(t)
	if a := get(t, base(site)+"/robots.txt"); a.status != http.StatusOK || !strings.Contains(string(a.body), "Disallow: /members/") {
		t.Errorf("robots.txt: status %d, %q", a.status, a.body)
	}
	if a := get(t, base(site)+"/"); a.status != http.StatusOK || !strings.Contains(string(a.body), "do not exist") {
		t.Errorf("the front page: status %d", a.status)
	}
	for path, kind := range map[string]string{"/site.css": "text/css", "/lead.svg": "image/svg+xml"} {
		if a := get(t, base(site)+path); a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), kind) {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	for _, path := range []string{"/nothing", "/ledger/nothing/", "/ledger"} {
		if a := get(t, base(site)+path); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base(site)+"/", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", res.StatusCode)
	}
}

func TestChinesePortalSendsGB18030(t *testing.T) {
	site, c := serve(t)
	c.set(start.Add(time.Hour))
	for _, s := range site.Stories() {
		if s.Outlet != "portal" {
			continue
		}
		a := get(t, base(site)+s.Path)
		if ct := a.header.Get("Content-Type"); ct != "text/html" {
			t.Errorf("%s: Content-Type is %q", s.Path, ct)
		}
		at := strings.Index(string(a.body), "charset=gb2312")
		if at < 1024 {
			t.Errorf("%s: the charset is named at byte %d, where a browser's first look finds it", s.Path, at)
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(a.body)
		if err != nil || !strings.Contains(string(text), s.Title) {
			t.Errorf("%s: not GB18030 with its title: %v", s.Path, err)
		}
	}
}

func TestServeTwiceAndClose(t *testing.T) {
	site, err := demo.Listen(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := site.Serve(ctx); err != nil {
		t.Errorf("Serve after its context ended: %v", err)
	}
	if err := site.Serve(t.Context()); err == nil {
		t.Error("Serve on a port given back: no error")
	}
	other, err := demo.Listen(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := other.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}
