//go:build !race

package feed_test

// pools is how many times what is allocated may grow under the race detector.
const pools = 1
