package alert

import "time"

const (
	firstPause  = 5 * time.Second
	lastPause   = 6 * time.Hour
	giveUpAfter = 3 * 24 * time.Hour // from when it was due
	// longestRest bounds how long a channel is left alone because what was sent last
	// failed: a receiver that is back should not wait for hours.
	longestRest = 5 * time.Minute
)

// pause is how long to wait after a number of failures: 5 s, and twice as long each
// time up to 6 h, a quarter more or less, so that what failed together does not come
// back together.
func (w *Worker) pause(failures int) time.Duration {
	d := lastPause
	if failures < 14 { // 5 s × 2^13 is over 6 h
		d = min(lastPause, firstPause<<(failures-1))
	}
	return time.Duration(float64(d) * (0.75 + 0.5*w.Random()))
}
