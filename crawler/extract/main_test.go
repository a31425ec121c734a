package extract_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain wants no reading to go on when all tests are over, not even one that
// nobody waited for.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
