package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// oneStorySite is a site with a feed of one story, whose body general extraction cannot
// tell from what stands beside it.
func oneStorySite(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	mux.HandleFunc("GET /feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>Example</title><item><title>Forty mines lose their power</title><link>%s/story</link></item></channel></rss>`, site.URL)
	})
	mux.HandleFunc("GET /story", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<html lang="en"><head><title>Forty mines lose their power</title></head><body><h1>Forty mines lose their power</h1>
<div class="pane"><p>The energy ministry disconnected forty mining sites that had no licence, two weeks before winter.</p>
<p class="house">Readers of the Example know that the Example reads every order of the ministry for them.</p>
<p>Licensed miners, who pay a surcharge on each kilowatt-hour, are not affected by the order, it added.</p></div>
<div class="other"><p>In other news, the Example opens a second office in the capital, where it will print its paper from spring on.</p></div></body></html>`)
	})
	return site
}

// TestSourcesCheckTriesSelectors: the command tries a source's own selectors on a
// story, says what they gave, and says what is wrong with those that give nothing.
func TestSourcesCheckTriesSelectors(t *testing.T) {
	t.Parallel()
	site := oneStorySite(t)
	check := func(selectors string) (code int, stdout, stderr string) {
		t.Helper()
		dir := t.TempDir()
		file := filepath.Join(dir, "edict.yaml")
		config := fmt.Sprintf("data: %q\ncrawler: {allow_private_networks: true, per_host_delay: 0s}\nsources:\n  - {name: Example, feed: %s/feed, select: {%s}}\n",
			filepath.Join(dir, "data"), site.URL, selectors)
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, err bytes.Buffer
		code = run(t.Context(), world{args: []string{"--config", file, "sources", "check"}, stdin: strings.NewReader(""), stdout: &out, stderr: &err, now: time.Now})
		return code, out.String(), err.String()
	}
	code, out, errs := check(`text: "div.pane", remove: [p.house, .advert]`)
	for _, want := range []string{
		"ok    example\n",
		`"Forty mines lose their power", 198 characters`, // the two paragraphs and no more
		`select.text "div.pane" gave 198 bytes of text from 1 elements`,
		`select.remove "p.house" cut 1 elements with 88 bytes of text`,
		`select.remove ".advert" matches nothing on this page`,
		"1 of 1 sources can be read",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s%s", want, out, errs)
		}
	}
	if code != 0 {
		t.Errorf("exit code %d", code)
	}

	code, out, _ = check(`text: "#body"`)
	for _, want := range []string{
		"WRONG example\n", site.URL + "/story: ok",
		`select.text "#body" matches nothing on this page; the text was chosen without it. Look at what 'edict extract --explain ` + site.URL + `/story' says, and mend the selector`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if code == 0 {
		t.Error("a selector that matches nothing passes")
	}

	code, out, errs = check(`text: "div..pane"`)
	if want := `sources[0] (example): select.text "div..pane" is no CSS selector (`; code == 0 || !strings.Contains(errs, want) || !strings.Contains(errs, "write it as in a style sheet") {
		t.Errorf("exit code %d; %q is not in\n%s%s", code, want, out, errs)
	}
}
