package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A test message that a receiver does not take is shown with its answer, and fails.
func TestSendShowsTheAnswer(t *testing.T) {
	t.Parallel()
	code := http.StatusNotFound
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
	defer receiver.Close()
	environ := []string{"EDICT_DATA=" + t.TempDir(), "EDICT_ALERT_ALLOW_PRIVATE_NETWORKS=true", "NO_COLOR=1"}
	call := func(args ...string) (exit int, stdout, stderr string) {
		var out, errs bytes.Buffer
		exit = run(t.Context(), world{args: args, environ: environ, stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now})
		return exit, out.String(), errs.String()
	}
	exit, out, errs := call("subscriptions", "add", "Hook", "--words", "mining", "--channel", "webhook:"+receiver.URL+"/s3cr3t-t0ken")
	if exit != exitDone {
		t.Fatalf("add: %d %s", exit, errs)
	}
	id := regexp.MustCompile(`saved as ([0-9a-f]+)`).FindStringSubmatch(out)
	first := regexp.MustCompile(`whsec_\S+`).FindString(out)
	if exit, out, errs = call("subscriptions", "secret", id[1]); exit != exitDone || first == "" || !strings.Contains(out, "whsec_") || strings.Contains(out, first) {
		t.Errorf("a new secret: %d\n%s%s", exit, out, errs)
	}
	exit, out, errs = call("subscriptions", "test", "--send", id[1])
	if exit != exitFailed || !strings.Contains(out, "404 Not Found") || !strings.Contains(errs, "was not taken on 1 of 1 channels") || strings.Contains(out+errs, "s3cr3t") {
		t.Errorf("to nobody: %d\n%s%s", exit, out, errs)
	}
	code = http.StatusAccepted
	if exit, out, errs = call("subscriptions", "test", "--send", id[1]); exit != exitDone || !strings.Contains(out, "202 Accepted") {
		t.Errorf("taken: %d\n%s%s", exit, out, errs)
	}
}
