package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"edict/bus/bustest"
	"edict/store/pgtest"
)

// postgres is the server of this package's tests.
var postgres pgtest.Server

// TestMain lets tests call edict and nats-server in processes of their own, with the
// real exit codes.
func TestMain(m *testing.M) {
	testscript.Main(andThen{m, postgres.Stop}, map[string]func(){
		"edict":       func() { tether(); main() },
		"nats-server": func() { tether(); os.Exit(bustest.Main()) },
	})
}

// andThen is tests with what is to be done after them.
type andThen struct {
	*testing.M
	then func()
}

// Run runs the tests.
func (a andThen) Run() int {
	defer a.then()
	return a.M.Run()
}

// tethered is set for a process that must end when its standard input does: with the
// test that started it, however that ends.
const tethered = "EDICT_TEST_TETHERED"

func tether() {
	if os.Getenv(tethered) == "" {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
}

// TestScripts runs the commands as a user types them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// status N edict ARGS... runs a command and checks its exit code.
			"status": status,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s (%v)", code, args[0], err)
	}
}

// TestHelpHasExamples: every command says what it does and shows how.
func TestHelpHasExamples(t *testing.T) {
	root := newRoot(&world{})
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Name() == "completion" || c.Name() == "help" {
			return
		}
		if c.Short == "" || c.Example == "" && !c.HasSubCommands() {
			t.Errorf("%s: a short text and examples are wanted", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			if !strings.Contains(line, "edict") {
				t.Errorf("%s: the example %q calls no edict", c.CommandPath(), line)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
}

// syncBuffer may be written and read by several goroutines, as a file may.
type syncBuffer struct {
	lines chan string

	mu   sync.Mutex
	rest bytes.Buffer // guarded by mu
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rest.Write(p)
	for {
		line, err := b.rest.ReadString('\n')
		if err != nil {
			b.rest.Reset()
			b.rest.WriteString(line)
			return len(p), nil
		}
		b.lines <- line
	}
}

// TestRunGreetsAndStops: a newcomer sees where the page is, and Ctrl-C ends it with 0.
func TestRunGreetsAndStops(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out := &syncBuffer{lines: make(chan string, 10_000)}
	dir := t.TempDir()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, world{
			args:    []string{"run", "--demo"},
			environ: []string{"EDICT_DATA=" + dir + "/demo", "EDICT_WEB_LISTEN=127.0.0.1:0"},
			stdin:   strings.NewReader(""), stdout: os.Stdout, stderr: out, now: time.Now,
		})
	}()
	want := []string{"watches 10 sources", "shows at   http://127.0.0.1:", "a source was read"}
	for len(want) > 0 {
		select {
		case line := <-out.lines:
			if strings.Contains(line, want[0]) {
				want = want[1:]
			}
		case code := <-done:
			t.Fatalf("it ended with %d before it said %q", code, want[0])
		case <-time.After(time.Minute):
			t.Fatalf("it never said %q", want[0])
		}
	}
	interrupt()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("exit code %d after an interrupt", code)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not stop")
	}
}

func TestVisible(t *testing.T) {
	if got := visible("a\x1b[31mred\u202egnp\u009b\tx\ny"); got != "a[31mredgnp\tx\ny" {
		t.Errorf("%q reaches the terminal", got)
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 7, 14, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"": {}, "2026-07-01": time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), "2026-07-01T08:00:00+08:00": time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		"30d": now.AddDate(0, 0, -30), "1d12h": now.Add(-36 * time.Hour),
	} {
		if got, err := moment("since", in, now); err != nil || !got.Equal(want) {
			t.Errorf("moment(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	if _, err := moment("since", "yesterday", now); exitCode(err) != exitUsage || !strings.Contains(err.Error(), "--since") {
		t.Errorf("a word: %v", err)
	}
}
