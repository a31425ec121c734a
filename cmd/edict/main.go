// Command edict watches the news and says which jurisdiction boosts blockchain and
// which cracks down on crypto mining. It knows flags, signals, the terminal and
// exit codes; what it does is in package app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"edict/app"
	"edict/news"
)

// The exit codes.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitPartly   = 4
)

// errUsage marks what was called wrongly.
var errUsage = errors.New("usage")

// errPartly marks work of which a part failed, which was said when it did.
var errPartly = errors.New("partly done")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	code := run(ctx, world{
		args: os.Args[1:], environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now,
	})
	stop()
	os.Exit(code)
}

// world is what the program sees of the outside.
type world struct {
	args, environ  []string
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
}

// run does one command and returns its exit code.
func run(ctx context.Context, w world) int {
	root := newRoot(&w)
	root.SetArgs(w.args)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	cmd, err := root.ExecuteContextC(app.AsCommand(ctx, whoami()))
	if err == nil {
		return exitDone
	}
	code := exitCode(err)
	if code == exitPartly {
		return code
	}
	_, _ = fmt.Fprintf(w.stderr, "edict: %v\n", err)
	if code == exitUsage {
		_, _ = fmt.Fprintf(w.stderr, "See '%s --help'.\n", cmd.CommandPath())
	}
	return code
}

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	switch {
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, news.ErrNotFound):
		return exitNotFound
	default:
		return exitFailed
	}
}
