package app

import (
	"context"
	"math"
	"runtime/debug"
	measures "runtime/metrics"
	"time"
)

// The memory that is let idle. The collector works when the heap is twice what lived
// after its last run. What it frees then is kept for the next peak, and a crawl has
// peaks all the time: without a limit a third of the process would be free memory.
const (
	memoryLeast = 96 << 20 // under this nothing is given back
	memorySpare = 8 << 20  // above what the collector lets grow
	memoryEvery = time.Second
)

// limitMemory keeps the runtime's soft limit a little above what the collector lets
// grow, so that memory which is free goes back to the system, and the collector does
// not work more often for it. A limit that was set from outside (GOMEMLIMIT) holds.
func (p *program) limitMemory(ctx context.Context) error {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return nil
	}
	defer debug.SetMemoryLimit(math.MaxInt64)
	live := []measures.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		measures.Read(live)
		debug.SetMemoryLimit(memoryLimit(live[0].Value.Uint64()))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// memoryLimit is the limit for so many bytes that live.
func memoryLimit(live uint64) int64 {
	return max(memoryLeast, int64(min(live, 1<<40))*2+memorySpare) //nolint:gosec // it is bounded
}
