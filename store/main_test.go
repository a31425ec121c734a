package store_test

import (
	"os"
	"testing"

	"edict/store/pgtest"

	"go.uber.org/goleak"
)

// postgres is the server of this package's tests.
var postgres pgtest.Server

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		postgres.Stop()
		os.Exit(code)
	}))
}
