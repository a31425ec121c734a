package app

import "testing"

// The limit never makes the collector work before the heap has doubled.
func TestMemoryLimit(t *testing.T) {
	for _, live := range []uint64{0, 20 << 20, 60 << 20, 4 << 30, 1 << 63} {
		if got := memoryLimit(live); got < memoryLeast || live < 1<<40 && got < 2*int64(live)+memorySpare {
			t.Errorf("%d MB that live: a limit of %d MB", live>>20, got>>20)
		}
	}
}
