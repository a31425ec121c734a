//go:build !linux

package classifier_test

import "time"

var began = time.Now()

// cpuTime is the wall's clock where a thread's own time cannot be had.
func cpuTime() time.Duration { return time.Since(began) }
