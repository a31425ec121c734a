package sink_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"edict/store"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// newStore opens an empty store in a folder of the test's.
func newStore(t testing.TB, now func() time.Time) (s *store.Store, address string) {
	t.Helper()
	address = "sqlite:" + filepath.Join(t.TempDir(), "store.db")
	return openStore(t, address, now), address
}

func openStore(t testing.TB, address string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, quiet, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// green wants the store to be sound.
func green(t testing.TB, s *store.Store) {
	t.Helper()
	problems, err := s.Check(t.Context())
	if err != nil || len(problems) > 0 {
		t.Errorf("check: %q %v", problems, err)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
