package classifier_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what this thread has used of a processor: on a machine that does other
// things too, it says more than the clock on the wall.
func cpuTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts); err != nil {
		panic(err)
	}
	return time.Duration(ts.Nano())
}
