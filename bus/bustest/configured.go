package bustest

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// Configured starts the server of a configuration file, whose variables are the
// environment's, and returns where it listens, host:port. The test stops it.
func Configured(t testing.TB, file string) string {
	t.Helper()
	o, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o.NoSigs, o.NoLog = true, true
	return run(t, o).Addr().String()
}

// Main is the program nats-server, for tests that start it as a process. It returns
// the exit code.
func Main() int {
	flags := flag.NewFlagSet("nats-server", flag.ContinueOnError)
	o, err := server.ConfigureOptions(flags, os.Args[1:], func() {}, flags.Usage, func() {})
	if err != nil {
		fmt.Fprintln(os.Stderr, "nats-server:", err)
		return 2
	}
	s, err := server.NewServer(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "nats-server:", err)
		return 1
	}
	s.ConfigureLogger()
	if err := server.Run(s); err != nil {
		fmt.Fprintln(os.Stderr, "nats-server:", err)
		return 1
	}
	s.WaitForShutdown()
	return 0
}
