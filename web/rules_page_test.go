package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"edict/news"
	"edict/web"
)

// previewOf is what a preview says in which every text is p.
func previewOf(p string) json.RawMessage {
	tag := news.Tag{Label: news.Label(p), Jurisdiction: news.Jurisdiction(p), Stage: news.Stage(p), State: news.State(p), Evidence: []news.Evidence{{Quote: p}}}
	sample := map[string]any{"title": p, "url": p, "before": tag, "after": tag}
	return must(json.Marshal(map[string]any{
		"articles": 1200, "changed": 7,
		"labels":   map[string]any{p: map[string]any{"gained": 4, "lost": 2, "altered": 1, "samples": []any{sample}}},
		"cells":    []any{map[string]any{"jurisdiction": p, "label": p, "stands": true}},
		"reviewed": map[string]any{"right": 9, "wrong": 1, "missed": 2},
		"alerts":   []any{map[string]any{"name": p, "before": 1, "after": 3, "gained": 2, "lost": 0}},
	}))
}

// A bench notes what it was asked to do.
type bench struct {
	*deskShelf
	did   []string
	files map[string][]byte
	err   error
}

func (b *bench) BringRules(_ context.Context, who, from string, files map[string][]byte) (news.RuleDraft, error) {
	b.did, b.files = append(b.did, "bring "+who+" "+from), files
	return news.RuleDraft{Number: 1}, b.err
}

func (b *bench) BringRuleDir(_ context.Context, who, dir string) (news.RuleDraft, error) {
	b.did = append(b.did, "dir "+who+" "+dir)
	return news.RuleDraft{Number: 1}, b.err
}

func (b *bench) PreviewRules(_ context.Context, who string, number int64) error {
	b.did = append(b.did, fmt.Sprint("preview ", who, " ", number))
	return b.err
}

func (b *bench) ApplyRules(_ context.Context, who string, number int64, force bool) error {
	b.did = append(b.did, fmt.Sprint("apply ", who, " ", number, " ", force))
	return b.err
}

func (b *bench) StopRules(_ context.Context, who string, number int64) error {
	b.did = append(b.did, fmt.Sprint("stop ", who, " ", number))
	return b.err
}

func benchSite(t *testing.T) (*bench, *web.Server) {
	b := &bench{deskShelf: &deskShelf{shelf: stocked(), rules: sampleRuleCounts(), drafts: sampleDrafts(), uses: sampleUses()}}
	return b, site(t, b.shelf, deskOf(b.deskShelf), func(c *web.Config) { c.Review.Bench, c.RuleDirs = b, []string{"/etc/edict/rules"} })
}

func sampleUses() []news.RuleUse {
	return []news.RuleUse{{Number: 2, Rules: sampleRules, Who: "Ada", Time: now.AddDate(0, 0, -2), Applied: true, Written: 31, Finished: now.AddDate(0, 0, -2)}}
}

func sampleDrafts() []news.RuleDraft {
	good, bad := samplePreview(), []string{"mine.yaml:12: not found: Quota for data mines", "mine.yaml:18: found for [KZ]: A festival"}
	return []news.RuleDraft{
		{Number: 3, Time: now, Who: "Ada", From: "mine.yaml", Rules: news.RuleSet{Version: "2026-11-21", Hash: "aa11bb22cc"}, Files: []string{"mine.yaml"}, Labels: []news.Label{crack, pro}, Phrases: 2210, Preview: news.RuleJob{State: news.JobRuns, Who: "Ada", Updated: now, Done: 4000, Total: 12000}},
		{Number: 2, Time: now, Who: "Ada", From: "rules.zip", Rules: news.RuleSet{Version: "2026-11-20", Hash: "dd11bb22cc"}, Files: []string{"mine.yaml"}, Labels: []news.Label{crack}, Phrases: 2208, Result: good, Preview: news.RuleJob{State: news.JobDone, Who: "Ada", Updated: now, Done: 1200, Total: 1200}},
		{Number: 1, Time: now, Who: "Bob", From: "directory /srv/rules", Rules: news.RuleSet{Version: "2026-11-19", Hash: "ee11bb22cc"}, Files: []string{"mine.yaml"}, Labels: []news.Label{crack}, Failures: bad},
	}
}

// samplePreview is what a preview of a stricter rule might say.
func samplePreview() json.RawMessage {
	tag := news.Tag{Label: crack, Jurisdiction: "KZ", Stage: news.Enacted, State: news.Auto, Evidence: []news.Evidence{{Quote: "The ministry switched off 13 mining farms"}}}
	lost := news.Tag{Label: crack, Jurisdiction: "US-TX", Stage: news.Proposed, State: news.Review, Evidence: []news.Evidence{{Quote: "miners agreed to pause during the heat wave"}}}
	return must(json.Marshal(map[string]any{
		"articles": 1200, "changed": 7,
		"labels": map[string]any{string(crack): map[string]any{"gained": 4, "lost": 2, "altered": 1, "samples": []any{
			map[string]any{"title": "Kazakhstan pulls the plug on data mines", "url": "https://steppe.example/plug", "after": tag},
			map[string]any{"title": "Texas grid operator thanks miners", "url": "https://grid.example/thanks", "before": lost},
		}}},
		"cells":    []any{map[string]any{"jurisdiction": "KZ", "label": crack, "stands": true}},
		"reviewed": map[string]any{"right": 9, "wrong": 1, "missed": 2},
		"alerts":   []any{map[string]any{"name": "Mining anywhere", "before": 1, "after": 3, "gained": 2, "lost": 0}},
	}))
}

// bring sends the form of the rules' page.
func bring(t *testing.T, server *web.Server, fields map[string]string, files ...string) *http.Response {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(files); i += 2 {
		part, err := w.CreateFormFile("files", files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/rules/drafts", &b)
	r.Host = "localhost"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer := httptest.NewRecorder()
	server.Handler().ServeHTTP(answer, r)
	return answer.Result()
}

func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRulesAreBrought(t *testing.T) {
	b, server := benchSite(t)
	for name, try := range map[string]struct {
		fields map[string]string
		files  []string
		says   string // "" if it is taken
		did    string
	}{
		"one file":    {nil, []string{"mine.yaml", "label: x"}, "", "bring local analyst mine.yaml"},
		"a folder":    {nil, []string{`C:\rules\mine.yaml`, "label: x"}, "", `bring local analyst mine.yaml`},
		"an archive":  {nil, []string{"r.zip", zipped(t, "rules/", "", "rules/a.yaml", "a: 1", "rules/b.yaml", "b: 1")}, "", "bring local analyst r.zip"},
		"a directory": {map[string]string{"dir": "/etc/edict/rules"}, nil, "", "dir local analyst /etc/edict/rules"},
		"typed":       {map[string]string{"path": " /srv/rules ", "dir": ""}, nil, "", "dir local analyst /srv/rules"},
		"nothing":     {map[string]string{"dir": "", "path": ""}, []string{"", ""}, "No rule file was chosen.", ""},
		"both":        {map[string]string{"dir": "/etc/edict/rules"}, []string{"a.yaml", "a: 1"}, "Choose files or a directory, not both.", ""},
		"no rules":    {nil, []string{"notes.txt", "hello"}, "notes.txt is no rule file: its name must be", ""},
		"a name":      {nil, []string{".hidden.yaml", "a: 1"}, ".hidden.yaml is no rule file", ""},
		"in the zip":  {nil, []string{"r.zip", zipped(t, "a.yaml", "a: 1", "README.md", "x")}, "r.zip: README.md is no rule file", ""},
		"no zip":      {nil, []string{"r.zip", "PK"}, "r.zip cannot be read as a zip archive.", ""},
		"twice":       {nil, []string{"r.zip", zipped(t, "a/x.yaml", "a: 1", "b/x.yaml", "a: 1")}, "there are two files of that name.", ""},
		"no UTF-8":    {nil, []string{"mine.yaml", "a: 1\nb: \xff\n"}, "mine.yaml:2: this is not UTF-8.", ""},
		"a long one":  {nil, []string{"mine.yaml", strings.Repeat("#", 1<<20+1)}, "mine.yaml is over 1.0 MiB.", ""},
		"a bomb":      {nil, []string{"r.zip", zipped(t, "a.yaml", strings.Repeat("#", 3<<20))}, "r.zip: a.yaml is over 1.0 MiB.", ""},
		"too much":    {nil, []string{"r.zip", strings.Repeat("x", 5<<20)}, "What was sent is over 4.0 MiB.", ""},
		"a field":     {map[string]string{"act": "apply"}, nil, "has a field", ""},
	} {
		b.did = nil
		answer := bring(t, server, try.fields, try.files...)
		text := visible(read(t, answer))
		if try.says == "" {
			if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/rules/drafts/1" || strings.Join(b.did, ";") != try.did {
				t.Errorf("%s: %d to %q did %q: %.300s", name, answer.StatusCode, answer.Header.Get("Location"), b.did, text)
			}
			continue
		}
		if answer.StatusCode != http.StatusBadRequest || !strings.Contains(text, try.says) || len(b.did) > 0 {
			t.Errorf("%s: %d did %q, wants %q: %.600s", name, answer.StatusCode, b.did, try.says, text)
		}
	}
	many := []string{}
	for i := range 65 {
		many = append(many, fmt.Sprintf("f%d.yaml", i), "a: 1")
	}
	if text := visible(read(t, bring(t, server, nil, "r.zip", zipped(t, many...)))); !strings.Contains(text, "There are more than 64 rule files.") {
		t.Errorf("65 files: %.400s", text)
	}
	b.err = fmt.Errorf("read the rules: %s: %w", "mine.yaml:7: unknown field \"lable\"", news.ErrInvalid)
	if text := visible(read(t, bring(t, server, nil, "mine.yaml", "lable: x"))); !strings.Contains(text, `mine.yaml:7: unknown field "lable".`) || !strings.Contains(text, "Nothing was kept") {
		t.Errorf("a wrong file: %.600s", text)
	}
	r := httptest.NewRequest(http.MethodPost, "/rules/drafts", nil)
	r.Host = "localhost"
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	server.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", w.Code)
	}
}

// Where others may come, only directories of the configuration are read.
func TestRuleDirsBeyondLoopback(t *testing.T) {
	b, _ := benchSite(t)
	h := newHouse(t, func(c *web.Config) { c.Review.Bench, c.RuleDirs = b, []string{"/etc/edict/rules"} })
	root := h.as(t, "root")
	send := func(field, dir string) (*http.Response, string) {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		ok(t, w.WriteField(field, dir))
		ok(t, w.Close())
		r := httptest.NewRequest(http.MethodPost, "/rules/drafts", &form)
		r.Header.Set("Content-Type", w.FormDataContentType())
		return root.send(r)
	}
	if _, text := send("path", "/root"); !strings.Contains(visible(text), "/root is no directory that rules: in the configuration names") || len(b.did) > 0 {
		t.Errorf("%q: %.400s", b.did, text)
	}
	if answer, _ := send("dir", "/etc/edict/rules"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("a directory of the configuration: %d", answer.StatusCode)
	}
	if _, page := root.get("/rules"); strings.Contains(page, `name="path"`) || !strings.Contains(page, "/etc/edict/rules") {
		t.Error("the page asks for any directory, or for none")
	}
	if _, page := h.as(t, "ann").get("/rules"); strings.Contains(page, `action="/rules/drafts"`) {
		t.Error("an analyst is shown a form that he may not send")
	}
}

func TestDraftsAreActedOn(t *testing.T) {
	b, server := benchSite(t)
	d := &desk{T: t, server: server, name: "Ada"}
	for form, want := range map[string]string{
		"act=preview": "preview Ada 2", "act=apply": "apply Ada 2 false", "act=apply&force=1": "apply Ada 2 true", "act=stop": "stop Ada 2",
	} {
		b.did = nil
		v, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		answer := d.ask(http.MethodPost, "/rules/drafts/2", v)
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/rules/drafts/2" || len(b.did) != 1 || b.did[0] != want {
			t.Errorf("%s: %d to %q did %q", form, answer.StatusCode, answer.Header.Get("Location"), b.did)
		}
	}
	if answer := d.ask(http.MethodPost, "/rules/drafts/2", url.Values{"act": {"burn"}}); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("an act that is none: %d", answer.StatusCode)
	}
	b.err = fmt.Errorf("another runs: %w", news.ErrConflict)
	answer := d.ask(http.MethodPost, "/rules/drafts/2", url.Values{"act": {"preview"}})
	lacks(t, "busy", visible(d.page(answer.Header.Get("Location"))), "Other work over the archive is going on.")
	for _, target := range []string{"/rules/drafts/9", "/rules/drafts/x", "/rules/drafts/-1"} {
		get(t, server, target, http.StatusNotFound)
	}
}

func TestRulesPageTells(t *testing.T) {
	_, server := benchSite(t)
	page := get(t, server, "/rules", http.StatusOK)
	text := visible(strings.NewReplacer("</td>", " ", "</th>", " ").Replace(page))
	lacks(t, "the page", text, "crackdown.pause Crackdown 18", "33 % weak", "crackdown.ban Crackdown 1,204", "95 %", // precision
		"crackdown.ban crackdown.pause Crackdown 9 50 % 67 %", // overlap: 9 of 18
		"Nearest misses", "Accepted, and caught by no rule",
		"mine.yaml Ada", "preview runs: 4,000 of 12,000 stories", "2 do not hold", "run over the whole archive: 31 stories with other tags")
	lacks(t, "its form", page, `action="/rules/drafts" method="post" enctype="multipart/form-data"`, `<option>/etc/edict/rules</option>`, `name="path"`, `href="/rules/drafts/3">One is being worked on now`)

	running := get(t, server, "/rules/drafts/3", http.StatusOK)
	lacks(t, "what runs", running, `data-fresh="2"`, `<progress max="12000" value="4000">`, `value="stop"`)
	if strings.Contains(running, `value="apply"`) || strings.Contains(running, `value="preview"`) {
		t.Error("what runs can be begun")
	}
	lacks(t, "a preview", visible(get(t, server, "/rules/drafts/2", http.StatusOK)), "All hold.", "7 of 1,200 stories would have other tags.",
		"4 gained, 2 lost, 1 altered", "Precision: 90 %", "would stand", "3 alerts, and 1 now; 2 stories gained, 0 lost", "Apply")
	failing := get(t, server, "/rules/drafts/1", http.StatusOK)
	lacks(t, "tests that fail", failing, "mine.yaml:12: not found: Quota for data mines", `name="force" value="1" required`)
}
