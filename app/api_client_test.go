package app_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"edict/app"
)

// A Go client generated from the API's own document does what a program wants of Edict:
// what the document says is so. EDICT_OAPI_CODEGEN names the generator, which tools/go.mod
// pins:
//
//	(cd tools && go build -o /tmp/oapi-codegen github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen)
func TestGeneratedClient(t *testing.T) {
	generator := os.Getenv("EDICT_OAPI_CODEGEN")
	if generator == "" {
		t.Skip("set EDICT_OAPI_CODEGEN to the path of oapi-codegen")
	}
	t.Parallel()
	cfg := settings(t, ownSites+sources()+privateAlerts)
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	accounts, err := app.NewAccounts(s, time.Now)
	ok(t, err)
	ok(t, accounts.Add(t.Context(), "test", "root", "admin", "a long word for a test"))
	ok(t, accounts.Add(t.Context(), "test", "ada", "analyst", "a long word for a test"))
	_, all, err := accounts.AddToken(t.Context(), "test", "ada", "program", "read,subscribe", time.Hour)
	ok(t, err)
	_, read, err := accounts.AddToken(t.Context(), "test", "ada", "reader", "read", time.Hour)
	ok(t, err)
	_, err = take(t, s, cfg, storyFile(t, storyLine(1), storyLine(2), storyLine(3)), app.IngestOptions{})
	ok(t, err)
	p := start(t, cfg, app.Options{})
	stored(t, s, 3, patience)

	// The client is made of what the running program says of itself.
	dir := t.TempDir()
	ok(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "client"))))
	ok(t, os.WriteFile(filepath.Join(dir, "openapi.json"), document(t, p.Page, read), 0o600))
	tool := func(name string, arguments ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), name, arguments...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "EDICT_TOKEN="+all, "EDICT_READ_TOKEN="+read)
		return c
	}
	for _, step := range [][]string{{generator, "-config", "client.yaml", "openapi.json"}, {"go", "build", "-o", "client", "."}} {
		if out, err := tool(step[0], step[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", step, err, out)
		}
	}
	client := tool(filepath.Join(dir, "client"), p.Page)
	said, err := client.StdoutPipe()
	ok(t, err)
	var wrong bytes.Buffer
	client.Stderr = &wrong
	ok(t, client.Start())
	lines := bufio.NewScanner(said)
	if lines.Scan() {
		const story = `{"id":"x","title":"Sichuan orders bitcoin mines to close","text":"The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday.","language":"en"}`
		_, err := take(t, s, cfg, storyFile(t, story), app.IngestOptions{Alert: true})
		ok(t, err)
	}
	_, err = io.Copy(io.Discard, said)
	ok(t, err)
	if err := client.Wait(); err != nil {
		t.Fatalf("the client: %v\n%s", err, wrong.String())
	}
}

// document is what the API says of itself.
func document(t *testing.T, page, token string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page+"/api/openapi.json", http.NoBody)
	ok(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	ok(t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	ok(t, err)
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the document: %s %s", answer.Status, raw)
	}
	return raw
}
