package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/pprof"
	"testing"
	"time"

	"go.uber.org/goleak"

	"edict/app"
)

// childEnv names the configuration file with which this process runs the program
// instead of tests.
const childEnv = "EDICT_APP_CHILD"

func TestMain(m *testing.M) {
	if file, ok := os.LookupEnv(childEnv); ok {
		os.Exit(runChild(file))
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		http.DefaultClient.CloseIdleConnections()
		postgres.Stop()
		os.Exit(code)
	}))
}

// runChild runs the program until it is killed or its standard input ends, so that
// it cannot outlive the test. It says "ready" when it is.
func runChild(file string) int {
	cfg, err := app.Load(file, nil)
	if err != nil {
		fmt.Println(err)
		return 2
	}
	if name := os.Getenv("EDICT_PROFILE"); name != "" {
		out, err := os.Create(name)
		if err != nil || pprof.StartCPUProfile(out) != nil {
			fmt.Println("no profile:", err)
			return 2
		}
		defer pprof.StopCPUProfile()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	err = app.Run(ctx, cfg, app.Options{
		Version: "test", Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Ready: func(app.Status) { fmt.Println("ready") },
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}
