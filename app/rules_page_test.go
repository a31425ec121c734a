package app_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// From the page, rules are tried and put into use by the same code as by the commands,
// while the program runs, and what came of it stays.
func TestRulesFromThePage(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s := hoard(t, cfg, 6)
	judge(t, s, 0, news.Accept)
	judge(t, s, 1, news.Reject)
	dir := doubtful(t)
	began := time.Now()
	now := func() time.Time { return began.Add(5 * time.Since(began)) } // running programs are given six seconds
	p := start(t, cfg, app.Options{Now: now})

	// A file that is wrong is told with its line, and nothing is kept.
	status, page := bringRules(t, p, "mine.yaml", []byte("schema: edict.rules/1\nlable: x\n"))
	if status != http.StatusBadRequest || !strings.Contains(page, "mine.yaml:2: ") {
		t.Errorf("a wrong file: %d %.2000s", status, page)
	}
	const name = "mining_crackdown.yaml"
	content, err := os.ReadFile(filepath.Join(dir, name))
	ok(t, err)
	status, page = bringRules(t, p, name, content)
	if status != http.StatusOK || !strings.Contains(page, name+":") || !strings.Contains(page, `name="force"`) {
		t.Fatalf("rules with tests that do not hold: %d %.3000s", status, page)
	}
	want, err := app.PreviewRules(t.Context(), s, []string{dir}, 10, nil)
	ok(t, err)

	const draft = "/rules/drafts/1"
	page = post(t, p, draft, "act", "preview")
	until(t, patience, func() string { return page }, func() bool {
		_, page = get(t, p.Page+draft)
		return strings.Contains(page, fmt.Sprintf("%d of %d stories would have other tags", want.Changed, want.Articles))
	})
	if !strings.Contains(page, "0 gained, 0 lost, 4 altered") || !strings.Contains(page, "Precision: 50") {
		t.Errorf("the preview: %s", page)
	}
	use, err := s.ActiveRules(t.Context())
	ok(t, err)
	if use.Who != "start" {
		t.Errorf("a preview made rules active: %+v", use)
	}

	if page = post(t, p, draft, "act", "apply"); !strings.Contains(page, "do not hold") {
		t.Errorf("applied without force: %s", page)
	}
	post(t, p, draft, "act", "apply", "force", "1")
	until(t, patience, func() string { return page }, func() bool {
		_, page = get(t, p.Page+draft)
		return strings.Contains(page, "These rules are in force") && strings.Contains(page, "<span>done</span> · 4 stories with other tags")
	})
	use, err = s.ActiveRules(t.Context())
	ok(t, err)
	if use.Rules != want.Rules || use.Written != 4 || use.Finished.IsZero() || use.Who != "local analyst" {
		t.Errorf("the use of the rules: %+v", use)
	}

	// Stopped, and kept over a restart.
	page = post(t, p, draft, "act", "stop")
	if !strings.Contains(page, "done") {
		t.Errorf("what is over was stopped: %s", page)
	}
	p.stop(t)
	p = start(t, cfg, app.Options{Now: now})
	_, page = get(t, p.Page+draft)
	if !strings.Contains(page, "would have other tags") || !strings.Contains(page, "These rules are in force") {
		t.Errorf("after a restart: %s", page)
	}
	if _, page = get(t, p.Page+"/rules"); !strings.Contains(page, "run over the whole archive: 4 stories with other tags") {
		t.Errorf("the rules: %s", page)
	}
}

// A job ends when somebody asks for it, and with the program that is at it.
func TestRulesJobStops(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s := hoard(t, cfg, 2)
	p := start(t, cfg, app.Options{})
	status, page := bringRules(t, p, "own.yaml", ownRules)
	if status != http.StatusOK {
		t.Fatalf("rules of our own: %d %s", status, page)
	}
	const draft = "/rules/drafts/1"
	post(t, p, draft, "act", "apply") // which waits for running programs
	if page = post(t, p, draft, "act", "preview"); !strings.Contains(page, "Other work over the archive is going on") {
		t.Errorf("two at once: %s", page)
	}
	post(t, p, draft, "act", "stop")
	until(t, patience, func() string { return page }, func() bool {
		_, page = get(t, p.Page+draft)
		return strings.Contains(page, "<span>stopped</span>")
	})
	post(t, p, draft, "act", "apply")
	p.stop(t)
	d, err := s.RuleDraft(t.Context(), 1)
	ok(t, err)
	if d.Apply.State != news.JobStopped {
		t.Errorf("after the end of the program: %+v", d.Apply)
	}
}

// ownRules add a label to the embedded rules.
var ownRules = []byte(`schema: edict.rules/1
label: data_tax
version: "2026.11.1"
about: A government levies a tax on data.
context: [tax]
fields: {title: 1, summary: 0.95, lead: 0.9, paragraph: 0.8, body: 0.6, quote: 0.6}
decide: {auto: 0.7, review: 0.5, near: 0.2}
sets:
  tax: {en: [data tax]}
  levy: {en: [(levy|introduce)~]}
patterns:
  - {name: levies, about: "an authority, the act, the tax", match: ["<authority> ..6 !<levy> ..5 <tax>"], score: 0.9, stage: enacted}
tests:
  - {must: Kenya introduces a data tax, jurisdiction: KE}
`)

func bringRules(t *testing.T, p *running, name string, content []byte) (status int, page string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("files", name)
	ok(t, err)
	_, err = part.Write(content)
	ok(t, err)
	ok(t, w.Close())
	return send(t, p.Page+"/rules/drafts", w.FormDataContentType(), &b)
}

// post sends a form and returns the page to which it leads.
func post(t *testing.T, p *running, path string, fields ...string) string {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	_, page := send(t, p.Page+path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	return page
}

func send(t *testing.T, address, kind string, body io.Reader) (status int, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, body)
	ok(t, err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultClient.Do(r)
	ok(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ok(t, err)
	return res.StatusCode, string(text)
}
